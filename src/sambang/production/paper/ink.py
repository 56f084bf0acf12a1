"""The ink in the boxes of a number: aligned to the printed boxes, without their lines, and every stroke in the box for
which it was written, also where it crosses a line.

A strip is the picture of the boxes of one number with MARGIN around them, PIXELS_PER_MM to the millimetre, paper 255
and ink dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sambang.production.paper import layout

PIXELS_PER_MM = 8
BOX_WIDTH, BOX_HEIGHT = layout.BOX[0] * PIXELS_PER_MM, layout.BOX[1] * PIXELS_PER_MM  # of a box
MARGIN = 2 * PIXELS_PER_MM
OUTSIDE = PIXELS_PER_MM  # a stroke that starts above or below the box by so much still belongs to it
MAX_BOX_SHIFT = 10  # pixels by which boxes stand beside their place: paper is never quite flat
MIN_PEAK, MAX_PEAK = 4, 40  # grey levels of a printed line; a digit's stroke is darker
LINE = 3  # pixels on each side of a printed line that it darkens
SLOPE = np.ones((2 * LINE + 1, 1), np.uint8)  # a stroke may cross a line so much higher or lower on its other side
OVER_LINE = 30  # grey levels by which ink on a line is darker
MAX_STROKE_WIDTH = 31  # pixels
MIN_INK_CONTRAST = 0.12 * 255  # of ink against paper
PAPER_NOISE = 3  # times the contrast of bare paper: that of ink is higher
INK_SHARE = 0.42  # of the pen's contrast; a pixel with more is ink
MIN_INK = 0.004 * BOX_WIDTH * BOX_HEIGHT  # pixels; less is a speck
MIN_CRUMB, MAX_CRUMBS = 4, 0.01 * BOX_WIDTH * BOX_HEIGHT  # pixels, of one and of all in a box without a digit
MIN_DIGIT_SIZE = 0.25 * BOX_HEIGHT  # pixels; a smaller mark is a dot
OWN_SHARE = 0.7  # of a stroke: with so much in one box it belongs there whole
CUT_SHARE = 0.12  # of a stroke through several boxes: a box with less has none of it
MIN_REACH = 12  # pixels: nor has a box into which it reaches less far, as a stroke that runs along the line
BLACKENED = 0.5  # share of dark pixels

type Image = NDArray[np.uint8]
type Floats = NDArray[Any]


@dataclass(frozen=True)
class BoxInk:
    """`mask`: the ink as 0 and 255, cut to its extent; None for an empty box. `is_unclear`: blackened, or crumbs of ink
    too faint for this photo. `has_dot`: a dot or comma follows."""

    mask: Image | None = None
    is_unclear: bool = False
    has_dot: bool = False


@dataclass(frozen=True)
class Stroke:
    """Connected ink. `shares`: of its pixels, in each box; `widths`: columns that it has there."""

    ink: Image
    left: int
    top: int
    area: int
    shares: Floats
    widths: Floats

    @property
    def is_large(self) -> bool:
        return bool(max(self.ink.shape) >= MIN_DIGIT_SIZE)

    @property
    def is_of_digit(self) -> bool:
        """Not if all of it lies on a printed line between two boxes: nobody can say which box it is for, nor whether it
        is more than the line."""
        middle = (self.left + self.ink.shape[1] / 2 - MARGIN) % BOX_WIDTH
        reach = self.ink.shape[1] / 2 + min(middle, BOX_WIDTH - middle)
        return bool(self.is_large and self.area >= MIN_INK and reach > LINE + 2)

    @property
    def boxes(self) -> list[int]:
        """One to which all of it belongs, or those that each have a part of it."""
        reached = np.flatnonzero((self.shares >= CUT_SHARE) & (self.widths >= MIN_REACH))
        if len(reached) == 1:
            return [int(reached[0])]
        best = int(self.shares.argmax())
        is_own = not len(reached) or self.shares[best] >= OWN_SHARE * self.shares.sum()
        return [best] if is_own else reached.tolist()


def inks_of(strip: Image, count: int) -> list[BoxInk]:
    dark = without_lines(aligned(contrast_of(strip), count), count)
    canvases, crumbs = np.zeros((count, *dark.shape), np.uint8), np.zeros(count)
    dots: set[int] = set()
    for stroke in strokes_of(dark, count):
        if stroke.is_of_digit:
            place_stroke(stroke, canvases)
        elif (before := box_before(stroke)) is None:
            crumbs += stroke.shares * stroke.area
        elif stroke.area >= MIN_INK:
            dots.add(before)
    masks = [cropped(canvas) for canvas in canvases]
    unclear = {
        box for box in range(count) if is_blackened(strip, box) or (masks[box] is None and crumbs[box] > MAX_CRUMBS)
    }
    # The corners of a blackened box look like dots.
    return [
        BoxInk(mask, box in unclear, box in dots and not {box, box + 1} & unclear) for box, mask in enumerate(masks)
    ]


def place_stroke(stroke: Stroke, canvases: Image) -> None:
    """Into its box, or its parts into several."""
    boxes = stroke.boxes
    high, wide = stroke.ink.shape
    for box in boxes:
        place = canvases[box, stroke.top : stroke.top + high, stroke.left : stroke.left + wide]
        np.maximum(place, part_in(stroke, box) if len(boxes) > 1 else stroke.ink, out=place)


def contrast_of(strip: Image) -> Image:
    """Ink against the paper around a stroke: the edge of a shadow is wider than a pen, and so no ink."""
    wide_pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (MAX_STROKE_WIDTH, MAX_STROKE_WIDTH))
    return cv2.morphologyEx(cv2.GaussianBlur(strip, (0, 0), 1.0), cv2.MORPH_BLACKHAT, wide_pen).astype(np.uint8)


def aligned(dark: Image, count: int) -> Image:
    """Moved so that the printed lines are where they should be."""
    columns = shift_of(
        dark[MARGIN : MARGIN + BOX_HEIGHT].mean(axis=0), [MARGIN + box * BOX_WIDTH for box in range(count + 1)]
    )
    rows = shift_of(dark[:, MARGIN : MARGIN + count * BOX_WIDTH].mean(axis=1), [MARGIN, MARGIN + BOX_HEIGHT])
    move = np.array([(1, 0, -columns), (0, 1, -rows)], dtype=np.float32)
    return cv2.warpAffine(dark, move, (dark.shape[1], dark.shape[0]), flags=cv2.INTER_NEAREST).astype(np.uint8)


def shift_of(profile: Floats, lines: list[int]) -> int:
    """How far the peaks of the profile lie from the lines; 0 where none are seen, as on a scan in black and white."""
    around = cv2.blur(profile.astype(np.float32).reshape(1, -1), (15, 1)).ravel()
    peaks = np.clip(profile - around, 0, MAX_PEAK)
    shifts = np.arange(-MAX_BOX_SHIFT, MAX_BOX_SHIFT + 1)
    heights = peaks[np.array(lines)[:, None] + shifts].mean(axis=0)
    return int(shifts[heights.argmax()]) if heights.max() > MIN_PEAK else 0


def without_lines(dark: Image, count: int) -> Image:
    """The ink without the printed lines of the boxes. Changes `dark`."""
    for box in range(count + 1):
        erase_line(dark, MARGIN + box * BOX_WIDTH)
    for box in range(count):
        columns = dark[:, MARGIN + box * BOX_WIDTH : MARGIN + (box + 1) * BOX_WIDTH]
        erase_line(columns.T, MARGIN)
        erase_line(columns.T, MARGIN + BOX_HEIGHT)
    return dark


def erase_line(dark: Image, at: int) -> None:
    """Erase the line near column `at`; what is darker than the line, and what goes on at both its sides, is ink."""
    near = dark[:, at - LINE : at + LINE + 1].sum(axis=0, dtype=int)
    at += int(near.argmax()) - LINE
    zone = dark[:, at - LINE : at + LINE + 1]
    before, after = (cv2.dilate(dark[:, [side]].copy(), SLOPE) for side in (at - LINE - 1, at + LINE + 1))
    line = np.sort(zone, axis=0)[len(zone) * 3 // 8].astype(int)  # ink on it may be more than half as long
    is_ink = zone > line + OVER_LINE
    zone[:] = np.where(is_ink, zone, np.minimum(zone, np.minimum(before, after)))


def strokes_of(dark: Image, count: int) -> Iterator[Stroke]:
    """Connected ink in and near the boxes."""
    ink = (dark > ink_limits(dark, count)).astype(np.uint8)
    label_count, labels, stats, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    box_of_column = (np.arange(dark.shape[1]) - MARGIN) // BOX_WIDTH
    is_near = np.abs(np.arange(dark.shape[0]) - MARGIN - BOX_HEIGHT / 2) < BOX_HEIGHT / 2 + OUTSIDE
    for number in range(1, label_count):
        left, top, wide, high, area = stats[number]
        if area < MIN_CRUMB or is_crease((left, wide, dark.shape[1]), (top, high, dark.shape[0])):
            continue
        own = labels[top : top + high, left : left + wide] == number
        boxes, columns = box_of_column[left : left + wide], own[is_near[top : top + high]].sum(axis=0)
        inside = [columns[boxes == box] for box in range(count)]
        shares, widths = np.array([[part.sum() / area, np.count_nonzero(part)] for part in inside]).T
        if shares.sum() >= 0.5:
            yield Stroke(np.where(own, 255, 0).astype(np.uint8), left, top, area, shares, widths)


def ink_limits(dark: Image, count: int) -> Floats:
    """By column what is darker than ink is at least: each box has its own, for a pen may give out."""
    limits = np.full(count, 255.0)
    low = max(MIN_INK_CONTRAST, PAPER_NOISE * float(np.median(dark)))
    for box in range(count):
        inner = dark[MARGIN : MARGIN + BOX_HEIGHT, MARGIN + box * BOX_WIDTH : MARGIN + (box + 1) * BOX_WIDTH]
        some = inner[inner > low]
        if len(some) >= MIN_INK:
            limits[box] = max(low, INK_SHARE * np.percentile(some, 90))
    return np.pad(np.repeat(limits, BOX_WIDTH), MARGIN, mode="edge")


def is_crease(columns: tuple[int, int, int], rows: tuple[int, int, int]) -> bool:
    """A narrow line from one edge of the strip to the other: the paper was folded there. Start, length and length of
    the strip, across and down."""
    return any(
        start <= MAX_BOX_SHIFT and start + length >= full - MAX_BOX_SHIFT and across[1] < MAX_STROKE_WIDTH
        for (start, length, full), across in ((columns, rows), (rows, columns))
    )


def part_in(stroke: Stroke, box: int) -> Image:
    """What lies between the lines of this box."""
    columns = np.arange(stroke.left, stroke.left + stroke.ink.shape[1])
    is_inside = (columns >= MARGIN + box * BOX_WIDTH) & (columns < MARGIN + (box + 1) * BOX_WIDTH)
    return np.where(is_inside, stroke.ink, 0).astype(np.uint8)


def box_before(dot: Stroke) -> int | None:
    """The box after which a dot or comma stands: low, and near the line between two boxes."""
    high, wide = dot.ink.shape
    across, down = (dot.left + wide / 2 - MARGIN) / BOX_WIDTH, (dot.top + high / 2 - MARGIN) / BOX_HEIGHT
    line = round(across)
    return line - 1 if line >= 1 and down > 0.6 and abs(across - line) < 0.3 and not dot.is_large else None


def cropped(canvas: Image) -> Image | None:
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    return canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else None


def is_blackened(strip: Image, box: int) -> bool:
    inner = strip[MARGIN : MARGIN + BOX_HEIGHT, MARGIN + box * BOX_WIDTH : MARGIN + (box + 1) * BOX_WIDTH]
    return bool((inner < 128).mean() > BLACKENED)
