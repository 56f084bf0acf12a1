"""`uv run --with scikit-learn python -m bench.paper_form`: sheets filled in by hand, photographed and read back.

36 simulated photos each of made-up strokes (bench/handwriting.py) and of digits of people whose writing the recogniser
has not seen (MNIST's second part, bench/paper_writers.py); with `--cameras` also what other phones and scanners make of
a sheet (bench/paper_camera.py), and pens. Prints the share of digits read right, asked, and wrong.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import cv2
import django
import numpy as np
import typst
from bench.handwriting import cross_out, scanned_digit, write_digit
from bench.paper_camera import CAMERAS, Camera, photograph
from numpy.typing import NDArray

PHOTOS, SEED = 36, 3614  # not the photos of seed 36, on which the rule of ink was chosen
CAMERA_PHOTOS = 4
MONTH = date(2026, 10, 1)
OVER = 12  # pixels by which large writing goes over the box

type Digits = list[list[Any]]  # by value
type Pen = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


@dataclass(frozen=True)
class Hand:
    """`digits`: of people, by value, or made-up strokes. `pen`: what becomes of the ink. `over`: pixels around the box
    that it may use. `crossed`: share of digits crossed out."""

    digits: Digits = field(default_factory=list)
    pen: Pen = lambda ink: ink
    over: int = -4
    crossed: float = 0.0


@dataclass
class Counts:
    """Digits right, asked and wrong; of those crossed out, read as if they were not; photos not read at all."""

    right: int = 0
    asked: int = 0
    wrong: int = 0
    unread: int = 0
    crossed: int = 0
    crossed_read: int = 0
    seconds: float = 0.0
    mistakes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.right + self.asked + self.wrong


def printed_sheet(lines: list[UUID]) -> NDArray[np.uint8]:
    """The printed sheet in grey at 144 dots an inch."""
    from types import SimpleNamespace as Row

    from sambang.production.paper.printing import SHEET_TEMPLATE, SheetRow, sheet_inputs

    rows: list[Any] = [
        SheetRow(
            Row(pk=line, name=f"Kain batik cap {number}", unit="lembar"),  # type: ignore[arg-type]
            Row(name=f"Batik Peraga {number}", owner=Row(name="Sri Peraga")),  # type: ignore[arg-type]
            "120 lembar",
        )
        for number, line in enumerate(lines)
    ]
    inputs = sheet_inputs([rows], month=MONTH, council="Dewan Peraga", place="Sentra Peraga")
    found = typst.compile(SHEET_TEMPLATE, format="png", ppi=203.2, sys_inputs=inputs)  # 8 pixels a millimetre
    return cv2.imdecode(np.frombuffer(bytes(found), np.uint8), cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value,arg-type]


def fill_in(sheet: NDArray[np.uint8], rng: np.random.Generator, hand: Hand) -> list[tuple[str, str]]:
    """Write a number into every row; returns them as they stand, a digit that is crossed out as `x`."""
    from sambang.production.paper import layout

    written = []
    for row in range(layout.ROWS):
        numbers = []
        for left, count in ((layout.QUANTITY, layout.QUANTITY_BOXES), (layout.VALUE, layout.VALUE_BOXES)):
            number = str(int(10 ** rng.uniform(0.5, count - 1)))
            start = int(rng.integers(0, count - len(number) + 1))
            places = layout.boxes(row, left, count)[start:]
            numbers.append(
                "".join(write(sheet, place, digit, rng, hand) for place, digit in zip(places, number, strict=False))
            )
        written.append((numbers[0], numbers[1]))
    return written


def write(sheet: NDArray[np.uint8], place: tuple[int, int], digit: str, rng: np.random.Generator, hand: Hand) -> str:
    """Write one digit; returns it, or `x` if it was crossed out."""
    from sambang.production.paper import layout

    x, y = place[0] * 8 - hand.over, place[1] * 8 - hand.over
    box = sheet[y : y + layout.BOX[1] * 8 + 2 * hand.over, x : x + layout.BOX[0] * 8 + 2 * hand.over]
    ink = np.full(box.shape, 255, dtype=np.uint8)
    if hand.digits:
        own = hand.digits[int(digit)]
        scanned_digit(ink, own[int(rng.integers(len(own)))], rng)
    else:
        write_digit(ink, digit, rng)
    is_crossed = rng.random() < hand.crossed
    if is_crossed:
        cross_out(ink, rng)
    np.minimum(box, hand.pen(ink), out=box)
    return "x" if is_crossed else digit


def pencil(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey and grainy."""
    grain = np.random.default_rng(int(ink.sum())).normal(0, 12, ink.shape)
    return np.clip(255 - (255 - ink.astype(np.float32)) * 0.45 + np.where(ink < 200, grain, 0), 0, 255).astype(np.uint8)


def pale_pen(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A pale blue pen, as a camera sees it in grey."""
    return (255 - (255 - ink.astype(np.float32)) * 0.6).astype(np.uint8)


def thin_pen(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.dilate(ink, np.ones((3, 3), np.uint8)).astype(np.uint8)


def compare(read: str, written: str, counts: Counts) -> bool:
    """Count the digits of a number; whether one of them is wrong and not asked. A number of another length is asked as
    a whole where it has a doubtful digit."""
    if len(read) != len(written):
        is_asked = "?" in read
        counts.asked += len(written) if is_asked else 0
        counts.wrong += 0 if is_asked else len(written)
        return not is_asked
    before = counts.wrong
    for seen, truth in zip(read, written, strict=True):
        counts.crossed += truth == "x"
        if seen == "?" and truth != "x":
            counts.asked += 1
        elif truth == "x":
            counts.crossed_read += seen != "?"
        else:
            counts.right += seen == truth
            counts.wrong += seen != truth
    return counts.wrong > before


def simulate(photos: int, seed: int, hand: Hand, camera: Camera = photograph) -> Counts:
    from sambang.production.paper.photo import PhotoError, read_photographed_sheet
    from sambang.production.paper.uploads import pictures_of

    rng, counts = np.random.default_rng(seed), Counts()
    lines = [UUID(int=int(rng.integers(1 << 62)) << 60) for _ in range(8)]
    blank = printed_sheet(lines)
    for number in range(photos):
        sheet = blank.copy()
        written = fill_in(sheet, rng, hand)
        content = camera(sheet, rng)
        started = time.process_time()
        try:
            found = read_photographed_sheet(next(iter(pictures_of(content))))
        except PhotoError as error:
            counts.unread += 1
            counts.mistakes.append(f"{number}: {error}")
            continue
        counts.seconds += (time.process_time() - started) / photos
        assert (found.reference.month, found.reference.lines) == (MONTH, tuple(lines))
        for line, (quantity, thousands) in zip(lines, written, strict=True):
            row = found.rows[line]
            for read, truth in ((row.quantity.text, quantity), (row.value.text.removesuffix("000"), thousands)):
                if compare(read, truth.lstrip("0") or "0", counts):
                    counts.mistakes.append(f"{number}: {truth} read as {read}")
    return counts


def table_row(name: str, counts: Counts, photos: int) -> str:
    shares = " | ".join(f"{share / max(counts.total, 1):.2%}" for share in (counts.right, counts.asked, counts.wrong))
    sure = counts.right / max(counts.right + counts.wrong, 1)
    read = f"{photos - counts.unread} of {photos}"
    return f"| {name} | {read} | {counts.total:,} | {shares} | {sure:.2%} | {counts.seconds:.2f} |"


HEADING = """| {name} | photos read | digits | right | asked | wrong | right of those not asked | CPU s a photo |
|---|--:|--:|--:|--:|--:|--:|--:|"""


def main() -> None:
    """Set Django up first: the recogniser's errors are translated sentences."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    django.setup()
    from bench import paper_writers

    people = paper_writers.held_back()["MNIST"]
    hands = {
        "made-up strokes": Hand(),
        "people held back": Hand(people),
        "people held back, every sixth digit crossed out": Hand(people, crossed=1 / 6),
    }
    pens = {
        "pencil": Hand(people, pencil),
        "pale pen": Hand(people, pale_pen),
        "thin pen": Hand(people, thin_pen),
        "written over the lines of the boxes": Hand(people, over=OVER),
    }
    tables = {"handwriting": [(name, PHOTOS, hand, photograph) for name, hand in hands.items()]}
    if "--cameras" in sys.argv:
        tables["camera or scanner"] = [(name, CAMERA_PHOTOS, Hand(people), camera) for name, camera in CAMERAS.items()]
        tables["pen"] = [(name, CAMERA_PHOTOS, hand, photograph) for name, hand in pens.items()]
    print("# Paper forms read back\n")
    print(
        "`python -m bench.paper_form`: simulated photos of filled-in sheets. Asked digits are shown as `?`; of a photo"
    )
    print("that was not read its digits are not counted.")
    remarks = []
    for number, (title, rows) in enumerate(tables.items()):
        print("\n" + HEADING.format(name=title))
        for name, photos, hand, camera in rows:
            counts = simulate(photos, SEED + number, hand, camera)
            print(table_row(name, counts, photos), flush=True)
            remarks += [f"{name}, photo {mistake}" for mistake in counts.mistakes]
            if counts.crossed:
                remarks.append(f"of {counts.crossed} digits crossed out {counts.crossed_read} were read as if not")
    print("\nRead wrong, or not at all: ", "; ".join(remarks), ".", sep="")


if __name__ == "__main__":
    main()
