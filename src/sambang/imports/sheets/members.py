"""Reads sheets that list the members of a kelompok and matches them to the rows of the register."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from sambang.imports.sheets import detail_values, phone_values, values
from sambang.imports.sheets.data_rows import split_rows
from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.results import CellCounts, CellError, LeftAside, MemberRow, RegisterRow
from sambang.imports.sheets.table import DataRow, Table
from sambang.imports.sheets.values import CellReader


class MemberLedger(Protocol):
    errors: list[CellError]
    aside: list[LeftAside]
    cells: CellCounts
    rows_in: int


def read_members(table: Table, rows: Sequence[RegisterRow], ledger: MemberLedger) -> list[MemberRow]:
    """The members of one sheet. A member that is not in the register is unmatched, which is an error."""
    reader = CellReader(table.grid)
    group = group_name(table)
    members = []
    split = split_rows(table)
    for line in split.data:
        name, business = _first_text(table, line, "owner"), _first_text(table, line, "name")
        match = match_member(rows, name=name, business=business, phone=_phone(table, line))
        if match is None:
            column = (table.columns("owner") or table.columns("name"))[0]
            message = _(
                "Anggota kelompok ini tidak ditemukan di daftar IKM: samakan nama atau nomor HP-nya, atau "
                "tambahkan di daftar."
            )
            reader.add_error(line.number, column, name or business, message)
        ledger.cells.values += len(line.own)
        members.append(MemberRow(table.grid.name, line.number, group, name or business, _office(table, line), match))
    ledger.errors += reader.errors
    ledger.aside += split.aside
    ledger.rows_in += len(split.data) + len(split.aside)
    return members


def _first_text(table: Table, line: DataRow, field: str) -> str:
    texts = (values.text_value(line.cells.get(column, "")) for column in table.columns(field))
    return next(filter(None, texts), "")


def _office(table: Table, line: DataRow) -> str:
    cells = (line.cells[column] for column in table.columns("office") if column in line.cells)
    return next((office for cell in cells if (office := detail_values.office(cell))), "member")


def _phone(table: Table, line: DataRow) -> str | None:
    for column in table.columns("phone"):
        try:
            return phone_values.phone(line.cells.get(column, ""))
        except ValueError:
            return None
    return None


def group_name(table: Table) -> str:
    """The first title that names a group, without brackets; else the sheet's name."""
    for title in table.titles:
        if re.search(r"kelompok|anggota|pengurus|kub\b|paguyuban", title.lower()):
            cleaned = re.sub(r"\(.*?\)", "", title)
            return (
                " ".join(re.sub(r"^(daftar |data |susunan )?(anggota|pengurus)\b:?", "", cleaned, flags=re.I).split())
                or table.grid.name
            )
    return table.grid.name


def match_member(rows: Sequence[RegisterRow], *, name: str, business: str, phone: str | None) -> int | None:
    """The index of the row of this member: same name (and business if both have one), else same phone."""
    same_name = _indexes(rows, lambda row: bool(name) and normalised_heading(row.owner) == normalised_heading(name))
    same_business = _indexes(
        rows, lambda row: bool(business) and normalised_heading(row.name) == normalised_heading(business)
    )
    same_phone = _indexes(rows, lambda row: bool(phone) and row.phone == phone)
    for candidates in (same_name & same_business, same_name & same_phone, same_name, same_business, same_phone):
        if len(candidates) == 1:
            return next(iter(candidates))
    return None


def _indexes(rows: Sequence[RegisterRow], matches: Callable[[RegisterRow], bool]) -> set[int]:
    return {index for index, row in enumerate(rows) if matches(row)}
