"""A sheet's table: its headings, the meaning of each column, and its data rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

from sambang.imports.sheets.grid import CellValue, SheetGrid, column_letter
from sambang.imports.sheets.headings import Meaning, normalised_heading
from sambang.imports.sheets.results import SheetColumn
from sambang.imports.sheets.year_parts import incomplete_parts


@dataclass(frozen=True)
class ColumnNote:
    """The source of a column's meaning: "heading", "cells", "office" (choice in an earlier list), "clerk" (choice in
    this list) or "". `doubt`: why it is left aside although the heading names `doubted`."""

    basis: str = ""
    doubt: str = ""
    doubted: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """The headings of one table: rows `first` to `last` (from 0), and the meaning of each column that was known."""

    first: int
    last: int
    headings: dict[int, str]  # column → heading as written, parents first
    meanings: dict[int, Meaning]
    notes: dict[int, ColumnNote] = field(default_factory=dict)

    @property
    def fields(self) -> set[str]:
        return {meaning.field for meaning in self.meanings.values()} - {""}


@dataclass(frozen=True)
class DataRow:
    """One IKM's cells by column; `number` is the row as Excel counts, `block` the title of the block it stands in."""

    number: int
    cells: dict[int, CellValue]
    block: str = ""
    place: str = ""  # the block is a hamlet's, a village's or a district's
    places: dict[str, str] = field(default_factory=dict)  # kind (headings.PLACE_KINDS) → name, from the titles above
    continues: bool = False  # another product of the business in the row above
    only_name: bool = False  # nothing but a name is known of it
    lacks_number: bool = False  # though the others are numbered, and half of it is blank
    from_above: frozenset[int] = frozenset()  # blank columns of places that repeat the row above
    own: frozenset[int] = frozenset()  # the columns that are filled in this row itself, not by a merged cell


@dataclass(frozen=True)
class Table:
    grid: SheetGrid
    head: Head
    titles: list[str] = field(default_factory=list)

    @cached_property
    def _columns_by_field(self) -> dict[str, list[int]]:
        columns: dict[str, list[int]] = defaultdict(list)
        for column, meaning in self.head.meanings.items():
            columns[meaning.field].append(column)
        return dict(columns)

    @cached_property
    def _newest_first(self) -> dict[str, list[int]]:
        return {name: sorted(columns, key=self.order_of) for name, columns in self._columns_by_field.items()}

    def columns(self, field_name: str) -> list[int]:
        return self._columns_by_field.get(field_name, [])

    def newest_first(self, field_name: str) -> list[int]:
        """The columns of a field; of "Omset 2021", "Omset 2023" the newest first, and a year's before a month's."""
        return self._newest_first.get(field_name, [])

    def order_of(self, column: int) -> tuple[int, bool]:
        years = re.findall(r"(?<!\d)20\d{2}(?!\d)", self.head.headings.get(column, ""))
        return -int(years[-1]) if years else 0, self.head.meanings[column].times > 1

    def years_and_parts(self, field_name: str) -> tuple[list[int], list[int]]:
        """The columns of a field for a year, newest first; and those for the parts of the newest year."""
        columns = self.newest_first(field_name)
        parts = [column for column in columns if self.head.meanings[column].part]
        years = [column for column in columns if column not in parts]
        return years, [column for column in parts if self.order_of(column) == self.order_of(parts[0])]

    def with_complete_years(self) -> Table:
        """The table with the columns marked that are all parts of their year."""
        parts = {
            column: (meaning.field, meaning.part, self.order_of(column)[0])
            for column, meaning in self.head.meanings.items()
            if meaning.part
        }
        complete = parts.keys() - incomplete_parts(parts)
        marked = {column: replace(self.head.meanings[column], is_complete=True) for column in complete}
        return replace(self, head=replace(self.head, meanings=self.head.meanings | marked))

    def repeated(self, field_name: str) -> list[int]:
        """The columns of a field under one heading, counted or not: "Produk 1", "Produk 2"."""
        headings = {
            column: normalised_heading(self.head.headings.get(column, "")).rstrip(" 0123456789")
            for column in self.columns(field_name)
        }
        first = next(iter(headings.values()), "")
        return [column for column, heading in headings.items() if heading == first]

    def column_list(self) -> list[SheetColumn]:
        return [
            SheetColumn(
                self.grid.name,
                column_letter(column),
                self.head.last + 1,
                heading,
                (meaning := self.head.meanings.get(column, Meaning(""))).field,
                meaning.factor,
                **vars(self.head.notes.get(column, ColumnNote("heading" if column in self.head.meanings else ""))),
            )
            for column, heading in sorted(self.head.headings.items())
        ]
