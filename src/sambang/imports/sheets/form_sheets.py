"""Sheets in the form of a questionnaire: the headings below each other, and each IKM in a column of its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from sambang.imports.sheets.grid import CellValue, SheetGrid, text_of
from sambang.imports.sheets.heading_rows import find_tables
from sambang.imports.sheets.headings import field_of, normalised_heading
from sambang.imports.sheets.table import Table

MAX_IKM = 50  # of one sheet: more are no forms


def form_tables(grid: SheetGrid) -> list[Table]:
    """The table of a sheet that lies on its side; none where the cells beside the headings are headings themselves."""
    if max(map(len, grid.cells), default=0) > MAX_IKM:
        return []
    cells: list[list[CellValue]] = [
        ["" if text_of(cell) == ":" else cell for cell in column] for column in zip_longest(*grid.cells, fillvalue="")
    ]
    merged = [(left, top, right, bottom) for top, left, bottom, right in grid.merged]
    turned = replace(grid, cells=cells, merged=merged, widths=[], is_turned=True)
    tables = find_tables(turned)
    if not tables or any(_has_headings(row) for table in tables for row in table.grid.cells[table.head.last + 1 :]):
        return []
    return tables


def _has_headings(row: list[CellValue]) -> bool:
    """Two pairs of headings and answers stand beside each other, or the answers are instructions."""
    texts = [normalised_heading(text_of(cell)) for cell in row if isinstance(cell, str) and cell]
    headings = [text for text in texts if field_of(text) or text.startswith(("diisi", "isi ", "contoh", "tulis"))]
    return len(headings) > 1 and len(headings) * 2 >= len(texts)
