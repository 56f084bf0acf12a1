"""What calamine does not return of XLS and ODS: errors of cells (XLS), comments, and rows with struck texts.

Loaded by unpack.py in its sandbox: imports nothing of ours.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any, NamedTuple

END_OF_CHAIN, MIN_STREAM_SIZE, SMALL_SECTOR = 0xFFFFFFFA, 4096, 64  # [MS-CFB]
# Records of [MS-XLS] 2.3.
BEGIN_RECORD, END_RECORD, CONTINUE_RECORD, FONT_RECORD, FORMAT_RECORD = 0x0809, 0x000A, 0x003C, 0x0031, 0x00E0
SHEET_RECORD, ERROR_RECORD, FORMULA_RECORD = 0x0085, 0x0205, 0x0006
NOTE_RECORD, OBJECT_RECORD, TEXT_OBJECT_RECORD = 0x001C, 0x005D, 0x01B6
CELL_RECORDS = {ERROR_RECORD, FORMULA_RECORD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x027E}
MULTIPLE_CELLS_RECORD = 0x00BD
RESULT_IS_ERROR, STRUCK_OUT, MISSING_FONT = 2, 0x0008, 4  # no font has the number 4
XLS_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
ODS_TAG = re.compile(
    rb"<(/?)(table:(?:covered-)?table-cell|table:table-row|table:table|office:annotation|text:span)(?=[\s/>])"
    rb"([^>]*?)(/?)>"
)
ODS_STYLE = re.compile(rb"<style:style\b([^>]*[^/>])>(.*?)</style:style>", re.DOTALL)
STRUCK_STYLE = re.compile(rb"text-line-through-(?:style|type)=\"(?!none)")
PARAGRAPH = re.compile(rb"<text:p\b[^>]*>(.*?)</text:p>", re.DOTALL)


class Marks(NamedTuple):
    """Of one sheet. `wrong`: row and column, from 0, of the cells that are an error; rows in `struck` count from 1."""

    wrong: dict[tuple[int, int], str]
    comments: list[tuple[str, str]]
    struck: list[int]


def marks_of_xls(content: bytes, uncounted: str) -> dict[str, Marks]:
    """By sheet; without what cannot be told. `uncounted`: the text of an unknown error."""
    stream = unless_broken(b"", workbook_stream, content)
    formats = unless_broken(set[int](), xls_struck_formats, stream)
    none: list[tuple[str, int]] = []
    return {
        name: Marks(
            unless_broken({}, errors_from, stream, offset, uncounted),
            unless_broken([], comments_from, stream, offset),
            unless_broken([], xls_struck_rows, stream, offset, formats),
        )
        for name, offset in unless_broken(none, sheet_offsets, stream)
    }


def unless_broken[T](otherwise: T, read: Callable[..., T], *arguments: Any) -> T:
    try:
        return read(*arguments)
    except (IndexError, struct.error, UnicodeDecodeError, ValueError):
        return otherwise


def workbook_stream(content: bytes) -> bytes:
    """The stream of the workbook inside the compound file. Raises ValueError, IndexError or struct.error."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    count, directory_start = struct.unpack_from("<I", content, 44)[0], struct.unpack_from("<I", content, 48)[0]
    tables = struct.unpack_from("<109I", content, 76)[:count]
    fat = [entry for table in tables for entry in struct.unpack_from(f"<{size // 4}I", content, (table + 1) * size)]

    def stream(sector: int) -> bytes:
        return chained(content[size:], size, fat, sector)

    directory = stream(directory_start)
    for at in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        if directory[at : at + max(length - 2, 0)].decode("utf-16-le") in {"Workbook", "Book"}:
            start, end = struct.unpack_from("<2I", directory, at + 116)
            if end >= MIN_STREAM_SIZE:
                return stream(start)[:end]
            table = stream(struct.unpack_from("<I", content, 60)[0])
            small_fat = list(struct.unpack(f"<{len(table) // 4}I", table))
            small = stream(struct.unpack_from("<I", directory, 116)[0])  # small streams are parts of the first entry's
            return chained(small, SMALL_SECTOR, small_fat, start)[:end]
    raise ValueError("no workbook")


def chained(sectors: bytes, size: int, fat: list[int], sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < END_OF_CHAIN and len(parts) <= len(fat):
        parts.append(sectors[sector * size : (sector + 1) * size])
        sector = fat[sector]
    return b"".join(parts)


def xls_records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Records from an offset to the end of their sheet, with those of its charts."""
    depth = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length]
        depth += (kind == BEGIN_RECORD) - (kind == END_RECORD)
        if kind == END_RECORD and depth <= 0:
            return
        offset += 4 + length


def sheet_offsets(stream: bytes) -> list[tuple[str, int]]:
    sheets = []
    for kind, data in xls_records(stream, 0):
        if kind == SHEET_RECORD:
            length, is_wide = data[6], data[7] & 1
            name = data[8 : 8 + length * (2 if is_wide else 1)].decode("utf-16-le" if is_wide else "latin-1")
            sheets.append((name, struct.unpack_from("<I", data)[0]))
    return sheets


def errors_from(stream: bytes, offset: int, uncounted: str) -> dict[tuple[int, int], str]:
    errors: dict[tuple[int, int], str] = {}
    for kind, data in xls_records(stream, offset):
        code = None
        if kind == ERROR_RECORD and data[7]:
            code = data[6]
        elif kind == FORMULA_RECORD and data[12:14] == b"\xff\xff" and data[6] == RESULT_IS_ERROR:
            code = data[8]
        if code is not None:
            row, column = struct.unpack_from("<2H", data)
            errors[row, column] = XLS_ERRORS.get(code, uncounted)
    return errors


def xls_struck_formats(stream: bytes) -> set[int]:
    """The numbers of the cell formats whose font is struck out."""
    fonts: list[bool] = []
    formats: list[int] = []
    for kind, data in xls_records(stream, 0):
        if kind == FONT_RECORD:
            fonts.append(bool(struct.unpack_from("<H", data, 2)[0] & STRUCK_OUT))
        elif kind == FORMAT_RECORD:
            font = struct.unpack_from("<H", data)[0]
            formats.append(font - (font > MISSING_FONT))
    return {at for at, font in enumerate(formats) if font < len(fonts) and fonts[font]}


def xls_struck_rows(stream: bytes, offset: int, formats: set[int]) -> list[int]:
    rows = set()
    for kind, data in xls_records(stream, offset) if formats else ():
        used: tuple[int, ...] = ()
        if kind in CELL_RECORDS:
            used = struct.unpack_from("<H", data, 4)
        elif kind == MULTIPLE_CELLS_RECORD:
            used = struct.unpack(f"<{'HI' * ((len(data) - 6) // 6)}", data[4:-2])[::2]
        if formats.intersection(used):
            rows.add(struct.unpack_from("<H", data)[0] + 1)
    return sorted(rows)


def comments_from(stream: bytes, offset: int) -> list[tuple[str, str]]:
    """Cell and text. A note names an object, whose text follows it in xls_records of its own."""
    texts: dict[int, str] = {}
    notes: list[tuple[int, int, int]] = []
    number = missing = 0
    for kind, data in xls_records(stream, offset):
        if kind == OBJECT_RECORD:
            number = struct.unpack_from("<H", data, 6)[0]
        elif kind == TEXT_OBJECT_RECORD:
            missing = struct.unpack_from("<H", data, 10)[0]
        elif kind == CONTINUE_RECORD and missing:
            text = data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1")[:missing]
            texts[number] = texts.get(number, "") + text
            missing -= len(text)
        elif kind == NOTE_RECORD:
            row, column, _flags, of = struct.unpack_from("<4H", data)
            notes.append((row, column, of))
    named = ((cell_name(row, column), texts.get(of, "")) for row, column, of in sorted(notes))
    return [(cell, " ".join(text.split())) for cell, text in named if text.strip()]


def cell_name(row: int, column: int) -> str:
    """Row and column count from 0: 2, 27 is AB3."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def marks_of_ods(content: bytes) -> dict[str, Marks]:
    """Of content.xml, by sheet."""
    reader = OdsReader(content)
    for tag in ODS_TAG.finditer(content):
        reader.read(tag)
    return reader.sheets


class OdsReader:
    """Reads the tags of content.xml in their order. `row` and `column`: the cell, or before it; `columns`, `rows`: how
    often it stands there."""

    def __init__(self, content: bytes) -> None:
        styles = ODS_STYLE.findall(content)
        self.content, self.sheets, self.marks = content, dict[str, Marks](), Marks({}, [], [])
        self.struck = {attribute_value(marks, b"style:name") for marks, inside in styles if STRUCK_STYLE.search(inside)}
        self.row = self.column = self.rows = self.columns = 0

    def read(self, tag: re.Match[bytes]) -> None:
        closes, kind, attributes, is_empty = tag.groups()
        if kind == b"table:table-row":
            self.read_row(attributes, ends=bool(closes or is_empty), begins=not closes)
        elif closes:
            return
        elif kind == b"table:table":
            name = text_of_xml(attribute_value(attributes, b"table:name"))
            self.marks = self.sheets.setdefault(name, Marks({}, [], []))
            self.row = self.column = self.rows = self.columns = 0
        elif kind == b"office:annotation":
            end = self.content.find(b"</office:annotation>", tag.end())
            text = " ".join(text_of_xml(part) for part in PARAGRAPH.findall(self.content, tag.end(), max(end, 0)))
            self.marks.comments.append((cell_name(self.row, self.column), " ".join(text.split())))
        elif kind == b"text:span":
            self.note_style(attribute_value(attributes, b"text:style-name"))
        else:
            self.column, self.columns = self.column + self.columns, repetitions(attributes, b"columns")
            self.note_style(b"" if is_empty else attribute_value(attributes, b"table:style-name"))

    def read_row(self, attributes: bytes, *, begins: bool, ends: bool) -> None:
        if begins:
            self.rows, self.column, self.columns = repetitions(attributes, b"rows"), 0, 0
        if ends:
            self.row += self.rows

    def note_style(self, style: bytes) -> None:
        if style in self.struck and self.row + 1 not in self.marks.struck[-1:]:
            self.marks.struck.append(self.row + 1)


def attribute_value(attributes: bytes, name: bytes) -> bytes:
    match = re.search(name + rb"=\"([^\"]*)\"", attributes)
    return match[1] if match else b""


def repetitions(attributes: bytes, of: bytes) -> int:
    return int(attribute_value(attributes, b"table:number-" + of + b"-repetitions") or 1)


def text_of_xml(part: bytes) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", part.decode("utf-8", "replace")))
