"""Cells of an XLSX written into the XML of their sheet; every other byte of every part stays as it was.

A library that loads a workbook and saves it again drops what it does not know. Sheet protection, data validation,
hidden rows and columns, styles and macros stay here, because only the bytes of the written cells are replaced.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape

from sambang.lib.xml_text import xml_text

type WrittenCell = str | int | Decimal
type CellPosition = tuple[int, int]  # row and column, from 1

CELL_REFERENCE = re.compile(r"([A-Z]+)(\d+)$")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class WorkbookCellError(ValueError):
    """`reason`: "broken", "encoding", "formula" (a cell to be written has a formula)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass
class StoredCell:
    start: int  # bytes of the element in the part
    end: int
    tag_end: int  # after the ">" of the opening tag
    is_empty_tag: bool = False
    has_formula: bool = False
    kind: str = ""
    value: str = ""


@dataclass
class StoredRow:
    number: int
    start: int
    tag_end: int
    end: int = 0
    is_empty_tag: bool = False
    is_hidden: bool = False
    cells: dict[int, StoredCell] = field(default_factory=dict)


@dataclass
class SheetXml:
    """Where the rows and cells of a sheet stand in its XML."""

    content: bytes
    prefix: str = ""
    data_tag_end: int = 0
    data_end: int = 0
    data_is_empty_tag: bool = False
    rows: dict[int, StoredRow] = field(default_factory=dict)

    def values(self, shared: list[str]) -> dict[CellPosition, str]:
        """The text of each cell that is not empty. `shared`: the workbook's shared strings."""
        value_by_position = {}
        for row in self.rows.values():
            for column, cell in row.cells.items():
                text = shared[int(cell.value)] if cell.kind == "s" and cell.value.strip() else cell.value
                if text.strip():
                    value_by_position[row.number, column] = text
        return value_by_position


class _Reader:
    """Reads a sheet with expat, which tells the byte at which each element begins."""

    def __init__(self, content: bytes) -> None:
        self.sheet = SheetXml(content)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.row: StoredRow | None = None
        self.cell: StoredCell | None = None
        self.is_value = False

    def doctype(self, *_declaration: object) -> None:
        raise WorkbookCellError("broken")

    def tag_end(self) -> tuple[int, bool]:
        """The end of the tag at the current byte, and whether the element ends with it."""
        content, index, quote = self.sheet.content, self.parser.CurrentByteIndex, 0
        while index < len(content):
            byte = content[index]
            if quote:
                quote = 0 if byte == quote else quote
            elif byte in b"\"'":
                quote = byte
            elif byte == 0x3E:  # ">"
                return index + 1, content[index - 1] == 0x2F  # "/"
            index += 1
        raise WorkbookCellError("broken")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _colon, local = name.rpartition(":")
        if local == "sheetData":
            self.sheet.prefix = f"{prefix}:" if prefix else ""
            self.sheet.data_tag_end, self.sheet.data_is_empty_tag = self.tag_end()
        elif local == "row" and self.sheet.data_tag_end and not self.sheet.data_end:
            number = int(attributes.get("r") or max(self.sheet.rows, default=0) + 1)
            tag_end, is_empty = self.tag_end()
            self.row = StoredRow(number, self.parser.CurrentByteIndex, tag_end, is_empty_tag=is_empty)
            self.row.is_hidden = attributes.get("hidden") in {"1", "true"}
            self.sheet.rows[number] = self.row
        elif local == "c" and self.row is not None:
            match = CELL_REFERENCE.match(attributes.get("r", ""))
            column = column_number(match[1]) if match else max(self.row.cells, default=0) + 1
            tag_end, is_empty = self.tag_end()
            start, kind = self.parser.CurrentByteIndex, attributes.get("t", "")
            self.cell = StoredCell(start, tag_end, tag_end, is_empty_tag=is_empty, kind=kind)
            self.row.cells[column] = self.cell
        elif self.cell is not None:
            self.cell.has_formula |= local == "f"
            self.is_value = local in {"v", "t"}

    def text(self, text: str) -> None:
        if self.cell is not None and self.is_value:
            self.cell.value += text

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        at = self.parser.CurrentByteIndex
        if local == "c" and self.cell is not None:
            if not self.cell.is_empty_tag:
                self.cell.end = self.tag_end()[0]
            self.cell = None
        elif local == "row" and self.row is not None:
            self.row.end = self.row.tag_end if self.row.is_empty_tag else self.tag_end()[0]
            self.row = None
        elif local == "sheetData":
            self.sheet.data_end = self.sheet.data_tag_end if self.sheet.data_is_empty_tag else at
        self.is_value = False


def read_sheet(content: bytes) -> SheetXml:
    """Raises WorkbookCellError."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or re.match(rb"[^>]*encoding=[\"'](?!utf-8)", content[:200], re.I):
        raise WorkbookCellError("encoding")
    reader = _Reader(content)
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, IndexError):
        raise WorkbookCellError("broken") from None
    if not reader.sheet.data_tag_end:
        raise WorkbookCellError("broken")
    return reader.sheet


def write_cells(sheet: SheetXml, cells: Mapping[CellPosition, WrittenCell]) -> bytes:
    """The sheet's XML with these cells. A cell keeps its style. Raises WorkbookCellError for a cell with a formula."""
    edits: list[tuple[int, int, bytes]] = []  # (start, end, new bytes), none overlaps another
    new_rows: dict[int, bytes] = {}
    for number in sorted({row for row, _column in cells}):
        values = {column: value for (row, column), value in sorted(cells.items()) if row == number}
        stored = sheet.rows.get(number)
        if stored is None:
            inner = b"".join(_element(sheet, number, column, value, b"") for column, value in values.items())
            tag = f"{sheet.prefix}row"
            new_rows[number] = f'<{tag} r="{number}">'.encode() + inner + f"</{tag}>".encode()
        else:
            edits += _row_edits(sheet, stored, values)
    edits += _new_row_edits(sheet, new_rows)
    edits += _dimension_edit(sheet, cells)
    return _spliced(sheet.content, edits)


def _row_edits(sheet: SheetXml, row: StoredRow, values: Mapping[int, WrittenCell]) -> list[tuple[int, int, bytes]]:
    edits: list[tuple[int, int, bytes]] = []
    added: dict[int, bytes] = {}  # byte → cells to insert there
    last = row.tag_end if row.is_empty_tag else sheet.content.rindex(b"</", 0, row.end)
    for column, value in values.items():
        stored = row.cells.get(column)
        if stored is None:
            at = min((cell.start for other, cell in row.cells.items() if other > column), default=last)
            added[at] = added.get(at, b"") + _element(sheet, row.number, column, value, b"")
            continue
        if stored.has_formula:
            raise WorkbookCellError("formula")
        style = re.search(rb"\ss\s*=\s*([\"'])(\d+)\1", sheet.content[stored.start : stored.tag_end])
        mark = b' s="' + style[2] + b'"' if style else b""
        edits.append((stored.start, stored.end, _element(sheet, row.number, column, value, mark)))
    if row.is_empty_tag and added:
        tag = f"{sheet.prefix}row".encode()
        slash = sheet.content.rindex(b"/", row.start, row.tag_end)
        return [*edits, (slash, row.tag_end, b">" + b"".join(added.values()) + b"</" + tag + b">")]
    return [*edits, *((at, at, inserted) for at, inserted in added.items())]


def _new_row_edits(sheet: SheetXml, new_rows: Mapping[int, bytes]) -> list[tuple[int, int, bytes]]:
    if not new_rows:
        return []
    if sheet.data_is_empty_tag:
        slash = sheet.content.rindex(b"/", 0, sheet.data_tag_end)
        closing = f"</{sheet.prefix}sheetData>".encode()
        return [(slash, sheet.data_tag_end, b">" + b"".join(new_rows.values()) + closing)]
    added: dict[int, bytes] = {}
    for number, written in new_rows.items():
        at = min((row.start for other, row in sheet.rows.items() if other > number), default=sheet.data_end)
        added[at] = added.get(at, b"") + written
    return [(at, at, written) for at, written in added.items()]


def _dimension_edit(sheet: SheetXml, cells: Mapping[CellPosition, WrittenCell]) -> list[tuple[int, int, bytes]]:
    """Widen `<dimension ref="A1:C6"/>`, by which some readers stop."""
    dimension = re.search(rb"<(?:\w+:)?dimension\s[^>]*?ref=\"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?\"", sheet.content)
    if not dimension or not cells:
        return []
    first_column, first_row, last_column, last_row = (part.decode() if part else "" for part in dimension.groups())
    columns = [column_number(first_column), column_number(last_column or first_column), *(c for _r, c in cells)]
    rows = [int(first_row), int(last_row or first_row), *(row for row, _column in cells)]
    wide = f"{column_letters(min(columns))}{min(rows)}:{column_letters(max(columns))}{max(rows)}".encode()
    start, end = dimension.start(1), dimension.end(4) if last_row else dimension.end(2)
    return [] if sheet.content[start:end] == wide else [(start, end, wide)]


def _element(sheet: SheetXml, row: int, column: int, value: WrittenCell, style: bytes) -> bytes:
    name, place = sheet.prefix, f'r="{column_letters(column)}{row}"'.encode()
    if not isinstance(value, str):
        inner, kind = f"<{name}v>{value}</{name}v>", b""
    else:
        text = escape(xml_text(value))
        inner, kind = f'<{name}is><{name}t xml:space="preserve">{text}</{name}t></{name}is>', b' t="inlineStr"'
    tag = f"{name}c".encode()
    return b"<" + tag + b" " + place + style + kind + b">" + inner.encode() + b"</" + tag + b">"


def _spliced(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    parts, at = [], 0
    for start, end, written in sorted(edits):
        parts += [content[at:start], written]
        at = end
    return b"".join([*parts, content[at:]])


class Workbook:
    """An XLSX: the names of its sheets, their XML and its shared strings. Raises WorkbookCellError."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.parts = self._sheet_parts(archive)
                self.shared = _shared_strings(archive)
        except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, ET.ParseError):
            raise WorkbookCellError("broken") from None

    def _sheet_parts(self, archive: zipfile.ZipFile) -> dict[str, str]:
        book, relations = (_parsed(archive.read(part)) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        part_by_name, names = {}, set(archive.namelist())
        for sheet in book.iter():
            if sheet.tag.rpartition("}")[2] == "sheet":
                target = targets.get(sheet.get(RELATION), "")
                part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                if part in names:
                    part_by_name[sheet.get("name", "")] = part
        return part_by_name

    def sheet(self, name: str) -> SheetXml:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return read_sheet(archive.read(self.parts[name]))

    def with_cells(self, name: str, cells: Mapping[CellPosition, WrittenCell]) -> bytes:
        """The workbook with these cells in the sheet of this name. Its other parts keep their bytes."""
        output = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive, zipfile.ZipFile(output, "w") as written:
            for entry in archive.infolist():
                part = archive.read(entry)
                if entry.filename == self.parts[name]:
                    part = write_cells(read_sheet(part), cells)
                written.writestr(entry, part)
        return output.getvalue()


def _parsed(part: bytes) -> ET.Element:
    if b"<!DOCTYPE" in part:
        raise WorkbookCellError("broken")
    return ET.fromstring(part)  # noqa: S314 # without a document type there are no entities


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [
        "".join(text.text or "" for text in item.iter() if text.tag.rpartition("}")[2] == "t")
        for item in _parsed(archive.read("xl/sharedStrings.xml"))
    ]
