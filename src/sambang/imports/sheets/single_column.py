"""Sheets whose rows stand whole in one column, divided by a separator: a CSV that Excel opened so."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import SEPARATORS, CellValue, SheetGrid, text_of

MIN_PARTS = 3  # of most rows: a name with its degrees has fewer commas


def divided(grid: SheetGrid) -> SheetGrid:
    """The sheet with such rows divided, and a remark that says so; any other sheet as it is."""
    if not is_single_column(grid):
        return grid
    texts = ["".join(map(str, filter(_is_filled, row))) for row in grid.cells]
    rows = max((_divided(texts, separator) for separator in SEPARATORS), key=_evenness)
    if 2 * _evenness(rows) <= sum(map(bool, texts)):
        return grid
    width = max(map(len, rows))
    remark = _("Lembar “%(sheet)s”: semua isian ada di satu kolom, jadi dipecah menurut tanda pemisahnya.")
    return replace(
        grid,
        cells=[row + [""] * (width - len(row)) for row in rows],
        widths=[len(row) for row in rows],
        remarks=(*grid.remarks, remark % {"sheet": grid.name}),
    )


def is_single_column(grid: SheetGrid) -> bool:
    columns = {column for row in grid.cells for column, cell in enumerate(row) if _is_filled(cell)}
    return len(columns) == 1


def _is_filled(cell: CellValue) -> bool:
    return cell != "" and text_of(cell) != ""


def _divided(texts: list[str], separator: str) -> list[list[CellValue]]:
    return [next(csv.reader([text], delimiter=separator), []) for text in texts]


def _evenness(rows: list[list[CellValue]]) -> int:
    """How many rows have the commonest number of parts."""
    counts = Counter(len(row) for row in rows if len(row) >= MIN_PARTS)
    return max(counts.values(), default=0)
