"""Contributions of areas or industries to a year's growth, computed from released figures only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from sambang.insight.models import Point, Series
from sambang.lib.months import add_months
from sambang.lib.templatetags.formatting import count


@dataclass(frozen=True)
class GrowthContribution:
    """A contribution in percentage points to the region's growth since the same month of the previous year. An empty
    `name` stands for all others, including those without a released figure."""

    name: str
    points: float

    @property
    def label(self) -> str:
        return self.name or _("lainnya")

    @property
    def text(self) -> str:
        points = round(self.points, 1)
        sign = "+" if points > 0 else "−" if points < 0 else ""
        return f"{sign}{count(abs(points), 1)}"


def contributions_note() -> str:
    return _("Bagian dari perubahan terhadap bulan yang sama setahun sebelumnya, poin persen; musim tidak disisihkan.")


def contributions(
    total: Series, named: Iterable[tuple[str, Series]], points: Iterable[Point]
) -> Sequence[GrowthContribution]:
    """The contributions of disjoint series, the largest increase first, and that of the others. Empty if the growth of
    the whole is unknown. A contribution is the series' share of the base value times the change of its index."""
    volumes: dict[tuple[Any, Any], float] = {
        (point.series_id, point.month): point.index for point in points if point.index is not None
    }
    now = total.recovery_month
    before = add_months(now, -12) if now else None
    start, end = volumes.get((total.pk, before)), volumes.get((total.pk, now))
    if not start or end is None:
        return []
    rows = []
    for name, series in named:
        change = change_of(volumes, series, before, now)
        if change is not None and series.share is not None and series.base == total.base:
            rows.append(GrowthContribution(name, series.share * change / start))
    rest = 100 * (end / start - 1) - sum(one.points for one in rows)
    return [*sorted(rows, key=lambda one: -one.points), GrowthContribution("", rest)] if rows else []


def change_of(
    volumes: Mapping[tuple[Any, Any], float], series: Series, before: date | None, now: date | None
) -> float | None:
    """The change in index points; None if either month has no released figure."""
    first, last = volumes.get((series.pk, before)), volumes.get((series.pk, now))
    return None if first is None or last is None else last - first
