"""First estimates: the figure of a month whose reports still arrive, flagged as such and corrected by past revisions.
A Run is a vintage: the figure that an earlier Run published for the previous month was such a first estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

import sambang_stats as engine
from sambang.insight.models import Point, SeriesKey
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import in_region
from sambang_stats.distributions import NORMAL_90
from sambang_stats.first_estimate import correct_first_estimates
from sambang_stats.results import Floats

MIN_PAST_MONTHS = 3  # months with a known first estimate; with fewer, no correction is made
MAX_PAST_MONTHS = 24


def is_first_estimate(month: date, today: date) -> bool:
    """Whether a figure of this month is a first estimate: until the end of the following month."""
    return today < add_months(month, 2)


def past_first_estimates(region_code: str, *, today: date) -> dict[date, dict[SeriesKey, float]]:
    """The published first estimates by month, of a region, its regencies and its sentra.

    If several Runs published one, the Run whose day of the month is nearest to today's is used, because a similar
    number of reports had arrived by then."""
    rows = (
        Point.objects.filter(
            in_region("series__region_code", region_code),
            index__isnull=False,
            series__run__is_published=True,
            month__gte=add_months(first_of_month(today), -MAX_PAST_MONTHS),
            month__lt=add_months(first_of_month(today), -1),
        )
        .values_list(
            "month",
            "series__kind",
            "series__region_code",
            "series__cluster",
            "series__industry",
            "index",
            "uncorrected",
            "series__run__computed_at",
        )
        .order_by("series__run__computed_at")
    )
    nearest: dict[date, dict[SeriesKey, tuple[int, float]]] = {}
    for month, kind, code, cluster, industry, index, uncorrected, computed_at in rows:
        day = computed_at.date()
        if index is None or first_of_month(day) != add_months(month, 1):
            continue
        distance = abs(day.day - today.day)
        of_month = nearest.setdefault(month, {})
        key = (kind, code, str(cluster or ""), industry)
        if key not in of_month or distance < of_month[key][0]:
            of_month[key] = (distance, index if uncorrected is None else uncorrected)
    return {month: {key: value for key, (_, value) in of_month.items()} for month, of_month in nearest.items()}


@dataclass(frozen=True)
class CorrectedSeries:
    """A series after the correction of its newest full month, and the uncorrected value of that month."""

    series: engine.Series
    month: int | None = None
    uncorrected: float | None = None


def correct_newest_month(
    series: Sequence[tuple[SeriesKey, engine.Series]],
    past: Mapping[date, Mapping[SeriesKey, float]],
    *,
    today: date,
) -> list[CorrectedSeries]:
    """Correct the newest full month of every series. Series are returned unchanged if fewer than MIN_PAST_MONTHS
    earlier months have first estimates.

    The interval of a corrected month includes the variance of the past revisions."""
    month = engine.month_of(today) - 1
    keys = [key for key, _series in series]
    months = [m for m in sorted(past) if engine.month_of(m) < month and not past[m].keys().isdisjoint(keys)]
    if len(months) < MIN_PAST_MONTHS:
        return [CorrectedSeries(estimate) for _key, estimate in series]
    current = indices_at(series, month)
    first = np.array([[past[m].get(key, np.nan) for key in keys] for m in months])
    final = np.array([indices_at(series, engine.month_of(m)) for m in months])
    corrected, error = correct_first_estimates(current, first, final)
    return [
        shifted(estimate, month, float(value), float(off))
        for (_key, estimate), value, off in zip(series, corrected, error, strict=True)
    ]


def indices_at(series: Sequence[tuple[SeriesKey, engine.Series]], month: int) -> Floats:
    """The index of each series in a month; NaN outside the series."""
    points = (estimate.at(month) for _key, estimate in series)
    return np.array([np.nan if point is None else point.index for point in points])


def shifted(series: engine.Series, month: int, value: float, error: float) -> CorrectedSeries:
    """`series` with `value` in `month`; the interval moves with the value, and `error`, a standard error of the
    logarithm, widens it."""
    at = month - int(series.months[0])
    if not 0 <= at < len(series.months) or not np.isfinite(value) or value <= 0 or not series.lower[at] > 0:
        return CorrectedSeries(series)
    index, lower, upper = series.index.copy(), series.lower.copy(), series.upper.copy()
    down, up = np.log(index[at] / lower[at]), np.log(upper[at] / index[at])
    before, index[at] = float(index[at]), value
    lower[at] = value * np.exp(-np.hypot(down, NORMAL_90 * error))
    upper[at] = value * np.exp(np.hypot(up, NORMAL_90 * error))
    return CorrectedSeries(replace(series, index=index, lower=lower, upper=upper), month, before)
