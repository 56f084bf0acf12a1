"""What a workbook without a list of IKM is, in words that tell the clerk what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import SheetGrid, text_of
from sambang.imports.sheets.headings import field_of, normalised_heading
from sambang.imports.sheets.single_column import is_single_column
from sambang.imports.sheets.sums import figure
from sambang.imports.sheets.table import Table

MIN_FIGURES = 2  # columns of numbers beside the places or industries of a summary
COUNTED_BY = frozenset({"village", "district", "regency", "hamlet", "commodity", "cluster", "product"})


def why_no_list(grids: list[SheetGrid], tables: list[Table]) -> str:
    """With a place for the file's `name`. `tables` hold members of groups only."""
    filled = [grid for grid in grids if any(map(any, grid.cells))]
    if tables:
        return _(
            "“%(name)s” hanya memuat kelompok atau anggotanya, bukan daftar IKM: unggah daftar IKM-nya, satu baris "
            "satu IKM, dengan alamat, HP, atau produknya."
        )
    if any(map(_is_summary, filled)):
        return _(
            "“%(name)s” adalah rekap: jumlah per desa, kecamatan, atau jenis industri, bukan daftar IKM. Unggah daftar "
            "yang menyebut setiap IKM di barisnya sendiri."
        )
    if filled and all(map(is_single_column, filled)):
        return _(
            "Semua isian “%(name)s” ada di satu kolom, seperti tempelan dari PDF: pisahkan di Excel (Data, Text to "
            "Columns), lalu unggah lagi."
        )
    return _(
        "Tidak ada tabel IKM di “%(name)s”: baris judul kolom harus memuat sedikitnya nama pemilik "
        "atau nama usaha, dan dua kolom lain seperti alamat, HP, atau produk."
    )


def _is_summary(grid: SheetGrid) -> bool:
    """Whether places or kinds of industry head rows that are otherwise numbers."""
    for row, cells in enumerate(grid.cells):
        if {field_of(normalised_heading(text_of(cell))) for cell in cells if isinstance(cell, str)} & COUNTED_BY:
            below = [_figures(line) for line in grid.cells[row + 1 :] if any(line)]
            if below and sum(figures >= MIN_FIGURES for figures in below) * 2 > len(below):
                return True
    return False


def _figures(cells: list[object]) -> int:
    """The numbers of a row in which they are the most; else 0."""
    filled = [cell for cell in cells if cell != ""]
    figures = sum(figure(cell) is not None for cell in filled)
    return figures if figures * 2 > len(filled) else 0
