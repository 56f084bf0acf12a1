"""The base of the index is the office's; words say what was compared and whether it was adjusted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.insight.base_period import USUAL_BASE, base_text, base_within
from sambang.insight.leader_report import production_context
from sambang.insight.models import Run, Series
from sambang.insight.operations import choose_base, compute
from sambang.insight.summary import Direction, summarise
from sambang.owners.summary import cluster_state_of
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import Report
from sambang.registry.models import Business, Cluster
from sambang_stats import Period
from tests.insight.conftest import TODAY, correct

pytestmark = pytest.mark.slow

MARCH, MAY = date(2020, 3, 1), date(2020, 5, 1)
type SignedIn = Callable[[Person], Client]


@pytest.mark.parametrize(
    ("chosen", "first", "last", "base"),
    [
        ("2020-03:2020-04", "2020-03", "2020-05", "2020-03:2020-04"),
        (None, "2018-06", "2020-05", "2019"),
        (None, "2020-03", "2022-05", "2021"),
        (None, "2020-03", "2020-05", "2020"),
        ("2015", "2020-01", "2022-05", "2020"),
        ("2020-03:2020-04", "2020-04", "2020-05", "2020-03:2020-04"),
        ("2020-03:2020-04", "2020-05", "2020-06", "2020"),
        ("2020-05:2020-06", "2020-01", "2020-05", "2020-05:2020-06"),
        ("2020-06:2020-07", "2020-01", "2020-05", "2020"),
        (None, "2019-12", "2020-05", "2019"),
        (None, "2020-02", "2021-11", "2020"),
        (None, "2020-02", "2021-12", "2021"),
    ],
)
def test_the_base_is_the_councils_or_the_usual_one(chosen: str | None, first: str, last: str, base: str) -> None:
    months = Period.parse(f"{first}:{last}")
    assert str(base_within(Period.parse(chosen) if chosen else None, months.first, months.last)) == base
    assert str(USUAL_BASE) == "2019"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2019, 1, 1), date(2019, 12, 1), "2019"),
        (date(2025, 3, 1), date(2026, 2, 1), "Maret 2025–Februari 2026"),
        (date(2025, 3, 1), date(2025, 3, 1), "Maret 2025"),
    ],
)
def test_a_base_is_named_in_sentences(first: date, last: date, text: str) -> None:
    assert base_text(first, last) == text


@pytest.fixture
def begun_in_march(reported: Callable[..., list[Business]]) -> None:
    """Eight IKM that report from March 2020 on, half of it in May."""
    reported(8)
    Report.objects.filter(month__lt=MARCH).delete()
    Report.objects.filter(month__gt=MAY).delete()
    for report in Report.objects.filter(month__lt=MAY):
        report.lines.update(quantity=100, value=2_000_000)
    rebuild()


def test_a_council_that_begins_in_march_has_a_recovery_in_may(
    begun_in_march: None, sleman: Council, rina: Person, budi: Person, cluster: Cluster, signed_in: SignedIn
) -> None:
    choose_base(sleman, rina, first=MARCH, last=date(2020, 4, 1))
    run = compute(sleman, rina, today=date(2020, 6, 15))
    series = Series.objects.select_related("run").get(run=run, kind="volume", cluster=cluster)
    assert (series.recovery, series.recovery_month, series.base_text) == (50, MAY, "Maret 2020–April 2020")
    page = signed_in(budi).get("/hasil/").text
    assert "Terhadap rata-rata Maret 2020–April 2020, musim belum disisihkan" in page
    assert "Musim dan Lebaran belum disisihkan." in page
    assert "2019" not in page


def test_a_province_leaves_a_regency_the_base_that_it_chose(
    begun_in_march: None, sleman: Council, yogyakarta: Council, member: Any, rina: Person
) -> None:
    province = member("Dewi", yogyakarta, "administrator")
    choose_base(sleman, rina, first=MARCH, last=date(2020, 4, 1))
    newest = Series.objects.newest().filter(kind="volume", industry="")
    for council, by in ((sleman, rina), (yogyakarta, province)):
        compute(council, by, today=date(2020, 6, 15))
    bases = {row.region_code: row.base_text for row in newest.filter(cluster=None)}
    assert bases == {"34": "2020", "3404": "Maret 2020–April 2020"}
    assert {row.base_text for row in newest.exclude(cluster=None)} == {"Maret 2020–April 2020"}


def test_nothing_is_called_adjusted_that_was_not(
    begun_in_march: None, sleman: Council, rina: Person, budi: Person, cluster: Cluster, signed_in: SignedIn
) -> None:
    choose_base(sleman, rina, first=MARCH, last=date(2020, 4, 1))
    run = compute(sleman, rina, today=date(2020, 6, 15))
    series = Series.objects.select_related("run").get(run=run, kind="volume", cluster=cluster)
    assert not series.is_adjusted
    assert set(series.points.values_list("adjusted", flat=True)) == {None}
    shown = summarise(series)
    assert [change.direction for change in shown.changes] == [Direction.NOT_ADJUSTED, Direction.NOT_ENOUGH]
    client = signed_in(budi)
    for address in ("/hasil/", f"/hasil/deret/{series.pk}/", f"/hasil/deret/{series.pk}/lebar.svg"):
        text = client.get(address).text.lower().replace("belum dapat disesuaikan", "")
        assert "disesuaikan" not in text, address
    state = cluster_state_of(Business.objects.filter(cluster=cluster)[0])
    assert "Musim dan Lebaran belum disisihkan." in state.detail
    context = production_context(shown)
    assert "disesuaikan" not in str([context["sentence"], context["figures"]])


def test_an_adjusted_series_says_so(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, budi: Person, signed_in: SignedIn
) -> None:
    reported(6)
    compute(sleman, rina, today=TODAY)
    assert "Terhadap rata-rata 2019, disesuaikan" in signed_in(budi).get("/hasil/").text


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        (MARCH, None, "kedua bulannya"),
        (MAY, MARCH, "sebelum bulan akhir"),
        (date(2020, 2, 1), MAY, "Februari 2020"),
        (MARCH, date(2020, 6, 1), "Juni 2020"),
    ],
)
def test_a_base_that_was_not_observed_is_refused(
    begun_in_march: None, sleman: Council, rina: Person, first: date, last: date | None, error: str
) -> None:
    with pytest.raises(ValidationError, match=error):
        choose_base(sleman, rina, first=first, last=last)


def test_the_page_stores_the_choice_and_the_journal_who_made_it(
    begun_in_march: None, sleman: Council, rina: Person, budi: Person, citra: Person, signed_in: SignedIn
) -> None:
    address = f"/hasil/dasar/{sleman.pk}/"
    assert signed_in(budi).get(address).status_code == 403
    assert signed_in(citra).get(address).status_code == 404
    with pytest.raises(PermissionDenied):
        choose_base(sleman, budi, first=None, last=None)
    client = signed_in(rina)
    assert client.post(address, {"first": "2020-03", "last": "2020-13"}).status_code == 422
    assert client.post(address, {"first": "2020-03", "last": "2020-04"}).status_code == 302
    sleman.refresh_from_db()
    assert (sleman.index_base_first, sleman.index_base_last) == (MARCH, date(2020, 4, 1))
    assert [entry.by for entry in Entry.objects.filter(verb="insight.choose_base")] == [rina]
    assert 'value="2020-04"' in client.get(address).text
    assert client.post(address, {"first": "", "last": ""}).status_code == 302
    sleman.refresh_from_db()
    assert sleman.index_base_first is None


def test_another_base_reveals_nothing_of_reports_that_wait(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """One correction between two releases: the released months keep their ratios, whatever the base."""
    businesses = reported(8)
    first = compute(sleman, rina, today=TODAY)
    correct(businesses[0], rina, 100)
    choose_base(sleman, rina, first=date(2020, 1, 1), last=date(2020, 12, 1))
    second = compute(sleman, rina, today=date(2021, 2, 16))

    def index(run: Run) -> list[float | None]:
        series = Series.objects.get(run=run, kind="volume", cluster=cluster)
        return list(series.points.filter(month__lt=date(2021, 1, 1)).values_list("index", flat=True))

    assert index(first) == [100.0] * 12 + [50.0] * 12
    assert index(second) == [200.0] * 12 + [100.0] * 12
