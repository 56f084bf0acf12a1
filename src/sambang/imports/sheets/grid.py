"""The bytes of a file as sheets of cells. Workbooks are unpacked in a sandbox (unpack.py)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets.results import SheetError
from sambang.imports.sheets.web_tables import TableParser
from sambang.lib.sandbox import Failure, Limits, SandboxError, run_sandboxed
from sambang.lib.workbook_cells import column_letters

MAX_WORKBOOK_SIZE = 50 * 1024 * 1024  # bytes
MAX_COLUMNS = 200
MAX_MARKS = 20  # comments and struck rows that are named
SEPARATORS = ";,\t|"
HTML_ENTITY = re.compile(r"&(#\d{1,5}|[a-z]{2,6});")  # "Roti &amp; Kue", of a CSV that a web page wrote
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
UNPACK, UNPACK_LIMITS = Path(__file__).with_name("unpack.py"), Limits(megabytes=2048, seconds=60)
VALUE_PARSERS: dict[str, Callable[[Any], object]] = {
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda value: timedelta(seconds=value),
}

type CellValue = Any  # str, float, int, bool, date, datetime, time; "" for an empty one


@dataclass(frozen=True)
class SheetGrid:
    """One sheet from A1: `cells[row][column]`, and merged ranges as (top, left, bottom, right), all from 0."""

    name: str
    cells: list[list[CellValue]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_hidden: bool = False  # then it was not read
    left: str = ""  # the first column of a table that stands beside another
    widths: list[int] = field(default_factory=list)  # of a CSV: how many cells each row has
    remarks: tuple[str, ...] = ()
    is_turned: bool = False  # rows and columns are exchanged: see form_sheets

    def text(self, row: int, column: int) -> str:
        """'' for an empty cell and beyond the last one."""
        cells = self.cells[row] if row < len(self.cells) else []
        return text_of(cells[column]) if column < len(cells) and cells[column] != "" else ""

    def cell_name(self, row: int, column: int) -> str:
        """The name of a cell in the file; rows count from 1, columns from 0."""
        return f"{column_letter(row - 1)}{column + 1}" if self.is_turned else f"{column_letter(column)}{row}"

    def merged_range(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range that covers a cell."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left, bottom, right
        return None


def column_letter(column: int) -> str:
    """0 is A, 26 is AA."""
    return column_letters(column + 1)


def text_of(cell: CellValue) -> str:
    """A cell as text: 14111.0 is 14111, a date is ISO 8601."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else " ".join(str(cell).split())


def read_grids(content: bytes, filename: str) -> list[SheetGrid]:
    """Every sheet of an XLSX, XLS, ODS or CSV. Raises SheetError."""
    if not content.strip():
        raise SheetError(_("Berkas “%(name)s” kosong: pilih berkas yang berisi daftar IKM.") % {"name": filename})
    if len(content) > MAX_WORKBOOK_SIZE:
        raise SheetError(
            _("Berkas “%(name)s” lebih dari 50 MB: pisahkan menjadi beberapa berkas.") % {"name": filename}
        )
    if filename.startswith(("~$", ".~lock.")):
        raise SheetError(
            _("“%(name)s” hanya tanda bahwa berkasnya sedang dibuka: pilih berkas yang namanya tanpa awalan itu.")
            % {"name": filename}
        )
    if content.startswith((OLE, ZIP)):
        return _workbook(content, filename)
    if content.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise SheetError(_sentence("archive") % {"name": filename})
    beginning = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if beginning.startswith(b"mime-version:") or b"multipart/related" in beginning:
        content = _html_of_mhtml(content, filename)
        beginning = b"<"
    if beginning.startswith(b"<"):
        return _web_tables(content, filename)
    if _is_picture_or_text(content):
        raise SheetError(
            _(
                "“%(name)s” bukan buku kerja (tampaknya PDF, gambar, atau dokumen): simpan sebagai XLSX, lalu "
                "unggah lagi."
            )
            % {"name": filename}
        )
    if content.startswith(b"{") and b"docs.google.com" in content:
        raise SheetError(
            _("“%(name)s” hanya pintasan: di Google Sheets pilih Unduh, Microsoft Excel, lalu unggah hasilnya.")
            % {"name": filename}
        )
    return [_csv(content, filename)]


def _is_picture_or_text(content: bytes) -> bool:
    """PDF, RTF, or a picture or film, which a telephone makes."""
    begins = content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"BM", b"II*\0", b"MM\0*"))
    is_binary = b"\0" in content[:16]
    return (
        (begins and (is_binary or not content.startswith(b"BM"))) or content[4:8] == b"ftyp" or content[8:12] == b"WEBP"
    )


def _html_of_mhtml(content: bytes, filename: str) -> bytes:
    """The parts with tables of a web page that was saved as one file. Raises SheetError for a page without."""
    message = message_from_bytes(content, policy=policy.default)
    parts = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    pages = [part for part in parts if isinstance(part, bytes) and b"<table" in part.lower()]
    if not pages:
        raise SheetError(
            _("“%(name)s” adalah halaman web (MHTML) tanpa tabel: buka di Excel, simpan sebagai XLSX.")
            % {"name": filename}
        )
    return b"\n".join(pages)


def _web_tables(content: bytes, filename: str) -> list[SheetGrid]:
    """HTML or Excel's XML of 2003."""
    parser = TableParser()
    parser.feed(_decoded(content, filename))
    parser.close()
    if parser.too_large:
        raise SheetError(_sentence("huge") % {"name": filename})
    grids = []
    for name, rows, merged in parser.sheets:
        width = max((len(row) for row in rows), default=0)
        grids.append(_checked(SheetGrid(name, [row + [""] * (width - len(row)) for row in rows], merged)))
    if not grids:
        raise SheetError(
            _("“%(name)s” adalah halaman web atau XML tanpa tabel, bukan buku kerja: simpan sebagai XLSX.")
            % {"name": filename}
        )
    return grids


def _workbook(content: bytes, filename: str) -> list[SheetGrid]:
    unpacked = _unpacked(content)
    if kind := unpacked.get("error"):
        raise SheetError(_sentence(kind) % {"name": filename, "sheet": unpacked.get("sheet", "")})
    return [
        _checked(
            SheetGrid(
                sheet["name"],
                sheet["cells"],
                [(top, left, bottom, right) for top, left, bottom, right in sheet["merged"]],
                is_hidden=sheet.get("hidden", False),
                remarks=(*_hidden_parts(sheet), *_marks(sheet)),
            )
        )
        for sheet in unpacked["sheets"]
    ]


def _hidden_parts(sheet: dict[str, Any]) -> tuple[str, ...]:
    """A remark on rows and columns that Excel hides: they are read like the others."""
    rows, columns = sheet.get("hidden_rows", 0), sheet.get("hidden_columns", 0)
    text = _("Lembar “%(sheet)s” menyembunyikan %(rows)d baris dan %(columns)d kolom: isinya ikut dibaca.")
    return (text % {"sheet": sheet["name"], "rows": rows, "columns": columns},) if rows or columns else ()


def _marks(sheet: dict[str, Any]) -> Iterator[str]:
    """Remarks on what a person sees and no cell says: comments, and texts that are struck out."""
    if struck := sheet.get("struck"):
        text = _("Lembar “%(sheet)s”: tulisan di baris %(rows)s dicoret; dibaca seperti yang lain. Periksa artinya.")
        yield text % {"sheet": sheet["name"], "rows": ", ".join(map(str, struck[:MAX_MARKS]))}
    for cell, comment in sheet.get("comments", [])[:MAX_MARKS]:
        text = _("Lembar “%(sheet)s”, komentar di %(cell)s tidak disimpan: “%(text)s”.")
        yield text % {"sheet": sheet["name"], "cell": cell, "text": comment[:200]}


def _unpacked(content: bytes) -> dict[str, Any]:
    try:
        written = run_sandboxed(UNPACK, content, UNPACK_LIMITS)
    except SandboxError as wrong:
        return {"error": "huge" if wrong.failure is Failure.TOO_MUCH else "broken"}
    unpacked: dict[str, Any] = json.loads(written, object_hook=_decode_value)
    return unpacked


def _decode_value(stored: dict[str, Any]) -> Any:
    [(kind, value), *others] = stored.items()
    return VALUE_PARSERS[kind](value) if not others and kind in VALUE_PARSERS else stored


def _sentence(kind: str) -> str:
    return {
        "locked": _("“%(name)s” dikunci kata sandi: buka kuncinya di Excel, simpan, lalu unggah lagi."),
        "huge": _("Isi “%(name)s” terlalu besar untuk sebuah daftar IKM: pisahkan berkasnya."),
        "large": _("Lembar “%(sheet)s” terlalu besar: hapus baris dan kolom kosong di ujungnya."),
        "binary": _("“%(name)s” adalah buku kerja biner (XLSB): buka di Excel, simpan sebagai XLSX, lalu unggah lagi."),
        "document": _("“%(name)s” adalah dokumen, bukan buku kerja: salin tabelnya ke Excel, simpan sebagai XLSX."),
        "apple": _("“%(name)s” adalah berkas Numbers atau Pages: ekspor ke Excel (XLSX), lalu unggah hasilnya."),
        "archive": _("“%(name)s” adalah arsip: keluarkan isinya, lalu unggah buku kerja di dalamnya."),
        "torn": _("“%(name)s” rusak: unduh atau simpan ulang berkasnya."),
        "broken": _("“%(name)s” rusak atau bukan buku kerja: buka di Excel, simpan sebagai XLSX, lalu unggah lagi."),
    }[kind]


def _csv(content: bytes, filename: str) -> SheetGrid:
    try:
        rows = _csv_rows(_decoded(content, filename))
    except csv.Error:  # a cell longer than any text of a list: the file is something else
        raise SheetError(
            _("“%(name)s” bukan buku kerja atau CSV: simpan sebagai XLSX, lalu unggah lagi.") % {"name": filename}
        ) from None
    width = max((len(row) for row in rows), default=0)
    return _checked(
        SheetGrid("CSV", [row + [""] * (width - len(row)) for row in rows], widths=[len(row) for row in rows])
    )


def _csv_rows(text: str) -> list[list[CellValue]]:
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        separator, text = lines[0][4:5] or ",", "\n".join(lines[1:])
    else:
        separator = _separator(lines)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [[HTML_ENTITY.sub(lambda match: unescape(match[0]), cell) for cell in row] for row in reader]


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


def _checked(grid: SheetGrid) -> SheetGrid:
    used = max((column + 1 for row in grid.cells for column, cell in enumerate(row) if cell != ""), default=0)
    if used > MAX_COLUMNS:
        raise SheetError(
            _("Lembar “%(sheet)s” berisi lebih dari %(most)d kolom: sisakan kolom daftar IKM saja.")
            % {"sheet": grid.name, "most": MAX_COLUMNS}
        )
    return grid
