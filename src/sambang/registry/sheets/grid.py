"""A file's bytes as sheets of cells. Refuses what cannot be a list before anything is unpacked."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sambang.registry.sheets.results import SheetError

BEGINNING_OF_XLS, FILEPASS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x002F  # [MS-XLS] 2.4.21, 2.4.117
MANIFEST = "META-INF/manifest.xml"
LARGEST_FILE = 50 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 300 * 1024 * 1024  # bytes inside an XLSX or ODS
MOST_CELLS = 6_000_000
MOST_COLUMNS = 200
SEPARATORS = ";,\t|"
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
REPEATED = re.compile(
    rb'number-columns-repeated="(\d{4,})"[^>]*[^>/]>|number-rows-repeated="(\d{5,})"[^>]*[^>/]>(?!\s*<table:table-cell[^>]*/>\s*</)'
)
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
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"<")):
        raise SheetError(
            _(
                "“%(name)s” bukan buku kerja (tampaknya PDF, gambar, atau dokumen): simpan sebagai XLSX, lalu unggah lagi."
            )
            % {"name": filename}
        )
    return [_csv(content, filename)]


def _workbook(content: bytes, filename: str) -> list[Grid]:
    if content.startswith(ZIP):
        _refuse_bomb(content, filename)
    if content.startswith(OLE) and _is_locked(content):
        raise SheetError(
            _("“%(name)s” dikunci kata sandi: buka kuncinya di Excel, simpan, lalu unggah lagi.") % {"name": filename}
        )
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        # What the office hid is an old copy or a list of choices, not its register.
        shown = [
            about.name
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible
        ]
        return [_sheet(book, name) for name in shown]
    except SheetError:
        raise
    except BaseException as wrong:  # calamine's own panics are no Exception; all mean: this is no readable workbook
        if isinstance(wrong, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if "password" in str(wrong).lower() or "encrypt" in str(wrong).lower():
            message = _("“%(name)s” dikunci kata sandi: buka kuncinya di Excel, simpan, lalu unggah lagi.")
        else:
            message = _("“%(name)s” rusak atau bukan buku kerja: buka di Excel, simpan sebagai XLSX, lalu unggah lagi.")
        raise SheetError(message % {"name": filename}) from None


def _is_locked(content: bytes) -> bool:
    """A locked XLSX is an OLE file with an encrypted package; a locked XLS says FILEPASS among its first records."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return True
    place = content.find(BEGINNING_OF_XLS)
    for _record in range(20 if place >= 0 else 0):
        kind, length = int.from_bytes(content[place : place + 2], "little"), content[place + 2 : place + 4]
        if kind == FILEPASS:
            return True
        place += 4 + int.from_bytes(length, "little")
    return False


def _refuse_bomb(content: bytes, filename: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            locked = any(entry.flag_bits & 1 for entry in entries) or (
                MANIFEST in archive.namelist() and b"encryption-data" in archive.read(MANIFEST)
            )
            # Entries are opened one by one and only after the whole is known to be small.
            huge = sum(entry.file_size for entry in entries) > LARGEST_UNPACKED or (
                not locked and any(_reaches_too_far(archive, entry.filename) for entry in entries)
            )
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error):
        raise SheetError(_("“%(name)s” rusak: unduh atau simpan ulang berkasnya.") % {"name": filename}) from None
    if locked:
        raise SheetError(
            _("“%(name)s” dikunci kata sandi: buka kuncinya, simpan, lalu unggah lagi.") % {"name": filename}
        )
    if huge:
        raise SheetError(
            _("Isi “%(name)s” terlalu besar untuk sebuah daftar IKM: pisahkan berkasnya.") % {"name": filename}
        )


def _reaches_too_far(archive: zipfile.ZipFile, name: str) -> bool:
    """One cell in the last corner makes the reader lay out every cell before it, and a repeated cell is all its copies."""
    if name == "content.xml":
        return bool(REPEATED.search(archive.read(name)))
    if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
        return False
    rows = columns = 0
    for letters, row in CELL.findall(archive.read(name)):
        rows = max(rows, int(row))
        column = 0
        for mark in letters:
            column = column * 26 + mark - 64
        columns = max(columns, column)
    return rows * columns > MOST_CELLS


def _sheet(book: CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise SheetError(
            _("Lembar “%(sheet)s” terlalu besar: hapus baris dan kolom kosong di ujungnya.") % {"sheet": name}
        )
    cells: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    ranges = sheet.merged_cell_ranges or []
    return _checked(Grid(name, cells, [(top, left, bottom, right) for (top, left), (bottom, right) in ranges]))


def _csv(content: bytes, filename: str) -> Grid:
    try:
        rows = _csv_rows(_decoded(content, filename))
    except csv.Error:  # a cell longer than any text of a list: the file is something else
        raise SheetError(
            _("“%(name)s” bukan buku kerja atau CSV: simpan sebagai XLSX, lalu unggah lagi.") % {"name": filename}
        ) from None
    width = max((len(row) for row in rows), default=0)
    return _checked(Grid("CSV", [row + [""] * (width - len(row)) for row in rows]))


def _csv_rows(text: str) -> list[list[Cell]]:
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        separator, text = lines[0][4:5] or ",", "\n".join(lines[1:])
    else:
        separator = _separator(lines)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _decoded(content: bytes, filename: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    beginning = content[:400]
    if beginning.count(0) * 3 > len(beginning):  # UTF-16 without its mark: every other byte is zero
        return content.decode("utf-16-le" if beginning[1] == 0 else "utf-16-be", errors="replace")
    if b"\x00" in content:
        raise SheetError(
            _("“%(name)s” bukan buku kerja atau CSV: simpan sebagai XLSX, lalu unggah lagi.") % {"name": filename}
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
