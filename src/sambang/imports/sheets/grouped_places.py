"""Columns of places that are filled in the first row of each group only, without merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.table import Table

PLACE_FIELDS = ("regency", "district", "village")  # widest first


def places_from_above(table: Table, rows: Sequence[int]) -> dict[int, dict[int, CellValue]]:
    """For `rows`, those of IKM: column → the cell above that a blank one repeats.

    A blank cell may also be an unknown place. It repeats the one above where at least half of the column is blank and
    no place stands twice in succession, or where it is blank together with a column of wider places that is so."""
    from_above: dict[int, dict[int, CellValue]] = {}
    wider: list[int] = []
    for column in [column for name in PLACE_FIELDS for column in table.columns(name)]:
        if not _is_grouped(table, rows, column, wider):
            continue
        above: CellValue = ""
        for row in rows:
            cell = _cell(table, row, column)
            if cell == "" and above != "" and all(_cell(table, row, other) == "" for other in wider):
                from_above.setdefault(row, {})[column] = above
            else:
                above = cell
        wider.append(column)
    return from_above


def _is_grouped(table: Table, rows: Sequence[int], column: int, wider: list[int]) -> bool:
    names = [text_of(_cell(table, row, column)).casefold() for row in rows]
    blank = [row for row, name in zip(rows, names, strict=True) if not name]
    filled = list(filter(None, names))
    if not blank or not names[0] or any(map(eq, filled, filled[1:])):
        return False
    return len(blank) >= len(filled) or _are_blank_with(table, blank, wider)


def _are_blank_with(table: Table, rows: Sequence[int], columns: list[int]) -> bool:
    return bool(columns) and all(_cell(table, row, column) == "" for row in rows for column in columns)


def _cell(table: Table, row: int, column: int) -> CellValue:
    cells = table.grid.cells[row]
    return cells[column] if column < len(cells) else ""
