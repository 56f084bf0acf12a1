"""The demo's made-up council beside Joho, in a small size."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from sambang.access.models import system_person
from sambang.aspirations.models import Matter
from sambang.home.demo import bulk, council, simulation
from sambang.home.demo.crafts import CRAFTS
from sambang.home.demo.later_events import close_and_choose_base
from sambang.home.demo.people import DemoPeople, create_people
from sambang.home.demo.sizes import SIZES, DemoSize
from sambang.insight.models import Point, Series
from sambang.insight.operations import compute
from sambang.market.models import Item
from sambang.production.cell_rebuild import verify
from sambang.production.models import Report
from sambang.registry.load_industries import load_industries
from sambang.registry.load_regions import load_regions
from sambang.registry.models import Business, Cluster, Industry, Permit
from sambang.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 29)
SMALL = DemoSize(clusters=3, businesses=9, outside=4, reports_from=date(2025, 1, 1), base_year=2025)


@pytest.fixture
def people(db: None) -> DemoPeople:
    load_regions(province="34")
    load_industries()
    return create_people()


def test_every_craft_has_an_industry_and_a_permit(people: DemoPeople) -> None:
    codes = set(Industry.objects.filter(version="2020").values_list("code", flat=True))
    assert {craft.industry for craft in CRAFTS} <= codes
    assert {craft.permit for craft in CRAFTS} <= set(Permit.Kind.values)


def test_the_sizes_are_what_the_command_says() -> None:
    joho = 36
    for name, clusters, businesses in (("council", 12, 598), ("regency", 36, 11_000)):
        size = SIZES[name]
        assert size.clusters + 1 == clusters
        assert joho + size.clusters * size.businesses + size.outside == businesses


def test_the_council_is_registered_visited_and_reports(people: DemoPeople) -> None:
    others = council.register_others(people, SMALL, np.random.default_rng(1))
    assert Cluster.objects.count() == SMALL.clusters
    assert Business.objects.count() == len(others.businesses) == 3 * 9 + 4
    assert Business.objects.filter(cluster=None).count() == SMALL.outside
    assert not Business.objects.filter(is_simulated=False).exists()
    assert not Cluster.objects.filter(head=None).exists()

    held = council.grant_permits(people, others, TODAY)
    ends = list(Permit.objects.values_list("valid_until", flat=True))
    assert len(ends) == held == 13
    assert any(end < TODAY for end in ends)
    assert any(TODAY <= end <= TODAY + timedelta(90) for end in ends)

    visited = council.visit_some(people, others)
    assert [cluster for cluster, _day in visited] == others.clusters
    assert Visit.objects.filter(state=Visit.State.SIGNED).count() == len(visited)
    titles = Matter.objects.filter(title="Bahan baku mahal")
    assert titles.count() == len(visited)  # one matter that every sentra raised

    assert council.offer_some(people, others) == Item.objects.count() == 3 * council.ITEMS_PER_CLUSTER
    assert {item.price % 100 for item in Item.objects.all()} == {0}

    months = (SMALL.reports_from, simulation.last_full_month(TODAY))
    made = list(
        council.simulated_reports(people["petugas"], others, visited, months=months, rng=np.random.default_rng(2))
    )
    half = len(made) // 2  # what arrives later is stored in bulk too
    bulk.store_reports(made[:half])
    bulk.store_reports(made[half:])
    assert Report.objects.count() == len(made) > 300
    assert set(Report.objects.values_list("source", flat=True)) == {Report.Source.SIMULATION}
    assert verify("3404") == ""


def test_a_visited_sentra_makes_more_from_the_next_month_on() -> None:
    assert simulation.month_after(date(2024, 12, 21)) == date(2025, 1, 1)
    maker = simulation.Maker(capacity=1200, price=1000, established=2000, coached_since=date(2025, 1, 1))
    before, after = (simulation.coaching(month, maker.coached_since) for month in (date(2024, 12, 1), date(2025, 1, 1)))
    assert (before, after) == (1.0, 1 + simulation.COACHING)
    assert simulation.coaching(date(2025, 1, 1), None) == 1.0


def test_every_council_has_a_base_that_it_observed(people: DemoPeople) -> None:
    """The province too, whose sentra report later than the usual base of 2019."""
    others = council.register_others(people, SMALL, np.random.default_rng(1))
    months = (SMALL.reports_from, simulation.last_full_month(TODAY))
    bulk.store_reports(
        list(council.simulated_reports(people["petugas"], others, [], months=months, rng=np.random.default_rng(2)))
    )
    close_and_choose_base({}, people, SMALL.base_year)
    for name in ("Dekranasda Sleman", "Dekranasda DIY"):
        run = compute(people.councils[name], system_person())
        series = Series.objects.get(run=run, region_code=run.region_code, cluster=None, industry="", kind="volume")
        assert (series.base_first, series.base_last) == (date(2025, 1, 1), date(2025, 12, 1))
        statuses = set(series.points.values_list("status", flat=True))
        assert Point.Status.FIRM in statuses, statuses
    for size in filter(lambda size: size.clusters, SIZES.values()):
        assert size.base_year and size.reports_from <= date(size.base_year, 1, 1)
