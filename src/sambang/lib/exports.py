"""Lists as files to keep: Excel workbooks for people, CSV that flows for machines and for lists of any length."""

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

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48  # characters; a longer text wraps
LOOKED_AT = 500  # rows, for the width of columns
AT_ONCE = 500  # rows in a part of a CSV
# What a spreadsheet would take for a formula.
FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")
FORMULA_AFTER_SEPARATOR = re.compile("([;\t]\\s*)([=+\\-@＝＋－＠])")


def workbook_response(filename: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """One sheet with frozen headings as a download named `filename` (".xlsx" is added when it is missing).

    Numbers and dates become numbers and dates, None an empty cell, everything else its text: text that looks like a
    formula or a link stays text, so nothing that somebody typed runs on the reader's machine. Datetimes must be local.
    """
    answer = HttpResponse(workbook_bytes(headings, rows), content_type=CONTENT_TYPE)
    name = filename if filename.endswith(".xlsx") else f"{filename}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def csv_response(filename: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The rows as CSV (RFC 4180, UTF-8 with its mark), sent while they are read: memory stays the same at any length.

    `rows` must read as it goes (`QuerySet.iterator`). Where reading fails midway the connection is cut without its
    proper end, so that nobody takes half a list for the whole.
    """
    answer = StreamingHttpResponse(_csv_parts(headings, rows), content_type="text/csv; charset=utf-8")
    name = filename if filename.endswith(".csv") else f"{filename}.csv"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Accel-Buffering"] = "no"  # a proxy in front passes on what came, instead of collecting it
    return answer


def _csv_parts(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The headings at once: whoever waits sees that it begins."""
    yield "\ufeff" + _lines([[str(heading) for heading in headings]])
    for some in batched(rows, AT_ONCE, strict=False):
        yield _lines([_plain(value) for value in row] for row in some)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    here = io.StringIO()
    csv.writer(here).writerows(rows)
    return here.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value if value is None or isinstance(value, int | float | Decimal) else escape_formula(str(value))


def escape_formula(text: str) -> str:
    """A number stays a number; any other text that a spreadsheet would run stays text. Spreadsheets may split a line at
    `;` or at a tab: a part that begins a formula there is preceded by an apostrophe too."""
    text = FORMULA_AFTER_SEPARATOR.sub(r"\1'\2", text)
    if not text.startswith(FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def workbook_bytes(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """The same workbook as bytes, for a file on disk or a letter's enclosure."""
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
            if number <= LOOKED_AT:
                widths[column] = max(widths[column], min(len(str(value)), WIDEST))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, max(6, min(width, WIDEST)) + 2)
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
        sheet.write_string(*place, str(value))
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
        sheet.write_string(*place, str(value))
