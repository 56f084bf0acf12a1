"""The visit form as an XForm for phones and as a workbook for a council's own server."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import xlsxwriter
from django.utils import translation

from sambang.aspirations.difficulties import offered_difficulties
from sambang.odk.xlsform import FORM_ID, TITLE, FormRow, Sheets, sheets


@dataclass(frozen=True)
class XForm:
    """A form as it is offered. `body`: the exact bytes whose MD5 is in the form list."""

    form_id: str
    title: str
    version: str
    body: bytes
    own_form_id: UUID | None = None  # of the OdkForm; None for the visit form

    @property
    def md5(self) -> str:
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()  # required by OpenRosa


def versioned() -> tuple[str, Sheets]:
    """The sheets with their version, a digest of their content."""
    parts = sheets()
    version = hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]
    parts["settings"] = [{**parts["settings"][0], "version": version}]
    return version, parts


def visit_form() -> XForm:
    """The form with the office's codes of difficulties; converted once for each list of them."""
    with translation.override("id"):
        return _converted(tuple(offered_difficulties()))


@cache
def _converted(_difficulties: tuple[tuple[str, str], ...]) -> XForm:
    from pyxform.xls2xform import convert  # a sixth of the time in which a server starts

    version, parts = versioned()
    headings = {f"{name}_header": [dict.fromkeys(_columns(rows))] for name, rows in parts.items()}
    # In the order of the columns, as rows of a workbook: pyxform writes attributes in the order of the keys.
    parts = {name: [_by_column(row, _columns(rows)) for row in rows] for name, rows in parts.items()}
    converted = convert(
        {**parts, **headings, "sheet_names": list(parts), "fallback_form_name": "data"}, form_name="data"
    )
    return XForm(FORM_ID, TITLE, version, converted.xform.encode())


def _columns(rows: list[FormRow]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def _by_column(row: FormRow, columns: list[str]) -> FormRow:
    return {column: row[column] for column in columns if column in row}


@cache
def workbook() -> bytes:
    """The same form as an .xlsx."""
    _version, parts = versioned()
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True})
    for name, rows in parts.items():
        sheet = book.add_worksheet(name)
        for column, title in enumerate(_columns(rows)):
            sheet.write_string(0, column, title, heading)
            sheet.set_column(column, column, 24)
            for number, row in enumerate(rows, start=1):
                if row.get(title):
                    sheet.write_string(number, column, row[title])
        sheet.freeze_panes(1, 0)
    book.close()
    return output.getvalue()
