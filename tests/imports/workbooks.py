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


def xls(sheets: dict[str, Rows]) -> bytes:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: dict[str, Rows]) -> bytes:
    """The smallest OpenDocument spreadsheet there is."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(_ods_row(row) for row in rows)}</table:table>'
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
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


def _ods_row(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    if cell in ("", None):
        return "<table:table-cell/>"
    kind = (
        f'office:value-type="float" office:value="{cell}"'
        if isinstance(cell, int | float)
        else 'office:value-type="string"'
    )
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def lines(rows: Rows, separator: str = ";") -> str:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows) + "\r\n"
