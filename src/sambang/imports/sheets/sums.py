"""Rows of sums: their labels, and whether figures are the sums of other rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isclose

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.headings import normalised_heading
from sambang.lib.numbers import read_number

TOTAL_LABEL = re.compile(
    r"(sub |grand )?(sub ?|grand ?)?(total|jumlah|jml|jlh|rata rata|rerata|rekap(itulasi)?"
    r"|ter(banyak|tinggi|rendah|besar|kecil)|maks(imum|imal)?|min(imum|imal)?)"
    r"( (total|seluruhnya|keseluruhan|semua|ikm|umkm|unit usaha|tenaga kerja|halaman ini))*"
)
TOTAL_OF = re.compile(r"(sub |grand )?(sub ?|grand ?)?(total|jumlah|jml|jlh) (?P<of>.+)")
MAX_SUM_LENGTH = 15  # characters of a text that may be a total: "1.250.000.000"
TOLERANCE = 1e-6


def numbers_of_row(cells: dict[int, CellValue]) -> dict[int, float]:
    return {column: number for column, cell in cells.items() if (number := figure(cell)) is not None}


def figure(cell: CellValue) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str) or not cell[:1].isdigit() or len(cell) > MAX_SUM_LENGTH or cell.startswith("08"):
        return None
    try:
        return float(read_number(cell).value)
    except ValueError:
        return None


def is_total_label(cells: dict[int, CellValue]) -> bool:
    texts = [cell for cell in cells.values() if figure(cell) is None]
    return len(texts) == 1 and bool(TOTAL_LABEL.fullmatch(normalised_heading(text_of(texts[0]))))


def rows_summed(figures: dict[int, float], below: Iterable[dict[int, CellValue]]) -> int:
    """How many of the rows that follow the figures are the sums of; 0 if of none."""
    rest = figures
    for count, cells in enumerate(below, 1):
        rest = {column: number - (figure(cells.get(column, "")) or 0) for column, number in rest.items()}
        if all(isclose(number, 0, abs_tol=TOLERANCE) for number in rest.values()):
            return count
        if min(rest.values()) < 0:
            break
    return 0
