"""Browsers that are signed in: listed, ended at once, with no more about them than needed; and ways back to an
account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.accounts import operations
from sambang.accounts.authentication import REMEMBER_FOR
from sambang.accounts.models import ActiveSession, AuthenticatorApp, PasswordLink, RememberedBrowser
from sambang.accounts.user_agents import browser_label, network_label
from sambang.audit.models import Entry
from sambang.lib.ask_first import ANSWER

PASSWORD = "rahasia-sekali"
NEW = {"new_password1": "kain-lurik-biru-7", "new_password2": "kain-lurik-biru-7"}
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)


def signed_in(person: Person, **facts: Any) -> Client:
    client = Client(**facts)
    client.post("/masuk/", {"username": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/kunjungan/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (ANDROID, "Chrome · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("<script>alert(1)</script>", "peramban lain"),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert browser_label(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("180.244.17.3", "180.244.…"),
        ("2001:4860:4860::8888", "2001:4860:…"),
        ("192.168.1.5", "jaringan setempat"),
        ("::1", "komputer ini"),
        ("bukan alamat", "tidak diketahui"),
    ],
)
def test_networks_say_half(address: str, words: str) -> None:
    assert network_label(address) == words


def test_the_list_of_ones_own(sari: Person, budi: Person, citra: Person) -> None:
    phone, desk = signed_in(sari, HTTP_USER_AGENT=ANDROID, REMOTE_ADDR="180.244.17.3"), signed_in(sari)
    theirs = [signed_in(person) for person in (budi, citra)]
    page = phone.get("/masuk/perangkat/")
    assert [row.browser for row in page.context["rows"]] == ["peramban lain", "Chrome · Android"]
    assert page.text.count("perangkat ini") == 1
    assert "180.244.…" in page.text and "180.244.17.3" not in str(list(ActiveSession.objects.values()))
    [other] = sari.active_sessions.exclude(session_id=phone.session.session_key)
    for client in theirs:
        assert client.post(f"/masuk/perangkat/{other.pk}/akhiri/").status_code == 404
    assert is_in(desk)
    phone.post(f"/masuk/perangkat/{other.pk}/akhiri/")
    assert not is_in(desk) and is_in(phone)
    assert list(sari.active_sessions.values_list("browser", flat=True)) == ["Chrome · Android"]
    assert all(is_in(client) for client in theirs)


@pytest.mark.parametrize("browsers", [1, 3])
def test_the_list_costs_the_same_at_any_length(
    sari: Person, browsers: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    clients = [signed_in(sari) for _ in range(browsers)]
    with django_assert_num_queries(5):  # session, person, memberships, the list, remembered ones
        assert len(clients[0].get("/masuk/perangkat/").context["rows"]) == browsers


def test_one_after_the_other_on_the_same_browser(client: Client, sari: Person, budi: Person) -> None:
    for person in (sari, budi):
        client.force_login(person)
        assert is_in(client)
    assert [row.person for row in ActiveSession.objects.select_related("person")] == [budi]
    assert budi.active_sessions.get().session_id == client.session.session_key


def test_ending_this_one_signs_out(sari: Person) -> None:
    client = signed_in(sari)
    row = sari.active_sessions.get()
    assert client.post(f"/masuk/perangkat/{row.pk}/akhiri/")["Location"] == "/masuk/"
    assert not is_in(client) and not ActiveSession.objects.exists()


def test_ending_all_others_forgets_remembered_browsers_too(sari: Person, budi: Person) -> None:
    here, there, theirs = signed_in(sari), signed_in(sari), signed_in(budi)
    for person in (sari, budi):
        RememberedBrowser.objects.create(person=person, digest=str(person.pk), expires_at=timezone.now() + REMEMBER_FOR)
    here.post("/masuk/perangkat/lainnya/akhiri/")
    assert (is_in(here), is_in(there), is_in(theirs)) == (True, False, True)
    assert list(RememberedBrowser.objects.values_list("person", flat=True)) == [budi.pk]


def test_an_administrator_ends_a_member_s(
    client: Client, wati: Person, sari: Person, citra: Person, sleman: Council
) -> None:
    hers, other = signed_in(sari), signed_in(citra)
    client.force_login(wati)
    client.post(f"/masuk/tim/{sleman.pk}/{sari.pk}/perangkat/")
    assert (is_in(hers), is_in(other), is_in(client)) == (False, True, True)
    assert client.post(f"/masuk/tim/{sleman.pk}/{citra.pk}/perangkat/").status_code == 404
    assert [(entry.by, entry.verb) for entry in Entry.objects.all()] == [(wati, "accounts.end_sessions")]
    notices = hers.post("/masuk/", {"username": sari.email, "password": PASSWORD}, follow=True)
    assert "Wati mengeluarkan Anda" in notices.text


def test_leaving_changing_the_password_and_sleeping_end_them(
    client: Client, wati: Person, sari: Person, budi: Person, rina: Person, sleman: Council
) -> None:
    left, slept = signed_in(sari), signed_in(budi)
    client.force_login(wati)
    client.post(f"/masuk/tim/{sleman.pk}/{sari.pk}/keluarkan/", {ANSWER: "1"})
    assert left.get("/").context["user"].is_anonymous and not sari.active_sessions.exists()
    Person.objects.filter(pk=budi.pk).update(is_active=False)
    assert not is_in(slept)
    here, there = signed_in(rina), signed_in(rina)
    here.post("/masuk/sandi/", {"old_password": PASSWORD, **NEW})
    assert (is_in(here), is_in(there)) == (True, False)
    assert rina.active_sessions.get().session_id == here.session.session_key


def test_use_is_noted_every_five_minutes(sari: Person, django_assert_num_queries: Callable[..., Any]) -> None:
    client = signed_in(sari)
    ActiveSession.objects.update(last_used_at=timezone.now() - timedelta(hours=1))
    client.get("/kunjungan/")
    assert sari.active_sessions.get().last_used_at < timezone.now() - timedelta(minutes=50)  # noted a moment ago
    session = client.session
    session["recorded_at"] -= 301
    session.save()
    client.get("/kunjungan/")
    assert sari.active_sessions.get().last_used_at > timezone.now() - timedelta(minutes=1)


def test_a_session_ends_after_thirty_days_however_much_it_is_used(sari: Person, budi: Person) -> None:
    client, other = signed_in(sari), signed_in(budi)
    for days, stays in ((29, True), (31, False)):
        ActiveSession.objects.filter(person=sari).update(began_at=timezone.now() - timedelta(days=days))
        session = client.session
        session["recorded_at"] -= 301
        session.save()
        assert is_in(client) is stays
    assert not sari.active_sessions.exists() and is_in(other)


def test_what_was_kept_goes_with_an_expired_session(sari: Person, budi: Person) -> None:
    for person in (sari, budi):
        signed_in(person)
    Session.objects.filter(pk=sari.active_sessions.get().session_id).update(expire_date=timezone.now())
    signed_in(budi)
    assert [row.person for row in ActiveSession.objects.select_related("person")] == [budi, budi]


def test_a_session_from_before_gets_its_row(client: Client, sari: Person) -> None:
    client.force_login(sari)
    ActiveSession.objects.all().delete()
    session = client.session
    del session["recorded_at"]
    session.save()
    assert is_in(client) and sari.active_sessions.count() == 1


def make_link(client: Client, council: Council, person: Person) -> str:
    shown = client.post(f"/masuk/tim/{council.pk}/{person.pk}/sandi/", follow=True)
    assert "no-store" in shown["Cache-Control"]
    return str(shown.context["address"]).removeprefix("http://testserver")


def test_a_forgotten_password(
    client: Client, wati: Person, sari: Person, sleman: Council, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    AuthenticatorApp.objects.create(person=sari, encrypted_key=b"-", last_step=0)
    for number in range(6):
        client.post("/masuk/", {"username": sari.email, "password": f"tebak-{number}"})
    old = Client(REMOTE_ADDR="203.0.113.9")
    old.force_login(sari)
    client.force_login(wati)
    address = make_link(client, sleman, sari)
    token = address.rstrip("/").rpartition("/")[2]
    assert is_in(old)  # until it is used nothing changes
    phone = Client()
    opened = phone.get(address)
    assert (opened["Location"], opened["Referrer-Policy"]) == ("/masuk/lupa/", "no-referrer")
    page = phone.get("/masuk/lupa/")
    assert "Sari" in page.text and token not in page.text
    assert phone.post("/masuk/lupa/", {"new_password1": "12345", "new_password2": "12345"}).status_code == 422
    assert phone.post("/masuk/lupa/", NEW)["Location"] == "/masuk/"
    assert not is_in(phone) and not is_in(old)  # the link signs nobody in
    entered = phone.post("/masuk/", {"username": sari.email, "password": NEW["new_password1"]})
    assert entered["Location"] == "/masuk/kode/"  # nor does it skip the second factor; the lock is lifted
    assert Client().get(address, follow=True).status_code == 410
    phone.post(address)
    assert token not in caplog.text and token not in str(list(PasswordLink.objects.values()))
    assert [entry.verb for entry in Entry.objects.all()] == ["accounts.reset_password"] * 2


def test_links_that_open_nothing(client: Client, wati: Person, sari: Person, sleman: Council) -> None:
    assert "Hubungi pengelola" in client.get("/masuk/lupa/").text
    assert "Hubungi pengelola" in client.get("/masuk/lupa/abcdefghijklmnopqrstuvwxyz/", follow=True).text
    first, second = (operations.make_password_link(sari, wati) for _ in range(2))
    assert client.get(f"/masuk/lupa/{first.token}/", follow=True).status_code == 410
    client.get(f"/masuk/lupa/{second.token}/")
    PasswordLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post("/masuk/lupa/", NEW).status_code == 410
    third = operations.make_password_link(sari, wati)
    client.get(f"/masuk/lupa/{third.token}/")
    wati.memberships.all().delete()
    assert "tidak lagi boleh" in client.post("/masuk/lupa/", NEW).text
    wati.memberships.create(council=sleman, role="administrator")
    PasswordLink.objects.update(used_at=timezone.now())
    with pytest.raises(ValidationError):
        operations.use_password_link(third.link, wati, password=NEW["new_password1"])
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD)


def test_a_link_is_used_in_the_name_of_its_maker(wati: Person, sari: Person, joko: Person, budi: Person) -> None:
    fresh = operations.make_password_link(sari, wati)
    for stranger in (joko, budi, sari):
        with pytest.raises(PermissionDenied):
            operations.use_password_link(fresh.link, stranger, password=NEW["new_password1"])
        with pytest.raises(PermissionDenied):
            operations.make_password_link(sari, stranger)


def test_wrong_old_passwords_are_counted(client: Client, sari: Person, budi: Person) -> None:
    client.force_login(sari)
    for _ in range(5):
        assert client.post("/masuk/sandi/", {"old_password": "salah", **NEW}).status_code == 422
    assert "Tunggu 15 menit" in client.post("/masuk/sandi/", {"old_password": PASSWORD, **NEW}).text
    sari.refresh_from_db()
    assert sari.check_password(PASSWORD)
    with pytest.raises(PermissionDenied):
        operations.change_password(sari, budi, password=NEW["new_password1"], keep="")


def test_unknown_names_cost_the_same(client: Client, sari: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the clock: by how often the slow hash is made."""
    made: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        made.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    costs = []
    for name in (sari.email, "siapa@contoh.test", "sistem@sambang.invalid"):
        made.clear()
        assert client.post("/masuk/", {"username": name, "password": "salah-sekali"}).status_code == 422
        costs.append(len(made))
    assert costs == [1, 1, 1]


def test_argon2_is_as_slow_as_docs_say() -> None:
    from sambang import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    hasher = Argon2PasswordHasher()
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (102_400, 2, 8)


def test_the_terminals_way_back(client: Client, wati: Person, capsys: pytest.CaptureFixture[str]) -> None:
    AuthenticatorApp.objects.create(person=wati, encrypted_key=b"-", last_step=0)
    call_command("remove_factor", "WATI@contoh.test")
    assert not AuthenticatorApp.objects.exists() and "dilepas" in capsys.readouterr().out
    with pytest.raises(CommandError, match="belum memasang"):
        call_command("remove_factor", "wati@contoh.test")
    with pytest.raises(CommandError, match="Tidak ada akun"):
        call_command("remove_factor", "siapa@contoh.test")
    notices = client.post("/masuk/", {"username": wati.email, "password": PASSWORD}, follow=True)
    assert "dilepas oleh Sistem" in notices.text


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("sayangku123", False),
        ("Bismillah2026", False),
        ("Rahasia-Rahasia1", False),
        ("s4mbang", False),  # too short
        ("R@h@si@12345", False),
        ("1234567890", False),  # common
        ("sari@contoh.test", False),  # her own address
        ("kain-lurik-biru-7", True),
        ("sayangku naik sepeda", True),
    ],
)
def test_passwords(client: Client, sari: Person, password: str, fine: bool) -> None:
    client.force_login(sari)
    facts = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/masuk/sandi/", facts).status_code == (302 if fine else 422)
    sari.refresh_from_db()
    assert sari.check_password(password) is fine
