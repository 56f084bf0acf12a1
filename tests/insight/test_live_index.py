"""A sentra's index from its cells: what came in since the last Run, and what was known on an earlier day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from sambang.access.models import Council, Person
from sambang.insight.live_index import changes_since_run, count_changes, live_index
from sambang.insight.models import Point, Series
from sambang.insight.operations import compute
from sambang.production.amounts import Amount
from sambang.production.models import Report, ReportLine
from sambang.production.operations import correct_report, submit_report
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import close_business
from tests.insight.conftest import TODAY, amount

from .vintage import vintage

pytestmark = pytest.mark.django_db
DECEMBER = date(2020, 12, 1)
LATE = date(2150, 1, 1)  # after whatever day the tests run on
type Reported = Callable[..., list[Business]]


def test_it_is_the_runs_index_where_everybody_reports(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    reported(6)
    run = compute(sleman, rina, today=TODAY)
    live = live_index(cluster, until=TODAY)
    assert live is not None and str(live.base) == "2019"
    published = Point.objects.filter(series__run=run, series__cluster=cluster, series__kind="volume")
    for month, index in list(published.values_list("month", "index"))[1:]:  # the first month is linked to nothing
        assert live.at(month) == pytest.approx(index)
    assert live.lines[-1] == 6


def test_a_report_is_in_it_at_once(
    reported: Reported, sari: Person, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(6)
    run = compute(sleman, rina, today=TODAY)
    assert count_changes(cluster, run.computed_at) == 0
    for business in businesses[:5]:
        [line] = business.product_lines.all()
        submit_report(business, sari, month=date(2021, 1, 1), amounts={line: amount(200)}, source="officer")
    live = live_index(cluster, until=TODAY)
    assert live is not None
    assert live.at(date(2021, 1, 1)) == pytest.approx(200)
    assert live.lines[-1] == 5
    assert count_changes(cluster, run.computed_at) == 5
    assert live_index(cluster, until=DECEMBER).months[-1] == DECEMBER  # type: ignore[union-attr]


def test_the_sentras_page_says_what_came_in_since(
    signed_in: Callable[[Person], Client],
    reported: Reported,
    budi: Person,
    sari: Person,
    sleman: Council,
    rina: Person,
    cluster: Cluster,
) -> None:
    """Of December one IKM reports three times as much as was known when it was computed: (5 · 50 + 150) / 6."""
    businesses = reported(6)
    old = Series.objects.get(run=compute(sleman, rina, today=TODAY), kind="volume", cluster=cluster)
    series = Series.objects.get(run=compute(sleman, rina, today=TODAY), kind="volume", cluster=cluster)
    client = signed_in(budi)
    with time_machine.travel(datetime(2021, 1, 20, tzinfo=UTC), tick=False):
        assert "Sejak dihitung" not in client.get(f"/hasil/deret/{series.pk}/").text
    [line] = businesses[0].product_lines.all()
    wrong = Report.objects.get(business=businesses[0], month=DECEMBER)
    correct_report(wrong, sari, amounts={line: amount(150)}, source="officer")
    with time_machine.travel(datetime(2021, 1, 20, tzinfo=UTC), tick=False):
        page = client.get(f"/hasil/deret/{series.pk}/").text
        assert "Sejak dihitung: 1 laporan" in page
        assert "Angka sementara" not in page
        assert "66,7" not in page
        kept = client.get(f"/hasil/deret/{old.pk}/").text
    assert "Ini perhitungan lama" in kept
    assert "Sejak dihitung" not in kept


def test_what_came_in_is_counted_and_not_shown(
    reported: Reported, sari: Person, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(6)
    series = Series.objects.select_related("run", "cluster").get(
        run=compute(sleman, rina, today=TODAY), kind="volume", cluster=cluster
    )
    for business in businesses[:2]:
        [line] = business.product_lines.all()
        submit_report(business, sari, month=date(2021, 1, 1), amounts={line: amount(200)}, source="officer")
    assert changes_since_run(series) == 2


def test_no_report_is_read(reported: Reported, cluster: Cluster, django_assert_num_queries: Callable[..., Any]) -> None:
    reported(6)
    with django_assert_num_queries(2) as asked:
        live_index(cluster, until=TODAY)
    assert not any("production_report" in query["sql"] or "production_reportline" in query["sql"] for query in asked)
    with django_assert_num_queries(2):
        vintage(cluster, as_of=LATE)


def test_fewer_than_five_lines_show_nothing(reported: Reported, cluster: Cluster) -> None:
    reported(4)
    live = live_index(cluster, until=TODAY)
    assert live is not None
    assert set(live.index) == {None}


def test_nothing_linked_is_no_index(business: Business, cluster: Cluster) -> None:
    assert live_index(cluster, until=TODAY) is None
    assert vintage(cluster, as_of=TODAY) is None


def test_a_closing_counts_as_zero(reported: Reported, sari: Person, rina: Person, cluster: Cluster) -> None:
    businesses = reported(7)
    january = date(2021, 1, 1)
    close_business(businesses[0], rina, closed_on=date(2021, 1, 1))
    for business in businesses[1:]:
        [line] = business.product_lines.all()
        submit_report(business, sari, month=january, amounts={line: amount(50)}, source="officer")
    live = live_index(cluster, until=TODAY)
    assert live is not None
    assert live.at(january) == pytest.approx(50 * 6 / 7)


def test_what_was_known_on_a_day(make_business: Callable[..., Business], sari: Person, cluster: Cluster) -> None:
    """Six IKM report 100 a month; one of December's is corrected in March, and one came only then."""
    businesses = [make_business(f"Jahit {n}") for n in range(6)]
    received = {
        date(2019, 1, 1): date(2019, 2, 5),
        date(2019, 2, 1): date(2019, 3, 5),
        date(2019, 3, 1): date(2019, 4, 5),
    }
    made = {date(2019, 1, 1): 100, date(2019, 2, 1): 100, date(2019, 3, 1): 50}
    Business.objects.update(registered_at=datetime(2018, 12, 1, 3, tzinfo=UTC))
    for month, day in received.items():
        with time_machine.travel(datetime(day.year, day.month, day.day, 3, tzinfo=UTC), tick=False):
            for business in businesses:
                [line] = business.product_lines.all()
                submit_report(business, sari, month=month, amounts={line: amount(made[month])}, source="officer")
    with time_machine.travel(datetime(2019, 5, 2, 3, tzinfo=UTC), tick=False):
        wrong = Report.objects.get(business=businesses[0], month=date(2019, 3, 1))
        [line] = businesses[0].product_lines.all()
        correct_report(wrong, sari, amounts={line: Amount(Decimal(350), 7_000_000, "350")}, source="officer")

    def march_over_february(as_of: date) -> float:
        known = vintage(cluster, as_of=as_of)
        assert known is not None
        march, february = known.at(date(2019, 3, 1)), known.at(date(2019, 2, 1))
        assert march and february
        return march / february

    assert vintage(cluster, as_of=date(2019, 2, 28)) is None
    assert vintage(cluster, as_of=date(2019, 3, 31)).months[-1] == date(2019, 2, 1)  # type: ignore[union-attr]
    assert march_over_february(date(2019, 4, 30)) == pytest.approx(0.5)
    assert march_over_february(date(2019, 5, 2)) == pytest.approx(1.0)
    assert vintage(cluster, as_of=date(2019, 5, 2)) == live_index(cluster, until=date(2019, 5, 1))
    assert ReportLine.objects.filter(volume=None).count() == 0
