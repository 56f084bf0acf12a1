"""`python -m bench.paper_form`: sheets filled in by made-up hands, photographed and read back.

36 simulated photos: perspective, light from one side, shadow, blur, noise, JPEG. The digits are strokes
(bench/handwriting.py); in a second run half of them come from people whose digits the recogniser was not trained on
(where scikit-learn is installed). Prints the share of digits read right, asked, and wrong.
"""

from __future__ import annotations

import os
import time
from datetime import date
from typing import Any
from uuid import UUID

import cv2
import django
import numpy as np
import typst
from bench.handwriting import scanned_digit, write_digit
from numpy.typing import NDArray

PHOTOS, SEED = 36, 3614  # not the photos of seed 36, on which the rule of ink was chosen
MONTH = date(2026, 10, 1)


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


def fill_in(sheet: NDArray[np.uint8], rng: np.random.Generator, digits: list[Any]) -> list[tuple[str, str]]:
    """Write a number into every row; returns them as they stand. `digits`: scanned ones by their value, or none."""
    from sambang.production.paper import layout

    written = []
    for row in range(layout.ROWS):
        numbers = []
        for left, count in ((layout.QUANTITY, layout.QUANTITY_BOXES), (layout.VALUE, layout.VALUE_BOXES)):
            number = str(int(10 ** rng.uniform(0.5, count - 1)))
            start = int(rng.integers(0, count - len(number) + 1))
            numbers.append(number)
            for (x, y), digit in zip(layout.boxes(row, left, count)[start:], number, strict=False):
                box = sheet[y * 8 + 4 : (y + layout.BOX[1]) * 8 - 4, x * 8 + 4 : (x + layout.BOX[0]) * 8 - 4]
                ink = np.full(box.shape, 255, dtype=np.uint8)
                if digits and rng.random() < 0.5:
                    own = digits[int(digit)]
                    scanned_digit(ink, own[int(rng.integers(len(own)))], rng)
                else:
                    write_digit(ink, digit, rng)
                np.minimum(box, ink, out=box)
        written.append((numbers[0], numbers[1]))
    return written


def photograph(sheet: NDArray[np.uint8], rng: np.random.Generator) -> bytes:
    """A phone's photo of the sheet on a table, as JPEG."""
    height, width = sheet.shape
    out = (int(rng.uniform(1500, 2400)), 0)
    out = (out[0], int(out[0] * 4 / 3))
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    margin = np.array(out) * rng.uniform(0.03, 0.08)
    place = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (np.array(out) - 2 * margin) + margin
    place = place + rng.normal(0, out[0] * 0.012, (4, 2))
    turn = rng.normal(0, 2.5)
    matrix = cv2.getPerspectiveTransform(corners, place.astype(np.float32))
    turned = np.vstack([cv2.getRotationMatrix2D((out[0] / 2, out[1] / 2), turn, 0.96), (0, 0, 1)])
    photo = cv2.warpPerspective(
        sheet, turned @ matrix, out, flags=cv2.INTER_AREA, borderValue=int(rng.uniform(60, 140))
    )
    y, x = np.mgrid[0 : out[1], 0 : out[0]].astype(np.float32)
    direction = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(direction) * x / out[0] + np.sin(direction) * y / out[1]) * rng.uniform(0, 0.35)
    light = rng.uniform(0.7, 1.0) - (slope - slope.min())
    if rng.random() < 0.5:  # the shadow of a hand or a phone
        edge = cv2.GaussianBlur(
            ((x + y * rng.uniform(-1, 1)) > out[0] * rng.uniform(0.4, 0.8)).astype(np.float32), (0, 0), 25
        )
        light = light * (1 - 0.35 * edge)
    lit = photo.astype(np.float32) * light
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.4, 1.3))
    noisy = np.clip(blurred + rng.normal(0, rng.uniform(1, 7), blurred.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        noisy = np.rot90(noisy, int(rng.integers(1, 4)))
    done, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(60, 92))])
    assert done
    return encoded.tobytes()


def compare(read: str, written: str) -> tuple[int, int, int]:
    """Digits right, asked and wrong."""
    if len(read) != len(written):
        return (0, len(written), 0) if "?" in read else (0, 0, len(written))
    pairs = list(zip(read, written, strict=True))
    right, asked = sum(a == b for a, b in pairs), sum(a == "?" for a, _b in pairs)
    return right, asked, len(pairs) - right - asked


def held_back_digits() -> list[Any]:
    """Digits of writers that the recogniser was not trained on, by value; none where scikit-learn is missing."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return []
    from bench.paper_digits import TRAINED

    data = load_digits()
    return [data.images[TRAINED:][data.target[TRAINED:] == digit] for digit in range(10)]


def simulate(photos: int, seed: int, digits: list[Any]) -> tuple[list[int], list[str], float]:
    """Digits right, asked and wrong; what was read wrong or not at all; seconds a photo."""
    from sambang.production.paper.photo import PhotoError, read_sheet_photo

    rng, sums, wrong, seconds = np.random.default_rng(seed), [0, 0, 0], [], 0.0
    lines = [UUID(int=int(rng.integers(1 << 62)) << 60) for _ in range(8)]
    blank = printed_sheet(lines)
    for number in range(photos):
        sheet = blank.copy()
        written = fill_in(sheet, rng, digits)
        content = photograph(sheet, rng)
        started = time.process_time()
        try:
            found = read_sheet_photo(content)
        except PhotoError as error:
            wrong.append(f"{number}: {error}")
            sums[1] += sum(len(quantity) + len(thousands) for quantity, thousands in written)
            continue
        seconds += time.process_time() - started
        assert (found.reference.month, found.reference.lines) == (MONTH, tuple(lines))
        for line, (quantity, thousands) in zip(lines, written, strict=True):
            row = found.rows[line]
            for read, truth in ((row.quantity, quantity), (row.value.removesuffix("000"), thousands)):
                counts = compare(read, truth.lstrip("0") or "0")
                sums = [a + b for a, b in zip(sums, counts, strict=True)]
                if counts[2]:
                    wrong.append(f"{number}: {truth} read as {read}")
    return sums, wrong, seconds / photos


def main() -> None:
    """Set Django up first: the recogniser's errors are translated sentences."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    django.setup()
    print("# Paper forms read back\n")
    print(f"`python -m bench.paper_form`: {PHOTOS} simulated photos for each row; asked digits are shown as `?`,")
    print("and those of a photo that cannot be read count as asked.\n")
    print("| handwriting | digits | right | asked | wrong | right of those not asked | CPU s a photo |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    mistakes = []
    for name, digits in (("made-up strokes", []), ("half of them by held-back writers", held_back_digits())):
        if not digits and name != "made-up strokes":
            print(f"| {name}: scikit-learn is missing | | | | | | |")
            continue
        (right, asked, mistaken), wrong, seconds = simulate(PHOTOS, SEED, digits)
        total, sure = right + asked + mistaken, right + mistaken
        shares = " | ".join(f"{share / total:.2%}" for share in (right, asked, mistaken))
        print(f"| {name} | {total:,} | {shares} | {right / sure:.2%} | {seconds:.2f} |", flush=True)
        mistakes += wrong
    print("\nRead wrong:", "; ".join(mistakes))


if __name__ == "__main__":
    main()
