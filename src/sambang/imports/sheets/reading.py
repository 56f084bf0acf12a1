"""Reads a file as a RegisterSheet."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from django.utils.translation import gettext as _

from sambang.imports.sheets import values
from sambang.imports.sheets.column_meanings import ColumnChoices, weigh_columns
from sambang.imports.sheets.continued_sheets import with_continued
from sambang.imports.sheets.data_rows import split_rows
from sambang.imports.sheets.duplicates import find_duplicates
from sambang.imports.sheets.form_sheets import form_tables
from sambang.imports.sheets.grid import SheetGrid, read_grids, text_of
from sambang.imports.sheets.heading_rows import find_tables
from sambang.imports.sheets.headings import MONEY
from sambang.imports.sheets.ledger import Ledger
from sambang.imports.sheets.members import read_members
from sambang.imports.sheets.product_rows import product_rows
from sambang.imports.sheets.refusals import why_no_list
from sambang.imports.sheets.results import LeftAside, ProductCells, RegisterRow, RegisterSheet, SheetError
from sambang.imports.sheets.row_reader import RowReader
from sambang.imports.sheets.similarity import MAX_OWNERS
from sambang.imports.sheets.single_column import divided
from sambang.imports.sheets.table import DataRow, Table
from sambang.imports.sheets.values import CellReader
from sambang.lib.progress import Progress, no_progress

MAX_MEMBER_FIELDS = 4  # a table with more known columns is a register
PROGRESS_ROWS = 250  # rows between two calls of progress
MAX_REMARKS = 20  # of one kind
COLOUR_LEGEND = re.compile(
    r"\b(merah|kuning|hijau|biru|abu[ -]?abu|oranye|orange|ungu|warna \w+|blok|arsir\w*)\s*"
    r"(=|:|adalah\b|berarti\b|artinya\b)",
    re.I,
)


def read_register(
    source: bytes | Path, filename: str = "", *, progress: Progress = no_progress, choices: ColumnChoices | None = None
) -> RegisterSheet:
    """Rows, members, duplicates and errors of an office's list.

    `source` is the file's bytes or its path; `choices` are the fields that people chose for columns. An error never
    loses a row. Raises SheetError when the file is no list at all. `progress(read, total)` is called every few
    hundred rows.
    """
    filename = filename or (source.name if isinstance(source, Path) else _("berkas"))
    grids = list(map(divided, read_grids(_content_of(source), filename)))
    tables_by_sheet = _tables_by_sheet(grids, choices or ColumnChoices())
    tables = [table for of_sheet in tables_by_sheet for table in of_sheet]
    registers = [table for table in tables if not _lists_members(table)]
    if not registers:
        raise SheetError(why_no_list(grids, tables) % {"name": filename})
    total = sum(len(table.grid.cells) for table in tables)
    ledger = Ledger()
    rows = _read_tables(registers, total, progress, ledger)
    if not rows:
        raise SheetError(_refusal_without_rows() % {"name": filename})
    for grid, of_sheet in zip(grids, tables_by_sheet, strict=True):
        ledger.close_sheet(grid, of_sheet)
    sheet = _with_members(tables, registers, rows, ledger)
    _report(progress, 0, total, total)
    return replace(sheet, remarks=_remarks(grids, tables, rows), filename=filename)


def _tables_by_sheet(grids: list[SheetGrid], choices: ColumnChoices) -> list[list[Table]]:
    """Lists; or forms, where no sheet of the workbook holds a list."""
    tables = with_continued(grids, [find_tables(grid) for grid in grids])
    if not any(tables):
        tables = [form_tables(grid) for grid in grids]
    return [[weigh_columns(table.with_complete_years(), choices) for table in of_sheet] for of_sheet in tables]


def _remarks(grids: list[SheetGrid], tables: list[Table], rows: list[RegisterRow]) -> tuple[str, ...]:
    continued = [table.grid for table in tables if table.head.last < 0]
    others = [grid for grid in grids if grid.name not in {grid.name for grid in continued}]
    remarks = (remark for grid in (*others, *continued) for remark in (*grid.remarks, *_colour_legend(grid)))
    same = (remark for table in tables for remark in _same_meanings(table))
    turned = _("Berkas ini berbentuk formulir, satu IKM sekolom: “baris 3” berarti kolom ketiga (C) di lembarnya.")
    is_turned = any(table.grid.is_turned for table in tables)
    return (*remarks, *same, *([turned] if is_turned else []), *_shared_phones(rows))


def _same_meanings(table: Table) -> Iterator[str]:
    """A remark on columns of one meaning between which neither a year nor a month decides: before and after."""
    text = _("“%(others)s” artinya sama dengan “%(used)s”, yang dipakai. Bila keliru, pilih di “Arti setiap kolom”.")
    for name in ("investment", "annual_value", "capacity", "workers"):
        first, *others = table.newest_first(name) or [0]
        equal = [column for column in others if table.order_of(column) == table.order_of(first)]
        headings = [table.head.headings.get(column, "") for column in equal if column not in table.repeated(name)]
        if headings:
            yield text % {"others": "”, “".join(headings), "used": table.head.headings.get(first, "")}


def _colour_legend(grid: SheetGrid) -> list[str]:
    """A remark where the sheet says what its colours mean."""
    texts = [
        text_of(cell) for row in grid.cells for cell in row if isinstance(cell, str) and COLOUR_LEGEND.search(cell)
    ]
    text = _("Lembar “%(sheet)s” memberi arti pada warna (“%(legend)s”): warna tidak dibaca. Periksa barisnya.")
    return [text % {"sheet": grid.name, "legend": legend[:100]} for legend in texts[:1]]


def _refusal_without_rows() -> str:
    return _(
        "Judul kolom di “%(name)s” terbaca, tetapi tidak ada satu pun IKM di bawahnya: bila isinya "
        "rumus, simpan sebagai nilai lalu unggah lagi."
    )


def _with_members(
    tables: list[Table], registers: list[Table], rows: list[RegisterRow], ledger: Ledger
) -> RegisterSheet:
    unique_rows, duplicates = find_duplicates(rows)
    others = [table for table in tables if table not in registers]
    members = [member for table in others for member in read_members(table, unique_rows, ledger)]
    for table in tables:
        ledger.add_column_errors(table)
    ledger.cells.left_aside = sum(item.cells for item in ledger.aside)
    return RegisterSheet(
        rows=tuple(unique_rows),
        members=tuple(members),
        duplicates=tuple(duplicates),
        errors=tuple(ledger.errors),
        columns=tuple(column for table in tables for column in table.column_list()),
        left_aside=tuple(ledger.aside),
        cells=ledger.cells,
        rows_in=ledger.rows_in,
        continued=ledger.continued,
        titles=tuple(title for table in tables for title in table.titles),
    )


def _shared_phones(rows: list[RegisterRow]) -> list[str]:
    """A remark for each telephone that is given for several owners: it identifies none of them."""
    owners: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.phone:
            owners[row.phone].setdefault(row.owner.casefold(), row.row)
    text = _("Satu nomor HP ditulis untuk %(count)d pemilik (baris %(rows)s): dicatat sebagai IKM yang berbeda.")
    shared = [
        list(owners_of_phone.values()) for owners_of_phone in owners.values() if len(owners_of_phone) > MAX_OWNERS
    ]
    return [
        text % {"count": len(owners_of_phone), "rows": ", ".join(map(str, owners_of_phone[:10]))}
        for owners_of_phone in shared[:MAX_REMARKS]
    ]


def _content_of(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    if not source.is_file():
        raise SheetError(_("Berkas “%(name)s” tidak ditemukan: periksa nama dan tempatnya.") % {"name": source.name})
    return source.read_bytes()


def _read_tables(tables: list[Table], total: int, progress: Progress, ledger: Ledger) -> list[RegisterRow]:
    rows: list[RegisterRow] = []
    begun = 0
    for table in tables:
        rows += read_office_table(table, partial(_report, progress, begun, total), ledger)
        begun += len(table.grid.cells)
    return rows


def _report(progress: Progress, begun: int, total: int, read: int) -> None:
    progress(begun + read, total)


def _lists_members(table: Table) -> bool:
    """A short list of names under a title that speaks of members of a group, or one with offices such as *ketua*."""
    title = " ".join(table.titles).lower() + " " + table.grid.name.lower()
    short = len(table.head.fields - {"number", "office", "group"}) <= MAX_MEMBER_FIELDS
    if not short or table.grid.is_turned:
        return False
    if re.search(r"anggota|pengurus|kelompok", title):
        return True
    offices = [
        text_of(row[column]).lower()
        for column in table.columns("office")
        for row in table.grid.cells[table.head.last + 1 :]
        if column < len(row)
    ]
    return any(re.search(r"ketua|wakil|sekretaris|bendahara", text) for text in offices)


def read_office_table(table: Table, report: Callable[[int], object], ledger: Ledger) -> list[RegisterRow]:
    reader = CellReader(table.grid)
    split = split_rows(table)
    filled_shares = _filled_shares(table, split.data)
    usual = {column: _usual(table, split.data, column) for name in MONEY for column in table.columns(name)}
    ragged = _ragged(table)
    rows: list[RegisterRow] = []
    columns: Counter[tuple[int, str]] = Counter()
    for count, line in enumerate(split.data, 1):
        row, outcomes = _read_row(table, line, (reader, usual), filled_shares, is_ragged=line.number in ragged)
        ledger.note_row(table, line, outcomes, columns)
        if line.continues and row is not None and rows:
            rows[-1] = _with_another_product(rows[-1], row)
            ledger.continued += 1
        elif row is not None:
            rows.append(row)
        else:
            ledger.aside.append(LeftAside(table.grid.name, line.number, "", _("tanpa nama: lihat keluhan"), 0))
        if count % PROGRESS_ROWS == 0:
            report(line.number)
    text = _("Baris ini di bawah tabel, sesudah baris kosong: bila ini IKM, pindahkan ke dalam tabel.")
    for index, column in split.doubtful:
        reader.add_error(index + 1, column, table.grid.cells[index][column], text)
    ledger.rows_in += len(split.data) + len(split.aside)
    ledger.errors += reader.errors
    ledger.aside += split.aside
    ledger.close_table(table, columns)
    return rows


def _read_row(
    table: Table,
    line: DataRow,
    reading: tuple[CellReader, dict[int, float | None]],
    filled_shares: dict[str, float],
    *,
    is_ragged: bool,
) -> tuple[RegisterRow | None, dict[int, str]]:
    """The row with all its products, and the outcome of each of its cells."""
    first, *further = [
        RowReader(table, part, *reading) for part in ([line] if is_ragged else product_rows(table, line))
    ]
    if is_ragged:
        first.read_names_only()
    row = first.read(filled_shares)
    outcomes = dict(first.outcomes)
    for row_reader in further:
        more = row_reader.read(filled_shares)
        outcomes |= {
            column: outcome for column, outcome in row_reader.outcomes.items() if outcomes.get(column) != "error"
        }
        row = _with_another_product(row, more) if row and more else row
    return row, outcomes


def _ragged(table: Table) -> set[int]:
    """Rows of a CSV with more cells than its headings: somewhere a comma inside a cell was not quoted."""
    widths = table.grid.widths
    if not widths:
        return set()
    width = max(widths[table.head.first : table.head.last + 1])
    rows = range(table.head.last + 1, min(len(widths), len(table.grid.cells)))
    return {row + 1 for row in rows if any(cell != "" for cell in table.grid.cells[row][width:])}


def _with_another_product(row: RegisterRow, more: RegisterRow) -> RegisterRow:
    product = ProductCells(more.product or _("produk lain"), more.unit, more.capacity, more.annual_value)
    return replace(row, more_products=(*row.more_products, product))


def _filled_shares(table: Table, lines: list[DataRow]) -> dict[str, float]:
    """For each field, the share of rows with a filled column."""
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
    numbers = [number for line in lines if (number := values.plain_number(line.cells.get(column, "")))]
    return float(median(numbers)) * factor if numbers else None
