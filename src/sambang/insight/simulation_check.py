"""Compare estimates with the simulated index from which their reports were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import mean

from sambang.access.models import Person
from sambang.insight.models import Point, Series, SimulatedIndex
from sambang.insight.release import readable_series


@dataclass(frozen=True)
class SimulationComparison:
    """The newest volume index of a sentra and its simulated index, by month. The simulated index is stored with
    2019 = 100, and is compared after rescaling to the base period of the series."""

    series: Series
    points: list[Point]  # months with a figure and a simulated value
    simulated: dict[date, SimulatedIndex]

    @cached_property
    def truth(self) -> dict[date, float]:
        """The simulated index by month, in per cent of its mean over the base period."""
        base = mean(row.index for row in self.base_rows)
        return {month: 100 * row.index / base for month, row in self.simulated.items()}

    @property
    def base_rows(self) -> list[SimulatedIndex]:
        """The simulated index of the months of the base period."""
        first, last = self.series.base_first, self.series.base_last
        return [row for month, row in self.simulated.items() if first <= month <= last]

    @property
    def months(self) -> int:
        return len(self.points)

    @property
    def error(self) -> float:
        """Mean absolute error in index points."""
        return sum(
            abs(point.index - self.truth[point.month]) for point in self.points if point.index is not None
        ) / len(self.points)

    @property
    def covered(self) -> int:
        """The number of months whose interval contains the simulated value."""
        return sum((point.lower or 0) <= self.truth[point.month] <= (point.upper or 0) for point in self.points)

    @property
    def share(self) -> float:
        return self.covered / len(self.points)

    @property
    def level(self) -> float | None:
        """The true level, without season, of the recovery's month, in per cent of its mean over the base period."""
        month = self.simulated.get(self.series.recovery_month) if self.series.recovery_month else None
        return 100 * month.level / mean(row.level for row in self.base_rows) if month else None

    @property
    def recovery_covered(self) -> bool:
        low, high = self.series.recovery_lower, self.series.recovery_upper
        return self.level is not None and low is not None and high is not None and low <= self.level <= high


def comparisons(person: Person) -> list[SimulationComparison]:
    """Comparisons of every simulated sentra within the person's reach that has a series."""
    simulated: dict[object, dict[date, SimulatedIndex]] = {}
    for row in SimulatedIndex.objects.visible_to(person):
        simulated.setdefault(row.cluster_id, {})[row.month] = row
    rows = readable_series(person).volume().newest().filter(cluster__in=list(simulated)).order_by("run__computed_at")
    newest = {row.cluster_id: row for row in rows.select_related("run", "cluster").prefetch_related("points")}
    compared_series = [
        compared(series, simulated[series.cluster_id])
        for series in sorted(newest.values(), key=lambda row: (-row.units, row.pk))
    ]
    return [one for one in compared_series if one.points]


def compared(series: Series, simulated: dict[date, SimulatedIndex]) -> SimulationComparison:
    """Empty if the base period has no simulated values."""
    points = [point for point in series.points.all() if point.index is not None and point.month in simulated]
    comparison = SimulationComparison(series, points, simulated)
    return comparison if comparison.base_rows else SimulationComparison(series, [], simulated)
