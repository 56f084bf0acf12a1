"""The change of a total less the changes of its parts must not tell of one new reporter."""

from __future__ import annotations

from datetime import date

import pytest

from sambang.access.models import Council, Person
from sambang.insight.operations import compute
from sambang.production.cell_rebuild import rebuild
from sambang.registry.models import Business, Cluster, Industry
from tests.insight.conftest import TODAY, correct
from tests.insight.test_release import NEXT, Reported, december

pytestmark = pytest.mark.slow

LATER = date(2021, 3, 16)


def two_sentra(reported: Reported, cluster: Cluster) -> list[Business]:
    """Eight IKM of one sentra, then eight of another."""
    businesses = reported(16)
    other = Cluster.objects.create(name="Sentra Lain", region=cluster.region)
    Business.objects.filter(pk__in=[one.pk for one in businesses[8:]]).update(cluster=other)
    rebuild()
    return businesses


def test_a_region_waits_where_its_sentra_would_tell_the_fourth_report(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Three correct in one sentra, one in the other: four in the region, but three of them are told by the sentra."""
    businesses = two_sentra(reported, cluster)
    compute(sleman, rina, today=TODAY)
    for business in [*businesses[:3], businesses[8]]:
        correct(business, rina, 100)
    run = compute(sleman, rina, today=NEXT)
    assert december(run, cluster) == 69
    assert december(run, None) == 50
    for business in businesses[9:11]:
        correct(business, rina, 100)
    run = compute(sleman, rina, today=LATER)
    assert december(run, None) == 68.8  # six of sixteen make 100


def test_a_region_is_revised_where_nobody_is_left_outside_its_revised_parts(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = two_sentra(reported, cluster)
    compute(sleman, rina, today=TODAY)
    for business in businesses[:4]:
        correct(business, rina, 100)
    run = compute(sleman, rina, today=NEXT)
    assert [december(run, None), december(run, cluster)] == [62.5, 75]


def test_an_industry_waits_for_the_same_reason(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Four correct in the region, three of them garment makers: the two changes must not tell the fourth."""
    businesses = reported(16)
    furniture = Industry.objects.create(version="2020", code="31001", title="Furnitur", source="uji")
    Business.objects.filter(pk__in=[one.pk for one in businesses[8:]]).update(industry=furniture)
    rebuild()
    compute(sleman, rina, today=TODAY)
    for business in [*businesses[:3], businesses[8]]:
        correct(business, rina, 100)
    run = compute(sleman, rina, today=NEXT)
    values = {
        row.industry: row.points.get(month=date(2020, 12, 1)).index
        for row in run.series.filter(kind="volume", cluster=None)
    }
    assert values == {"": 50, "14": 69, "141": 69, "31": 50, "310": 50}
