"""What the page says of the coaching's effect: an effect where there are sentra enough, else plainly that it cannot
tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from sambang.access.models import Council, Person
from sambang.insight import coaching
from sambang.insight.coaching import (
    CoachingPanel,
    CouncilEffect,
    coaching_effect,
    coaching_panel,
    group_paths,
    monthly_volumes,
)
from sambang.insight.management.commands import compute
from sambang.insight.models import Run, Series
from sambang.lib.months import months_between
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang_stats.coaching_effect import MIN_CLUSTERS, Conclusion
from sambang_stats.effects import NEVER_TREATED, Treatment

VISITED_ON = date(2020, 7, 15)
EVERY = list(months_between(date(2019, 1, 1), date(2021, 6, 1)))
type SignedIn = Callable[[Person], Client]


@pytest.fixture
def sentra(make_business: Any, places: Any, sari: Person) -> Callable[..., list[Cluster]]:
    """`sentra(visited, others, effect)`: two IKM each, all moving alike but for a step of the visited ones after it."""

    def make(visited: int, others: int, effect: float = 0.0) -> list[Cluster]:
        found, reports, lines = [], [], []
        for number in range(visited + others):
            cluster = Cluster.objects.create(name=f"Sentra {number}", region=places["3404072003"])
            found.append(cluster)
            if number < visited:
                Visit.objects.create(
                    region=cluster.region,
                    cluster=cluster,
                    state="signed",
                    held_on=VISITED_ON,
                    planned_for=VISITED_ON,
                    purpose="uji",
                    planned_by=sari,
                    signed_by=sari,
                    signed_at=timezone.now(),
                )
            for who in range(2):
                business = make_business(f"Jahit Rahasia {number}-{who}", within=cluster)
                [line] = business.product_lines.all()
                for place, month in enumerate(EVERY):
                    gain = effect if number < visited and month >= VISITED_ON.replace(day=1) else 0.0
                    wobble = 1 + 0.04 * ((place * (7 + number) + 3 * who) % 5 - 2)
                    report = Report(business=business, month=month, source="officer", by=sari)
                    reports.append(report)
                    lines.append(
                        ReportLine(
                            report=report, product_line=line, quantity=100, volume=round(1000 * (1 + gain) * wobble)
                        )
                    )
        Report.objects.bulk_create(reports)
        ReportLine.objects.bulk_create(lines)
        released = Run.objects.create(by=sari, region_code="3404", engine="uji", is_published=True, reports=1)
        Series.objects.create(
            run=released,
            kind="volume",
            region_code="3404",
            released_on=released.computed_at.date(),
            is_newest_release=True,
        )
        return found

    return make


def test_enough_sentra_show_the_effect_that_was_put_in(
    signed_in: SignedIn, sentra: Any, sleman: Council, budi: Person
) -> None:
    sentra(12, 12, 0.20)
    seen = coaching_effect(sleman, budi)
    assert (seen.visited, seen.compared) == (12, 12)
    assert seen.figures is not None
    assert seen.figures.estimate == pytest.approx(20, abs=3)
    assert seen.figures.conclusion in {Conclusion.RISE, Conclusion.INCONCLUSIVE}
    page = signed_in(budi).get("/hasil/pembinaan/").text
    assert "Menurut lamanya sejak kunjungan pertama" in page
    assert "Pengaruh terkecil yang akan terlihat" in page
    assert "Jahit Rahasia" not in page


def test_two_sentra_cannot_tell_and_the_page_says_so(
    signed_in: SignedIn, sentra: Any, sleman: Council, budi: Person, citra: Person
) -> None:
    sentra(1, 1, 0.5)
    seen = coaching_effect(sleman, budi)
    assert (seen.visited, seen.compared, seen.figures, seen.assignments, seen.cannot_be_significant) == (
        1,
        1,
        None,
        2,
        True,
    )
    page = signed_in(budi).get("/hasil/pembinaan/").text
    assert "tidak dapat disimpulkan" in page
    assert "sedikitnya 10 sentra" in page
    assert "dengan 2 cara" in page
    assert "poin persen" not in page  # no headline
    assert coaching_effect(sleman, citra).visited == 0  # reads nothing of another council


@pytest.mark.slow
def test_few_sentra_are_judged_by_chance_alone(
    signed_in: SignedIn, sentra: Any, sleman: Council, budi: Person, citra: Person
) -> None:
    """Four of eight visited: 70 ways, so that a step of half can be told from chance, but no interval is claimed."""
    sentra(4, 4, 0.5)
    seen = coaching_effect(sleman, budi)
    assert seen.is_few
    assert seen.figures is not None
    assert seen.figures.chance is not None
    assert seen.figures.chance < 0.05
    page = signed_in(budi).get("/hasil/pembinaan/").text
    assert "terlalu sedikit untuk sebuah interval" in page
    assert "Interval 95%" not in page
    drawing = f"/hasil/pembinaan/{sleman.pk}/lebar.svg"
    assert drawing in page
    svg = signed_in(budi).get(drawing).text
    assert "tidak dikunjungi" in svg
    assert "interval 95%" not in svg
    assert "Jahit Rahasia" not in svg
    assert signed_in(citra).get(drawing).status_code == 404
    assert signed_in(budi).get(f"/hasil/pembinaan/{sleman.pk}/besar.svg").status_code == 404


def test_the_nightly_command_estimates_for_every_reader_and_language(
    signed_in: SignedIn, sentra: Any, sleman: Council, budi: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentra(1, 1, 0.5)
    monkeypatch.setattr(compute, "compute_if_outdated", lambda council, by: Run.objects.get())
    call_command("compute", region="3404", stdout=StringIO())
    monkeypatch.delattr(coaching, "estimate_effect")  # no view estimates
    client = signed_in(budi)
    page = client.get("/hasil/pembinaan/").text
    assert "Untuk sebuah angka perlu sedikitnya 10 sentra yang dikunjungi" in page
    expected = "For a figure at least 10 visited clusters and 10 to compare with are needed."
    with override("en"):
        assert coaching_effect(sleman, budi).reason == expected


def test_a_group_of_two_businesses_is_not_drawn(sentra: Any, sleman: Council, budi: Person) -> None:
    sentra(1, 2)
    panel = coaching_panel(sleman, budi, timezone.now())
    assert panel is not None
    assert [path.name for path in group_paths(panel)] == ["tidak dikunjungi"]


def test_drawn_means_are_too_coarse_to_tell_who_came_in_between_two_releases() -> None:
    """Eight of twelve owners reported; the mean of the four who come in later has an error of about 24 points."""
    rng = np.random.default_rng(1)
    first, errors = np.array([0] * 12 + [NEVER_TREATED] * 12), []
    for _world in range(200):
        outcome = rng.lognormal(0, 0.4, (24, 1))
        early = outcome.copy()
        early[8:12] = np.nan
        drawn = []
        for known in (early, outcome):
            panel = CoachingPanel(Treatment(np.array([0]), known, first, np.arange(24)), np.arange(24))
            drawn.append(group_paths(panel)[0].values[0])
        told = (12 * drawn[1] - 8 * drawn[0]) / 4
        errors.append(told - 100 * float(outcome[8:12].mean()))
    assert 20 < float(np.std(errors)) < 32


def test_without_a_signed_visit_there_is_nothing_to_compare(
    signed_in: SignedIn, sentra: Any, sleman: Council, budi: Person
) -> None:
    [cluster] = sentra(0, 1)
    Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        state="held",
        held_on=VISITED_ON,
        planned_for=VISITED_ON,
        purpose="uji",
        planned_by=budi,
    )
    seen = coaching_effect(sleman, budi)
    assert (seen.visited, seen.figures) == (0, None)
    assert "Belum ada sentra yang dikunjungi" in signed_in(budi).get("/hasil/pembinaan/").text


def test_who_closed_after_the_visit_counts_as_nought(sentra: Any, sleman: Council, budi: Person) -> None:
    [cluster, _other] = sentra(1, 1)
    closed = Business.objects.filter(cluster=cluster).order_by("name").first()
    assert closed is not None
    Business.objects.filter(pk=closed.pk).update(status="closed", closed_on=date(2021, 1, 1))
    Report.objects.filter(business=closed, month__gte=date(2021, 1, 1)).delete()
    told = monthly_volumes(sleman, budi, timezone.now())
    [line] = closed.product_lines.all()
    assert [told[cluster.pk, closed.pk, line.pk][at] for at in range(2021 * 12, 2021 * 12 + 6)] == [0.0] * 6


@pytest.mark.parametrize(("visited", "compared", "few"), [(0, 0, False), (-1, 0, True), (0, -1, True)])
def test_fewer_sentra_than_an_interval_needs_are_few(visited: int, compared: int, few: bool) -> None:
    assert CouncilEffect(MIN_CLUSTERS + visited, MIN_CLUSTERS + compared, None).is_few is few
