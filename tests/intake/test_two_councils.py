"""An officer of two councils with one phone: each record belongs to the regency of its visit, in its time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from sambang.access.models import Council, Membership, Person, Role
from sambang.intake.models import Received
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Attendance, Visit
from sambang.visits.operations import plan_visit
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def makassar(db: None) -> Council:
    return Council.objects.create(name="Dekranasda Makassar", region_code="7371")


@pytest.fixture
def eastern(makassar: Council, make_business: Callable[..., Business]) -> Business:
    parent = None
    for code, level in (("73", "province"), ("7371", "regency"), ("737101", "district"), ("7371011001", "village")):
        parent = Region.objects.create(code=code, name=f"Wilayah {code}", level=level, parent=parent, source="uji")
    return make_business("Tenun Timur", within=Cluster.objects.create(name="Sentra Timur", region=parent))


def test_each_record_belongs_to_the_regency_of_its_visit(
    phone: Phone,
    sari: Person,
    rina: Person,
    member: Callable[..., Person],
    makassar: Council,
    business: Business,
    eastern: Business,
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    Membership.objects.create(person=sari, council=makassar, role=Role.OFFICER)
    sari = phone.person = Person.objects.get(pk=sari.pk)  # memberships are read once for each instance
    visits: dict[str, Visit] = {}
    for one in (business, eastern):
        assert one.cluster is not None
        visits[one.name] = plan_visit(one.cluster, sari, planned_for=date(2022, 4, 1), purpose="Uji")
    near_midnight = datetime(2022, 3, 31, 16, 30, tzinfo=UTC)  # 23.30 on 31 March in WIB, 0.30 on 1 April in WITA
    monkeypatch.setattr("sambang.lib.clock.now", lambda: near_midnight)
    held = [phone.write("visit", visit=visit.pk, held_on="2022-04-01") for visit in visits.values()]
    assert [receipt.outcome for receipt in phone.send_all(held)] == ["refused", "stored"]
    assert phone.say("visit", visit=visits[business.name].pk, held_on="2022-03-31").outcome == "stored"
    texts = [
        phone.write("attend", visit=visits[one.name].pk, business=one.pk, workers_seen=workers)
        for one, workers in ((business, 3), (eastern, 5))
    ]
    crossed = phone.write("attend", visit=visits[business.name].pk, business=eastern.pk, present=True)
    receipts = phone.send_all(
        [*texts, crossed, phone.write("attend", visit=visits[eastern.name].pk, business=eastern.pk, pulse=80)]
    )
    assert [receipt.outcome for receipt in receipts] == ["stored", "stored", "refused", "stored"]
    rows = {row.business_id: (row.present, row.workers_seen, row.pulse) for row in Attendance.objects.all()}
    assert rows == {business.pk: (True, 3, None), eastern.pk: (True, 5, 80)}
    assert set(Received.objects.filter(business=eastern, outcome="stored").values_list("region_code", flat=True)) == {
        eastern.region_id
    }
    for person, shown, hidden in (
        (rina, business, eastern),
        (member("Tini", makassar, Role.STAFF), eastern, business),
    ):
        client.force_login(person)
        page = client.get("/lapangan/meja/").text
        assert shown.name in page and hidden.name not in page
