"""The visit's XForm, its version and its workbook: what a phone downloads, and what a council takes to its own Kobo."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from sambang.odk.sheets import FORM_ID, TITLE, Row, Sheets, sheets


@dataclass(frozen=True)
class XForm:
    """A form as it is offered: `body` are the exact bytes whose MD5 the list of forms names."""

    form_id: str
    title: str
    version: str
    body: bytes

    @property
    def md5(self) -> str:
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()  # OpenRosa's own word for it


def versioned() -> tuple[str, Sheets]:
    """The sheets with their version, which is a digest of what they say: a changed word is a new version."""
    made = sheets()
    version = hashlib.sha256(json.dumps(made, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]
    made["settings"] = [{**made["settings"][0], "version": version}]
    return version, made


@cache
def visit_form() -> XForm:
    version, made = versioned()
    headings = {f"{name}_header": [dict.fromkeys(_columns(rows))] for name, rows in made.items()}
    # As a workbook's rows are read: by column. pyxform writes attributes in the order in which it meets them.
    made = {name: [_by_column(row, _columns(rows)) for row in rows] for name, rows in made.items()}
    found = convert({**made, **headings, "sheet_names": list(made), "fallback_form_name": "data"}, form_name="data")
    return XForm(FORM_ID, TITLE, version, found.xform.encode())


def _columns(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def _by_column(row: Row, columns: list[str]) -> Row:
    return {column: row[column] for column in columns if column in row}


@cache
def workbook() -> bytes:
    """The same form as an .xlsx."""
    _version, made = versioned()
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True})
    for name, rows in made.items():
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


def own_form(xlsform: bytes) -> XForm:
    """A council's own workbook as a form. Raises PyXFormError with pyxform's words."""
    try:
        found = convert(xlsform, form_name="data", file_type=".xlsx")
    except PyXFormError:
        raise
    except Exception as wrong:  # a broken workbook fails in openpyxl and zipfile in many ways
        raise PyXFormError(str(wrong)) from wrong
    facts: dict[str, Any] = found._pyxform or {}  # noqa: SLF001
    return XForm(str(facts["id_string"]), str(facts["title"]), str(facts.get("version") or ""), found.xform.encode())
