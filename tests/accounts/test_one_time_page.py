"""A new secret is shown after a redirect: a reload makes no other one, and after ten minutes the page is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.accounts.models import Invitation
from sambang.lib import clock

pytestmark = pytest.mark.django_db
PAGE = "/masuk/sekali/"


def invited(client: Client, council: Council) -> str:
    """Invite Tono; the address of the link."""
    form = {"name": "Tono", "email": "tono@contoh.test", "role": "staff"}
    answer = client.post(f"/masuk/tim/{council.pk}/undang/", form)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    return str(client.get(PAGE).context["address"])


def test_a_reload_shows_it_again_and_makes_no_other(client: Client, wati: Person, sleman: Council) -> None:
    client.force_login(wati)
    address = invited(client, sleman)
    assert client.get(PAGE).context["address"] == address
    assert Invitation.objects.count() == 1


def test_it_closes_after_ten_minutes(client: Client, wati: Person, sleman: Council) -> None:
    client.force_login(wati)
    invited(client, sleman)
    with clock.stopped_at(timezone.now() + timedelta(minutes=9)):
        assert client.get(PAGE).status_code == 200
    with clock.stopped_at(timezone.now() + timedelta(minutes=11)):
        assert client.get(PAGE)["Location"] == "/"
    assert client.get(PAGE)["Location"] == "/"


def test_only_this_session_shows_it_and_its_row_does_not_tell_it(client: Client, wati: Person, sleman: Council) -> None:
    client.force_login(wati)
    token = invited(client, sleman).rstrip("/").rpartition("/")[2]
    other = Client()
    other.force_login(wati)
    assert other.get(PAGE)["Location"] == "/"
    for row in Session.objects.all():
        assert token not in str(row.get_decoded())
    client.post("/masuk/keluar/")
    client.force_login(wati)
    assert client.get(PAGE)["Location"] == "/"


def test_a_secret_that_was_changed_on_the_way_is_not_shown(client: Client, wati: Person, sleman: Council) -> None:
    client.force_login(wati)
    invited(client, sleman)
    session = client.session
    session["one_time_page"] = "gAAAAA" + session["one_time_page"][6:-4] + "AAAA"
    session.save()
    assert client.get(PAGE)["Location"] == "/"
