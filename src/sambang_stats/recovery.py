"""How far production is back: against 2019, by the adjusted mean and by the same weeks of Lebaran."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sambang_stats.calendar import days_from_lebaran, lebaran
from sambang_stats.panel import first_day, month_of
from sambang_stats.results import Adjusted, Recovery, Series, Status
from sambang_stats.seasonal import adjust

NEAR = (-56, 14)
"""Days around 1 Syawal within which months are compared by the feast and not by the calendar."""
AT_LEAST = 7
"""Days of a month inside ``NEAR`` that make it a Lebaran month."""


def recover(series: Series, month: int, *, year: int = 2019, adjusted: Adjusted | None = None) -> Recovery:
    """One month against ``year``; numbers are None where they would mislead, ``reason`` says why.

    The interval is the index's, scaled: it is for non-response, not for the choice of factors.
    """
    point = series.at(month)
    base = np.flatnonzero(series.months // 12 == year)
    if point is None or point.status is Status.NOT_ENOUGH:
        return _nothing(month, "Belum cukup data: terlalu sedikit laporan pada bulan ini.")
    if len(base) < 12 or not (series.lines[base] > 0).all():
        return _nothing(month, f"Tahun {year} tidak teramati lengkap, jadi tidak ada pembanding.")
    if month // 12 == year:
        return _nothing(month, f"Bulan ini bagian dari tahun pembanding {year}.")
    smooth = adjusted or adjust(series.months, series.index)
    at = int(np.flatnonzero(series.months == month)[0])
    mean = float(np.nanmean(smooth.adjusted[base]))
    known = smooth.method != "none" and mean > 0
    against = 100 * float(smooth.adjusted[at]) / mean if known else None
    lower, upper = point.lower, point.upper
    scale = against / point.index if against is not None and point.index > 0 else None
    touched = is_lebaran_month(month)
    reason = "" if known else "Deret kurang dari 24 bulan, belum dapat disesuaikan musimnya."
    return Recovery(
        month=month,
        against_mean=against,
        mean_lower=lower * scale if scale is not None else None,
        mean_upper=upper * scale if scale is not None else None,
        same_weeks=_same_weeks(series, month, year) if touched else None,
        same_month=None if touched else _same_month(series, month, year),
        status=point.status if smooth.stable or not known else Status.THIN,
        reason=reason if not known or smooth.stable else "Belum stabil: deret kurang dari 60 bulan.",
    )


def is_lebaran_month(month: int) -> bool:
    """At least a week of the month lies from eight weeks before to two after 1 Syawal."""
    away = days_from_lebaran(month)
    return int(((away >= NEAR[0]) & (away <= NEAR[1])).sum()) >= AT_LEAST


def _same_weeks(series: Series, month: int, year: int) -> float | None:
    """This month over the same days counted from Lebaran of ``year``, each day by its month's daily mean."""
    feast = lebaran(year)[0].toordinal()
    then = [month_of(dt.date.fromordinal(int(feast + d))) for d in days_from_lebaran(month)]
    index = {int(m): float(v) for m, v in zip(series.months, series.index, strict=True)}
    if any(m not in index for m in then):
        return None
    mean = sum(index[m] / _days(m) for m in then)
    return 100 * index[month] / mean if mean > 0 else None


def _same_month(series: Series, month: int, year: int) -> float | None:
    then = series.at(year * 12 + month % 12)
    now = series.at(month)
    if then is None or now is None or not then.index > 0:
        return None
    return 100 * now.index / then.index


def _days(month: int) -> int:
    return (first_day(month + 1) - first_day(month)).days


def _nothing(month: int, reason: str) -> Recovery:
    return Recovery(month, None, None, None, None, None, Status.NOT_ENOUGH, reason)
