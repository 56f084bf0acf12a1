"""The base period of an index, whose mean is 100: its choice, and its name in the interface."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.lib.months import month_name
from sambang_stats import Period, first_day, month_of

USUAL_BASE = Period.of_year(2019)  # before the pandemic


def council_base(council: Council) -> Period | None:
    """The base period that the council chose, or None."""
    first, last = council.index_base_first, council.index_base_last
    return Period(month_of(first), month_of(last)) if first and last else None


def base_within(chosen: Period | None, first: int, last: int) -> Period:
    """The base period of an index of reports from month `first` to `last`: the council's choice, else 2019, else the
    first complete calendar year, else the calendar year of the first report. A chosen period outside the reports is
    ignored."""
    for base in (chosen, USUAL_BASE):
        if base and first <= base.last and base.first <= last:
            return base
    first_full_year = Period.of_year(-(-first // 12))
    return first_full_year if first_full_year.last <= last else Period.of_year(first // 12)


def base_text(first: date, last: date) -> str:
    """The period as text: 2019, or Maret 2025–Februari 2026."""
    period = Period(month_of(first), month_of(last))
    if period == Period.of_year(period.year):
        return str(period.year)
    return month_name(first) if first == last else f"{month_name(first)}–{month_name(last)}"


def usual_base_text() -> str:
    return base_text(first_day(USUAL_BASE.first), first_day(USUAL_BASE.last))


def base_phrase(first: date, last: date) -> str:
    """The period within a sentence: tahun 2019, or Maret 2025–Februari 2026."""
    text = base_text(first, last)
    return _("tahun %(base)s") % {"base": text} if text.isdigit() else text
