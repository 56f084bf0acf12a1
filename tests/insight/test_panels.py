"""An office asks a sample of its register: drawn on a page, its width promised, and who is not asked is not silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Person
from sambang.access.row_security import as_reader
from sambang.home.queries import pending_tasks
from sambang.insight.models import Point
from sambang.insight.operations import compute, compute_if_outdated
from sambang.insight.panel_drawing import draw_council_panel
from sambang.lib.ask_first import ANSWER
from sambang.owners.queries import businesses_with_links, reporting_status
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import PanelMember, Report, SurveyPanel
from sambang.production.panels import ask_everybody, asked_businesses, is_asked
from sambang.production.queries import businesses_expected_to_report
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import merge_businesses
from tests.insight.conftest import TODAY

pytestmark = pytest.mark.slow

DECEMBER = date(2020, 12, 1)
type Reported = Callable[..., list[Business]]
type SignedIn = Callable[[Person], Client]


@pytest.fixture
def forty(reported: Reported) -> list[Business]:
    businesses = reported(40)
    for at, business in enumerate(businesses):
        business.annual_sales = 10_000_000 * (1 + at)
        business.save(update_fields=["annual_sales"])
    return businesses


def is_named(name: str, page: str) -> bool:
    return re.search(rf"{re.escape(name)}(?!\d)", page) is not None


def draw(council: Council, by: Person, *, size: int = 16, renewed: int = 100, seed: int = 1) -> SurveyPanel:
    return draw_council_panel(council, by, size=size, by_cluster=True, renewed=renewed, seed=seed)


def test_the_page_draws_and_promises_a_width(
    forty: list[Business], signed_in: SignedIn, sleman: Council, rina: Person, budi: Person, citra: Person
) -> None:
    address = f"/hasil/panel/{sleman.pk}/"
    assert "Semua IKM ditanya tiap bulan" in signed_in(budi).get(address).text
    assert signed_in(budi).get(f"{address}undi/").status_code == 403
    assert signed_in(citra).get(address).status_code == 404
    client = signed_in(rina)
    widths = client.get(f"{address}undi/").context["widths"]
    assert [width.percent for width in widths] == sorted((width.percent for width in widths), reverse=True)
    assert client.post(f"{address}undi/", {"size": "1"}).status_code == 422
    assert "Hanya ada 40 IKM" in client.post(f"{address}undi/", {"size": "41"}).text
    assert client.post(f"{address}undi/", {"size": "16", "by_cluster": "sentra"}).status_code == 302
    panel = SurveyPanel.objects.get(is_current=True)
    assert (panel.asked, panel.registered, panel.by, panel.by_cluster) == (16, 40, rina, True)
    assert panel.members.count() == 16
    assert 2 < panel.half_width < 30
    page = client.get(address)
    assert f"±{panel.half_width:.1f}%".replace(".", ",") in page.text
    asked = set(panel.members.values_list("business__name", flat=True))
    assert {business.name for business in forty if is_named(business.name, page.text)} == asked
    assert client.post(f"{address}semua/", {ANSWER: "1"}).status_code == 302
    assert asked_businesses("3404") is None


def test_the_seed_and_the_register_decide_the_draw(forty: list[Business], sleman: Council, rina: Person) -> None:
    def members(seed: int) -> set[Any]:
        ask_everybody(sleman, rina)
        return set(draw(sleman, rina, seed=seed).members.values_list("business", flat=True))

    assert members(1) == members(1)
    assert members(1) != members(2)


def test_a_panel_is_renewed_in_parts(forty: list[Business], sleman: Council, rina: Person) -> None:
    first = set(draw(sleman, rina).members.values_list("business", flat=True))
    second = draw(sleman, rina, renewed=25, seed=2)
    stayed = first & set(second.members.values_list("business", flat=True))
    assert 10 <= len(stayed) <= 14
    assert SurveyPanel.objects.filter(is_current=True).count() == 1


def test_only_the_office_decides_whom_to_ask(
    forty: list[Business], sleman: Council, bantul: Council, budi: Person, rina: Person
) -> None:
    for by, council in ((budi, sleman), (rina, bantul)):
        with pytest.raises(PermissionDenied):
            draw(council, by)
        with pytest.raises(PermissionDenied):
            ask_everybody(council, by)
    with pytest.raises(ValidationError, match="terlalu kecil"):
        draw(sleman, rina, size=1)


def test_who_is_not_asked_is_nowhere_silent(
    forty: list[Business], signed_in: SignedIn, sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Nobody has reported January; only those asked are missed, on every list, count, reminder and paper."""
    draw(sleman, rina)
    asked = asked_businesses("3404")
    assert asked is not None and len(asked) == 16
    january = date(2021, 1, 1)
    Cluster.objects.filter(pk=cluster.pk).update(head=forty[0].owner)
    cluster.refresh_from_db()
    with time_machine.travel(datetime(2021, 2, 20, tzinfo=UTC), tick=False):
        assert set(businesses_expected_to_report(rina, january).values_list("pk", flat=True)) == asked
        assert set(reporting_status(forty[0].owner, cluster, january).values_list("pk", flat=True)) == asked
        rows = {row.pk: row for row in businesses_with_links(rina, cluster, month=january)}
        assert {key for key, row in rows.items() if row.asked} == asked  # type: ignore[attr-defined]
        assert [row.count for row in pending_tasks(rina, today=date(2021, 2, 20)) if "/produksi/" in row.address] == [
            16
        ]
        client = signed_in(rina)
        names = {business.name: business.pk in asked for business in forty}
        month = client.get("/produksi/?bulan=2021-01").text
        links = client.get(f"/saya/tautan/{cluster.pk}/?keadaan=belum").text
        for name, is_asked in names.items():
            assert is_named(name, month) is is_asked, name
            assert is_named(name, links) is is_asked, name
        assert "tidak ditanya" in client.get(f"/saya/tautan/{cluster.pk}/").text


def test_the_index_stands_for_all_where_all_asked_answer(
    forty: list[Business], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Sixteen of forty report: a census would have too little of the value, a panel has the answer of all it asked."""
    draw(sleman, rina)
    asked = asked_businesses("3404") or set()
    Report.objects.exclude(business__in=asked).delete()
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    december = Point.objects.get(
        series__run=run, series__kind="volume", series__cluster=cluster, series__industry="", month=DECEMBER
    )
    assert december.index == pytest.approx(50)
    assert december.response == "over_90"
    assert december.status in {"firm", "thin"}
    ask_everybody(sleman, rina)
    again = compute_if_outdated(sleman, rina, today=TODAY)
    assert again != run  # who is asked is news


def test_who_is_registered_later_waits_for_the_next_draw(
    forty: list[Business], make_business: Any, sleman: Council, rina: Person
) -> None:
    draw(sleman, rina)
    born = make_business("Jahit Baru")
    assert born.pk not in (asked_businesses("3404") or set())
    assert not businesses_expected_to_report(rina, DECEMBER).filter(pk=born.pk).exists()


def test_a_merge_keeps_whoever_is_asked(forty: list[Business], sleman: Council, rina: Person) -> None:
    panel = draw(sleman, rina, size=40)
    kept, duplicate = forty[:2]
    Report.objects.filter(business=duplicate).delete()
    merge_businesses(kept, rina, duplicate=duplicate)
    assert PanelMember.objects.filter(panel=panel, business=kept).count() == 1
    assert panel.members.count() == 39


def test_owners_and_heads_learn_who_is_asked(forty: list[Business], sleman: Council, rina: Person) -> None:
    """In the database's own reach too: a panel that they could not see would ask everybody."""
    panel = draw(sleman, rina)
    asked = set(panel.members.values_list("business", flat=True))
    head = forty[0].cluster and forty[0].cluster.head
    assert head is not None
    with as_reader(head):
        seen = Business.objects.filter(is_asked(), pk__in=[business.pk for business in forty])
        assert set(seen.values_list("pk", flat=True)) == asked
    for business in forty[:8]:
        with as_reader(business.owner):
            assert Business.objects.filter(is_asked(), pk=business.pk).exists() == (business.pk in asked)
