"""A published run of a place, with the index of its sentra and of its council."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sambang.insight.models import Point, Run, Series, SimulatedIndex
from tests.reach.places import Place


def figures(place: Place) -> UUID:
    code = place.council.region_code
    run = Run.objects.create(
        by=place.staff, region_code=code, engine="uji", is_published=True, reports=1, is_simulated=True
    )
    rows = [
        Series(
            run=run,
            kind="volume",
            region_code=place.cluster.region_id,
            cluster=place.cluster,
            units=2,
            released_on=date(2019, 5, 15),
            is_newest=True,
            is_newest_release=True,
        ),
        Series(
            run=run,
            kind="volume",
            region_code=code,
            units=2,
            released_on=date(2019, 5, 15),
            is_newest=True,
            is_newest_release=True,
        ),
    ]
    Series.objects.bulk_create(rows)
    for row in rows:
        Point.objects.bulk_create(
            Point(
                series=row,
                month=date(2019, number, 1),
                index=100,
                response="over_90",
                coverage="over_90",
                lines=2,
                status="firm",
            )
            for number in range(1, 13)
        )
    SimulatedIndex.objects.create(cluster=place.cluster, month=date(2019, 1, 1), index=100, level=100)
    return rows[0].pk
