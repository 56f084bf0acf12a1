"""How the figures are made: for everybody; the simulated truth only for those who reach the sentra."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.home.demo import simulation as demo
from sambang.insight import method_examples
from sambang.insight.method_examples import CLOSING, EXAMPLE_WITH_GAP, METHOD_EXAMPLES, example_index, sums, survivors
from sambang.insight.models import Series, SimulatedIndex
from sambang.insight.operations import compute, record_simulated_index
from sambang.insight.simulation_check import comparisons
from sambang.lib.months import months_between
from sambang.registry.models import Cluster
from tests.insight.conftest import TODAY

pytestmark = pytest.mark.slow

type SignedIn = Callable[[Person], Client]
EVERY = list(months_between(date(2019, 1, 1), date(2020, 12, 1)))


def test_the_examples_are_the_engines_own() -> None:
    """The numbers of docs/method.md: 100, 120, 117 where the sum of what came in says 100, 40, 117."""
    assert example_index(EXAMPLE_WITH_GAP) == pytest.approx([100, 120, 100 * 175 / 150])
    assert sums(EXAMPLE_WITH_GAP) == pytest.approx([100, 40, 100 * 175 / 150])
    ends = dict.fromkeys(("C", "D"), date(2019, 4, 1))
    assert example_index(CLOSING, ends=ends) == pytest.approx([100, 100, 100, 50, 50, 50])
    assert survivors(CLOSING) == [100] * 6


def test_a_stranger_may_read_how_it_is_done(client: Client, db: None) -> None:
    page = client.get("/hasil/metode/")
    assert page.status_code == 200
    assert "Diuji dengan simulasi" not in page.text
    for name in METHOD_EXAMPLES:
        for layout in ("lebar", "sempit"):
            drawing = client.get(f"/hasil/metode/{name}-{layout}.svg")
            assert drawing["Content-Type"] == "image/svg+xml"
            assert "Contoh buatan" in drawing.text
    assert client.get("/hasil/metode/lain-lebar.svg").status_code == 404
    assert client.get("/hasil/metode/tutup-besar.svg").status_code == 404


@pytest.fixture
def stated(reported: Any, sleman: Council, rina: Person, cluster: Cluster, member: Any) -> Series:
    """Six IKM of a simulated sentra that halved in 2020; in truth it fell to 60 in the last quarter."""
    reported(6, source="simulation")
    cluster.is_simulated = True
    cluster.save(update_fields=["is_simulated"])
    made = {
        month: (100.0, 100.0) if month.year == 2019 else (50.0, 50.0) if month.month < 10 else (60.0, 60.0)
        for month in EVERY
    }
    record_simulated_index(cluster, member("Agus", sleman, Role.ADMINISTRATOR), months=made)
    run = compute(sleman, rina, today=TODAY)
    return Series.objects.get(run=run, kind="volume", cluster=cluster)


def test_the_truth_stands_beside_the_estimate(
    signed_in: SignedIn, budi: Person, citra: Person, stated: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = comparisons(budi)
    assert found.series == stated
    assert (len(found.points), found.covered) == (24, 21)
    assert found.error == pytest.approx(3 * 10 / 24)
    assert found.level == 60.0
    page = signed_in(budi).get("/hasil/metode/").text
    assert "pada 21 dari 24 bulan" in page
    assert "meleset rata-rata 1,2 poin" in page or "meleset rata-rata 1,3 poin" in page
    assert "dibuat-buat" in page
    drawing = signed_in(budi).get(f"/hasil/metode/simulasi/{stated.pk}/lebar.svg")
    assert "SIMULASI" in drawing.text
    monkeypatch.delattr(method_examples, "as_svg")  # it is drawn once
    assert signed_in(budi).get(f"/hasil/metode/simulasi/{stated.pk}/lebar.svg").content == drawing.content
    assert comparisons(citra) == []
    stranger = signed_in(citra)
    assert "Diuji dengan simulasi" not in stranger.get("/hasil/metode/").text
    assert stranger.get(f"/hasil/metode/simulasi/{stated.pk}/lebar.svg").status_code == 404


def test_truth_is_only_of_what_is_made_up_and_only_by_an_administrator(
    sleman: Council, rina: Person, cluster: Cluster, member: Any
) -> None:
    agus = member("Agus", sleman, Role.ADMINISTRATOR)
    with pytest.raises(ValidationError, match="dibuat-buat"):
        record_simulated_index(cluster, agus, months={EVERY[0]: (100.0, 100.0)})
    cluster.is_simulated = True
    cluster.save(update_fields=["is_simulated"])
    with pytest.raises(PermissionDenied):
        record_simulated_index(cluster, rina, months={EVERY[0]: (100.0, 100.0)})
    record_simulated_index(cluster, agus, months={EVERY[0]: (100.0, 100.0)})
    record_simulated_index(cluster, agus, months={EVERY[0]: (90.0, 80.0)})
    assert list(SimulatedIndex.objects.values_list("index", "level")) == [(90.0, 80.0)]


def test_the_demos_truth_counts_who_was_silent_and_who_closed() -> None:
    def made(month: date, quantity: int, level: float) -> demo.SimulatedMonth:
        return demo.SimulatedMonth(month, quantity, 0, level, is_reported=False, comes_on=month)

    dear, cheap = demo.Maker(12, 100.0, 2000, False), demo.Maker(12, 50.0, 2000, False)
    then, now = date(2019, 1, 1), date(2020, 1, 1)
    found = demo.true_index(
        [(dear, [made(then, 2, 1.0), made(now, 0, 0.0)]), (cheap, [made(then, 4, 2.0), made(now, 8, 2.0)])]
    )
    assert found[then] == pytest.approx((100.0, 100.0))
    assert found[now] == pytest.approx((100.0, 50.0))


@pytest.mark.parametrize("page", ["/hasil/", "series"])
def test_every_chart_says_how_it_is_made(signed_in: SignedIn, budi: Person, stated: Series, page: str) -> None:
    address = f"/hasil/deret/{stated.pk}/" if page == "series" else page
    assert '<a href="/hasil/metode/">Bagaimana angka ini dibuat?</a>' in signed_in(budi).get(address).text
