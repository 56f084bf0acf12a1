"""Recovery of production against a base period: by the adjusted index, and by the months around Lebaran."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sambang_stats.calendar import days_from_lebaran, lebaran
from sambang_stats.distributions import NORMAL_90
from sambang_stats.months import Period, first_day, month_of
from sambang_stats.results import Adjusted, Floats, Point, Reason, Recovery, Series, Status, StatusReason
from sambang_stats.seasonal import STABLE_MONTHS, adjust

NEAR_LEBARAN_DAYS = (-56, 14)
"""Days around 1 Syawal; a month inside them is not compared with the same calendar month."""
AT_LEAST = 7
"""Fewest days of a month inside ``NEAR_LEBARAN_DAYS`` that make it a Lebaran month."""
FEAST = (-42, 13)
"""Days around 1 Syawal with an effect of Lebaran on production: six weeks of orders before, two of rest after."""


def recover(series: Series, month: int, *, base: Period | None = None, adjusted: Adjusted | None = None) -> Recovery:
    """Recovery of one month against ``base`` (None: the base of the series).

    A number that would mislead is None, and ``reason`` gives the cause. The interval includes the error of the index
    and of the seasonal and Lebaran factors. ``adjusted``: the adjusted series, None to compute it here.
    """
    point = series.at(month)
    base = base or series.base
    if point is None:
        return _missing_recovery(month, Reason.OUTSIDE_SERIES)
    if point.status is Status.NOT_ENOUGH:
        return _missing_recovery(month, point.reason)
    if reason := _base_reason(series, month, base):
        return _missing_recovery(month, reason)
    smooth = adjusted or adjust(series.months, series.observed)
    against = _against_mean(smooth, month, base)
    has_base = against is not None
    of_season = smooth.log_error(month, base)
    lower = _limit(point.lower, against, point, -of_season)
    upper = _limit(point.upper, against, point, of_season)
    return Recovery(
        month=month,
        against_mean=against,
        mean_lower=lower,
        mean_upper=upper,
        same_month=None if is_lebaran_month(month) else _same_month(series, month, base),
        status=point.status if smooth.stable or not has_base else Status.THIN,
        reason=_weak_reason(series, smooth) if has_base and smooth.is_adjusted else Reason.TOO_SHORT_TO_ADJUST,
        is_adjusted=smooth.is_adjusted,
    )


def _against_mean(smooth: Adjusted, month: int, base: Period) -> float | None:
    """Adjusted index of a month divided by the mean of the adjusted base, per cent.

    Without adjustment: None for a base of whole years, else the observed ratio.
    """
    rows = base.covers(smooth.months)
    mean = float(np.nanmean(smooth.adjusted[rows]))
    if not mean > 0:
        return None
    if not smooth.is_adjusted and len(base) % 12 == 0:
        return None
    return 100 * float(smooth.adjusted[smooth.months == month][0]) / mean


def _limit(limit: float, against: float | None, point: Point, of_season: float) -> float | None:
    """Limit of the recovery from a limit of the index, widened by the error ``of_season`` of the factors; a negative
    ``of_season`` gives the lower limit."""
    if against is None or not point.index > 0:
        return None
    if not limit > 0:
        return 0.0
    away = np.hypot(np.log(limit / point.index), NORMAL_90 * of_season)
    return float(against * np.exp(np.copysign(away, of_season)))


def _base_reason(series: Series, month: int, base: Period) -> Reason | None:
    """Reason why the month has no recovery against the base, None if it has one."""
    covered = base.covers(series.months)
    seen = covered.sum() == len(base) and (series.lines[covered] > 0).all()
    if not seen or not np.isfinite(series.index[covered]).any():
        return Reason.BASE_YEAR_INCOMPLETE
    return Reason.MONTH_IN_BASE_YEAR if base.first <= month <= base.last else None


def _weak_reason(series: Series, smooth: Adjusted) -> Reason | None:
    """Reason for unstable seasonal factors, None if they are stable."""
    if smooth.stable:
        return None
    if smooth.leaves_season:
        return Reason.SEASON_LEFT
    observed_months = int((np.isfinite(smooth.observed) & (smooth.observed > 0)).sum())
    return Reason.UNSTABLE_SHORT if observed_months < STABLE_MONTHS else Reason.UNSTABLE_FEW_LINES


def is_lebaran_month(month: int) -> bool:
    """Whether at least ``AT_LEAST`` days of the month lie within ``NEAR_LEBARAN_DAYS``."""
    away = days_from_lebaran(month)
    return int(((away >= NEAR_LEBARAN_DAYS[0]) & (away <= NEAR_LEBARAN_DAYS[1])).sum()) >= AT_LEAST


@dataclass(frozen=True)
class AroundLebaran:
    """Production of the months around one Lebaran over those around the base year's, per cent, with its 90 % limits."""

    first: int
    last: int
    percent: float
    lower: float
    upper: float


def around_lebaran(series: Series, until: int, *, year: int, adjusted: Adjusted) -> AroundLebaran | None:
    """Daily production in the months around the latest Lebaran that ended by the month ``until``.

    Both spans contain the whole Lebaran effect, so no distribution of production within a month is assumed. The
    seasonal factors are removed, the Lebaran factors are not. None if a month is missing or not published, or if the
    series was not adjusted.
    """
    spans = _comparable_spans(until, year)
    if not adjusted.is_adjusted or spans is None:
        return None
    now, then = spans
    rows, base = _published_rows(series, now), _published_rows(series, then)
    if now[-1] > until or rows is None or base is None:
        return None
    smooth = series.index / adjusted.seasonal
    days = np.array([_days(int(month)) for month in series.months])
    ratio = _per_day(smooth, days, rows) / _per_day(smooth, days, base)
    if not np.isfinite(ratio) or ratio <= 0:
        return None
    # Most missing units are the same in all months of a span: errors add up within a span, and are independent between
    # the two spans. Both spans contain a whole Lebaran: only the error of the seasonal factors remains.
    of_season = NORMAL_90 * adjusted.error_between(np.isin(series.months, now), np.isin(series.months, then))
    down, up = (
        float(
            np.linalg.norm(
                (_log_distance(series, smooth, limit, rows), _log_distance(series, smooth, limit, base), of_season)
            )
        )
        for limit in (series.lower, series.upper)
    )
    return AroundLebaran(
        now[0], now[-1], 100 * ratio, 100 * ratio * float(np.exp(-down)), 100 * ratio * float(np.exp(up))
    )


def _published_rows(series: Series, span: list[int]) -> np.ndarray | None:
    """Positions of the months of a span; None if one is missing or not published."""
    rows = np.flatnonzero(np.isin(series.months, span))
    complete = len(rows) == len(span)
    return rows if complete and all(series.statuses[row] is not Status.NOT_ENOUGH for row in rows) else None


def _comparable_spans(until: int, year: int) -> tuple[list[int], list[int]] | None:
    """The months around the latest Lebaran that ended by ``until``, and as many around that of ``year``."""
    then = months_around(lebaran(year)[0])
    recent = (months_around(lebaran(y)[0]) for y in (until // 12, until // 12 - 1))
    now = next((span for span in recent if span[-1] <= until), None)
    if now is None or now[0] // 12 <= year:
        return None
    longest = max(len(now), len(then))
    return _lengthened(now, longest), _lengthened(then, longest)


def months_around(feast: dt.date) -> list[int]:
    """The months that overlap ``FEAST``, in months since year 0."""
    first, last = (month_of(feast + dt.timedelta(days=away)) for away in FEAST)
    return list(range(first, last + 1))


def _lengthened(span: list[int], count: int) -> list[int]:
    return list(range(span[0], span[0] + count))


def _per_day(smooth: Floats, days: Floats, rows: np.ndarray) -> float:
    total = days[rows].sum()
    return float(smooth[rows].sum() / total) if total else float("nan")


def _log_distance(series: Series, smooth: Floats, limit: Floats, rows: np.ndarray) -> float:
    """Absolute log ratio of a span's sum at an interval limit to its sum; infinite if the limit is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(smooth[rows] > 0, limit[rows] / series.index[rows], 0.0) * smooth[rows] / smooth[rows].sum()
        return float(abs(np.log(shares.sum())))


def _same_month(series: Series, month: int, base: Period) -> float | None:
    if len(base) != 12:
        return None
    then = series.at(base.first + (month - base.first) % 12)
    now = series.at(month)
    if then is None or now is None or not then.index > 0:
        return None
    return 100 * now.index / then.index


def _days(month: int) -> int:
    return (first_day(month + 1) - first_day(month)).days


def _missing_recovery(month: int, reason: Reason | StatusReason | None) -> Recovery:
    return Recovery(month, None, None, None, None, Status.NOT_ENOUGH, reason, False)
