"""What came in since a series was computed is counted; no page shows what it does to the figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from sambang.access.models import Council, Person
from sambang.insight.arrivals import changes_since_run
from sambang.insight.models import Series
from sambang.insight.operations import compute
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.registry.models import Business, Cluster
from tests.insight.conftest import TODAY, amount

pytestmark = pytest.mark.django_db
DECEMBER = date(2020, 12, 1)
type Reported = Callable[..., list[Business]]


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
