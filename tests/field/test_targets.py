"""A visit to a kelompok or to one IKM on the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sambang.access.models import Person
from sambang.audit.models import Entry, row_reference
from sambang.audit.read_audit import AUDITED_READS
from sambang.odk.entities import log_list_read
from sambang.registry.models import Business
from sambang.registry.operations import form_group, name_group_officer
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit
from tests.field.test_phone import VISITS, parcel_of
from tests.intake.conftest import NOON, Phone

pytestmark = pytest.mark.django_db


def test_a_visit_to_a_kelompok_or_one_ikm_takes_only_those_along(
    client: Client, phone: Phone, visit: Visit, make_business: Callable[..., Business], rina: Person
) -> None:
    ani, budi, outsider = (make_business(name) for name in ("Ani", "Budi", "Luar"))
    group = form_group(visit.cluster, rina, name="KUB Maju")
    name_group_officer(group, rina, business=ani, office="chair")
    to_group = plan_visit(group, rina, planned_for=NOON.date(), purpose="Kelompok")
    to_budi = plan_visit(budi, rina, planned_for=NOON.date(), purpose="Satu")
    client.force_login(phone.person)
    facts = parcel_of(client, to_group, to_budi).json()
    assert {row["name"]: row["members"] for row in facts["visits"]} == {
        "KUB Maju": [str(ani.pk)],
        "Budi": [str(budi.pk)],
    }
    assert {row["name"] for row in facts["businesses"]} == {"Ani", "Budi"}
    offered = {row["name"]: row["businesses"] for row in client.get(VISITS).json()["visits"]}
    assert (offered["KUB Maju"], offered["Budi"], offered[visit.cluster.name]) == (1, 1, 3)
    whole = parcel_of(client, visit, to_group).json()
    assert str(outsider.pk) in {row["id"] for row in whole["businesses"]}
    assert [row["members"] for row in whole["visits"] if row["id"] == str(visit.pk)] == [None]


@pytest.mark.parametrize("way", ["app", "collect"])
def test_what_a_phone_takes_along_is_audited_by_sentra_and_by_ikm_outside_one(
    client: Client, phone: Phone, visit: Visit, make_business: Callable[..., Business], rina: Person, way: str
) -> None:
    make_business("Ani")
    alone = make_business("Luar")
    Business.objects.filter(pk=alone.pk).update(cluster=None)
    alone.refresh_from_db()
    to_alone = plan_visit(alone, rina, planned_for=NOON.date(), purpose="Satu")
    client.force_login(phone.person)
    for _again in range(2):
        if way == "app":
            assert parcel_of(client, visit, to_alone).status_code == 200
        else:
            log_list_read("ikm.csv", phone.person)
    reads = Entry.objects.filter(by=phone.person, verb__in=AUDITED_READS).values_list("verb", "subject")
    assert sorted(reads) == sorted(
        (verb, row_reference(place))
        for verb in ("registry.see_contact", "registry.see_finances")
        for place in (visit.cluster, alone)
    )
