"""How far production is back: against the base, by the adjusted mean and by all of the months around Lebaran."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sambang_stats.calendar import days_from_lebaran, lebaran
from sambang_stats.distributions import NORMAL_90
from sambang_stats.months import Period, first_day, month_of
from sambang_stats.results import Adjusted, Floats, Point, Reason, Recovery, Series, Status
from sambang_stats.seasonal import STABLE_MONTHS, adjust

NEAR = (-56, 14)
"""Days around 1 Syawal within which months are compared by the feast and not by the calendar."""
AT_LEAST = 7
"""Days of a month inside ``NEAR`` that make it a Lebaran month."""
FEAST = (-42, 13)
"""Days around 1 Syawal that hold all of what the feast moves: six weeks of sewing, two of rest."""


def recover(series: Series, month: int, *, base: Period | None = None, adjusted: Adjusted | None = None) -> Recovery:
    """One month against ``base`` (None: the series'); numbers are None where they would mislead, ``reason`` says why.

    The interval holds the index's error and that of the factors of season and feast.
    """
    point = series.at(month)
    base = base or series.base
    missing = _missing_reason(series, point, base)
    if point is None or missing is not None:
        return _nothing(month, missing or Reason.NOT_ENOUGH_REPORTS)
    smooth = adjusted or adjust(series.months, series.index)
    against = _against_mean(smooth, month, base)
    known = against is not None
    of_season = smooth.log_error(month, base)
    lower = _limit(point.lower, against, point, -of_season)
    upper = _limit(point.upper, against, point, of_season)
    return Recovery(
        month=month,
        against_mean=against,
        mean_lower=lower,
        mean_upper=upper,
        same_month=None if is_lebaran_month(month) else _same_month(series, month, base),
        status=point.status if smooth.stable or not known else Status.THIN,
        reason=_weak_reason(series, smooth) if known and smooth.is_adjusted else Reason.TOO_SHORT_TO_ADJUST,
        is_adjusted=smooth.is_adjusted,
    )


def _against_mean(smooth: Adjusted, month: int, base: Period) -> float | None:
    """Adjusted index of a month over the mean of the adjusted base, per cent.

    Where nothing was adjusted: None against whole years; as observed against another run of months.
    """
    rows = base.covers(smooth.months)
    mean = float(np.nanmean(smooth.adjusted[rows]))
    if not mean > 0:
        return None
    if not smooth.is_adjusted and len(base) % 12 == 0:
        return None
    return 100 * float(smooth.adjusted[smooth.months == month][0]) / mean


def _limit(limit: float, against: float | None, point: Point, of_season: float) -> float | None:
    """A limit of the index as one of the recovery, moved out by the error of season and feast; negative: down."""
    if against is None or not point.index > 0:
        return None
    if not limit > 0:
        return 0.0
    away = np.hypot(np.log(limit / point.index), NORMAL_90 * of_season)
    return float(against * np.exp(np.copysign(away, of_season)))


def _missing_reason(series: Series, point: Point | None, base: Period) -> Reason | None:
    """Why there is no recovery at all."""
    if point is None or point.status is Status.NOT_ENOUGH:
        return Reason.NOT_ENOUGH_REPORTS
    lines = series.lines[base.covers(series.months)]
    if len(lines) < len(base) or not (lines > 0).all():
        return Reason.BASE_YEAR_INCOMPLETE
    return Reason.MONTH_IN_BASE_YEAR if base.first <= point.month <= base.last else None


def _weak_reason(series: Series, smooth: Adjusted) -> Reason | None:
    """Why the seasonal factors are not stable."""
    if smooth.stable:
        return None
    if smooth.leaves_season:
        return Reason.SEASON_LEFT
    return Reason.UNSTABLE_SHORT if len(series) < STABLE_MONTHS else Reason.UNSTABLE_FEW_LINES


def is_lebaran_month(month: int) -> bool:
    """At least a week of the month lies from eight weeks before to two after 1 Syawal."""
    away = days_from_lebaran(month)
    return int(((away >= NEAR[0]) & (away <= NEAR[1])).sum()) >= AT_LEAST


@dataclass(frozen=True)
class AroundLebaran:
    """The months that hold all of one Lebaran, against those that held all of the base year's; per cent, 90 %."""

    first: int
    last: int
    percent: float
    lower: float
    upper: float


def around_lebaran(series: Series, until: int, *, year: int, adjusted: Adjusted) -> AroundLebaran | None:
    """Production a day in the months around the latest Lebaran that ended by the month ``until``.

    Both spans hold the whole feast, its peak and its rest, so that nothing need be supposed of how a month's production
    was spread over its days; the season of the calendar is taken out, the feast stays in. None where a month is
    missing or not published, or where the season is not known.
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
    # The months of a span share most of their silent units, so within it their errors add up; the two spans' do not.
    # Both hold a whole feast: what the factors' error leaves is the season's.
    of_season = NORMAL_90 * adjusted.error_between(np.isin(series.months, now), np.isin(series.months, then))
    down, up = (
        float(np.linalg.norm((_off(series, smooth, limit, rows), _off(series, smooth, limit, base), of_season)))
        for limit in (series.lower, series.upper)
    )
    return AroundLebaran(
        now[0], now[-1], 100 * ratio, 100 * ratio * float(np.exp(-down)), 100 * ratio * float(np.exp(up))
    )


def _published_rows(series: Series, span: list[int]) -> np.ndarray | None:
    """Positions of the months of a span; None where one is missing or not published."""
    rows = np.flatnonzero(np.isin(series.months, span))
    complete = len(rows) == len(span)
    return rows if complete and all(series.statuses[row] is not Status.NOT_ENOUGH for row in rows) else None


def _comparable_spans(until: int, year: int) -> tuple[list[int], list[int]] | None:
    """The months around the latest Lebaran that ended by ``until`` and around that of ``year``, as many of each."""
    then = months_around(lebaran(year)[0])
    recent = (months_around(lebaran(y)[0]) for y in (until // 12, until // 12 - 1))
    now = next((span for span in recent if span[-1] <= until), None)
    if now is None or now[0] // 12 <= year:
        return None
    longest = max(len(now), len(then))
    return _lengthened(now, longest), _lengthened(then, longest)


def months_around(feast: dt.date) -> list[int]:
    """The months that ``FEAST`` touches."""
    first, last = (month_of(feast + dt.timedelta(days=away)) for away in FEAST)
    return list(range(first, last + 1))


def _lengthened(span: list[int], count: int) -> list[int]:
    return list(range(span[0], span[0] + count))


def _per_day(smooth: Floats, days: Floats, rows: np.ndarray) -> float:
    total = days[rows].sum()
    return float(smooth[rows].sum() / total) if total else float("nan")


def _off(series: Series, smooth: Floats, limit: Floats, rows: np.ndarray) -> float:
    """How far a limit of the interval lies from a span's sum, in logarithms; infinite where it is zero."""
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


def _nothing(month: int, reason: Reason) -> Recovery:
    return Recovery(month, None, None, None, None, Status.NOT_ENOUGH, reason, False)
