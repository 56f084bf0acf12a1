"""Sheets without headings that continue the list of the sheet before them: page 2, page 3."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from sambang.imports.sheets.column_contents import NAME_FIELDS, doubt
from sambang.imports.sheets.grid import CellValue, SheetGrid, text_of
from sambang.imports.sheets.headings import MIN_FIELDS
from sambang.imports.sheets.table import Table


def with_continued(grids: list[SheetGrid], tables: list[list[Table]]) -> list[list[Table]]:
    """The tables of each sheet; one without headings has those of the only table of the sheet before it, if its cells
    fit them."""
    continued: list[list[Table]] = []
    for grid, of_sheet in zip(grids, tables, strict=True):
        before = continued[-1] if continued else []
        is_next = not of_sheet and len(before) == 1 and not grid.is_hidden
        continued.append([_continued(grid, before[0])] if is_next and _continues(grid, before[0]) else of_sheet)
    return continued


def _continued(grid: SheetGrid, before: Table) -> Table:
    remark = _("Lembar “%(sheet)s” tanpa judul kolom: dibaca dengan judul kolom lembar “%(before)s”.")
    texts = {"sheet": grid.name, "before": before.grid.name}
    head = replace(before.head, first=0, last=-1, notes={})
    return Table(replace(grid, remarks=(*grid.remarks, remark % texts)), head)


def _continues(grid: SheetGrid, before: Table) -> bool:
    """Rows that are as wide as the table's and numbered if its rows are, with names and without a cell that contradicts
    its heading."""
    rows = list(filter(None, map(_filled, grid.cells)))
    meanings = before.head.meanings
    names = {column for column, meaning in meanings.items() if meaning.field in NAME_FIELDS}
    full = [cells for cells in rows if names & cells.keys() and len(cells.keys() & meanings.keys()) >= MIN_FIELDS]
    width = before.head.headings.keys() | meanings.keys()
    if (
        len(full) * 2 <= len(rows)
        or not all(cells.keys() <= width for cells in full)
        or not _are_numbered(full, before)
    ):
        return False
    return not any(doubt(meaning, _cells_of(column, full)) for column, meaning in meanings.items())


def _are_numbered(rows: list[dict[int, CellValue]], before: Table) -> bool:
    """Whether most rows have a number, or their table has no column of numbers."""
    numbers = before.columns("number")
    counted = [cells for cells in rows if any(text_of(cells.get(at, "")).rstrip(".)").isdigit() for at in numbers)]
    return not numbers or len(counted) * 2 > len(rows)


def _cells_of(column: int, rows: list[dict[int, CellValue]]) -> list[CellValue]:
    return [cells[column] for cells in rows if column in cells]


def _filled(cells: list[CellValue]) -> dict[int, CellValue]:
    return {column: cell for column, cell in enumerate(cells) if cell != "" and text_of(cell)}
