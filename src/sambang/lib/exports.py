"""Lists as Excel workbooks and as streamed CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from typing import Any
from urllib.parse import quote
from uuid import UUID

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext

from sambang.lib.bidi import without_controls
from sambang.lib.documents import CONTENT_TYPES

MAX_COLUMN_WIDTH = 48  # characters; a longer text wraps
SAMPLED_ROWS = 500  # rows, for the width of columns
MAX_CELL_LENGTH = 32_767  # characters in a cell of a workbook
WORKBOOK_CHUNK_ROWS = 500  # rows in one chunk of a CSV
# Characters with which a spreadsheet begins a formula.
FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")
FORMULA_AFTER_SEPARATOR = re.compile('([;\t\r\n][\\s"]*)([=+\\-@＝＋－＠])')


def workbook_response(filename: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """One sheet with frozen headings as a download named `filename` (".xlsx" is added when it is missing).

    Numbers and dates stay numbers and dates, None is an empty cell, everything else is written as text, so that no
    typed formula or link runs. Datetimes must be local.
    """
    response = HttpResponse(workbook_bytes(headings, rows), content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = _attachment(filename, ".xlsx")
    return response


def csv_response(filename: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The rows as CSV (RFC 4180, UTF-8 with BOM), streamed in constant memory.

    `rows` must be lazy (`QuerySet.iterator`). An error while reading aborts the connection, so that the client does not
    mistake a truncated file for the complete list.
    """
    response = StreamingHttpResponse(_csv_parts(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(filename, ".csv")
    response["X-Accel-Buffering"] = "no"  # nginx must not buffer the response
    return response


def _attachment(filename: str, suffix: str) -> str:
    name = without_controls(filename)
    return f"attachment; filename*=UTF-8''{quote(name if name.endswith(suffix) else name + suffix)}"


def _csv_parts(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The headings are sent first, before any row is read."""
    yield "\ufeff" + _lines([[str(heading) for heading in headings]])
    for some in batched(rows, WORKBOOK_CHUNK_ROWS, strict=False):
        yield _lines([_plain(value) for value in row] for row in some)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return without_controls(text.getvalue())


def _plain(value: object) -> object:
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value if value is None or isinstance(value, int | float | Decimal) else escape_formula(str(value))


def escape_formula(text: str) -> str:
    """Text that a spreadsheet would run as a formula, prefixed with an apostrophe; numbers are unchanged.

    A spreadsheet may split at `;` or a tab. Then a quote inside a field means nothing, and a line break in it begins a
    row, so formulas after any of these are prefixed too."""
    text = FORMULA_AFTER_SEPARATOR.sub(r"\1'\2", text)
    if not text.startswith(FORMULA_STARTS) and not text.lstrip().startswith(FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def fitting_cell(text: str) -> str:
    """The text, shortened with a note if it is longer than a cell of a workbook can be."""
    if len(text) <= MAX_CELL_LENGTH:
        return text
    note = gettext(" … [terpotong: teks utuhnya ada di CSV]")
    return text[: MAX_CELL_LENGTH - len(note)] + note


def workbook_bytes(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """The workbook of `workbook_response` as bytes."""
    output = io.BytesIO()
    options = {
        "constant_memory": True,  # a row is written out before the next one
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    book = xlsxwriter.Workbook(output, options)
    sheet = book.add_worksheet()
    heading_style = book.add_format({"bold": True, "bg_color": "#E3EFE6", "bottom": 1, "text_wrap": True})
    moment_style = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    widths = [len(str(heading)) for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, str(heading), heading_style)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, (number, column), value, moment_style)
            if number <= SAMPLED_ROWS:
                widths[column] = max(widths[column], min(len(str(value)), MAX_COLUMN_WIDTH))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, max(6, min(width, MAX_COLUMN_WIDTH)) + 2)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    book.close()
    return output.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: object, moment_style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool | UUID | str):
        sheet.write_string(*place, fitting_cell(str(value)))
    elif isinstance(value, int | float | Decimal):
        # A spreadsheet holds 15 digits: a longer number would be changed, so it is written as text.
        if -(10**15) < value < 10**15:
            sheet.write_number(*place, value)
        else:
            sheet.write_string(*place, str(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, value.replace(tzinfo=None), moment_style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value)
    else:
        sheet.write_string(*place, fitting_cell(str(value)))
