"""The aggregations of a region's panel: which series are computed, and which months disclosure control suppresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

import sambang_stats as engine
from sambang.insight.linked_tables import INDUSTRIES, Part, Tables
from sambang.insight.models import Series
from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.registry.models import Cluster

KINDS = {engine.Kind.VOLUME: Series.Kind.VOLUME, engine.Kind.SAME_LINES: Series.Kind.SAME_LINES}

type ToSeries = Callable[[str], Series | None]
"""The row of a name of an aggregate; None is not published."""


@dataclass(frozen=True)
class ScopeEstimate:
    """A series to publish, with its estimate and what disclosure control needs to know of it."""

    row: Series
    series: engine.Series
    part: Part
    members: np.ndarray  # flags of the panel's units
    not_enough: set[int]  # months without enough data
    suppressed: set[int]  # months
    owners: Mapping[int, int]  # who reported, by month
    share: float  # of the region's value in the base period, in whole per cent


def estimates_of(
    rows: Mapping[engine.By, ToSeries], indices: Mapping[engine.By, Mapping[str, engine.Series]], tables: Tables
) -> Iterator[ScopeEstimate]:
    """The series to publish of one kind of index. `rows`: of `aggregates`."""
    for by, to_series in rows.items():
        for name, series in indices[by].items():
            row = to_series(name)
            if row is not None:
                row.kind = KINDS[series.kind]
                yield _estimate(row, series, tables.parts[by, name], tables)


def _estimate(row: Series, series: engine.Series, part: Part, tables: Tables) -> ScopeEstimate:
    suppressed = set(tables.suppressed[part.by].get(part.name, ()))
    if row.kind == Series.Kind.SAME_LINES:
        suppressed |= tables.few_births[part.by].get(part.name, set())
    members, statuses = tables.names[part.by] == part.name, np.array(series.statuses, dtype=object)
    not_enough = set(series.months[statuses == engine.Status.NOT_ENOUGH].tolist())
    of_base, owners, share = tables.given.of_series(members, suppressed | not_enough, series.base)
    return ScopeEstimate(row, series, part, members, not_enough, suppressed | of_base, owners, share)


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
