"""What a sign-in must be, and no other test says: passwords of any letters, long keys, nothing that comes with the
box."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import is_password_usable
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Person, Role, system_person
from sambang.accounts.models import Invitation
from sambang.accounts.operations import invite
from sambang.lib.tokens import TOKEN_BYTES, new_token
from sambang.odk.models import CollectKey
from sambang.odk.operations import make_key
from sambang.ops.prepare import prepare_database
from sambang.owners.models import PersonalLink
from sambang.owners.operations import make_link
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db
PASSWORD = "rahasia-sekali"
PAGES = ("/masuk/", "/masuk/sandi/", "/masuk/keamanan/aplikasi/", "/masuk/keamanan/kunci/")


@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/daftar/impor/?a=1", "/daftar/impor/%3Fa%3D1"), ("https://lain.test/x", "/"), (None, "/")],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    client: Client, referer: str | None, back: str
) -> None:
    """Its own address may accept forms only, and would answer 405 after the sign-in. The cookies may all be gone."""
    headers = {"Referer": referer} if referer else {}
    answer = Client(enforce_csrf_checks=True).post(
        "/daftar/impor/019adf2c-0000-7000-8000-000000000000/ambil/", headers=headers
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/masuk/?next={back}")
    answer = client.get("/daftar/ikm/")
    assert answer["Location"] == "/masuk/?next=/daftar/ikm/"


@pytest.mark.parametrize(
    "password", ["hujan turun pelan", "   kain biru   ", "ꦲꦤꦕꦫꦏꦢꦠꦱꦮꦭ", "lurik" * 30, "H" * 9 + "u", "🧵🪡" * 8]
)
def test_passwords_of_any_letters_and_length(client: Client, sari: Person, password: str) -> None:
    client.force_login(sari)
    facts = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/masuk/sandi/", facts).status_code == 302
    assert Client().post("/masuk/", {"username": sari.email, "password": password}).status_code == 302
    for other in (
        password.strip() if password != password.strip() else password + " ",
        password.swapcase(),
        password[:-1],
    ):
        if other != password:
            assert Client().post("/masuk/", {"username": sari.email, "password": other}).status_code == 422
    back = {"old_password": password, "new_password1": "kembali-lagi-ya", "new_password2": "kembali-lagi-ya"}
    assert client.post("/masuk/sandi/", back).status_code == 302


@pytest.mark.parametrize("path", PAGES)
def test_password_fields_hide_and_take_pasting(client: Client, sari: Person, path: str) -> None:
    if path != "/masuk/":
        client.force_login(sari)
    page = client.get(path).text
    fields = [part.split(">")[0] for part in page.split("<input")[1:] if "password" in part.split(">")[0]]
    assert fields
    for field in fields:
        assert 'type="password"' in field and "autocomplete=" in field and 'autocomplete="off"' not in field
        assert "onpaste" not in field and "readonly" not in field


def test_an_installation_has_no_account_to_sign_in_with() -> None:
    prepare_database(announce=lambda words: None)
    system = system_person()
    assert not is_password_usable(system.password)
    assert [person for person in Person.objects.all() if is_password_usable(person.password)] == []


def test_a_sessions_key_is_long_and_new_at_each_sign_in(client: Client, sari: Person, settings: Any) -> None:
    keys = []
    for _time in range(2):
        client.get("/masuk/")
        before = client.session.session_key
        client.post("/masuk/", {"username": sari.email, "password": PASSWORD})
        keys += [before, client.session.session_key]
        client.post("/masuk/keluar/")
    given = [key for key in keys if key]
    assert len(set(given)) == len(given) >= 2
    assert all(len(key) == 32 for key in given)  # of 36 letters: 165 bits
    assert issubclass(import_module(settings.SESSION_ENGINE).SessionStore, db.SessionStore)


def test_an_unused_session_ends(client: Client, sari: Person) -> None:
    client.post("/masuk/", {"username": sari.email, "password": PASSWORD})
    assert client.get("/daftar/").status_code == 200
    left = Session.objects.get(pk=client.session.session_key).expire_date - timezone.now()
    assert timedelta(days=13) < left <= timedelta(days=14)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert client.get("/daftar/").status_code == 302


def test_every_token_has_more_than_128_bits_and_is_kept_as_a_digest(
    business: Business, rina: Person, sari: Person, sleman: Council, member: Callable[..., Person]
) -> None:
    wati = member("Wati", sleman, Role.ADMINISTRATOR)
    assert TOKEN_BYTES * 8 >= 128
    tokens = [make_link(business, rina).token, make_key(sleman, sari, phone="uji").token]
    tokens.append(invite(sleman, wati, name="Tono", email="tono@contoh.test", role=Role.OFFICER).token)
    assert all(len(token) == len(new_token()) for token in tokens) and len(set(tokens)) == 3
    kept = str([list(model.objects.values()) for model in (PersonalLink, CollectKey, Invitation)])
    assert not any(token in kept for token in tokens)


def test_a_link_opens_one_business_and_no_word_of_it_is_in_the_next_address(
    client: Client, business: Business, rina: Person, make_business: Callable[..., Business]
) -> None:
    other = make_business("Jahit Lain")
    fresh = make_link(business, rina)
    opened = client.get(f"/saya/{fresh.token}/", follow=True)
    assert [where for where, _status in opened.redirect_chain] == ["/saya/"]
    assert business.name in opened.text and other.name not in opened.text
    assert fresh.token not in opened.text
    for path in (f"/daftar/ikm/{business.pk}/", "/daftar/", "/kunjungan/"):
        assert client.get(path).status_code == 302
