"""What a buyer may choose in the catalogue's filter: crafts, places and sentra with items on offer.

A process computes them once for a version of the search index, at most once a minute: they cost a look at every sentra.
The catalogue itself is never cached. A choice that has just lost its last item leads to an empty page.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from sambang.market import queries
from sambang.market.search_index import index_version
from sambang.registry.models import Region

FACETS_LIFETIME = 60.0  # seconds
MAX_PLACES = 60  # districts in the list of places; regencies if there are more
MAX_CLUSTERS = 12


@dataclass(frozen=True)
class Facets:
    crafts: list[str]
    places: list[tuple[str, str]]  # codes and names of districts or regencies
    clusters: list[UUID]  # the first MAX_CLUSTERS by name
    has_more_clusters: bool


_current: tuple[tuple[object, ...], float, Facets] | None = None


def facets() -> Facets:
    global _current  # noqa: PLW0603 # one value a process
    version, now = index_version(), time.monotonic()
    if _current is None or _current[0] != version or now - _current[1] > FACETS_LIFETIME:
        _current = (version, now, _compute())
    return _current[2]


def _compute() -> Facets:
    rows = list(
        queries.clusters_on_offer()
        .order_by("name", "pk")
        .select_related(None)
        .values_list("pk", "commodity", "region__parent", "region__parent__parent")
    )
    districts = {district for _pk, _craft, district, _regency in rows if district}
    regencies = {regency for _pk, _craft, _district, regency in rows if regency}
    codes = districts if len(districts) <= MAX_PLACES else regencies
    places = Region.objects.filter(pk__in=codes).order_by("name", "code").values_list("code", "name")
    return Facets(
        crafts=sorted({craft for _pk, craft, *_places in rows if craft}),
        places=list(places),
        clusters=[row[0] for row in rows[:MAX_CLUSTERS]],
        has_more_clusters=len(rows) > MAX_CLUSTERS,
    )
