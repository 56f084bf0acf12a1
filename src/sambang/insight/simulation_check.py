"""Compare estimates with the simulated index from which their reports were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sambang.access.models import Person
from sambang.insight.models import Point, Series, SimulatedIndex
from sambang.insight.release import readable_series


@dataclass(frozen=True)
class Comparison:
    """The newest volume index of a sentra and its simulated index, by month."""

    series: Series
    points: list[Point]  # months with a figure and a simulated value
    simulated: dict[date, SimulatedIndex]

    @property
    def months(self) -> int:
        return len(self.points)

    @property
    def error(self) -> float:
        """Mean absolute error in index points."""
        return sum(
            abs(point.index - self.simulated[point.month].index) for point in self.points if point.index is not None
        ) / len(self.points)

    @property
    def covered(self) -> int:
        """The number of months whose interval contains the simulated value."""
        return sum(
            (point.lower or 0) <= self.simulated[point.month].index <= (point.upper or 0) for point in self.points
        )

    @property
    def share(self) -> float:
        return self.covered / len(self.points)

    @property
    def level(self) -> float | None:
        """The true level, without season, of the recovery's month, in per cent of the mean of 2019."""
        found = self.simulated.get(self.series.recovery_month) if self.series.recovery_month else None
        return found.level if found else None

    @property
    def recovery_covered(self) -> bool:
        low, high = self.series.recovery_lower, self.series.recovery_upper
        return self.level is not None and low is not None and high is not None and low <= self.level <= high


def comparisons(person: Person) -> list[Comparison]:
    """Comparisons of every simulated sentra within the person's reach that has a series."""
    simulated: dict[object, dict[date, SimulatedIndex]] = {}
    for row in SimulatedIndex.objects.visible_to(person):
        simulated.setdefault(row.cluster_id, {})[row.month] = row
    rows = readable_series(person).volume().newest().filter(cluster__in=list(simulated)).order_by("run__computed_at")
    newest = {row.cluster_id: row for row in rows.select_related("run", "cluster").prefetch_related("points")}
    found = [
        compared(series, simulated[series.cluster_id])
        for series in sorted(newest.values(), key=lambda row: (-row.units, row.pk))
    ]
    return [one for one in found if one.points]


def compared(series: Series, simulated: dict[date, SimulatedIndex]) -> Comparison:
    points = [point for point in series.points.all() if point.index is not None and point.month in simulated]
    return Comparison(series, points, simulated)
