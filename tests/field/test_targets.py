"""A visit to a kelompok or to one IKM on the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sambang.access.models import Person
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
