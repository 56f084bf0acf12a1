"""The first figure of a month, while its reports still come in: marked, and corrected by how earlier first figures were
revised. A Run is a vintage: what an earlier one said of the month before it was computed was such a first figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

import sambang_stats as engine
from sambang.insight.models import Point, Series
from sambang.lib.months import first_of_month, shift
from sambang_stats.distributions import NORMAL_90
from sambang_stats.first_estimate import correct_first_estimates

LEAST_PAST = 3  # months whose first figure is known: with fewer no correction
MOST_PAST = 24

type Key = tuple[str, str]  # region code, primary key of the sentra or ""


def key_of(row: Series) -> Key:
    return (row.region_code, str(row.cluster_id or ""))


def is_first_figure(month: date, today: date) -> bool:
    """Until the end of the month after it."""
    return today < shift(month, 2)


def past_first_figures(region_code: str, kind: str, *, today: date) -> dict[date, dict[Key, float]]:
    """By month: each first figure of a region, its regencies and sentra as it came. Where several Runs published one, that of the Run whose day of the
    month is nearest to today's: as many reports had come in by then."""
    since = shift(first_of_month(today), -MOST_PAST)
    rows = (
        Point.objects.filter(
            series__region_code__startswith=region_code,
            series__kind=kind,
            index__isnull=False,
            month__gte=since,
            month__lt=shift(first_of_month(today), -1),
        )
        .values_list(
            "month", "series__region_code", "series__cluster", "index", "uncorrected", "series__run__computed_at"
        )
        .order_by("series__run__computed_at")
    )
    found: dict[date, dict[Key, tuple[int, float]]] = {}
    for month, code, cluster, index, uncorrected, computed_at in rows:
        day = computed_at.date()
        if index is None or first_of_month(day) != shift(month, 1):
            continue
        away = abs(day.day - today.day)
        kept = found.setdefault(month, {})
        key = (code, str(cluster or ""))
        if key not in kept or away < kept[key][0]:
            kept[key] = (away, index if uncorrected is None else uncorrected)
    return {month: {key: value for key, (_away, value) in kept.items()} for month, kept in found.items()}


@dataclass(frozen=True)
class Corrected:
    """A series whose newest full month is corrected, and what that month was before."""

    found: engine.Series
    month: int | None = None
    uncorrected: float | None = None


def correct_first_figures(
    series: Sequence[tuple[Key, engine.Series]], past: Mapping[date, Mapping[Key, float]], *, today: date
) -> list[Corrected]:
    """Every series with its newest full month corrected; unchanged where fewer than LEAST_PAST earlier months are known.

    The interval of a corrected month holds the spread of the past revisions too.
    """
    month = engine.month_of(today) - 1
    finals = [{int(m): float(v) for m, v in zip(found.months, found.index, strict=True)} for _key, found in series]
    months = [m for m in sorted(past) if engine.month_of(m) < month and any(key in past[m] for key, _found in series)]
    if len(months) < LEAST_PAST:
        return [Corrected(found) for _key, found in series]
    flash = np.array([final.get(month, np.nan) for final in finals])
    before = np.array([[past[m].get(key, np.nan) for key, _found in series] for m in months])
    after = np.array([[final.get(engine.month_of(m), np.nan) for final in finals] for m in months])
    corrected, error = correct_first_estimates(flash, before, after)
    return [
        shifted(found, month, float(value), float(off))
        for (_key, found), value, off in zip(series, corrected, error, strict=True)
    ]


def shifted(found: engine.Series, month: int, value: float, error: float) -> Corrected:
    """`found` with `value` in `month`; its interval moved along and widened by `error` of the logarithm."""
    at = month - int(found.months[0])
    if not 0 <= at < len(found.months) or not np.isfinite(value) or value <= 0 or not found.lower[at] > 0:
        return Corrected(found)
    index, lower, upper = found.index.copy(), found.lower.copy(), found.upper.copy()
    down, up = np.log(index[at] / lower[at]), np.log(upper[at] / index[at])
    before, index[at] = float(index[at]), value
    lower[at] = value * np.exp(-np.hypot(down, NORMAL_90 * error))
    upper[at] = value * np.exp(np.hypot(up, NORMAL_90 * error))
    return Corrected(replace(found, index=index, lower=lower, upper=upper), month, before)
