"""The filled rows of a workbook of monthly reports, and errors in its headings and rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets import CellError, SheetError
from sambang.imports.sheets.grid import SheetGrid, column_letter, read_grids

SYNONYMS = {
    "bulan": "month",
    "periode": "month",
    "ikm": "business",
    "nama ikm": "business",
    "nama usaha": "business",
    "produk": "product",
    "jenis produk": "product",
    "satuan": "unit",
    "jumlah": "quantity",
    "produksi": "quantity",
    "jumlah produksi": "quantity",
    "nilai (rp)": "value",
    "nilai": "value",
    "nilai produksi": "value",
    "catatan": "note",
    "keterangan": "note",
    "kode produk": "code",
    "kode": "code",
}


REQUIRED_FIELDS = ("month", "quantity")


MAX_WORKBOOK_ROWS = 50_000


LOOK_FOR_HEADINGS = 20  # rows


@dataclass(frozen=True)
class SourceRow:
    """One row of a sheet, with its position for error messages."""

    sheet: str
    row: int
    columns: dict[str, int]
    cells: Sequence[Any]

    def text(self, name: str) -> str:
        column = self.columns.get(name)
        return "" if column is None or column >= len(self.cells) else as_text(self.cells[column])

    @property
    def is_filled(self) -> bool:
        return bool(self.text("quantity") or self.text("value"))

    def error_in(self, name: str, message: str) -> CellError:
        column = self.columns.get(name, 0)
        return CellError(self.sheet, self.row, f"{column_letter(column)}{self.row}", self.text(name), message)


def as_text(value: Any) -> str:
    """A cell as text in Indonesian notation, so that the same parser reads numbers and texts."""
    if isinstance(value, float):  # four decimals: three would look like a thousands separator
        return f"{value:.0f}" if value == round(value) else f"{value:.4f}".replace(".", ",")
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return " ".join(str(value).split())


def _find_columns(grid: SheetGrid) -> tuple[int, dict[str, int]] | None:
    """The heading row and the column of each field; the first column if a field occurs twice."""
    for top, cells in enumerate(grid.cells[:LOOK_FOR_HEADINGS]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if name := SYNONYMS.get(as_text(cell).casefold()):
                columns.setdefault(name, at)
        if all(needed in columns for needed in REQUIRED_FIELDS):
            return top, columns
    return None


def _doubtful_headings(grid: SheetGrid, top: int) -> list[CellError]:
    """Errors for ambiguous headings: two columns of one field, or values in thousands."""
    first_cells: dict[str, str] = {}
    wrong = []
    for at, cell in enumerate(grid.cells[top]):
        heading = as_text(cell)
        name = SYNONYMS.get(heading.casefold(), "")
        where = f"{column_letter(at)}{top + 1}"
        if name in first_cells:
            message = _("Kolom “%(one)s” dan “%(other)s” berarti sama: sisakan satu.")
            texts = {"one": first_cells[name], "other": heading}
            wrong.append(CellError(grid.name, top + 1, where, heading, message % texts))
        elif not name and re.search(r"nilai.*(0{3}|ribu|juta)", heading.casefold()):
            message = _("Nilai harus dalam rupiah penuh: ubah judul dan isi kolom ini.")
            wrong.append(CellError(grid.name, top + 1, where, heading, message))
        elif name:
            first_cells[name] = heading
    return wrong


def _doubtful_row(source_row: SourceRow, grid: SheetGrid, top: int) -> CellError | None:
    if grid.widths and any(as_text(cell) for cell in source_row.cells[grid.widths[top] :]):
        message = _("Baris ini lebih panjang daripada judul kolomnya: beri tanda kutip pada angka yang berkoma.")
        return source_row.error_in("quantity", message)
    if not source_row.text("quantity"):
        return source_row.error_in("value", _("Nilai terisi tetapi Jumlah kosong: isi jumlahnya."))
    return None


def read_source_rows(workbook: bytes, filename: str, errors: list[CellError]) -> list[SourceRow]:
    """Rows with a filled Jumlah, of every sheet with the headings; errors are added to `errors`."""
    try:
        grids = read_grids(workbook, filename)
    except SheetError as error:
        errors.append(CellError("", 0, "", "", str(error)))
        return []
    source_rows: list[SourceRow] = []
    recognised = False
    for grid in grids:
        positions = _find_columns(grid)
        if positions is None:
            continue
        recognised = True
        top, columns = positions
        errors += _doubtful_headings(grid, top)
        below = enumerate(grid.cells[top + 1 :], start=top + 2)
        filled = [
            source_row for row, cells in below if (source_row := SourceRow(grid.name, row, columns, cells)).is_filled
        ]
        errors += [wrong for source_row in filled if (wrong := _doubtful_row(source_row, grid, top))]
        source_rows += [source_row for source_row in filled if source_row.text("quantity")]
    if not recognised:
        message = _(
            "Judul kolom tidak ditemukan: harus ada Bulan, IKM, Produk, Satuan, dan Jumlah. Unduh buku kerja "
            "kosong dari halaman ini."
        )
        errors.append(CellError("", 0, "", "", message))
    if len(source_rows) > MAX_WORKBOOK_ROWS:
        message = _("Terlalu banyak baris (%(count)d): bagi menjadi beberapa berkas.") % {"count": len(source_rows)}
        errors.append(CellError("", 0, "", "", message))
        return []
    return source_rows
