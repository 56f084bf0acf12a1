"""Workbooks of made-up councils, as bytes: what the reader of an office's list is tried on. Nobody in them exists."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

type Rows = Sequence[Sequence[Any]]


def xlsx(
    sheets: dict[str, Rows],
    merged: dict[str, list[str]] | None = None,
    hidden: Sequence[str] = (),
    *,
    struck: Collection[tuple[int, int]] = (),
    comments: Mapping[str, str] = {},
) -> bytes:
    """`merged` names ranges such as "D4:F4"; the text of the first cell is kept. `struck`: texts in these rows and
    columns, from 0, are struck out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2022, 3, 31, tzinfo=UTC)})  # the same rows, the same bytes
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    struck_out = book.add_format({"font_strikeout": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for span in (merged or {}).get(name, []):
            sheet.merge_range(span, "")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(number, column, cell)
                elif isinstance(cell, str):
                    sheet.write_string(number, column, cell, struck_out if (number, column) in struck else None)
                elif cell is not None:
                    sheet.write(number, column, cell)
        for place, comment in comments.items():
            sheet.write_comment(place, comment)
    book.close()
    return out.getvalue()


def archive(*names: str) -> bytes:
    """A ZIP of parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


def xls(sheets: dict[str, Rows], *, struck: Collection[tuple[int, int]] = ()) -> bytes:
    book = xlwt.Workbook()
    struck_out = xlwt.easyxf("font: struck_out on")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(number, column, cell, *([struck_out] if (number, column) in struck else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(
    sheets: dict[str, Rows],
    *,
    struck: Collection[tuple[int, int]] = (),
    comments: Mapping[tuple[int, int], str] = {},
) -> bytes:
    """The smallest OpenDocument spreadsheet there is. `struck` and `comments`: rows and columns, from 0."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}"><table:table-column table:number-columns-repeated="9"/>'
        f"{_ods_rows(rows, struck, comments)}</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
        '<style:style style:name="ce0" style:family="table-cell"/>'
        '<style:style style:name="ce1" style:family="table-cell"><style:text-properties'
        ' style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="ce2" style:family="table-cell"><style:text-properties'
        ' style:text-line-through-style="none"/></style:style></office:automatic-styles>'
        "<office:body><office:spreadsheet>"
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_rows(rows: Rows, struck: Collection[tuple[int, int]], comments: Mapping[tuple[int, int], str]) -> str:
    def cell_at(row: int, column: int, cell: Any) -> str:
        style = "ce1" if (row, column) in struck else "ce2"
        note = f"<text:p>{escape(comments.get((row, column), ''))}</text:p>"
        is_noted = (row, column) in comments
        return _ods_cell(cell, style, f"<office:annotation>{note}</office:annotation>" if is_noted else "")

    lines = ("".join(cell_at(at, *cell) for cell in enumerate(row)) for at, row in enumerate(rows))
    return "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)


def _ods_cell(cell: Any, style: str, note: str) -> str:
    if cell in ("", None):
        return "<table:table-cell/>"
    kind = (
        f'office:value-type="float" office:value="{cell}"'
        if isinstance(cell, int | float)
        else 'office:value-type="string"'
    )
    text = f"{note}<text:p>{escape(str(cell))}</text:p>"
    return f'<table:table-cell table:style-name="{style}" {kind}>{text}</table:table-cell>'


def lines(rows: Rows, separator: str = ";") -> str:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows) + "\r\n"
