"""From reports to published figures, against what can be reckoned by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

import sambang_stats as engine
from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.insight.models import Point, Run, Series
from sambang.insight.operations import compute
from sambang.insight.panel_reader import read_columns
from sambang.insight.summary import Direction, change, cluster_summary, direction_of
from sambang.lib.months import months_between
from sambang.production.models import Report, ReportLine
from sambang.production.operations import correct_report, submit_report
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import close_business
from tests.insight.conftest import TODAY, amount

DECEMBER = date(2020, 12, 1)


def index_of(run: Run, cluster: Cluster | None, month: date, kind: str = "volume") -> float | None:
    return Point.objects.get(
        series__run=run, series__kind=kind, series__cluster=cluster, series__industry="", month=month
    ).index


def test_half_of_everything_is_an_index_of_fifty(
    reported: Any, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    reported(6)
    run = compute(sleman, rina, today=TODAY)
    assert (run.region_code, run.reports, run.is_simulated) == ("3404", 144, False)
    for kind in ("volume", "same_lines"):
        for place in (cluster, None):
            assert index_of(run, place, date(2019, 7, 1), kind) == pytest.approx(100)
            assert index_of(run, place, DECEMBER, kind) == pytest.approx(50)
    series = Series.objects.get(run=run, kind="volume", cluster=cluster)
    assert (series.region_code, series.units, series.base_text) == ("3404072003", 6, "2019")
    assert series.recovery_month == DECEMBER
    assert series.points.count() == 24
    last = series.points.get(month=DECEMBER)
    assert (last.status, last.lines, last.response) == ("firm", 6, "over_90")


def test_what_was_published_stays(reported: Any, sleman: Council, rina: Person, cluster: Cluster) -> None:
    """A corrected report changes the next index, never the one that was printed; between two release days the
    next one is the office's alone."""
    first_business = reported(6)[0]
    before = compute(sleman, rina, today=TODAY)
    [line] = first_business.product_lines.all()
    wrong = Report.objects.get(business=first_business, month=DECEMBER)
    correct_report(wrong, rina, amounts={line: amount(350)}, source="officer")
    after = compute(sleman, rina, today=TODAY)
    assert index_of(after, cluster, DECEMBER) == pytest.approx(100)  # (5 · 50 + 350) / 600
    assert index_of(before, cluster, DECEMBER) == pytest.approx(50)
    assert after.reports == 144
    found = cluster_summary(cluster)
    assert found is not None
    assert found.series.run == before
    assert Series.objects.filter(run=after, released_on__isnull=False).count() == 0


def test_too_few_reports_give_no_figure(reported: Any, sleman: Council, rina: Person, cluster: Cluster) -> None:
    reported(2)
    run = compute(sleman, rina, today=TODAY)
    assert set(Point.objects.filter(series__run=run).values_list("status", "index")) == {("not_enough", None)}
    summary = cluster_summary(cluster)
    assert summary is not None
    assert summary.recovery.direction is Direction.NOT_ENOUGH
    assert "Belum cukup data" in summary.sentence


def test_without_reports_nothing_is_computed(business: Business, sleman: Council, rina: Person) -> None:
    with pytest.raises(ValidationError, match="Belum dapat dihitung"):
        compute(sleman, rina, today=TODAY)
    assert list(Run.objects.all()) == []


def test_who_closed_counts_as_zero(reported: Any, sleman: Council, rina: Person, cluster: Cluster) -> None:
    """Survivors only would look unharmed: of twelve equal IKM six close, the others go on as they were."""
    businesses = reported(12)
    for business in businesses[:6]:
        business.status, business.closed_on = Business.Status.CLOSED, date(2020, 7, 1)
        business.save(update_fields=["status", "closed_on"])
        business.reports.filter(month__gte=date(2020, 7, 1)).delete()
    run = compute(sleman, rina, today=TODAY)
    for kind in ("volume", "same_lines"):
        assert index_of(run, cluster, date(2020, 6, 1), kind) == pytest.approx(50)
        assert index_of(run, cluster, date(2020, 7, 1), kind) == pytest.approx(25)


def test_simulated_reports_mark_the_run(reported: Any, sleman: Council, rina: Person) -> None:
    reported(6, source="simulation")
    assert compute(sleman, rina, today=TODAY).is_simulated


def test_only_staff_compute_and_only_their_own(
    reported: Any, sleman: Council, rina: Person, sari: Person, budi: Person, citra: Person
) -> None:
    reported(6)
    for stranger in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            compute(sleman, stranger, today=TODAY)
    assert list(Run.objects.all()) == []
    compute(sleman, rina, today=TODAY)
    assert [entry.verb for entry in Entry.objects.all()] == ["insight.compute"]
    assert Series.objects.visible_to(budi).count() == 8
    assert Series.objects.visible_to(citra).count() == 0


def test_another_councils_reports_stay_out(
    reported: Any, make_business: Callable[..., Business], places: Any, bantul: Council, citra: Person
) -> None:
    reported(6)
    with pytest.raises(ValidationError):
        compute(bantul, citra, today=TODAY)


def test_a_province_gets_a_series_for_each_regency(
    reported: Any, yogyakarta: Council, member: Any, cluster: Cluster
) -> None:
    reported(6)
    run = compute(yogyakarta, member("Dewi", yogyakarta, "administrator"), today=TODAY)
    codes = Series.objects.filter(run=run, kind="volume", cluster=None, industry="").order_by("region_code")
    assert list(codes.values_list("region_code", flat=True)) == ["34", "3404"]


def test_the_command_computes_every_council(reported: Any, sleman: Council, bantul: Council, capsys: Any) -> None:
    reported(6)
    call_command("compute")
    said = capsys.readouterr().out
    assert "Dekranasda Sleman: 144 laporan" in said
    assert "Dekranasda Bantul: Belum dapat dihitung" in said


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (101.0, 120.0, Direction.UP),
        (80.0, 99.0, Direction.DOWN),
        (95.0, 105.0, Direction.UNSURE),
        (None, None, Direction.NOT_ENOUGH),
        (100.0, 101.0, Direction.UNSURE),
    ],
)
def test_the_word_follows_the_interval(lower: float | None, upper: float | None, said: Direction) -> None:
    assert direction_of(lower, upper) is said


def test_a_change_is_the_ratio_of_adjusted_levels() -> None:
    def point(adjusted: float, half: float) -> Point:
        return Point(index=adjusted, adjusted=adjusted, lower=adjusted / half, upper=adjusted * half)

    same = change(point(90.0, 1.0), point(60.0, 1.0), "setahun sebelumnya")
    assert (same.percent, same.lower, same.upper) == pytest.approx((150.0, 150.0, 150.0))
    wide = change(point(90.0, 1.1), point(60.0, 1.1), "setahun sebelumnya")
    assert wide.lower == pytest.approx(150 / 1.1**2**0.5)
    assert wide.upper == pytest.approx(150 * 1.1**2**0.5)
    assert change(point(90.0, 1.1), None, "setahun sebelumnya").direction is Direction.NOT_ENOUGH


def test_the_linked_rows_give_what_linking_everything_gives(
    make_business: Any, sari: Person, rina: Person, cluster: Cluster
) -> None:
    """Two years of uneven reports with silences, a birth and a closing, through the operations, in no order."""
    dice = random.Random(5)
    businesses = [make_business(f"Jahit {n}", established=2019 if n == 3 else None) for n in range(9)]
    told = [(business, month) for business in businesses for month in months_between(date(2019, 1, 1), DECEMBER)]
    told = [(b, m) for b, m in told if m.month == 12 or (dice.random() < 0.7 and (b != businesses[3] or m.month > 5))]
    dice.shuffle(told)
    for business, month in told:
        [line] = business.product_lines.all()
        said = amount(dice.randint(0, 400))
        submit_report(business, sari, month=month, amounts={line: said}, source="officer")
    close_business(businesses[1], rina, closed_on=date(2020, 12, 20))
    columns = read_columns("3404", until=date(2021, 1, 1))
    panel = engine.read_panel(columns.reports, columns.units)
    stored = engine.read_stored_links(panel, columns.reports, columns.prices)
    for kind in engine.Kind:
        [read] = engine.estimate_index(panel, engine.Options(kind=kind), stored).values()
        [linked] = engine.estimate_index(panel, engine.Options(kind=kind)).values()
        for one, other in ((read.index, linked.index), (read.lower, linked.lower), (read.upper, linked.upper)):
            assert one == pytest.approx(other, rel=1e-9, nan_ok=True)
        assert len(set(read.index)) > 20


def test_reports_that_are_not_linked_are_not_computed(reported: Any, sleman: Council, rina: Person) -> None:
    reported(6)
    ReportLine.objects.filter(report__month=DECEMBER).update(gap=None, volume=None, volume_before=None)
    with pytest.raises(ValidationError, match="belum tertaut"):
        compute(sleman, rina, today=TODAY)
