"""A deactivated account is denied everywhere, its records stay, and it can be reactivated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Membership, Person, Role
from sambang.accounts.models import ActiveSession, RememberedBrowser
from sambang.accounts.operations import activate, deactivate
from sambang.audit.models import Entry
from sambang.odk.operations import make_key
from sambang.odk.queries import active_key
from sambang.registry.models import Cluster
from sambang.visits.operations import plan_visit

PASSWORD = "rahasia-sekali"


def enters(person: Person) -> Client:
    client = Client()
    client.post("/masuk/", {"username": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/kunjungan/").status_code == 200


def address(council: Council, person: Person, verb: str) -> str:
    return f"/masuk/tim/{council.pk}/{person.pk}/{verb}/"


@pytest.mark.slow
def test_every_door_is_shut_at_once_and_opens_again(
    sari: Person, wati: Person, sleman: Council, cluster: Cluster
) -> None:
    phone, desk = enters(sari), enters(wati)
    assert is_in(phone)
    visit = plan_visit(cluster, sari, planned_for="2022-03-31", purpose="Sambang")  # type: ignore[arg-type]
    key = make_key(sleman, sari, phone="HP Sari")

    assert desk.post(address(sleman, sari, "nonaktifkan")).status_code == 302
    assert not is_in(phone)
    assert not is_in(enters(sari))
    assert active_key(key.token) is None
    assert not ActiveSession.objects.filter(person=sari).exists()
    assert not RememberedBrowser.objects.filter(person=sari).exists()
    page = desk.get(f"/masuk/tim/{sleman.pk}/").content.decode()
    assert "nonaktif</span>" in page
    assert address(sleman, sari, "aktifkan") in page
    assert address(sleman, sari, "nonaktifkan") not in page

    visit.refresh_from_db()
    assert visit.planned_by == sari
    assert Membership.objects.filter(person=sari, role=Role.OFFICER).exists()

    assert desk.post(address(sleman, sari, "aktifkan")).status_code == 302
    assert not is_in(phone)  # the session that was ended stays ended
    assert is_in(enters(sari))
    assert active_key(key.token) is not None
    verbs = Entry.objects.about(sari).order_by("pk").values_list("verb", "by__name")
    assert list(verbs) == [("accounts.deactivate", "Wati"), ("accounts.activate", "Wati")]


def test_only_an_administrator_of_every_council_of_the_person_may(
    client: Client,
    sari: Person,
    budi: Person,
    rina: Person,
    joko: Person,
    wati: Person,
    sleman: Council,
    bantul: Council,
) -> None:
    for who, answer in ((budi, 403), (rina, 403), (joko, 404)):
        client.force_login(who)
        for verb in ("nonaktifkan", "aktifkan"):
            assert client.post(address(sleman, sari, verb)).status_code == answer
    for do in (deactivate, activate):
        for who in (budi, rina, joko):
            with pytest.raises(PermissionDenied):
                do(sari, who)
    Membership.objects.create(person=sari, council=bantul, role=Role.STAFF)
    with pytest.raises(PermissionDenied):  # who works for Bantul too is not Sleman's alone to shut out
        deactivate(sari, wati)
    sari.refresh_from_db()
    assert sari.is_active
    assert list(Entry.objects.all()) == []


def test_a_council_keeps_an_administrator_and_nobody_shuts_out_oneself(
    wati: Person, sleman: Council, yogyakarta: Council, member: Callable[..., Person]
) -> None:
    with pytest.raises(ValidationError, match="Akun sendiri"):
        deactivate(wati, wati)
    above: Any = member("Dewi", yogyakarta, Role.ADMINISTRATOR)
    with pytest.raises(ValidationError, match="satu-satunya"):
        deactivate(wati, above)
    member("Tono", sleman, Role.ADMINISTRATOR)
    assert not deactivate(wati, above).is_active
