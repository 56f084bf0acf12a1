"""The cells of one row of a table, parsed field by field, with the outcome of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets.column_contents import WORKER_FIELDS
from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.headings import MONEY
from sambang.imports.sheets.table import DataRow, Table
from sambang.imports.sheets.values import CellReader
from sambang.lib.numbers import is_approximate

COUNTED_FIELDS = frozenset({"capacity", "established"}) | MONEY | WORKER_FIELDS


class RowCells:
    """`outcomes` notes the outcome of each filled cell: "value", "error" or "absent"."""

    def __init__(self, table: Table, line: DataRow, reader: CellReader, usual: dict[int, float | None]) -> None:
        self.table, self.line, self.reader, self.usual = table, line, reader, usual
        self.outcomes: dict[int, str] = {}
        self.remarks: list[str] = []

    def first(self, field_name: str, parse: Callable[[CellValue], Any]) -> Any:
        """The first filled column of a field, parsed; None if none is filled. Columns of several years: newest
        first. '' stands for a number that is affirmed and not said: another column may say it."""
        columns, affirmed = self.table.newest_first(field_name), None
        for column in columns:
            value = self.first_of(column, parse)
            if value == "":
                affirmed = value
            elif value is not None:
                self.note_other_column(column, columns[0])
                return value
        return affirmed

    def note_other_column(self, column: int, first: int) -> None:
        """A figure of another year, or of another heading, stands in for the one that is blank."""
        headings = self.table.head.headings
        if column != first and self.table.head.meanings[column].field in COUNTED_FIELDS:
            text = _("“%(first)s” tidak berisi angka: dipakai “%(used)s”.")
            self.remarks.append(text % {"first": headings.get(first, ""), "used": headings.get(column, "")})

    def first_of(self, column: int, parse: Callable[[CellValue], Any]) -> Any:
        cell = self.line.cells.get(column, "")
        if cell == "":
            return None
        before = len(self.reader.errors)
        value = self.reader.read(self.line.number, column, cell, parse)
        wrong = len(self.reader.errors) > before
        absent = value is None and self.outcomes.get(column) != "value"
        self.outcomes[column] = "error" if wrong else "absent" if absent else "value"
        is_counted = self.table.head.meanings[column].field in COUNTED_FIELDS
        if value is not None and is_counted and isinstance(cell, str) and is_approximate(cell):
            self.remarks.append(_("“%(text)s” hanya kira-kira: dicatat angkanya.") % {"text": text_of(cell)[:40]})
        return value

    def refuse(self, column: int, message: str) -> None:
        """Make an error of a cell that was read as a value."""
        if self.outcomes.get(column) == "value":
            self.reader.add_error(self.line.number, column, self.line.cells[column], message)
            self.outcomes[column] = "error"
