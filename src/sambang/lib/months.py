"""Months as the first day of the month, and their Indonesian names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2199  # years outside are typing errors


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def add_months(month: date, by: int) -> date:
    """The month `by` months later (earlier if negative)."""
    return month_from_number(month.year * 12 + month.month - 1 + by)


def month_from_number(count: int) -> date:
    """The month as a date; the engine counts months from year 0 (`year * 12 + month - 1`)."""
    return date(count // 12, count % 12 + 1, 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Every month from first to last, both included."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


def parse_month(text: str) -> date:
    """`2022-03` as its first day. Raises ValueError with a sentence for the user."""
    try:
        year, month = text.strip().split("-")
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValueError(year)
        return date(int(year), int(month), 1)
    except ValueError:
        raise ValueError(_("Bulan “%(text)s” tidak dikenal: tulis seperti 2022-03.") % {"text": text}) from None


def month_name(month: date) -> str:
    return date_format(month, "F Y")
