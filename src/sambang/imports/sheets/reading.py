"""From a file to a RegisterSheet: the one entrance of this package."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets import values
from sambang.imports.sheets.data_rows import data_rows
from sambang.imports.sheets.duplicates import sort_out_duplicates
from sambang.imports.sheets.grid import Cell, read_grids
from sambang.imports.sheets.heading_rows import find_table
from sambang.imports.sheets.members import read_members
from sambang.imports.sheets.results import Complaint, RegisterRow, RegisterSheet, SheetError
from sambang.imports.sheets.table import DataRow, Table
from sambang.imports.sheets.values import Reader

type Progress = Callable[[int, int], object]  # rows read so far, rows in all sheets
EVERY = 250  # rows between two words of progress
MOSTLY = 0.5  # a column filled in more than this share of rows is one that the office keeps


def read_register(source: bytes | Path, filename: str = "", *, progress: Progress | None = None) -> RegisterSheet:
    """Rows, members, duplicates and complaints of an office's list.

    `source` is the file's bytes or its path. A complaint never loses a row. Raises SheetError when the file is no
    list at all. `progress(read, total)` is called every few hundred rows.
    """
    if isinstance(source, Path):
        content, filename = _content_of(source), filename or source.name
    else:
        content, filename = source, filename or _("berkas")
    tables = [table for grid in read_grids(content, filename) if (table := find_table(grid))]
    registers = [table for table in tables if not _lists_members(table)]
    if not registers:
        raise SheetError(
            _(
                "Tidak ada tabel IKM di “%(name)s”: baris judul kolom harus memuat sedikitnya nama pemilik "
                "atau nama usaha, dan dua kolom lain seperti alamat, HP, atau produk."
            )
            % {"name": filename}
        )
    total = sum(len(table.grid.cells) for table in tables)
    rows, complaints = _read_tables(registers, total, progress)
    if not rows:
        raise SheetError(
            _(
                "Judul kolom di “%(name)s” terbaca, tetapi tidak ada satu pun IKM di bawahnya: bila isinya "
                "rumus, simpan sebagai nilai lalu unggah lagi."
            )
            % {"name": filename}
        )
    sheet = _with_members(tables, registers, rows, complaints)
    if progress:
        progress(total, total)
    return sheet


def _with_members(
    tables: list[Table], registers: list[Table], rows: list[RegisterRow], complaints: list[Complaint]
) -> RegisterSheet:
    kept, duplicates = sort_out_duplicates(rows)
    others = [table for table in tables if table not in registers]
    members = [member for table in others for member in read_members(table, kept, complaints)]
    return RegisterSheet(
        rows=tuple(kept),
        members=tuple(members),
        duplicates=tuple(duplicates),
        complaints=tuple(complaints),
        columns=tuple(column for table in tables for column in table.column_list()),
        titles=tuple(title for table in tables for title in table.titles),
    )


def _content_of(path: Path) -> bytes:
    if not path.is_file():
        raise SheetError(_("Berkas “%(name)s” tidak ditemukan: periksa nama dan tempatnya.") % {"name": path.name})
    return path.read_bytes()


def _read_tables(
    tables: list[Table], total: int, progress: Progress | None
) -> tuple[list[RegisterRow], list[Complaint]]:
    rows: list[RegisterRow] = []
    complaints: list[Complaint] = []
    begun = 0
    for table in tables:
        found, wrong = read_table(table, partial(_tell, progress, begun, total))
        begun += len(table.grid.cells)
        rows += found
        complaints += wrong
    return rows, complaints


def _tell(progress: Progress | None, begun: int, total: int, read: int) -> None:
    if progress:
        progress(begun + read, total)


def _lists_members(table: Table) -> bool:
    """A column of offices, or a short list of names under a title that speaks of members of a group."""
    if table.columns("office"):
        return True
    title = " ".join(table.titles).lower() + " " + table.grid.name.lower()
    return bool(re.search(r"anggota|pengurus|kelompok", title)) and len(table.head.fields - {"number"}) <= 4


def read_table(table: Table, tell: Callable[[int], object]) -> tuple[list[RegisterRow], list[Complaint]]:
    reader = Reader(table.grid.name)
    lines = list(data_rows(table))
    kept = _filled_shares(table, lines)
    usual = {
        column: _usual(table, lines, column) for column in table.columns("investment") + table.columns("annual_value")
    }
    rows: list[RegisterRow] = []
    for count, line in enumerate(lines, 1):
        row = _Row(table, line, reader, usual).read(kept)
        if line.continues and row is not None and rows:
            rows[-1] = _with_another_product(rows[-1], row)
        elif row is not None:
            rows.append(row)
        if count % EVERY == 0:
            tell(line.number)
    return rows, reader.complaints


def _with_another_product(row: RegisterRow, more: RegisterRow) -> RegisterRow:
    """Products side by side, values added; capacities too where they are of one unit."""
    products = dict.fromkeys(product for product in (row.product, more.product) if product)
    same_unit = row.unit == more.unit or more.unit is None
    return replace(
        row,
        product=", ".join(products) or None,
        capacity=_sum(row.capacity, more.capacity) if same_unit else row.capacity,
        annual_value=_sum(row.annual_value, more.annual_value),
    )


def _sum(first: int | None, second: int | None) -> int | None:
    return first if second is None else second + (first or 0)


def _filled_shares(table: Table, lines: list[DataRow]) -> dict[str, float]:
    """For each field, the share of rows in which some column of it holds something."""
    shares: dict[str, float] = {}
    for wanted in table.head.fields:
        columns = table.columns(wanted)
        filled = sum(
            any(column in line.cells and not values.is_absent(line.cells[column]) for column in columns)
            for line in lines
        )
        shares[wanted] = filled / len(lines) if lines else 0.0
    return shares


def _usual(table: Table, lines: list[DataRow], column: int) -> float | None:
    factor = table.head.meanings[column].factor
    numbers = [cell for line in lines if isinstance(cell := line.cells.get(column), int | float) and cell > 0]
    return float(median(numbers)) * factor if numbers else None


class _Row:
    """Reads one row's fields."""

    def __init__(self, table: Table, line: DataRow, reader: Reader, usual: dict[int, float | None]) -> None:
        self.table, self.line, self.reader, self.usual = table, line, reader, usual

    def first(self, wanted: str, parse: Callable[[Cell], Any]) -> Any:
        """The first column of a field that holds something, parsed; None where none does."""
        for column in self.table.columns(wanted):
            cell = self.line.cells.get(column, "")
            if cell != "" and (found := self.reader.read(self.line.number, column, cell, parse)) is not None:
                return found
        return None

    def names(self) -> tuple[str, str] | None:
        """Owner and business name, either standing in for the other; None where the row has neither."""
        both = self.first("owner_and_name", values.words)
        owner, name = self.first("owner", values.words) or both, self.first("name", values.words) or both
        if owner or name:
            return owner or name, name or owner
        return ("…", "…") if self.line.continues else None  # joined to the row above

    def read(self, kept: dict[str, float]) -> RegisterRow | None:
        names = self.names()
        if names is None:
            column = (self.table.columns("owner") or self.table.columns("name") or [0])[0]
            self.reader.complain(
                self.line.number,
                column,
                "",
                _("Baris ini berisi data tetapi nama pemilik dan nama usahanya kosong: isi salah satunya."),
            )
            return None
        owner, name = names
        product, commodity = self.first("product", values.words), self.first("commodity", values.words)
        commodity = commodity or self.line.block or None
        return RegisterRow(
            sheet=self.table.grid.name,
            row=self.line.number,
            name=name,
            owner=owner,
            nik=self.first("nik", values.nik),
            nib=self.first("nib", values.nib),
            npwp=self.first("npwp", values.npwp),
            phone=self.first("phone", values.phone),
            address=self.address(),
            village=self.first("village", values.words),
            district=self.first("district", values.words),
            regency=self.first("regency", values.words),
            gender=self.first("gender", values.gender),
            commodity=commodity,
            kbli=self.kbli(kept.get("kbli", 0.0)),
            kbli_version=next(
                (self.table.head.meanings[column].version for column in self.table.columns("kbli")), None
            ),
            product=product or commodity,
            marketing=self.first("marketing", values.words),
            established=self.first("established", values.year),
            **self.workers(),
            **self.production(),
        )

    def address(self) -> str | None:
        parts = [self.first("address", values.words), self.first("hamlet", values.words)]
        parts += [self.rt_or_rw(column) for column in self.table.columns("rt") if column in self.line.cells]
        address = ", ".join(filter(None, parts))
        # An address that names its place stays as it was written; a bare RT/RW needs the place of its block.
        if self.line.place and re.fullmatch(r"(rt|rw|[\s\d./,])*", address.lower()):
            address = ", ".join(filter(None, (address, self.line.place)))
        return address or None

    def rt_or_rw(self, column: int) -> str | None:
        """`3` under RW becomes `RW 3`; a text with letters or a slash stays as it was written."""
        text = values.words(self.line.cells[column])
        if not text or re.search(r"[a-z/]", text.lower()):
            return text
        heading = self.table.head.headings[column].lower()
        return f"RW {text}" if "rw" in heading and "rt" not in heading else f"RT {text}"

    def kbli(self, filled: float) -> str | None:
        code: str | None = self.first("kbli", values.kbli)
        columns = self.table.columns("kbli")
        if code is None and columns and filled > MOSTLY and values.is_absent(self.line.cells.get(columns[0], "")):
            self.reader.complain(
                self.line.number,
                columns[0],
                self.line.cells.get(columns[0], ""),
                _("KBLI kosong: isi lima angka kode usahanya seperti di surat NIB."),
            )
        return code

    def workers(self) -> dict[str, Any]:
        male, female = self.first("workers_male", values.people), self.first("workers_female", values.people)
        total = self.first("workers", values.people)
        split = self.first("workers_split", values.men_and_women)
        if isinstance(split, tuple):
            male, female = split
        elif split is not None:
            total = split
        if male is None and female is None:
            return {"workers_male": None, "workers_female": None, "workers": total}
        male, female = male or 0, female or 0
        # A total of nobody is a formula that was never counted.
        if total and total != male + female:
            column = self.table.columns("workers")[0]
            self.reader.complain(
                self.line.number,
                column,
                self.line.cells[column],
                _(
                    "Jumlah tenaga kerja %(total)d tidak sama dengan %(male)d laki-laki + %(female)d "
                    "perempuan: yang dipakai jumlah keduanya."
                )
                % {"total": total, "male": male, "female": female},
            )
        return {"workers_male": male, "workers_female": female, "workers": male + female}

    def production(self) -> dict[str, Any]:
        capacity, unit = None, self.first("unit", values.words)
        for column in self.table.columns("capacity"):
            meaning = self.table.head.meanings[column]
            if found := self.first_of(column, values.quantity(meaning.factor, unit)):
                capacity, unit = found[0], found[1] or meaning.unit
                break
        money: dict[str, int | None] = {}
        for wanted in ("investment", "annual_value"):
            money[wanted] = None
            for column in self.table.columns(wanted):
                meaning = self.table.head.meanings[column]
                if (
                    found := self.first_of(column, values.amount(meaning.factor, meaning.times, self.usual[column]))
                ) is not None:
                    money[wanted] = found
                    break
        return {"capacity": capacity, "unit": unit, **money}

    def first_of(self, column: int, parse: Callable[[Cell], Any]) -> Any:
        cell = self.line.cells.get(column, "")
        return None if cell == "" else self.reader.read(self.line.number, column, cell, parse)
