"""Recognises one handwritten digit in a box: gradients of the normalised ink, and networks with one hidden layer.

`digits.npz` holds the networks' weights (bench/paper_digits.py trains it; docs/decisions/0038-paper-form.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

NORMALISED_SIDE = 20  # pixels of the normalised ink
INK_SIDE = 16  # its longer side, without the margin
GRADIENT_CELL = 4  # pixels of a side of a cell of gradients
ORIENTATIONS = 8
MIN_INK = 0.006  # share of a box; less is a speck
NEIGHBOUR = 0.3  # share of the box that ink from its border or from the next box reaches
MIN_DIGIT_HEIGHT = 0.25  # share of the box's height that a digit covers; a one is tall, a zero at least so
MAX_STROKE_WIDTH = 31  # pixels
MIN_INK_CONTRAST = 0.12  # ink against paper
MIN_CERTAINTY = 0.95  # probability below which a digit is asked

type Image = NDArray[np.uint8]
type Floats = NDArray[Any]


@dataclass(frozen=True)
class ReadDigit:
    """`digit` is empty for a box without ink. `is_sure`: else a person is asked."""

    digit: str
    is_sure: bool


EMPTY_BOX = ReadDigit("", True)


def read_boxes(boxes: list[Image]) -> list[ReadDigit]:
    """The digit of each box; grey images of one size, paper 255 and ink dark."""
    inks = [ink_of(box) for box in boxes]
    digits = [EMPTY_BOX] * len(boxes)
    written = [number for number, ink in enumerate(inks) if ink is not None]
    if not written:
        return digits
    shares = probabilities(np.stack([features(normalised(ink)) for ink in inks if ink is not None]))
    for number, share in zip(written, shares, strict=True):
        digits[number] = ReadDigit(str(int(share.argmax())), bool(share.max() >= MIN_CERTAINTY))
    return digits


def ink_of(box: Image) -> Image | None:
    """The ink of a box as a mask of 0 and 255, without specks and without what comes in from a neighbour's border; None
    for an empty box."""
    grey = cv2.GaussianBlur(box, (0, 0), 1.0)
    # Against the paper around a stroke: the edge of a shadow is wider than a pen, and so no ink.
    wide_pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (MAX_STROKE_WIDTH, MAX_STROKE_WIDTH))
    contrast = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, wide_pen)
    if np.percentile(contrast, 99) < 255 * MIN_INK_CONTRAST:
        return None
    _threshold, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    height, width = box.shape
    is_ink = np.zeros(count, dtype=bool)
    for number in range(1, count):
        left, top, wide, high, area = stats[number]
        is_at_side, is_at_end = left == 0 or left + wide == width, top == 0 or top + high == height
        comes_in = (is_at_side and wide <= NEIGHBOUR * width) or (is_at_end and high <= NEIGHBOUR * height)
        is_ink[number] = area >= MIN_INK * box.size and not comes_in
    ink = np.where(is_ink[labels], 255, 0).astype(np.uint8)
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows) or rows[-1] - rows[0] < MIN_DIGIT_HEIGHT * height:
        return None
    return ink


def normalised(ink: Image) -> Floats:
    """The ink scaled to INK_SIDE and centred by its mass, 0 … 1, `(NORMALISED_SIDE, NORMALISED_SIDE)`."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = INK_SIDE / max(cut.shape)
    size = (max(round(cut.shape[1] * scale), 1), max(round(cut.shape[0] * scale), 1))
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    page = np.zeros((NORMALISED_SIDE, NORMALISED_SIDE), dtype=np.float32)
    top, left = (NORMALISED_SIDE - small.shape[0]) // 2, (NORMALISED_SIDE - small.shape[1]) // 2
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def features(image: Floats) -> Floats:
    """Histograms of gradient orientation by cell, and the ink itself at half its resolution."""
    across, down = cv2.Sobel(image, cv2.CV_32F, 1, 0), cv2.Sobel(image, cv2.CV_32F, 0, 1)
    size, angle = cv2.cartToPolar(across, down)
    bins = angle * (ORIENTATIONS / (2 * np.pi))
    low = np.floor(bins).astype(int) % ORIENTATIONS
    part = bins - np.floor(bins)
    planes = np.zeros((ORIENTATIONS, NORMALISED_SIDE, NORMALISED_SIDE), dtype=np.float32)
    rows, columns = np.indices((NORMALISED_SIDE, NORMALISED_SIDE))
    np.add.at(planes, (low, rows, columns), size * (1 - part))
    np.add.at(planes, ((low + 1) % ORIENTATIONS, rows, columns), size * part)
    planes = np.stack([cv2.GaussianBlur(plane, (0, 0), 1.5) for plane in planes])
    cells = planes[:, GRADIENT_CELL // 2 :: GRADIENT_CELL, GRADIENT_CELL // 2 :: GRADIENT_CELL].ravel()
    cells = np.sqrt(cells / (np.linalg.norm(cells) + 1e-6))
    return np.concatenate([cells, cv2.resize(image, (10, 10), interpolation=cv2.INTER_AREA).ravel()])


@cache
def weights() -> tuple[Floats, ...]:
    """Stacked along the first axis, one network after the other."""
    with np.load(str(files("sambang.production.paper") / "digits.npz"), allow_pickle=False) as stored:
        return tuple(stored[name].astype(np.float32) for name in ("first", "first_bias", "second", "second_bias"))


def probabilities(rows: Floats) -> Floats:
    """The probability of each digit, `(rows, 10)`: the mean of the networks'."""
    first, first_bias, second, second_bias = weights()
    hidden = np.maximum(rows @ first + first_bias[:, None], 0)
    score = hidden @ second + second_bias[:, None]
    score = np.exp(score - score.max(axis=2, keepdims=True))
    return np.asarray((score / score.sum(axis=2, keepdims=True)).mean(axis=0))
