"""What a workbook without a list of IKM is, in words that tell the clerk what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import SheetGrid
from sambang.imports.sheets.single_column import is_single_column
from sambang.imports.sheets.summaries import heads_summary
from sambang.imports.sheets.table import Table


def why_no_list(grids: list[SheetGrid], tables: list[Table]) -> str:
    """With a place for the file's `name`. `tables` hold members of groups only."""
    filled = [grid for grid in grids if any(map(any, grid.cells))]
    if tables:
        return _(
            "“%(name)s” hanya memuat kelompok atau anggotanya, bukan daftar IKM: unggah daftar IKM-nya, satu baris "
            "satu IKM, dengan alamat, HP, atau produknya."
        )
    if any(heads_summary(grid, row) for grid in filled for row in range(len(grid.cells))):
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
