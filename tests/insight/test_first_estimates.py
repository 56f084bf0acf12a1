"""A month's first figure: marked, corrected by what earlier ones became, and kept beside what it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

import sambang_stats as engine
from sambang.access.models import Council, Person
from sambang.insight.first_estimates import (
    MIN_PAST_MONTHS,
    correct_newest_month,
    is_first_estimate,
    past_first_estimates,
    shifted,
)
from sambang.insight.models import Point, Run, Series
from sambang.insight.operations import compute
from sambang.insight.vintages import revisions
from sambang.lib.months import add_months
from sambang.production.models import Report
from sambang.production.operations import correct_report
from sambang.registry.models import Cluster
from tests.insight.conftest import TODAY, amount

pytestmark = pytest.mark.slow

DECEMBER = date(2020, 12, 1)
NOVEMBER = date(2020, 11, 1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone())


def published(run: Run, cluster: Cluster, month: date) -> Point:
    return Point.objects.get(
        series__run=run, series__kind="volume", series__cluster=cluster, series__industry="", month=month
    )


@pytest.mark.parametrize(
    ("day", "first"), [(date(2021, 1, 1), True), (date(2021, 1, 31), True), (date(2021, 2, 1), False)]
)
def test_a_figure_is_first_until_the_next_month_ends(day: date, first: bool) -> None:
    assert is_first_estimate(DECEMBER, day) is first


def test_the_newest_month_is_marked_and_no_other(
    reported: Any, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    reported(6)
    run = compute(sleman, rina, today=TODAY)
    marked = Point.objects.filter(
        series__run=run, series__kind="volume", series__cluster=cluster, is_first_estimate=True
    )
    assert list(marked.values_list("month", "uncorrected")) == [(DECEMBER, None)]  # no past to correct by


def test_first_figures_that_always_rose_by_a_tenth_are_corrected_upwards(
    reported: Any, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Four Runs whose newest month was then 45 and is 50 now: a first figure of 50 becomes nearly 50 · 50/45."""
    reported(6)
    before = compute(sleman, rina, today=TODAY)
    for back in range(1, 5):
        month = add_months(DECEMBER, -back)
        run = Run.objects.create(
            by=rina,
            region_code="3404",
            engine="uji",
            is_published=True,
            reports=1,
            computed_at=at(add_months(month, 1) + timedelta(days=14)),
        )
        for one in Series.objects.filter(run=before):
            old = Series.objects.create(
                run=run, kind=one.kind, region_code=one.region_code, cluster=one.cluster, industry=one.industry
            )
            Point.objects.create(
                series=old, month=month, index=45, response="over_90", coverage="over_90", lines=6, status="firm"
            )
    after = compute(sleman, rina, today=TODAY)
    found = published(after, cluster, DECEMBER)
    assert found.uncorrected == pytest.approx(50)
    assert found.index == pytest.approx(round(50 * 50 / 45))
    assert found.lower is not None and found.upper is not None and found.lower <= found.index <= found.upper
    assert published(after, cluster, NOVEMBER).uncorrected is None


def test_the_correction_learns_from_figures_as_they_came(
    reported: Any, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """A corrected first figure must not count as its own evidence; of two Runs in a month the nearer in days counts."""
    for day, index, uncorrected in ((3, 40.0, None), (16, 49.0, 44.0)):
        run = Run.objects.create(
            by=rina, region_code="3404", engine="uji", is_published=True, reports=1, computed_at=at(date(2020, 12, day))
        )
        series = Series.objects.create(run=run, kind="volume", region_code="3404072003", cluster=cluster)
        Point.objects.create(
            series=series,
            month=NOVEMBER,
            index=index,
            uncorrected=uncorrected,
            response="over_90",
            coverage="over_90",
            lines=6,
            status="firm",
        )
        Point.objects.create(
            series=series,
            month=add_months(NOVEMBER, -1),
            index=99,
            response="over_90",
            coverage="over_90",
            lines=6,
            status="firm",
        )
    past = past_first_estimates("3404", today=TODAY)
    assert past == {NOVEMBER: {("volume", "3404072003", str(cluster.pk), ""): 44.0}}
    assert past_first_estimates("3402", today=TODAY) == {}


def series_of(values: list[float]) -> engine.Series:
    months = engine.month_of(DECEMBER) - len(values) + 1 + np.arange(len(values))
    index = np.array(values)
    one = np.ones(len(values))
    return engine.Series(
        "all",
        engine.Kind.VOLUME,
        2019,
        months,
        index,
        index * 0.9,
        index * 1.1,
        one.astype(int) * 6,
        one,
        one,
        one * 0,
        one * 0,
        (engine.Source.OWN,) * len(values),
        (engine.Status.OK,) * len(values),
        6,
        True,
    )


def test_fewer_than_three_months_are_no_evidence() -> None:
    key = ("volume", "3404", "", "")
    found = series_of([50.0] * 12)
    past = {add_months(DECEMBER, -back): {key: 45.0} for back in range(1, MIN_PAST_MONTHS)}
    [same] = correct_newest_month([(key, found)], past, today=TODAY)
    assert same.uncorrected is None
    assert same.series is found
    past[add_months(DECEMBER, -MIN_PAST_MONTHS)] = {key: 45.0}
    [other] = correct_newest_month([(key, found)], past, today=TODAY)
    assert other.uncorrected == 50.0
    assert other.series.index[:-1] == pytest.approx(found.index[:-1])


def test_a_scattered_past_widens_the_interval() -> None:
    found = series_of([50.0] * 3)
    sure, unsure = (shifted(found, engine.month_of(DECEMBER), 55.0, error).series for error in (0.0, 0.1))
    assert (sure.lower[-1], sure.upper[-1]) == pytest.approx((49.5, 60.5))
    assert unsure.lower[-1] < sure.lower[-1] < 55 < sure.upper[-1] < unsure.upper[-1]
    assert shifted(found, engine.month_of(DECEMBER), float("nan"), 0.1).series is found


def test_pages_say_what_was_first_published_and_what_it_is_now(
    signed_in: Callable[[Person], Client], reported: Any, sleman: Council, rina: Person, budi: Person, cluster: Cluster
) -> None:
    business = reported(6)[0]
    before = compute(sleman, rina, today=TODAY)
    Run.objects.filter(pk=before.pk).update(computed_at=at(date(2021, 1, 7)))
    [line] = business.product_lines.all()
    wrong = Report.objects.get(business=business, month=DECEMBER)
    correct_report(wrong, rina, amounts={line: amount(350)}, source="officer")
    after = compute(sleman, rina, today=TODAY)
    series = Series.objects.select_related("run").get(run=after, kind="volume", cluster=cluster)
    changed = [row for row in revisions(series, list(series.points.all())).values() if row.is_changed]
    assert [(row.month, round(row.first), row.first_on, round(row.now or 0)) for row in changed] == [
        (DECEMBER, 50, date(2021, 1, 7), 100)
    ]
    client = signed_in(budi)
    page = client.get(f"/hasil/deret/{series.pk}/").text
    assert "Angka yang berubah sejak pertama terbit" in page
    assert "7 Jan 2021" in page
    assert "+50,0" in page
    assert "Garis pendek" in client.get(f"/hasil/deret/{series.pk}/lebar.svg").text
    old = Series.objects.get(run=before, kind="volume", cluster=cluster)
    assert "Angka yang berubah" not in client.get(f"/hasil/deret/{old.pk}/").text  # nothing was published before it
