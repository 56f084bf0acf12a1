"""Figures released to readers outside the office: when, how precisely, and none that is suppressed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.insight import compute as computing
from sambang.insight.charts import point_values
from sambang.insight.models import Point, Run, Series, ShareClass
from sambang.insight.operations import compute
from sambang.insight.release import readable_series, release_day, share_class
from sambang.insight.summary import cluster_summary
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, Cluster
from tests.insight.conftest import PRICE, TODAY, correct

pytestmark = pytest.mark.slow

DECEMBER = date(2020, 12, 1)
NEXT = date(2021, 2, 16)  # after the next release day
CLASSES = {str(name.label) for name in ShareClass}
type Reported = Callable[..., list[Business]]
type SignedIn = Callable[[Person], Client]


def december(run: Run, cluster: Cluster | None, kind: str = "volume") -> float | None:
    return Point.objects.get(
        series__run=run, series__kind=kind, series__cluster=cluster, series__industry="", month=DECEMBER
    ).index


@pytest.mark.parametrize(
    ("today", "released"),
    [
        (date(2021, 1, 14), date(2020, 12, 15)),
        (date(2021, 1, 15), date(2021, 1, 15)),
        (date(2021, 2, 14), date(2021, 1, 15)),
    ],
)
def test_the_latest_release_day(today: date, released: date) -> None:
    assert release_day(today) == released


@pytest.mark.parametrize(
    ("share", "name"),
    [
        (0.0, "under_50"),
        (0.499, "under_50"),
        (0.5, "50_75"),
        (0.75, "75_90"),
        (0.899, "75_90"),
        (0.9, "over_90"),
        (1, "over_90"),
    ],
)
def test_a_share_is_a_class(share: float, name: str) -> None:
    assert share_class(share) == name


def test_between_release_days_a_run_is_for_the_office_alone(
    reported: Reported, sleman: Council, yogyakarta: Council, rina: Person, budi: Person, member: Any, cluster: Cluster
) -> None:
    businesses = reported(8)
    first = compute(sleman, rina, today=TODAY)
    for business in businesses:
        correct(business, rina, 100)
    second = compute(sleman, rina, today=TODAY + timedelta(days=1))
    assert december(second, cluster) == pytest.approx(100)
    dewi = member("Dewi", yogyakarta, Role.LEADER)
    assert set(readable_series(dewi).values_list("run", flat=True)) == {first.pk}
    assert set(readable_series(budi).values_list("run", flat=True)) == {first.pk, second.pk}
    told = cluster_summary(cluster)
    assert told is not None and told.series.run == first


@pytest.mark.parametrize(("corrected", "index"), [(1, 50.0), (2, 50.0), (3, 69.0), (5, 81.0)])
def test_a_released_month_waits_for_three_owners(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster, corrected: int, index: float
) -> None:
    """Of eight makers of 50 some say 100 after all: (8 + n) / 8 of fifty, and nothing before three have."""
    businesses = reported(8)
    compute(sleman, rina, today=TODAY)
    for business in businesses[:corrected]:
        correct(business, rina, 100)
    run = compute(sleman, rina, today=NEXT)
    assert set(Series.objects.filter(run=run).values_list("released_on", flat=True)) == {NEXT}
    assert december(run, cluster) == pytest.approx(index)
    assert december(run, None) == pytest.approx(index)
    assert december(run, cluster, "same_lines") == pytest.approx(index)


def test_waiting_reports_count_together_over_releases(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Two in January's release and one in February's are three since the figure was made."""
    businesses = reported(8)
    compute(sleman, rina, today=TODAY)
    for at, business in enumerate(businesses[:3]):
        correct(business, rina, 100)
        run = compute(sleman, rina, today=date(2021, 2 + at, 16))
        assert december(run, cluster) == pytest.approx(50 if at < 2 else 69)


def test_three_of_one_owner_are_not_three(reported: Reported, sleman: Council, rina: Person, cluster: Cluster) -> None:
    businesses = reported(8)
    Business.objects.filter(pk__in=[one.pk for one in businesses[:3]]).update(owner=businesses[0].owner)
    compute(sleman, rina, today=TODAY)
    for business in businesses[:3]:
        correct(business, rina, 100)
    assert december(compute(sleman, rina, today=NEXT), cluster) == pytest.approx(50)


def test_businesses_of_one_owner_count_once(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(6)
    assert december(compute(sleman, rina, today=TODAY), cluster) == pytest.approx(50)
    Business.objects.filter(pk__in=[one.pk for one in businesses[:4]]).update(owner=businesses[0].owner)
    run = compute(sleman, rina, today=NEXT)
    assert set(Point.objects.filter(series__run=run, series__cluster=cluster).values_list("index", "status")) == {
        (None, "hidden")
    }


def test_dominance_is_of_the_months_own_values(
    reported: Reported, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Equal in 2019; in December one makes forty times as much as another."""
    businesses = reported(6)
    correct(businesses[0], rina, 4000)
    run = compute(sleman, rina, today=TODAY)
    found = Point.objects.get(
        series__run=run, series__kind="volume", series__cluster=cluster, series__industry="", month=DECEMBER
    )
    assert (found.index, found.status, found.response, found.coverage, found.lines) == (None, "hidden", "", "", 0)
    assert Point.objects.get(
        series__run=run, series__kind="volume", series__cluster=cluster, series__industry="", month=date(2020, 11, 1)
    ).index == pytest.approx(50)


@pytest.mark.parametrize(("births", "shown"), [(1, False), (3, False), (4, True)])
def test_the_two_kinds_of_index_do_not_tell_a_birth(
    reported: Reported, make_business: Any, sleman: Council, rina: Person, cluster: Cluster, births: int, shown: bool
) -> None:
    reported(8)
    for number in range(births):
        born = make_business(f"Baru {number}", established=2020)
        [line] = born.product_lines.all()
        for month in (10, 11, 12):
            report = Report.objects.create(business=born, month=date(2020, month, 1), source="officer", by=rina)
            ReportLine.objects.create(report=report, product_line=line, quantity=40, value=40 * PRICE)
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    assert december(run, cluster) is not None
    assert (december(run, cluster, "same_lines") is not None) is shown
    same = Point.objects.filter(series__run=run, series__kind="same_lines", series__cluster=cluster)
    assert same.get(month=date(2020, 9, 1)).index == pytest.approx(50)


@pytest.fixture
def uneven(reported: Reported, rina: Person, monkeypatch: Any) -> Callable[[int], set[float]]:
    """`uneven(8)`: makers of unlike size, some silent now and then; gives the exact shares behind every month."""

    def make(count: int) -> set[float]:
        businesses = reported(count)
        for at, business in enumerate(businesses):
            for line in ReportLine.objects.filter(report__business=business):
                line.quantity = Decimal(37 + 13 * at + (7 * at + 11 * line.report.month.month) % 23)
                line.value = int(line.quantity) * PRICE
                line.save()
            Report.objects.filter(business=business, month__year=2020, month__month=1 + at).delete()
        Report.objects.filter(business__in=businesses[3:], month="2020-10-01").delete()  # three are left
        rebuild()
        exact: set[float] = set()
        release = computing.release_figures

        def remember(point: Point, owners: int, *, response: float, coverage: float) -> None:
            exact.update(share for share in (response, coverage) if 0 < share < 1)
            release(point, owners, response=response, coverage=coverage)

        monkeypatch.setattr(computing, "release_figures", remember)
        return exact

    return make


@pytest.mark.once
def test_no_page_export_or_drawing_gives_a_share_or_a_withheld_month(
    signed_in: SignedIn,
    uneven: Any,
    sleman: Council,
    yogyakarta: Council,
    rina: Person,
    budi: Person,
    citra: Person,
    member: Any,
    cluster: Cluster,
) -> None:
    exact = uneven(8)
    run = compute(sleman, rina, today=TODAY)
    assert len(exact) > 5
    head = Person.objects.create_user("kepala@contoh.test", "rahasia-sekali", name="Kepala")
    Cluster.objects.filter(pk=cluster.pk).update(head=head)
    owner = Business.objects.filter(cluster=cluster).select_related("owner").first().owner  # type: ignore[union-attr]
    rows = list(Series.objects.filter(run=run))
    places = [
        f"/hasil/deret/{row.pk}/{rest}" for row in rows for rest in ("", "?format=xlsx", "lebar.svg", "sempit.svg")
    ]
    places += ["/hasil/", "/hasil/?format=xlsx", "/hasil/laporan.pdf", "/hasil/pembinaan/", "/hasil/metode/"]
    opened = 0
    for reader in (None, rina, budi, citra, head, owner, member("Dewi", yogyakarta, Role.LEADER)):
        client = signed_in(reader) if reader else Client()
        for place in places:
            answer = client.get(place)
            if answer.status_code != 200:
                continue
            opened += 1
            if "xlsx" in place:
                assert_workbook_is_coarse(answer.content, exact)
            elif "svg" in place:
                assert len(set(re.findall(r"(?:response|coverage): ([\d.,%]+)", answer.text))) <= len(ShareClass)
            elif "pdf" not in place:
                for share in exact:
                    written = (f"{share:.4f}", f"{100 * share:.1f}")
                    assert not any(text in answer.text.replace(",", ".") for text in written), (place, share)
                cells = re.findall(r'<td class="number nowrap">([^<]*)</td>', answer.text)
                assert all("%" not in cell or cell in CLASSES for cell in cells), place
    assert opened > 40
    hidden = Point.objects.filter(series__run=run, month="2020-10-01")
    assert set(hidden.values_list("index", "adjusted", "response", "coverage", "lines")) == {(None, None, "", "", 0)}


def assert_workbook_is_coarse(content: bytes, exact: set[float]) -> None:
    """Numbers are whole points, contributions made of them are tenths, and no share stands among them."""
    headings, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.values  # type: ignore[union-attr]
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            if isinstance(cell, float):
                assert cell == round(cell, 1 if "poin persen" in str(heading) else 0)
                assert all(abs(cell - share) > 1e-6 and abs(cell - 100 * share) > 1e-6 for share in exact)


def test_a_drawing_has_no_bar_for_a_withheld_month(
    signed_in: SignedIn, uneven: Any, sleman: Council, rina: Person, budi: Person, cluster: Cluster
) -> None:
    uneven(8)
    run = compute(sleman, rina, today=TODAY)
    series = Series.objects.get(run=run, kind="volume", cluster=cluster)
    shown = series.points.exclude(index=None).count()
    assert 0 < shown < 24
    drawn = [values[name] for values in map(point_values, series.points.all()) for name in ("response", "coverage")]
    assert set(drawn) <= {None, *(name.middle for name in ShareClass)}
    svg = signed_in(budi).get(f"/hasil/deret/{series.pk}/lebar.svg").text
    assert len(re.findall(r'aria-roledescription="bar"', svg)) == shown
