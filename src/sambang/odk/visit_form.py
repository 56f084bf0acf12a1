"""The visit's XForm, its version and its workbook: what a phone downloads, and what a council takes to its own Kobo."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext as _
from pyxform.xls2xform import convert

from sambang.lib.sandbox import ApartError, Failure, Limits, run_apart
from sambang.odk.xlsform import FORM_ID, TITLE, Row, Sheets, sheets

CONVERTING, LIMITS = Path(__file__).with_name("xlsform_sandbox.py"), Limits(megabytes=1024, seconds=60)


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


class FormError(ValueError):
    """The workbook is no form; the message is for the person who made it."""


def own_form(xlsform: bytes) -> XForm:
    """A council's own workbook as a form, made in a process apart (converting.py). Raises FormError, with pyxform's words
    where it has some."""
    try:
        said: dict[str, str] = json.loads(run_apart(CONVERTING, xlsform, LIMITS))
    except ApartError as wrong:
        raise FormError(
            _("berkasnya terlalu besar.")
            if wrong.failure is Failure.TOO_MUCH
            else _("berkasnya rusak atau bukan XLSX.")
        ) from None
    if "trouble" in said:
        raise FormError(said["trouble"])
    return XForm(said["form_id"], said["title"], said["version"], said["xform"].encode())
