"""A workbook's bytes to its cells, as JSON. Run apart by grid.py (sambang/lib/sandbox.py): imports nothing of ours.

Writes `{"error": …}` (locked, huge, broken, or large with the sheet's name) or `{"sheets": [{name, cells, merged}]}`;
a day or a moment is `{"day": …}`, `{"moment": …}`, `{"time": …}`, a length of time `{"seconds": …}`.
"""

from __future__ import annotations

import io
import json
import re
import runpy
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

BEGINNING_OF_XLS, FILEPASS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x002F  # [MS-XLS] 2.4.21, 2.4.117
ODS_MANIFEST = "META-INF/manifest.xml"
BINARY = "xl/workbook.bin"  # XLSB is not supported
DOCUMENTS = {"word/document.xml", "ppt/presentation.xml"}
OLD_DOCUMENTS = ("WordDocument", "PowerPoint Document")  # streams of DOC and PPT
CONTENT_PARTS, WORKBOOK_ENDINGS = {"[Content_Types].xml", "content.xml"}, (".xlsx", ".xls", ".ods", ".csv")
MAX_UNPACKED_SIZE = 300 * 1024 * 1024  # bytes inside an XLSX or ODS
MAX_ARCHIVE_PARTS = 2000
MAX_COMPRESSION_RATIO = 400  # of a part above MIN_CHECKED_SIZE; sheets of one repeated row reach 100
MIN_CHECKED_SIZE = 20 * 1024 * 1024
MAX_CELLS = 6_000_000
# A cell with content: one that is only formatted is not laid out.
CELL_PATTERN = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>(?!\s*</)")
WRONG_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<marks>[^>]*)(?<!/)>(?P<inside>(?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>", re.DOTALL
)
REFERENCE_PATTERN = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
VALUE_PATTERN = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'][^>]*>")
HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'][^>]*>")
ATTRIBUTE = re.compile(rb"(\w+)\s*=\s*[\"'](\d{1,7})[\"']")
SHEET_ID = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
COMMENT = re.compile(r"<(?:\w+:)?comment\b[^>]*\bref=\"([A-Z]+\d+)\"[^>]*>(.*?)</(?:\w+:)?comment>", re.DOTALL)
COMMENT_TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]*)</")
FONT = re.compile(rb"<(?:\w+:)?font>.*?</(?:\w+:)?font>|<(?:\w+:)?font/>", re.DOTALL)
STRUCK = re.compile(rb"<(?:\w+:)?strike(?!\s+val=\"(?:0|false)\")")
CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
FONT_OF_FORMAT, STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*\bfontId=\"(\d+)\""), re.compile(rb"\bs=\"(\d+)\"")
UNCOUNTED = "#RUMUS"  # in place of a formula without a result
REPEATED = re.compile(
    rb'number-columns-repeated="(\d{4,})"[^>]*[^>/]>'
    rb'|number-rows-repeated="(\d{5,})"[^>]*[^>/]>(?!\s*<table:table-cell[^>]*/>\s*</)'
)
ZIP = b"PK\x03\x04"
OLD_MARKS = runpy.run_path(str(Path(__file__).with_name("old_marks.py")))  # the sandbox has no path to our modules


class SheetPart(NamedTuple):
    xml: bytes
    comments: list[tuple[str, str]]
    struck: list[int]  # rows


class UnreadableWorkbookError(Exception):
    def __init__(self, kind: str, sheet: str = "") -> None:
        super().__init__(kind)
        self.answer = {"error": kind, "sheet": sheet}


def unpacked(content: bytes) -> list[dict[str, Any]]:
    """Every shown worksheet from A1. Raises Trouble."""
    if content.startswith(ZIP):
        refuse_bomb(content)
    elif is_locked(content):
        raise UnreadableWorkbookError("locked")
    elif any(name.encode("utf-16-le") in content for name in OLD_DOCUMENTS) and not has_workbook(content):
        raise UnreadableWorkbookError("document")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if content.startswith(ZIP):
            return sheets_of_book(book, sheet_parts(content), ods_marks(content))
        return sheets_of_book(book, {}, OLD_MARKS["marks_of_xls"](content, UNCOUNTED))
    except (UnreadableWorkbookError, MemoryError):
        raise
    except BaseException as wrong:  # calamine's own panics are no Exception; all mean: this is no readable workbook
        locked = "password" in str(wrong).lower() or "encrypt" in str(wrong).lower()
        raise UnreadableWorkbookError("locked" if locked else "broken") from None


def sheets_of_book(book: CalamineWorkbook, parts: dict[str, SheetPart], marks: dict[str, Any]) -> list[dict[str, Any]]:
    """Hidden sheets are listed and not read: they are old copies or lists of choices."""
    worksheets = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    visible = [about.name for about in worksheets if about.visible == SheetVisibleEnum.Visible]
    hidden = [about.name for about in worksheets if about.name not in visible]
    read = [with_marks(with_parts(sheet(book, name), parts.get(name)), marks.get(name)) for name in visible]
    return read + [{"name": name, "cells": [], "merged": [], "hidden": True} for name in hidden]


def is_locked(content: bytes) -> bool:
    """A locked XLSX is an OLE file with an encrypted package; a locked XLS says FILEPASS among its first records."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return True
    offset = content.find(BEGINNING_OF_XLS)
    for _record in range(20 if offset >= 0 else 0):
        kind, length = int.from_bytes(content[offset : offset + 2], "little"), content[offset + 2 : offset + 4]
        if kind == FILEPASS:
            return True
        offset += 4 + int.from_bytes(length, "little")
    return False


def has_workbook(content: bytes) -> bool:
    return any(name.encode("utf-16-le") + b"\0\0" in content for name in ("Workbook", "Book"))


def refuse_bomb(content: bytes) -> None:
    """Checks the declared sizes; the sandbox's memory limit catches false ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_entries(archive.infolist())
            names = archive.namelist()
            if ODS_MANIFEST in names and b"encryption-data" in archive.read(ODS_MANIFEST):
                raise UnreadableWorkbookError("locked")
            if any(has_too_many_cells(archive.read(name), name) for name in names if name.endswith(".xml")):
                raise UnreadableWorkbookError("huge")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, zlib.error):
        raise UnreadableWorkbookError("torn") from None


def refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableWorkbookError("locked")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_SIZE or any(map(is_decompression_bomb, entries)):
        raise UnreadableWorkbookError("huge")
    if len(entries) > MAX_ARCHIVE_PARTS:
        raise UnreadableWorkbookError("huge")
    if other := other_kind(names):
        raise UnreadableWorkbookError(other)
    if len(names) < len(entries):  # two parts of one name: two readers, two contents
        raise UnreadableWorkbookError("broken")


def other_kind(names: set[str]) -> str:
    """What an archive of these parts is if it is no XLSX or ODS; '' if it may be one."""
    if BINARY in names:
        return "binary"
    if names & DOCUMENTS:
        return "document"
    if any(name.endswith(".iwa") for name in names):
        return "apple"
    return "archive" if not names & CONTENT_PARTS and any(map(is_workbook_name, names)) else ""


def is_workbook_name(name: str) -> bool:
    return name.lower().endswith(WORKBOOK_ENDINGS)


def is_decompression_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(MIN_CHECKED_SIZE, MAX_COMPRESSION_RATIO * entry.compress_size)


def has_too_many_cells(part: bytes, name: str) -> bool:
    """Bounds the declared range: the reader allocates every cell up to the last one, and every copy of a repeated
    cell."""
    if name == "content.xml":
        return bool(REPEATED.search(part))
    rows = columns = 0
    for letters, row in CELL_PATTERN.findall(part):
        rows = max(rows, int(row))
        columns = max(columns, column_of(letters))
    return rows * columns > MAX_CELLS


def sheet(book: CalamineWorkbook, name: str) -> dict[str, Any]:
    worksheet = book.get_sheet_by_name(name)
    if worksheet.total_height * worksheet.total_width > MAX_CELLS:
        raise UnreadableWorkbookError("large", name)
    ranges = worksheet.merged_cell_ranges or []
    merged = [(top, left, bottom, right) for (top, left), (bottom, right) in ranges]
    return {"name": name, "cells": worksheet.to_python(skip_empty_area=False), "merged": merged}


def sheet_parts(content: bytes) -> dict[str, SheetPart]:
    """The XML of each sheet of an XLSX by its name."""
    parts: dict[str, SheetPart] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        targets = dict(relations(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")))
        for element in SHEET_ID.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
            marks = dict(re.findall(r"([\w:]+)\s*=\s*\"([^\"]*)\"", element))
            part = targets.get(marks.get("r:id", ""), "").removeprefix("/")
            part = part if part.startswith("xl/") else f"xl/{part}"
            if part in names:
                xml = archive.read(part)
                parts[unescape(marks.get("name", ""))] = SheetPart(
                    xml, comments(archive, part), struck_rows(archive, xml)
                )
    return parts


def comments(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str]]:
    """The comments of a sheet: cell and text."""
    folder, _slash, name = part.rpartition("/")
    beside = f"{folder}/_rels/{name}.rels"
    if beside not in archive.namelist():
        return []
    targets = [target for _id, target in relations(archive.read(beside).decode("utf-8", "replace"))]
    paths = [f"xl/{re.sub(r'^(/xl/|[.][.]/)', '', target)}" for target in targets if "/comments" in target]
    return [comment for path in paths if path in archive.namelist() for comment in comments_in(archive.read(path))]


def comments_in(part: bytes) -> Iterator[tuple[str, str]]:
    for reference, inside in COMMENT.findall(part.decode("utf-8", "replace")):
        yield reference, " ".join(unescape("".join(COMMENT_TEXT.findall(inside))).split())


def struck_rows(archive: zipfile.ZipFile, xml: bytes) -> list[int]:
    """The rows with a cell whose text is struck out."""
    styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
    if not (struck := struck_formats(styles)):
        return []
    cells = (cell["marks"] for cell in WRONG_CELL.finditer(xml))
    marked = (marks for marks in cells if (style := STYLE.search(marks)) and style[1] in struck)
    return sorted({int(reference[2]) for marks in marked if (reference := REFERENCE_PATTERN.search(marks))})


def struck_formats(styles: bytes) -> set[bytes]:
    """The numbers of the cell formats whose font is struck out."""
    fonts = {at for at, font in enumerate(FONT.findall(styles)) if STRUCK.search(font)}
    formats = CELL_FORMATS.search(styles)
    used = FONT_OF_FORMAT.findall(formats[1]) if formats else []
    return {str(at).encode() for at, font in enumerate(used) if int(font) in fonts}


def relations(text: str) -> list[tuple[str, str]]:
    marks = [
        dict(re.findall(r"([\w:]+)\s*=\s*\"([^\"]*)\"", element))
        for element in re.findall(r"<Relationship\b[^>]*>", text)
    ]
    return [(mark["Id"], mark["Target"]) for mark in marks if {"Id", "Target"} <= set(mark)]


def wrong_in(part: bytes) -> dict[tuple[int, int], str]:
    """Cells with an error (#N/A) or a formula without a result, which calamine returns as empty."""
    if b't="e"' not in part and b"<f" not in part:
        return {}
    wrong: dict[tuple[int, int], str] = {}
    for cell in WRONG_CELL.finditer(part):
        reference, text = REFERENCE_PATTERN.search(cell["marks"]), wrong_text(cell["marks"], cell["inside"])
        if reference and text:
            wrong[int(reference[2]) - 1, column_of(reference[1]) - 1] = text
    return wrong


def wrong_text(marks: bytes, inside: bytes) -> str:
    """The error of a cell, UNCOUNTED for a formula without a result, '' for anything else."""
    value = VALUE_PATTERN.search(inside)
    if b't="e"' in marks:
        return value[1].decode("utf-8", "replace") if value else UNCOUNTED
    # A formula whose result is an empty text says t="str".
    is_counted = b"<f" not in inside or b't="str"' in marks or (value is not None and bool(value[1]))
    return "" if is_counted else UNCOUNTED


def column_of(letters: bytes) -> int:
    """A is 1."""
    column = 0
    for mark in letters:
        column = column * 26 + mark - 64
    return column


def with_parts(stored: dict[str, Any], part: SheetPart | None) -> dict[str, Any]:
    """The sheet with its wrong cells, its comments and struck rows, and how many rows and columns Excel hides."""
    if part is None:
        return stored
    stored["comments"], stored["struck"] = part.comments, part.struck
    stored["hidden_rows"] = len(HIDDEN_ROW.findall(part.xml))
    spans = [dict(ATTRIBUTE.findall(element)) for element in HIDDEN_COLUMN.findall(part.xml)]
    width = max((len(row) for row in stored["cells"]), default=0)
    stored["hidden_columns"] = sum(
        max(0, min(int(span[b"max"]), width) - int(span[b"min"]) + 1) for span in spans if {b"min", b"max"} <= set(span)
    )
    return with_wrong_cells(stored, wrong_in(part.xml))


def ods_marks(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("content.xml") if "content.xml" in archive.namelist() else b""
    marks: dict[str, Any] = OLD_MARKS["marks_of_ods"](part)
    return marks


def with_marks(stored: dict[str, Any], marks: Any) -> dict[str, Any]:
    if marks is None:
        return stored
    stored["comments"], stored["struck"] = marks.comments, marks.struck
    return with_wrong_cells(stored, marks.wrong)


def with_wrong_cells(stored: dict[str, Any], wrong: dict[tuple[int, int], str]) -> dict[str, Any]:
    cells: list[list[Any]] = stored["cells"]
    width = max((len(row) for row in cells), default=0)
    for (row, column), text in wrong.items():
        if row < len(cells) and column < width and cells[row][column] == "":
            cells[row][column] = text
    return stored


def plain(value: object) -> dict[str, Any]:
    """Encodes types that JSON lacks."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    try:
        answer: dict[str, Any] = {"sheets": unpacked(sys.stdin.buffer.read())}
    except UnreadableWorkbookError as error:
        answer = error.answer
    json.dump(answer, sys.stdout, default=plain, ensure_ascii=False, separators=(",", ":"))
