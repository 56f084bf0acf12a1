"""The figures of a map: growth within the release policy, and counts of what the reader reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Left

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.aspirations.models import Aspiration
from sambang.insight.models import Series
from sambang.insight.queries import recovery_of
from sambang.insight.release import newest_volume_series
from sambang.insight.summary import PercentChange
from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.maps.geojson import Ring, centre_of
from sambang.maps.models import BusinessPosition, ClusterPosition, Outline
from sambang.registry.models import Business, Cluster, Permit, Region, active_business
from sambang.registry.permit_expiry import valid_on

NEXT_LEVEL = {Level.NATION: Level.PROVINCE, Level.PROVINCE: Level.REGENCY}


@dataclass(frozen=True)
class Place:
    """A row of a map's table: an area or a sentra. `growth`: None without a figure that the reader may read."""

    key: Any  # region code, or primary key of the sentra
    name: str
    businesses: int
    growth: PercentChange | None
    matters: int
    permitted: int  # IKM with a permit that is valid today

    @property
    def permitted_share(self) -> float | None:
        """In per cent of the IKM."""
        return 100 * self.permitted / self.businesses if self.businesses else None


@dataclass(frozen=True)
class Places:
    areas: list[Place]
    clusters: list[Place]


def places(person: Person, council: Council, *, today: date) -> Places:
    code = RegionCode(council.region_code)
    digits = NEXT_LEVEL.get(code.level, Level.DISTRICT)
    series = newest_volume_series(person, council.region_code)
    of_areas = {row.region_code: row for row in series if row.cluster_id is None and not row.industry}
    of_clusters = {row.cluster_id: row for row in series if row.cluster_id is not None and not row.industry}
    by_area = _counts(person, code, lambda path: Left(path, int(digits)), today)
    by_cluster = _counts(person, code, lambda path: F(f"{path.removesuffix('region')}cluster"), today)
    regions = Region.objects.filter(in_region("code", code), pk__in=[*by_area, *of_areas]).exclude(pk=code)
    clusters = reader_for(person).visible_within(Cluster.objects.all(), code).order_by("name", "pk")
    return Places(
        [_place(row.pk, row.name, by_area, of_areas) for row in regions.order_by("name", "pk")],
        [_place(row.pk, row.name, by_cluster, of_clusters) for row in clusters],
    )


def _counts(
    person: Person, code: RegionCode, key: Callable[[str], Any], today: date
) -> dict[Any, tuple[int, int, int]]:
    """IKM, matters and IKM with a valid permit, by `key`: an expression made of the lookup path of a region."""
    reader = reader_for(person)
    permits = Permit.objects.filter(valid_on(today), active_business("business__"))
    countings = [
        _count(reader.visible_within(Business.objects.active(), code), key("region"), "pk"),
        _count(reader.visible_within(Aspiration.objects.all(), code), key("business__region"), "matter"),
        _count(reader.visible_within(permits, code), key("business__region"), "business"),
    ]
    keys = {one for counts in countings for one in counts if one is not None}
    return {one: (countings[0].get(one, 0), countings[1].get(one, 0), countings[2].get(one, 0)) for one in keys}


def _count(rows: Any, key: Any, counted: str) -> dict[Any, int]:
    grouped = rows.order_by().annotate(map_key=key).values("map_key").annotate(many=Count(counted, distinct=True))
    return dict(grouped.values_list("map_key", "many"))


def _place(key: Any, name: str, counts: dict[Any, tuple[int, int, int]], series: dict[Any, Series]) -> Place:
    businesses, matters, permitted = counts.get(key, (0, 0, 0))
    figures = series.get(key)
    growth = recovery_of(figures) if figures is not None and figures.recovery is not None else None
    return Place(key, name, businesses, growth, matters, permitted)


def outlines_of(person: Person, council: Council) -> dict[str, list[Ring]]:
    """By region code; where several councils uploaded one region, the council's own."""
    rows = reader_for(person).visible_within(Outline.objects.all(), council.region_code).order_by("uploaded_at")
    outlines = sorted(rows.values_list("region", "rings", "council"), key=lambda row: row[2] == council.pk)
    return {region: rings for region, rings, _council in outlines}


def cluster_points(person: Person, council: Council, outlines: dict[str, list[Ring]]) -> dict[Any, tuple[float, float]]:
    """Longitude and latitude by sentra: its position, else the middle of its village or district."""
    rows = reader_for(person).visible_within(ClusterPosition.objects.all(), council.region_code)
    point_by_cluster = {row.cluster_id: (float(row.longitude), float(row.latitude)) for row in rows}
    clusters = reader_for(person).visible_within(Cluster.objects.all(), council.region_code)
    for cluster, region in clusters.exclude(pk__in=point_by_cluster).values_list("pk", "region"):
        code = RegionCode(region)
        drawn = next((one for one in (code, code.at(Level.DISTRICT)) if one in outlines), None)
        if drawn:
            point_by_cluster[cluster] = centre_of(outlines[drawn])
    return point_by_cluster


def business_points(person: Person, council: Council) -> list[tuple[float, float]]:
    """Longitude and latitude of the IKM whose contact the person may read."""
    reader = reader_for(person)
    readable = reader.allowed("registry.see_contact", BusinessPosition)
    rows = reader.visible_within(
        BusinessPosition.objects.filter(readable, active_business("business__")), council.region_code
    )
    return [(float(row.longitude), float(row.latitude)) for row in rows]
