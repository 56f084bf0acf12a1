"""Headings of a summary: counts by village, district or kind of industry, in which no row is an IKM."""

from __future__ import annotations

import re

from sambang.imports.sheets.grid import CellValue, SheetGrid, text_of
from sambang.imports.sheets.headings import field_of, normalised_heading
from sambang.imports.sheets.sums import figure

MIN_FIGURES = 2  # columns of numbers beside the places or industries of a summary
COUNTED_BY = frozenset({"village", "district", "regency", "hamlet", "commodity", "cluster", "product"})
COUNT_HEADING = re.compile(r"\b(jumlah|jml|jlh|total|banyaknya|unit usaha|count)\b")


def heads_summary(grid: SheetGrid, row: int) -> bool:
    """Whether a row names places or kinds of industry, and most rows below it are otherwise numbers."""
    texts = [text_of(cell) for cell in grid.cells[row] if isinstance(cell, str)]
    if not {field_of(normalised_heading(text)) for text in texts} & COUNTED_BY:
        return False
    below = [_figures(cells) for cells in grid.cells[row + 1 :] if any(cell != "" for cell in cells)]
    return bool(below) and sum(figures >= MIN_FIGURES for figures in below) * 2 > len(below)


def counts_below_list(grid: SheetGrid, row: int, headings: list[str]) -> bool:
    """Whether a row below a list begins a summary: known headings only, one of them of a count and none of a name."""
    if not any(map(COUNT_HEADING.search, headings)):
        return False
    fields = {field_of(heading) or ("count" if COUNT_HEADING.search(heading) else None) for heading in headings}
    return not fields & {None, "name", "owner", "owner_and_name"} and heads_summary(grid, row)


def _figures(cells: list[CellValue]) -> int:
    """The numbers of a row in which they are the most; else 0."""
    filled = [cell for cell in cells if cell != ""]
    figures = sum(figure(cell) is not None for cell in filled)
    return figures if figures * 2 > len(filled) else 0
