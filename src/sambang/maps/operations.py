"""Operations on positions and outlines."""

from __future__ import annotations

from collections.abc import Mapping

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.maps.geojson import Ring
from sambang.maps.map_links import Coordinates
from sambang.maps.models import BusinessPosition, ClusterPosition, Outline, Position
from sambang.registry.models import Business, Cluster


@operation("maps.set_position", lock=True)
def set_position(place: Business | Cluster, by: Person, /, *, point: Coordinates, source: str) -> Business | Cluster:
    """Record where it is, or correct it."""
    values = {
        "latitude": point.latitude,
        "longitude": point.longitude,
        "source": Position.Source(source),
        "noted_by": by,
        "noted_at": clock.now(),
    }
    if isinstance(place, Business):
        BusinessPosition.objects.update_or_create(business=place, defaults=values)
    else:
        ClusterPosition.objects.update_or_create(cluster=place, defaults=values)
    return place


@operation("maps.remove_position", lock=True)
def remove_position(place: Business | Cluster, by: Person, /) -> Business | Cluster:
    if isinstance(place, Business):
        BusinessPosition.objects.filter(business=place).delete()
    else:
        ClusterPosition.objects.filter(cluster=place).delete()
    return place


@operation("maps.set_outlines", lock=True)
def set_outlines(council: Council, by: Person, /, *, rings: Mapping[str, list[Ring]]) -> Council:
    """Replace the council's outlines of these regions (by code); others stay."""
    Outline.objects.filter(council=council, region__in=rings).delete()
    Outline.objects.bulk_create(
        [Outline(council=council, region_id=code, rings=shape, uploaded_by=by) for code, shape in rings.items()]
    )
    return council


@operation("maps.remove_outlines", lock=True)
def remove_outlines(council: Council, by: Person, /) -> Council:
    Outline.objects.filter(council=council).delete()
    return council
