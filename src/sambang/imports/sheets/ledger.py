"""The ledger of a workbook: the outcome of every filled cell and row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, SheetGrid, column_letter, text_of
from sambang.imports.sheets.headings import Meaning
from sambang.imports.sheets.results import CellCounts, CellError, LeftAside
from sambang.imports.sheets.table import ColumnNote, DataRow, Table


@dataclass
class Ledger:
    """Counts every filled cell as value, error, heading or left aside (with the reason)."""

    errors: list[CellError] = field(default_factory=list)
    aside: list[LeftAside] = field(default_factory=list)
    cells: CellCounts = field(default_factory=CellCounts)
    rows_in: int = 0
    continued: int = 0

    def note_row(
        self, table: Table, line: DataRow, outcomes: dict[int, str], columns: Counter[tuple[int, str]]
    ) -> None:
        for column in line.own:
            outcome = outcomes.get(column, "")
            if outcome == "value":
                self.cells.values += 1
            elif outcome == "error":
                self.cells.errors += 1
            else:
                columns[column, outcome] += 1

    def close_table(self, table: Table, columns: Counter[tuple[int, str]]) -> None:
        for (column, outcome), count in sorted(columns.items()):
            heading = table.head.headings.get(column, "")
            text = f"{column_letter(column)} {heading}".strip()
            reason = _reason(table, column, outcome)
            self.aside.append(LeftAside(table.grid.name, 0, text, reason, count))

    def add_column_errors(self, table: Table) -> None:
        """Add an error for each column whose cells contradict its heading."""
        row = table.head.last + 1
        for column, note in sorted(table.head.notes.items()):
            if note.doubt:
                message = _(
                    "Kolom ini dikesampingkan: %(doubt)s (contoh: %(examples)s). Pilih artinya di “Arti setiap kolom”."
                ) % {"doubt": note.doubt, "examples": "; ".join(note.examples)}
                heading, cell = table.head.headings.get(column, ""), table.grid.cell_name(row, column)
                self.errors.append(CellError(table.grid.name, row, cell, heading, message))

    def close_sheet(self, grid: SheetGrid, tables: list[Table]) -> None:
        """Count headings, titles and the cells outside the tables."""
        if grid.is_hidden:
            self.aside.append(LeftAside(grid.name, 0, grid.name, _("lembar tersembunyi, tidak dibaca"), 0))
        filled = _count_filled(grid.cells)
        self.cells.filled += filled
        if filled and not tables:
            self.aside.append(LeftAside(grid.name, 0, grid.name, _("lembar ini bukan daftar IKM"), filled))
            return
        self.cells.headings += sum(_count_filled(table.grid.cells[: table.head.last + 1]) for table in tables)
        beside = filled - sum(_count_filled(table.grid.cells) for table in tables)
        if beside:
            self.aside.append(LeftAside(grid.name, 0, grid.name, _("di samping atau di bawah tabel"), beside))


def _count_filled(rows: list[list[CellValue]]) -> int:
    return sum(1 for row in rows for cell in row if cell != "" and text_of(cell) != "")


def _reason(table: Table, column: int, outcome: str) -> str:
    if outcome == "ragged":
        return _("baris ini lebih panjang daripada judul kolomnya: isinya mungkin tergeser")
    if outcome == "absent":
        return _("tidak menyebut nilai yang disimpan: tertulis kosong, belum ada, tanpa nomor, berlaku seumur hidup")
    note = table.head.notes.get(column, ColumnNote())
    return note.doubt or _reason_of_meaning(
        table.head.meanings.get(column), is_chosen=note.basis in {"clerk", "office"}
    )


def _reason_of_meaning(meaning: Meaning | None, *, is_chosen: bool) -> str:
    if meaning is None:
        return _("judul kolom tidak dikenal")
    if is_chosen and not meaning.field:
        return _("dikesampingkan atas pilihan kantor")
    if meaning.field == "number":
        return _("nomor urut")
    if meaning.field == "year":
        return _("“tahun” dapat berarti tahun data: tulis “Tahun Berdiri” bila itu maksudnya")
    if not meaning.field:
        return _("kolom dikenal, tetapi daftar IKM tidak menyimpannya")
    return _("isinya sudah diambil dari kolom lain, atau tidak disimpan untuk IKM")
