"""Where everything stands on a sheet, in millimetres from the top left corner of A4, for printing and for reading; and
the text of its QR code."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

PAGE = (210, 297)
MARKER = 12  # side of the four corner markers
MARKERS = ((10, 10), (188, 10), (188, 275), (10, 275))  # top left corners, clockwise; their numbers are 0 … 3
QR = (141, 10, 40)  # left, top, side
ROWS = 8  # product lines on a sheet
FIRST_ROW, SHEET_ROW_HEIGHT = 66, 25  # top of the first row, height of a row
BOX = (8, 10)  # width and height of the box of a digit
BOX_TOP = 9  # from the top of the row
QUANTITY, QUANTITY_BOXES = 88, 7  # left of the first box, number of boxes
VALUE, VALUE_BOXES = 148, 6  # thousands of rupiah

PREFIX = "SB1"
REFERENCE = re.compile(r"SB1(\d{4})(0[1-9]|1[0-2])((?:[A-Z2-7]{26}){1,8})")  # at most ROWS keys of KEY characters
KEY = 26  # characters of a primary key in base 32


@dataclass(frozen=True)
class SheetReference:
    """Who and when: the month, and the primary keys of the product lines from the top row down. It opens nothing: who
    reads a sheet sees only what that person may see."""

    month: date
    lines: tuple[UUID, ...]

    def __str__(self) -> str:
        keys = (base64.b32encode(line.bytes).decode().rstrip("=") for line in self.lines)
        return f"{PREFIX}{self.month:%Y%m}{''.join(keys)}"


def parse_reference(text: str) -> SheetReference:
    """Raises ValueError for a text that is no reference of a sheet."""
    match = REFERENCE.fullmatch(text)
    if not match:
        raise ValueError("not the reference of a sheet")
    year, month, keys = match.groups()
    each = [keys[at : at + KEY] for at in range(0, len(keys), KEY)]
    return SheetReference(
        date(int(year), int(month), 1), tuple(UUID(bytes=base64.b32decode(f"{k}======")) for k in each)
    )


def boxes(row: int, left: int, count: int) -> Sequence[tuple[int, int]]:
    """The top left corners of the boxes of a number."""
    top = FIRST_ROW + row * SHEET_ROW_HEIGHT + BOX_TOP
    return [(left + number * BOX[0], top) for number in range(count)]
