"""The aggregations of a region's panel: which series are computed, and which months disclosure control suppresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang.insight.disclosure import Contributions, suppression_of
from sambang.insight.linked_tables import INDUSTRIES, months_of_industries
from sambang.insight.models import Series
from sambang.insight.release import EarlierReleases
from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.registry.models import Cluster


def not_enough(series: engine.Series) -> list[int]:
    """The months without enough data."""
    return [
        int(month)
        for month, status in zip(series.months, series.statuses, strict=True)
        if status is engine.Status.NOT_ENOUGH
    ]


@dataclass(frozen=True)
class ScopeEstimate:
    """A series to publish, with its estimate and the months that disclosure control suppresses."""

    row: Series
    series: engine.Series
    by: engine.By
    name: str
    suppressed: set[int]  # months
    contributions: Contributions

    @cached_property
    def names(self) -> np.ndarray:
        """For each unit of the panel, the name of the series to which it belongs."""
        return self.by.names(self.contributions.panel.units)

    @cached_property
    def owners(self) -> dict[int, int]:
        """The number of owners who reported, by month."""
        return self.contributions.owners_by_month(self.names, self.name)

    @property
    def share(self) -> float:
        """Share of the region's value in the base period, in whole per cent."""
        return self.contributions.share(self.names == self.name)


type ToSeries = Callable[[str], Series | None]
"""The row of a name of an aggregate; None is not published."""


@dataclass(frozen=True)
class Aggregation:
    """One aggregation of the panel, with the suppressed months of each of its series."""

    by: engine.By
    to_series: ToSeries
    suppressed: Mapping[str, set[int]]
    few_births: Mapping[str, set[int]]
    contributions: Contributions

    def estimate(self, row: Series, name: str, series: engine.Series) -> ScopeEstimate:
        suppressed = set(self.suppressed.get(name, ()))
        if row.kind == Series.Kind.SAME_LINES:
            suppressed |= self.few_births.get(name, set())
        members = self.by.names(self.contributions.panel.units) == name
        suppressed |= self.contributions.suppressed_base_months(
            members, suppressed | set(not_enough(series)), series.base
        )
        return ScopeEstimate(row, series, self.by, name, suppressed, self.contributions)


def scopes_of(
    rows: Mapping[engine.By, ToSeries], contributions: Contributions, earlier: EarlierReleases
) -> Iterator[Aggregation]:
    """The scopes of the result of `aggregates`."""
    released = earlier.months_by_name
    is_regency = RegionCode(earlier.region_code).is_within_regency
    suppression = suppression_of(contributions, is_regency=is_regency, released=released)
    suppressed = {by: suppression.months_by_series(by) for by in rows if by not in INDUSTRIES}
    of_industries = months_of_industries(contributions, suppressed, released)
    for by, to_series in rows.items():
        months = suppressed.get(by, of_industries)
        yield Aggregation(by, to_series, months, suppression.births_by_series(by), contributions)


def aggregates(region_code: str) -> Iterator[tuple[engine.By, ToSeries]]:
    """The aggregations to compute, with the row of each of their names. None marks a name that is not published: it has
    no sentra, or belongs to another region."""
    places = {
        str(cluster): code
        for cluster, code in Cluster.objects.filter(in_region("region__code", region_code)).values_list("pk", "region")
    }
    yield engine.By(), lambda _name: Series(region_code=region_code)
    if not RegionCode(region_code).is_within_regency:
        yield engine.By(region=Level.REGENCY), lambda name: Series(region_code=name)
    yield (
        engine.By(cluster=True),
        lambda name: Series(cluster_id=name, region_code=places[name]) if name in places else None,
    )
    for by in INDUSTRIES:
        yield by, lambda name: Series(region_code=region_code, industry=name) if name.strip("0") else None
