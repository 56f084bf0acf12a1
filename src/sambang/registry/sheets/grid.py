"""A file's bytes as sheets of cells. Refuses what cannot be a list before anything is unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from sambang.registry.sheets.results import SheetError

LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 300 * 1024 * 1024  # bytes inside an XLSX or ODS
MOST_CELLS = 6_000_000
MOST_COLUMNS = 200
SEPARATORS = ";,\t|"
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"

type Cell = Any  # str, float, int, bool, date, datetime, time; "" for an empty one


@dataclass(frozen=True)
class Grid:
    """One sheet from A1: `cells[row][column]`, and merged ranges as (top, left, bottom, right), all from 0."""

    name: str
    cells: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_grids(content: bytes, filename: str) -> list[Grid]:
    """Every sheet of an XLSX, XLS, ODS or CSV. Raises SheetError."""
    if not content.strip():
        raise SheetError(_("Berkas “%(name)s” kosong: pilih berkas yang berisi daftar IKM.") % {"name": filename})
    if len(content) > LARGEST_FILE:
        raise SheetError(
            _("Berkas “%(name)s” lebih dari 50 MB: pisahkan menjadi beberapa berkas.") % {"name": filename}
        )
    if content.startswith((OLE, ZIP)):
        return _workbook(content, filename)
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8")):
        raise SheetError(
            _(
                "“%(name)s” bukan lembar kerja (tampaknya PDF, gambar, atau dokumen): simpan sebagai XLSX, lalu unggah lagi."
            )
            % {"name": filename}
        )
    return [_csv(content, filename)]


def _workbook(content: bytes, filename: str) -> list[Grid]:
    if content.startswith(ZIP):
        _refuse_bomb(content, filename)
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in content[:65536]:
        raise SheetError(
            _("“%(name)s” dikunci kata sandi: buka kuncinya di Excel, simpan, lalu unggah lagi.") % {"name": filename}
        )
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet(book, name, filename) for name in book.sheet_names]
    except SheetError:
        raise
    except Exception as wrong:  # calamine raises several kinds, all of which mean: this is no readable workbook
        if "password" in str(wrong).lower() or "encrypt" in str(wrong).lower():
            message = _("“%(name)s” dikunci kata sandi: buka kuncinya di Excel, simpan, lalu unggah lagi.")
        else:
            message = _(
                "“%(name)s” rusak atau bukan lembar kerja: buka di Excel, simpan sebagai XLSX, lalu unggah lagi."
            )
        raise SheetError(message % {"name": filename}) from None


def _refuse_bomb(content: bytes, filename: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise SheetError(_("“%(name)s” rusak: unduh atau simpan ulang berkasnya.") % {"name": filename}) from None
    if unpacked > LARGEST_UNPACKED:
        raise SheetError(
            _("Isi “%(name)s” terlalu besar untuk sebuah daftar IKM: pisahkan berkasnya.") % {"name": filename}
        )


def _sheet(book: CalamineWorkbook, name: str, filename: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise SheetError(
            _("Lembar “%(sheet)s” terlalu besar: hapus baris dan kolom kosong di ujungnya.") % {"sheet": name}
        )
    cells: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    ranges = sheet.merged_cell_ranges or []
    return _checked(Grid(name, cells, [(top, left, bottom, right) for (top, left), (bottom, right) in ranges]))


def _csv(content: bytes, filename: str) -> Grid:
    text = _decoded(content, filename)
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        separator, text = lines[0][4:5] or ",", "\n".join(lines[1:])
    else:
        separator = _separator(lines)
    rows: list[list[Cell]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    width = max((len(row) for row in rows), default=0)
    return _checked(Grid("CSV", [row + [""] * (width - len(row)) for row in rows]))


def _decoded(content: bytes, filename: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise SheetError(
            _("“%(name)s” bukan lembar kerja atau CSV: simpan sebagai XLSX, lalu unggah lagi.") % {"name": filename}
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _separator(lines: list[str]) -> str:
    """The separator that splits most lines into the same, largest number of parts."""
    sample = [line for line in lines[:60] if line.strip()]

    def weight(separator: str) -> int:
        counts = [
            row_parts
            for row_parts in (len(next(csv.reader([line], delimiter=separator))) for line in sample)
            if row_parts > 2
        ]
        return max((counts.count(parts) * parts for parts in set(counts)), default=0)

    weighed: Callable[[str], int] = weight
    return max(SEPARATORS, key=weighed)


def _checked(grid: Grid) -> Grid:
    used = max((column + 1 for row in grid.cells for column, cell in enumerate(row) if cell != ""), default=0)
    if used > MOST_COLUMNS:
        raise SheetError(
            _("Lembar “%(sheet)s” berisi lebih dari %(most)d kolom: sisakan kolom daftar IKM saja.")
            % {"sheet": grid.name, "most": MOST_COLUMNS}
        )
    return grid
