"""Lists as Excel workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

import xlsxwriter
from django.http import HttpResponse

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48  # characters; a longer text wraps


def workbook_response(filename: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """One sheet with frozen headings as a download named `filename` (".xlsx" is added when it is missing).

    Numbers and dates become numbers and dates, None an empty cell, everything else its text: text that looks like a
    formula or a link stays text, so nothing that somebody typed runs on the reader's machine. Datetimes must be local.
    """
    answer = HttpResponse(workbook_bytes(headings, rows), content_type=CONTENT_TYPE)
    name = filename if filename.endswith(".xlsx") else f"{filename}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def workbook_bytes(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """The same workbook as bytes, for a file on disk or a letter's enclosure."""
    output = io.BytesIO()
    options = {
        "in_memory": True,
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
