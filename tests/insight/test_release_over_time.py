"""What several releases, several councils' Runs and the known mean of the base tell together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from sambang.access.models import Council, Person, Role
from sambang.insight.disclosure import Contributions, EarlierRelease, secondary_suppression
from sambang.insight.linked_tables import DIVISION, INDUSTRIES_OF_REGENCY, suppressed_industries
from sambang.insight.models import Point, Run, Series
from sambang.insight.operations import choose_base, compute
from sambang.insight.release import EarlierReleases, LastRelease
from sambang.production.cell_rebuild import rebuild
from sambang.production.contracted_work import WorkData, answer_contracted_work, record_contracted_work
from sambang.production.models import Report
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import close_business
from sambang_stats import By, Period
from tests.insight.conftest import TODAY, correct
from tests.insight.test_disclosure import parts
from tests.insight.test_industries import month, part
from tests.insight.test_release import NEXT, Reported

pytestmark = pytest.mark.slow

NOVEMBER = date(2020, 11, 1)
KEY = ("volume", "3404", "", "")


def indices(run: Run, cluster: Cluster | None = None, kind: str = "volume") -> dict[date, float | None]:
    series = Series.objects.get(
        run=run, kind=kind, cluster=cluster, **({} if cluster else {"region_code": "3404"}), industry=""
    )
    return dict(series.points.values_list("month", "index"))


def test_a_closure_changes_no_released_month_without_reports(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """One of eight closes; three correct November: its share would be read from what December loses."""
    businesses = reported(8)
    first = compute(sleman, rina, today=TODAY)
    Report.objects.filter(business=businesses[0], month__gte=date(2020, 10, 1)).delete()
    rebuild()
    close_business(businesses[0], rina, closed_on=date(2020, 10, 1))
    for business in businesses[1:4]:
        correct(business, rina, 100, NOVEMBER)
    second = compute(sleman, rina, today=NEXT)
    before, after = indices(first, cluster), indices(second, cluster)
    assert after[NOVEMBER] != before[NOVEMBER]
    changed = {day for day in before if day < date(2021, 1, 1) and after[day] != before[day]}
    assert changed == {NOVEMBER}


def sew_for(principal: Business, contractor: Business, fee: int) -> None:
    """In November the contractor made a part of the principal's goods, and both confirm it."""
    data = WorkData(principal.product_lines.get(), contractor, NOVEMBER, Decimal(10), fee)
    work = record_contracted_work(principal, principal.owner, data=data)
    answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)


@pytest.mark.parametrize(("principals", "index"), [(2, 50.0), (4, 40.0)])
def test_contracted_work_alone_is_news(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster, principals: int, index: float
) -> None:
    """Each of eight made 50 a month of 2020 at 20.000, half of 2019. Without any new report, principals whose
    contractors earned 40 % of November's value revise that month alone, once they are enough to hide one another:
    four of eight made 30 instead, (4 × 50 + 4 × 30) / 800."""
    businesses = reported(8)
    first = compute(sleman, rina, today=TODAY)
    for principal in businesses[:principals]:
        sew_for(principal, businesses[-1], fee=400_000)
    second = compute(sleman, rina, today=NEXT)
    before, after = indices(first, cluster), indices(second, cluster)
    assert (before[NOVEMBER], after[NOVEMBER]) == (50.0, index)
    changed = {day for day in before if day < date(2021, 1, 1) and after[day] != before[day]}
    assert changed == ({NOVEMBER} if index != 50.0 else set())


def test_an_ikm_that_moves_changes_no_released_month_of_either_sentra(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(16)
    correct(businesses[0], rina, 90)
    other = Cluster.objects.create(name="Sentra Lain", region=cluster.region)
    Business.objects.filter(pk__in=[one.pk for one in businesses[8:]]).update(cluster=other)
    rebuild()
    first = compute(sleman, rina, today=TODAY)
    Business.objects.filter(pk=businesses[0].pk).update(cluster=other)
    rebuild()
    for business in (*businesses[1:4], *businesses[8:11]):
        correct(business, rina, 60, NOVEMBER)
    second = compute(sleman, rina, today=NEXT)
    for sentra in (cluster, other):
        before, after = indices(first, sentra), indices(second, sentra)
        assert {day for day in before if day < date(2021, 1, 1) and after[day] != before[day]} == {NOVEMBER}


def test_one_suppressed_month_of_the_base_is_not_told_by_its_mean(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Of six makers three report June 2019: twelve hundred less the other eleven months would be June."""
    businesses = reported(6)
    Report.objects.filter(business__in=businesses[:3], month=date(2019, 6, 1)).delete()
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    for kind in Series.Kind.values:
        shown = indices(run, cluster, kind)
        hidden = [day for day, value in shown.items() if value is None]
        assert date(2019, 6, 1) in hidden
        assert len([day for day in hidden if day.year == 2019]) == 2
        assert all(value is not None for day, value in shown.items() if day.year == 2020)


def contributions(made: dict[int, list[float]]) -> Contributions:
    """Of units 0, 1, 2 … by month of 2019 from 0; a unit that made nothing did not report."""
    rows = [(at, unit, value) for at, values in made.items() for unit, value in enumerate(values) if value]
    when, who, values = zip(*rows, strict=True)
    panel: Any = type("Panel", (), {"first_month": 2019 * 12})()
    owner = np.arange(max(who) + 1)
    return Contributions(
        panel, owner, np.ones(len(owner)), np.array(when), np.array(who), np.array(values, dtype=float)
    )


@pytest.mark.parametrize(
    ("made", "suppressed", "also"),
    [
        ({0: [9, 9, 9], 1: [9] * 8, 2: [9] * 8}, {0}, 1),  # three of three: with another month they are eight
        ({0: [500, 9, 9, 9, 9, 9], 1: [9] * 6, 2: [9] * 6}, {0}, 2),  # one maker dominates whatever is added
        ({0: [9] * 8, 1: [9] * 8}, set(), 0),
        ({0: [9] * 8, 1: [9] * 8, 2: [9] * 8}, {0}, 0),  # suppressed for another reason: the sum tells nobody
    ],
)
def test_months_of_the_base_are_suppressed_until_their_sum_tells_nobody(
    made: dict[int, list[float]], suppressed: Collection[int], also: int
) -> None:
    given = contributions(made)
    months = {2019 * 12 + at for at in suppressed}
    found = given.suppressed_base_months(np.ones(len(given.owner), dtype=bool), months, Period.of_year(2019))
    assert len(found) == also
    assert not found & months


def test_what_was_released_is_not_swapped_for_what_was_not() -> None:
    """`c` is too few, so one of the others goes too: the same as last time, although it is the larger now."""
    sizes = (("a", 8), ("b", 5), ("c", 2))
    assert secondary_suppression(*parts(*sizes)) == ({"b", "c"}, False)
    assert secondary_suppression(*parts(*sizes), EarlierRelease("all", {"b"})) == ({"a", "c"}, False)
    assert secondary_suppression(*parts(*sizes), EarlierRelease("all", {"a", "b"})) == ({"b", "c"}, False)
    alone = (("a", 8), ("", 2))
    assert secondary_suppression(*parts(*alone)) == (set(), True)
    assert secondary_suppression(*parts(*alone), EarlierRelease("all", {"all"})) == ({"a"}, False)


def test_an_industry_that_was_released_stays_and_another_goes() -> None:
    divisions = [part(name, DIVISION, at) for at, name in enumerate(("13", "14", "16"))]
    everything = [part("all", By(), 0, 1, 2)]
    assert suppressed_industries(month(6, 7, 2), divisions, everything) == {"13", "16"}
    assert suppressed_industries(month(6, 7, 2), divisions, everything, {"13"}) == {"14", "16"}


def test_an_industry_of_a_province_less_that_of_its_regency_is_not_one_maker() -> None:
    """Division 14 of the province is eight makers in one regency, which releases them, and one in another."""
    regencies = [part("3404/14", INDUSTRIES_OF_REGENCY[0], 0)]
    province = [part("14", DIVISION, 0, 1), part("16", DIVISION, 2)]
    assert suppressed_industries(month(8, 1, 9), province, []) == set()
    assert "14" in suppressed_industries(month(8, 1, 9), province, regencies)
    assert suppressed_industries(month(8, 4, 9), province, regencies) == set()


@pytest.mark.parametrize(
    ("run_region", "released_on", "code", "due"),
    [
        ("3404", date(2021, 1, 15), "3404", True),
        ("34", date(2021, 1, 15), "3404", True),  # the regency takes over its own series
        ("3404", date(2021, 1, 15), "34", False),  # the province waits for the regency
        ("3404", date(2020, 12, 16), "34", True),  # which missed a release day
        ("3404", date(2021, 2, 15), "3404", False),
    ],
)
def test_whose_run_releases_a_series(run_region: str, released_on: date, code: str, due: bool) -> None:
    released = LastRelease(released_on, Period.of_year(2019), {}, run_region, frozenset())
    assert EarlierReleases(code, {KEY: released}).is_due(KEY, date(2021, 2, 16)) is due


def test_alternating_runs_and_bases_keep_the_released_ratios(
    reported: Reported, sleman: Council, yogyakarta: Council, rina: Person, member: Any, cluster: Cluster
) -> None:
    """One corrects December; regency and province compute in turn with other bases: nobody learns by how much."""
    businesses = reported(8)
    dewi = member("Dewi", yogyakarta, Role.ADMINISTRATOR)
    choose_base(yogyakarta, dewi, first=date(2020, 1, 1), last=date(2020, 12, 1))
    first = indices(compute(sleman, rina, today=TODAY), cluster)
    correct(businesses[0], rina, 100)
    for at, (council, by) in enumerate([(yogyakarta, dewi), (sleman, rina)] * 3):
        compute(council, by, today=date(2021, 2 + at, 16))
    newest = Series.objects.get(kind="volume", cluster=cluster, is_newest_release=True)
    assert newest.run.region_code == "3404"
    for series in Series.objects.filter(kind="volume", cluster=cluster, released_on__isnull=False):
        shown = dict(series.points.filter(month__lt=date(2021, 1, 1)).values_list("month", "index"))
        ratios = {round(float(value or 0) / float(first[day] or 1), 6) for day, value in shown.items()}
        assert len(ratios) == 1, ratios


def test_months_that_were_ever_released_are_remembered(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(6)
    compute(sleman, rina, today=TODAY)
    Business.objects.filter(pk__in=[one.pk for one in businesses[:4]]).update(owner=businesses[0].owner)
    run = compute(sleman, rina, today=NEXT)
    points = Point.objects.filter(series__run=run, series__cluster=cluster, month__lt=date(2021, 1, 1))
    assert set(points.values_list("index", "was_released")) == {(None, True)}
