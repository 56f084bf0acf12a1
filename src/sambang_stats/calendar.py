"""Monthly regressors for Lebaran. The school year always starts in July and is part of the seasonal pattern.

1 Syawal is the official Indonesian date where the calendar of holidays has it; the far years by the
Umm al-Qura calendar, which can differ by a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import hijridate
import numpy as np

from sambang_stats.months import first_day
from sambang_stats.results import Floats, Integers

if TYPE_CHECKING:
    from holidays import HolidayBase

DAY = dt.timedelta(days=1)
WINDOWS = (7, 14, 21, 28, 42)
"""Lengths of the run-up to Lebaran that AICc chooses among, days. Garment orders can begin before Ramadan, six weeks
early."""
AFTER = 11
"""1 Syawal and the ten days after."""
SHAWWAL = 10
LONG_RUN = (1990, 2049)
"""Years over which a calendar month's mean share is taken: nearly two turns of the Hijri year."""


@cache
def lebaran(year: int) -> tuple[dt.date, ...]:
    """First days of Syawal in a Gregorian year: one, rarely two (2000); at least one in every year from 1943 to
    2077."""
    import holidays  # lazy import: it takes a tenth of the time of an index of a file, which does not need it

    official = holidays.country_holidays("ID", years=[year], language="en_US")
    days = sorted(day for day, name in official.items() if _is_first_day(name))
    if days and day_is_firm(official, days):
        return tuple(days)
    hijri = range(year - 583, year - 575)
    dates = (hijridate.Hijri(y, SHAWWAL, 1).to_gregorian() for y in hijri if 1343 <= y <= 1500)
    return tuple(dt.date(d.year, d.month, d.day) for d in dates if d.year == year)


def day_is_firm(official: HolidayBase, days: list[dt.date]) -> bool:
    """Whether the government has fixed the date; the calendar marks its own estimates."""
    return all("estimated" not in official[day] for day in days)


def _is_first_day(names: str) -> bool:
    return any(n.startswith("Eid al-Fitr") and "Second" not in n for n in names.split("; "))


def share_of_window(months: Integers, windows: Iterable[tuple[dt.date, int]]) -> Floats:
    """Share of each window's days that falls in each month; ``(start, days)`` windows add up."""
    share = np.zeros(len(months))
    place = {int(month): i for i, month in enumerate(months)}
    for start, days in windows:
        for offset in range(days):
            day = start + offset * DAY
            at = place.get(day.year * 12 + day.month - 1)
            if at is not None:
                share[at] += 1 / days
    return share


def less_long_run(share: Floats, months: Integers, long_run: Floats) -> Floats:
    """A regressor minus its long-run mean for the calendar month; ``long_run`` is ``(12,)``."""
    return share - long_run[months % 12]


def lebaran_regressors(months: Integers, before: int) -> Floats:
    """``(months, 2)``: the run-up of ``before`` days and the days 0 … 10 after, centred."""
    spans = [(-before, before), (0, AFTER)]
    return np.stack([_lebaran_regressor(months, shift, days) for shift, days in spans], axis=1)


def _lebaran_regressor(months: Integers, shift: int, days: int) -> Floats:
    first, last = int(months.min()) // 12, int(months.max()) // 12
    by_month = np.concatenate([_regressor_of_year(year, shift, days) for year in range(first, last + 1)])
    regressor: Floats = by_month[months - first * 12]
    return regressor


@cache
def _regressor_of_year(year: int, shift: int, days: int) -> Floats:
    """January to December of a year, ``(12,)``; windows may begin in the year before or after."""
    windows = [(day + shift * DAY, days) for near in (year - 1, year, year + 1) for day in lebaran(near)]
    months = np.arange(12 * year, 12 * year + 12)
    return less_long_run(share_of_window(months, windows), months, _long_run(shift, days))


@cache
def _long_run(shift: int, days: int) -> Floats:
    first, last = LONG_RUN
    months = np.arange(first * 12, (last + 1) * 12)
    windows = [(day + shift * DAY, days) for year in range(first - 1, last + 2) for day in lebaran(year)]
    return calendar_means(share_of_window(months, windows))


def calendar_means(share: Floats) -> Floats:
    """Mean over whole years by calendar month, ``(12,)``."""
    means: Floats = share.reshape(-1, 12).mean(axis=0)
    return means


def days_from_lebaran(month: int) -> Integers:
    """Signed distance of each day of a month from the nearest 1 Syawal (negative before)."""
    year = month // 12
    feasts = [d.toordinal() for y in (year - 1, year, year + 1) for d in lebaran(y)]
    days = np.arange(first_day(month).toordinal(), first_day(month + 1).toordinal())
    away = days[:, None] - np.array(feasts)[None, :]
    nearest: Integers = away[np.arange(len(days)), np.abs(away).argmin(axis=1)]
    return nearest
