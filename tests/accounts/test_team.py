"""Sign-in, invitations and roles: nobody grants a role beyond their own, and no link opens another account."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Membership, Person, Role
from sambang.accounts import operations
from sambang.accounts.axes_handler import MAX_FAILURES_PER_ADDRESS
from sambang.accounts.models import Invitation
from sambang.accounts.operations import members
from sambang.audit.models import Entry
from sambang.lib.ask_first import ANSWER

PASSWORD = "rahasia-sekali"
NEW = {"new_password1": "kain-lurik-biru-7", "new_password2": "kain-lurik-biru-7"}


def sign_in(client: Client, email: str, password: str, address: str = "203.0.113.1") -> int:
    return client.post("/masuk/", {"username": email, "password": password}, REMOTE_ADDR=address).status_code


def test_the_door(client: Client, sari: Person) -> None:
    assert client.get("/masuk/").status_code == 200
    wrong = client.post("/masuk/", {"username": "sari@contoh.test", "password": "salah"})
    assert (wrong.status_code, "kata sandi salah" in wrong.text) == (422, True)
    assert sign_in(client, "SARI@contoh.test", PASSWORD) == 302
    assert client.get("/").context["user"] == sari
    client.post("/masuk/keluar/")
    assert client.get("/kunjungan/")["Location"].startswith("/masuk/")


def test_no_open_redirect(client: Client, sari: Person) -> None:
    answer = client.post("/masuk/", {"username": sari.email, "password": PASSWORD, "next": "https://jahat.test/"})
    assert answer["Location"] == "/"


def test_five_wrong_passwords_shut_that_name_from_that_address(client: Client, sari: Person, budi: Person) -> None:
    for number in range(4):
        assert sign_in(client, "sari@contoh.test", f"tebak-{number}") == 422
    assert sign_in(client, "Sari@Contoh.test", "tebak-lagi") == 429
    shut = client.post("/masuk/", {"username": "sari@contoh.test", "password": PASSWORD}, REMOTE_ADDR="203.0.113.1")
    assert (shut.status_code, "Tunggu 15 menit" in shut.text) == (429, True)
    assert sign_in(Client(), "budi@contoh.test", PASSWORD) == 302  # a colleague in the same office
    assert sign_in(Client(), "sari@contoh.test", PASSWORD, "203.0.113.2") == 302  # herself from elsewhere


def test_one_password_tried_on_every_name_shuts_its_address_for_a_quarter_of_an_hour(
    client: Client, sari: Person, budi: Person
) -> None:
    inside = Client()
    inside.force_login(budi)
    tried = [
        sign_in(client, f"nama-{number}@contoh.test", "kain-lurik-biru-7") for number in range(MAX_FAILURES_PER_ADDRESS)
    ]
    assert tried == [422] * (MAX_FAILURES_PER_ADDRESS - 1) + [429]
    line = {"username": sari.email, "password": PASSWORD}
    shut = client.post("/masuk/", line, REMOTE_ADDR="203.0.113.1", headers={"X-Requested-With": "XMLHttpRequest"})
    assert (shut.status_code, "dari jaringan ini" in shut.text) == (429, True)
    assert "Access-Control-Allow-Origin" not in shut.headers
    assert sign_in(Client(), sari.email, PASSWORD, "203.0.113.2") == 302
    assert inside.get("/", REMOTE_ADDR="203.0.113.1").status_code == 200  # who is in stays in
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client, sari.email, PASSWORD) == 302


def test_one_network_of_ipv6_is_one_address(client: Client, sari: Person) -> None:
    for number in range(5):
        sign_in(client, sari.email, "tebak", f"2001:db8:1:2::{number}")
    assert sign_in(client, sari.email, PASSWORD, "2001:db8:1:2:ffff::9") == 429
    assert sign_in(client, sari.email, PASSWORD, "2001:db8:1:3::9") == 302


def test_the_way_back(
    client: Client, sari: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(6):
        sign_in(client, "sari@contoh.test", f"tebak-{number}")
    monkeypatch.setattr("sys.stdin", io.StringIO("kain-lurik-biru-7\n"))
    call_command("new_password", "sari@contoh.test", password_stdin=True)
    assert sign_in(client, "sari@contoh.test", "kain-lurik-biru-7") == 302
    assert "kain-lurik" not in capsys.readouterr().out
    with pytest.raises(CommandError, match="Tidak ada akun"):
        call_command("new_password", "siapa@contoh.test")


def test_change_password(client: Client, sari: Person) -> None:
    client.force_login(sari)
    assert client.post("/masuk/sandi/", {"old_password": "salah", **NEW}).status_code == 422
    assert client.post("/masuk/sandi/", {"old_password": PASSWORD, **NEW}).status_code == 302
    assert sign_in(Client(), "sari@contoh.test", NEW["new_password1"]) == 302


def test_invite_and_accept(client: Client, wati: Person, sleman: Council, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(wati)
    shown = client.post(
        f"/masuk/tim/{sleman.pk}/undang/",
        {"name": "Tono", "email": "Tono@contoh.test", "role": "staff"},
        follow=True,
    )
    token = shown.context["address"].rstrip("/").rpartition("/")[2]
    assert "no-store" in shown["Cache-Control"]
    assert token not in client.get(f"/masuk/tim/{sleman.pk}/").text
    phone = Client()
    opened = phone.get(f"/masuk/undangan/{token}/")
    assert (opened["Location"], opened["Referrer-Policy"]) == ("/masuk/undangan/", "no-referrer")
    page = phone.get("/masuk/undangan/")
    assert "Tono" in page.text and token not in page.text
    weak = phone.post("/masuk/undangan/", {"new_password1": "12345", "new_password2": "12345"})
    assert weak.status_code == 422 and not Person.objects.filter(email="tono@contoh.test").exists()
    assert phone.post("/masuk/undangan/", NEW)["Location"] == "/"
    tono = Person.objects.get(email="tono@contoh.test")
    assert [(held.council, held.role) for held in tono.memberships.all()] == [(sleman, "staff")]
    assert Client().get(f"/masuk/undangan/{token}/", follow=True).status_code == 410  # once only
    assert [entry.verb for entry in Entry.objects.order_by("id")] == [
        "accounts.invite",
        "accounts.grant",
        "accounts.admit",
    ]
    phone.post(f"/masuk/undangan/{token}/")
    assert token not in caplog.text and token not in str(list(Entry.objects.values()))


def test_unknown_expired_withdrawn(client: Client, wati: Person, sleman: Council) -> None:
    assert client.get("/masuk/undangan/abcdefghijklmnopqrstuvwxyz/", follow=True).status_code == 410
    fresh = operations.invite(sleman, wati, name="Tono", email="tono@contoh.test", role="officer")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/masuk/undangan/{fresh.token}/", follow=True).status_code == 410
    fresh = operations.invite(sleman, wati, name="Tono", email="tono@contoh.test", role="officer")
    operations.withdraw_invitation(fresh.invitation, wati)
    assert client.get(f"/masuk/undangan/{fresh.token}/", follow=True).status_code == 410
    assert not Person.objects.filter(email="tono@contoh.test").exists()


def test_an_invitation_never_opens_somebodys_account(
    client: Client, wati: Person, sleman: Council, citra: Person
) -> None:
    fresh = operations.invite(sleman, wati, name="Citra", email="citra@contoh.test", role="officer")
    page = client.get(f"/masuk/undangan/{fresh.token}/", follow=True)
    assert "sudah punya akun" in page.text
    client.post("/masuk/undangan/", NEW)
    citra.refresh_from_db()
    assert citra.check_password(PASSWORD) and citra.memberships.count() == 1
    own = Client()
    own.force_login(citra)
    own.get(f"/masuk/undangan/{fresh.token}/")
    assert own.post("/masuk/undangan/")["Location"] == "/"
    assert citra.memberships.filter(council=sleman, role="officer").exists()


def test_an_inviter_without_the_role_invites_in_vain(client: Client, wati: Person, sleman: Council) -> None:
    fresh = operations.invite(sleman, wati, name="Tono", email="tono@contoh.test", role="officer")
    wati.memberships.all().delete()
    client.get(f"/masuk/undangan/{fresh.token}/")
    answer = client.post("/masuk/undangan/", NEW)
    assert "Pengundang tidak lagi boleh" in answer.text
    assert not Person.objects.filter(email="tono@contoh.test").exists()


@pytest.mark.parametrize("name", ["sari", "rina", "budi"])
def test_only_administrators(
    client: Client, request: pytest.FixtureRequest, name: str, sleman: Council, wati: Person
) -> None:
    person = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        operations.invite(sleman, person, name="Tono", email="tono@contoh.test", role="officer")
    with pytest.raises(PermissionDenied):
        operations.grant_role(sleman, person, person=person, role="administrator")
    client.force_login(person)
    assert client.get("/masuk/tim/").status_code == 403
    for page in ("", "undang/"):
        assert client.get(f"/masuk/tim/{sleman.pk}/{page}").status_code == 403
    assert client.post(f"/masuk/tim/{sleman.pk}/{wati.pk}/keluarkan/", {ANSWER: "1"}).status_code == 403
    assert wati.memberships.exists()


def test_another_council_is_not_there(
    client: Client, joko: Person, bantul: Council, sleman: Council, wati: Person
) -> None:
    client.force_login(joko)
    assert client.get("/masuk/tim/", follow=True).context["council"] == bantul
    for page in ("", "undang/", f"{wati.pk}/keluarkan/", f"{wati.pk}/tarik/administrator/"):
        answer = client.post if page.startswith(str(wati.pk)) else client.get
        assert answer(f"/masuk/tim/{sleman.pk}/{page}", {ANSWER: "1"}).status_code == 404
    invitation = operations.invite(sleman, wati, name="Tono", email="tono@contoh.test", role="officer").invitation
    assert client.post(f"/masuk/tim/undangan/{invitation.pk}/tarik/").status_code == 404
    assert client.post(f"/masuk/tim/{bantul.pk}/{wati.pk}/beri/", {"role": "staff"}).status_code == 404


def test_nobody_grants_what_they_lack(
    monkeypatch: pytest.MonkeyPatch, wati: Person, sleman: Council, sari: Person
) -> None:
    less = {
        **members.ROLE_VERBS,
        Role.ADMINISTRATOR: frozenset({"accounts.invite", "accounts.grant", "accounts.leave"}),
    }
    monkeypatch.setattr(members, "ROLE_VERBS", less)
    assert operations.grantable(sleman, wati) == [Role.ADMINISTRATOR]
    with pytest.raises(PermissionDenied):
        operations.grant_role(sleman, wati, person=sari, role="staff")
    with pytest.raises(PermissionDenied):
        operations.invite(sleman, wati, name="Tono", email="tono@contoh.test", role="staff")
    with pytest.raises(ValidationError, match="tidak dikenal"):
        operations.grant_role(sleman, wati, person=sari, role="owner")
    assert list(sari.memberships.values_list("role", flat=True)) == ["officer"]


def test_roles_are_given_withdrawn_and_left(client: Client, wati: Person, sari: Person, sleman: Council) -> None:
    client.force_login(wati)
    base = f"/masuk/tim/{sleman.pk}/{sari.pk}"
    for _ in range(2):
        client.post(f"{base}/beri/", {"role": "staff"})
    assert sorted(sari.memberships.values_list("role", flat=True)) == ["officer", "staff"]
    client.post(f"{base}/tarik/staff/")
    assert list(sari.memberships.values_list("role", flat=True)) == ["officer"]
    client.post(f"{base}/keluarkan/", {ANSWER: "1"})
    assert not sari.memberships.exists() and Person.objects.filter(pk=sari.pk).exists()
    kept = client.post(f"/masuk/tim/{sleman.pk}/{wati.pk}/tarik/administrator/", follow=True)
    assert "satu-satunya pengelola sistem" in kept.text
    assert Membership.objects.filter(person=wati, role="administrator").exists()


def test_commands(
    places: object, client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        call_command("add_council", "Dekranasda Uji", region="34.04")
    assert Council.objects.get(name="Dekranasda Uji").region_code == "3404"
    with pytest.raises(CommandError, match="bukan kode"):
        call_command("add_council", "Salah", region="340407")
    for code in ("99.04", "77"):
        with pytest.raises(CommandError, match="Tidak ada provinsi"):
            call_command("add_council", "Salah", region=code)
    call_command("rename_council", "dekranasda uji", to="Dekranasda Kabupaten Uji")
    assert Council.objects.get(name="Dekranasda Kabupaten Uji").region_code == "3404"
    Council.objects.create(name="Dekranasda Lain", region_code="34")
    for name, to, words in (
        ("Tak Ada", "X", "belum terdaftar"),
        ("Dekranasda Lain", "Dekranasda Kabupaten Uji", "dipakai"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("rename_council", name, to=to)
    call_command("rename_council", "Dekranasda Kabupaten Uji", to="Dekranasda Uji")
    monkeypatch.setattr("sys.stdin", io.StringIO("kain-lurik-biru-7\n"))
    call_command(
        "add_person", "tono@contoh.test", name="Tono", council="Dekranasda Uji", role="leader", password_stdin=True
    )
    assert sign_in(client, "tono@contoh.test", "kain-lurik-biru-7") == 302
    with pytest.raises(CommandError, match="belum terdaftar"):
        call_command("add_person", "ani@contoh.test", name="Ani", council="Entah", role="leader")
    monkeypatch.setattr("sys.stdin", io.StringIO("123\n"))
    with pytest.raises(CommandError, match="terlalu"):
        call_command(
            "add_person", "ani@contoh.test", name="Ani", council="Dekranasda Uji", role="leader", password_stdin=True
        )
    assert not Person.objects.filter(email="ani@contoh.test").exists()
    capsys.readouterr()
    call_command(
        "invite", "ani@contoh.test", name="Ani", council="Dekranasda Uji", role="officer", site="https://contoh.test/"
    )
    address = capsys.readouterr().out.strip()
    assert address.startswith("https://contoh.test/masuk/undangan/")
    assert "Ani" in Client().get(address.removeprefix("https://contoh.test"), follow=True).text
