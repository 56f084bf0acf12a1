"""One world, one number: what the leader's page and screen, the two reports, the LKjIP, the map and the lists count."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.indicators.measures import Measure, Year, evidence_of
from sambang.insight.annual_report import annual_report
from sambang.insight.leader_report import paper_context
from sambang.insight.queries import council_overview
from sambang.lib import clock
from sambang.maps.queries import places
from sambang.papers.blocks import TableBlock, Text
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit, record_attendance
from tests.actions.conftest import action, asked, idea, matter, raisers

__all__ = ["action", "asked", "idea", "matter", "raisers"]
pytestmark = pytest.mark.django_db
type In = Callable[[Person], Client]


def rows_of(client: Client, address: str) -> list[dict[str, object]]:
    """The rows of a list's workbook, by heading."""
    sheet = load_workbook(BytesIO(client.get(address).content)).active
    assert sheet is not None
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def test_the_number_of_ikm_is_one(
    raisers: list[Business], make_business: Callable[..., Business], sleman: Council, budi: Person, signed_in: In
) -> None:
    now, today = clock.now(), clock.today()
    make_business("Di luar sentra", restricted_at=now)
    Business.objects.filter(name="Di luar sentra").update(cluster=None)
    make_business("Sudah tutup", status=Business.Status.CLOSED, closed_on=today)
    make_business("Sudah dihapus", erased_at=now)
    by_hand = 4  # three raisers, and one outside a sentra whose data are restricted but which exists
    overview = council_overview(sleman, budi, today=today)
    assert sum(row.businesses for row in overview.areas) == by_hand
    leader = rows_of(signed_in(budi), f"{reverse('insight:council_detail')}?format=xlsx")
    assert sum(int(str(row["IKM"] or 0)) for row in leader) == by_hand
    assert sum(row.businesses for row in places(budi, sleman, today=today).areas) == by_hand
    assert evidence_of(Measure.BUSINESSES, Year(budi, sleman, today.year)).value == by_hand
    assert overview.never_attended == by_hand
    listed = rows_of(signed_in(budi), f"{reverse('registry:business_list')}?format=xlsx")
    assert sum(row["Keadaan"] != Business.Status.CLOSED.label for row in listed) == by_hand
    page = " ".join(signed_in(budi).get(reverse("registry:business_list")).text.split())
    assert f"{by_hand + 1} IKM (termasuk yang sudah tutup)" in page


@pytest.mark.parametrize("state", ["held", "cancelled", "withdrawn"])
def test_only_a_visit_that_took_place_reaches_an_ikm(
    raisers: list[Business], cluster: Cluster, sleman: Council, sari: Person, budi: Person, state: str
) -> None:
    visit = plan_visit(cluster, sari, planned_for=clock.today(), purpose="Mendengar", place="Balai")
    record_attendance(visit, sari, business=raisers[0], present=True)
    if state == "withdrawn":
        Visit.objects.update(state="held", held_on=clock.today(), withdrawn_at=clock.now(), withdrawn_by=sari)
    else:
        Visit.objects.update(state=state, held_on=clock.today() if state == "held" else None)
    reached = 1 if state == "held" else 0
    assert council_overview(sleman, budi, today=clock.today()).never_attended == len(raisers) - reached


@pytest.mark.parametrize(("solved", "refused"), [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0)])
def test_what_those_who_asked_say_is_one(
    asked: list[Confirmation], sleman: Council, budi: Person, signed_in: In, solved: int, refused: int
) -> None:
    for row in asked[:solved]:
        confirm_action(row, row.business.owner, text="")
    for row in asked[3 - refused :]:
        dispute_action(row, row.business.owner, text="Belum")
    today, share = clock.today(), f"{solved} dari 3"
    overview, client = council_overview(sleman, budi, today=today), signed_in(budi)
    assert (overview.actions.businesses_asked, overview.actions.businesses_solved) == (3, solved)
    assert share in " ".join(client.get(reverse("insight:council_detail")).text.split())
    assert share in " ".join(client.get(reverse("insight:council_screen_detail")).text.split())
    assert share in str(paper_context(overview)["actions"])
    report = annual_report(sleman, budi, today.year, None)
    sentences = [block.text for block in report.blocks if isinstance(block, Text)]
    waiting = 3 - solved - refused
    answered = (
        f"3 pertanyaan kepada IKM: {solved} dijawab sudah beres, {refused} dijawab belum, {waiting} belum dijawab."
    )
    assert answered in sentences
    [listed] = rows_of(client, f"{reverse('actions:action_list')}?format=xlsx")
    assert (listed["IKM ditanya"], listed["Menyatakan selesai"], listed["Belum menjawab"]) == (3, solved, waiting)
    is_confirmed = Action.objects.get().state == Action.State.CONFIRMED
    assert is_confirmed is (solved >= 2 and not refused)
    assert overview.actions.confirmed == is_confirmed
    assert evidence_of(Measure.ACTIONS_CONFIRMED, Year(budi, sleman, today.year)).value == is_confirmed
    tables = [block for block in report.blocks if isinstance(block, TableBlock)]
    assert ("di antaranya dikonfirmasi IKM", str(int(is_confirmed))) in [row for table in tables for row in table.rows]
