"""Who pulled production up and who down: contributions to a year's growth, from released figures alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sambang.insight.models import Point, Series
from sambang.lib.months import add_months
from sambang.lib.templatetags.words import count


@dataclass(frozen=True)
class Contribution:
    """Percentage points of the region's growth since the same month of the year before. `name` empty: all others,
    those without a released figure included."""

    name: str
    points: float

    @property
    def text(self) -> str:
        return f"{'+' if self.points >= 0 else '−'}{count(abs(self.points), 1)}"


def contributions(
    whole: Series, named: Iterable[tuple[str, Series]], points: Iterable[Point]
) -> Sequence[Contribution]:
    """Of disjoint series, the largest rise first, and what the others contribute; empty where the growth of the whole
    is not known. A series contributes its share of the base's value times the change of its index."""
    known: dict[tuple[Any, Any], float] = {
        (point.series_id, point.month): point.index for point in points if point.index is not None
    }
    now = whole.recovery_month
    before = add_months(now, -12) if now else None
    start, end = known.get((whole.pk, before)), known.get((whole.pk, now))
    if not start or end is None:
        return []
    found = []
    for name, series in named:
        change = change_of(known, series, before, now)
        if change is not None and series.share is not None and series.base == whole.base:
            found.append(Contribution(name, series.share * change / start))
    rest = 100 * (end / start - 1) - sum(one.points for one in found)
    return [*sorted(found, key=lambda one: -one.points), Contribution("", rest)] if found else []


def change_of(
    known: Mapping[tuple[Any, Any], float], series: Series, before: date | None, now: date | None
) -> float | None:
    """Points of the index; None where either month has no released figure."""
    first, last = known.get((series.pk, before)), known.get((series.pk, now))
    return None if first is None or last is None else last - first
