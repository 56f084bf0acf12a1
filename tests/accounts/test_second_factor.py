"""The second factor: required after the password, single-use codes, rate limit, requirement by a council, removal."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Membership, Person, Role
from sambang.accounts import operations, totp
from sambang.accounts.models import AuthenticatorApp, FailedVerification, RecoveryCode, RememberedBrowser
from sambang.audit.models import Entry
from sambang.lib.ask_first import ANSWER

PASSWORD = "rahasia-sekali"
KEY = b"0123456789abcdefghij"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the seconds that codes are made from."""
    began, moved = time.time(), [0.0]
    monkeypatch.setattr(time, "time", lambda: began + moved[0])

    def forward(seconds: float) -> None:
        moved[0] += seconds

    return forward


@pytest.fixture
def factor(clock: object) -> Callable[[Person], list[str]]:
    """Enrol an authenticator app with KEY; returns the recovery codes."""

    def give(person: Person) -> list[str]:
        step = totp.step_at(time.time()) - 10
        AuthenticatorApp.objects.create(person=person, encrypted_key=totp.encrypt_key(KEY), last_step=step)
        return operations.renew_codes(person, person)

    return give


def code_now(shift: int = 0) -> str:
    return totp.code_at(KEY, totp.step_at(time.time()) + shift)


def password_first(client: Client, person: Person, onward: str = "") -> Any:
    return client.post("/masuk/", {"username": person.email, "password": PASSWORD, "next": onward})


def is_in(client: Client) -> bool:
    return client.get("/kunjungan/").status_code == 200


def test_known_codes_of_the_standard() -> None:
    key = b"12345678901234567890"  # RFC 6238, appendix B; the last six of its eight digits
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(key, totp.step_at(seconds)) == code
        assert totp.matching_step(key, code, seconds=seconds + totp.STEP_SECONDS) == totp.step_at(seconds)
        assert totp.matching_step(key, code, seconds=seconds + 2 * totp.STEP_SECONDS) is None
    assert totp.decrypt_key(totp.encrypt_key(key)) == key
    assert key not in totp.encrypt_key(key)


def test_the_key_is_sealed_with_this_installations_secret(settings: Any) -> None:
    sealed = totp.encrypt_key(KEY)
    settings.SECRET_KEY = "x" * 40
    assert totp.decrypt_key(sealed) is None


def test_the_password_alone_opens_nothing(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    factor(sari)
    assert password_first(client, sari, "/kunjungan/")["Location"] == "/masuk/kode/"
    assert not is_in(client)
    assert client.get("/masuk/kode/").status_code == 200
    wrong = client.post("/masuk/kode/", {"code": "000000" if code_now() != "000000" else "111111"})
    assert (wrong.status_code, "Tidak cocok" in wrong.text) == (422, True)
    assert not is_in(client)
    assert client.post("/masuk/kode/", {"code": f" {code_now()[:3]} {code_now()[3:]} "})["Location"] == "/kunjungan/"
    assert is_in(client)


def test_without_the_password_there_is_no_second_step(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    factor(sari)
    assert client.get("/masuk/kode/")["Location"] == "/masuk/"
    assert client.post("/masuk/kode/", {"code": code_now()})["Location"] == "/masuk/"
    assert client.post("/masuk/kode/kunci/", {"credential": "{}"}).status_code == 302
    assert not is_in(client)


def test_the_waiting_ends(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    factor(sari)
    password_first(client, sari)
    session = client.session
    session["pending_sign_in"] = {**session["pending_sign_in"], "at": timezone.now().timestamp() - 601}
    session.save()
    assert client.post("/masuk/kode/", {"code": code_now()})["Location"] == "/masuk/"
    password_first(client, sari)
    sari.set_password("kain-lurik-biru-7")
    sari.save(update_fields=["password"])
    assert client.post("/masuk/kode/", {"code": code_now()})["Location"] == "/masuk/"
    password_first(client, sari)
    Person.objects.filter(pk=sari.pk).update(is_active=False)
    assert client.post("/masuk/kode/", {"code": code_now()})["Location"] == "/masuk/"


def test_a_code_works_once(
    client: Client, sari: Person, factor: Callable[..., Any], clock: Callable[[float], None]
) -> None:
    factor(sari)
    password_first(client, sari)
    code = code_now()
    assert client.post("/masuk/kode/", {"code": code}).status_code == 302
    other = Client()
    password_first(other, sari)
    assert other.post("/masuk/kode/", {"code": code}).status_code == 422
    assert other.post("/masuk/kode/", {"code": code_now(-1)}).status_code == 422  # older than what was used
    clock(30)
    assert other.post("/masuk/kode/", {"code": code_now()}).status_code == 302


def test_ones_code_is_nobody_else_s(client: Client, sari: Person, budi: Person, factor: Callable[..., Any]) -> None:
    mine, theirs = factor(sari), factor(budi)
    AuthenticatorApp.objects.filter(person=budi).update(encrypted_key=totp.encrypt_key(b"another key, 20 byte"))
    password_first(client, budi)
    assert client.post("/masuk/kode/", {"code": code_now()}).status_code == 422
    assert client.post("/masuk/kode/", {"code": mine[0]}).status_code == 422
    assert client.post("/masuk/kode/", {"code": theirs[0]}).status_code == 302


def test_paper_codes_work_once_and_are_kept_hashed(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    paper = factor(sari)
    assert len(set(paper)) == 10
    assert not any(totp.normalise_code(code) in str(list(RecoveryCode.objects.values())) for code in paper)
    password_first(client, sari)
    assert client.post("/masuk/kode/", {"code": paper[3].upper().replace("-", " ")})["Location"] == "/masuk/keamanan/"
    assert "Tersisa 9 kode" in client.get("/masuk/keamanan/").text
    other = Client()
    password_first(other, sari)
    assert other.post("/masuk/kode/", {"code": paper[3]}).status_code == 422
    assert other.post("/masuk/kode/", {"code": paper[4]}).status_code == 302


def test_one_code_of_two_people_is_stored_differently(sari: Person, budi: Person) -> None:
    assert totp.digest_of_code("abcdefghjk", sari.pk) != totp.digest_of_code("abcdefghjk", budi.pk)


def test_a_sessions_key_is_new_at_the_password_and_at_the_second_factor(
    client: Client, sari: Person, factor: Callable[..., Any]
) -> None:
    paper = factor(sari)
    keys = [client.session.session_key]
    password_first(client, sari)
    keys.append(client.session.session_key)
    client.post("/masuk/kode/", {"code": paper[0]})
    keys.append(client.session.session_key)
    assert is_in(client) and len(set(keys)) == 3


def test_five_wrong_codes_shut_out_from_everywhere(
    client: Client, sari: Person, budi: Person, factor: Callable[..., Any]
) -> None:
    paper = factor(sari)
    password_first(client, sari)
    for _ in range(5):
        assert client.post("/masuk/kode/", {"code": "tebakan"}).status_code == 422
    elsewhere = Client(REMOTE_ADDR="203.0.113.77")
    password_first(elsewhere, sari)
    for right in (code_now(), paper[0]):
        refused = elsewhere.post("/masuk/kode/", {"code": right})
        assert (refused.status_code, "Tunggu 15 menit" in refused.text) == (422, True)
    assert not is_in(elsewhere)
    FailedVerification.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert elsewhere.post("/masuk/kode/", {"code": paper[0]}).status_code == 302
    for _ in range(15):
        FailedVerification.objects.create(person=sari, at=timezone.now() - timedelta(hours=2))
    password_first(client, sari)
    assert "Terlalu sering" in client.post("/masuk/kode/", {"code": paper[1]}).text  # twenty a day
    factor(budi)
    password_first(client, budi)
    assert client.post("/masuk/kode/", {"code": code_now()}).status_code == 302


def test_a_remembered_browser(client: Client, sari: Person, budi: Person, factor: Callable[..., Any]) -> None:
    paper = factor(sari)
    password_first(client, sari)
    answer = client.post("/masuk/kode/", {"code": paper[0], "remember": "on"})
    cookie = answer.cookies["sambang_ingat"]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/", "Lax")
    assert cookie.value not in str(list(RememberedBrowser.objects.values()))
    client.post("/masuk/keluar/")
    assert password_first(client, sari)["Location"] == "/"
    assert is_in(client)
    factor(budi)
    client.post("/masuk/keluar/")
    assert password_first(client, budi)["Location"] == "/masuk/kode/"  # the cookie is hers
    RememberedBrowser.objects.update(expires_at=timezone.now())
    assert password_first(client, sari)["Location"] == "/masuk/kode/"


def enrol(client: Client, password: str = PASSWORD, code: str = "") -> Any:
    client.get("/masuk/keamanan/aplikasi/")
    key = totp.decrypt_key(client.session["new_code_app"])
    assert key
    return client.post(
        "/masuk/keamanan/aplikasi/",
        {"password": password, "code": code or totp.code_at(key, totp.step_at(time.time()))},
    )


def test_setting_up_an_app(client: Client, sari: Person, clock: Callable[[float], None]) -> None:
    client.force_login(sari)
    elsewhere = Client()
    elsewhere.force_login(sari)
    page = client.get("/masuk/keamanan/aplikasi/")
    assert "data:image/svg+xml" in page.text and "no-store" in page["Cache-Control"]
    assert client.get("/masuk/keamanan/aplikasi/").context["key"] == page.context["key"]  # a reload changes nothing
    assert enrol(client, password="salah-sekali").status_code == 422
    assert enrol(client, code="123").status_code == 422
    assert not AuthenticatorApp.objects.exists()
    assert enrol(client)["Location"] == "/masuk/sekali/"
    for _reload in range(2):
        done = client.get("/masuk/sekali/")
        assert (done.status_code, len(done.context["codes"]), "no-store" in done["Cache-Control"]) == (200, 10, True)
    assert is_in(client) and not is_in(elsewhere)  # who came in without it is sent out
    assert [entry.verb for entry in Entry.objects.order_by("id")] == ["accounts.enrol", "accounts.renew_codes"]
    assert password_first(Client(), sari)["Location"] == "/masuk/kode/"
    assert enrol(client).status_code == 302  # another app instead: the paper codes stay
    assert "Tersisa 10 kode" in client.get("/masuk/keamanan/").text


def test_taking_it_away_needs_the_password_and_a_code(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    paper = factor(sari)
    client.force_login(sari)
    page = "/masuk/keamanan/aplikasi/lepas/"
    assert client.post(page, {"password": PASSWORD, "code": "123456"}).status_code == 422
    assert client.post(page, {"password": "salah", "code": paper[0]}).status_code == 422
    assert client.post(page, {"password": PASSWORD}).status_code == 422
    assert AuthenticatorApp.objects.exists()
    assert client.post(page, {"password": PASSWORD, "code": paper[0]})["Location"] == "/masuk/keamanan/"
    assert not AuthenticatorApp.objects.exists() and not RecoveryCode.objects.exists()
    assert client.get(page).status_code == 404
    assert password_first(Client(), sari)["Location"] == "/"


def test_new_paper_codes(client: Client, sari: Person, factor: Callable[..., Any]) -> None:
    old = factor(sari)
    client.force_login(sari)
    fresh = client.post("/masuk/keamanan/kode-cadangan/", {"password": PASSWORD, "code": old[0]}, follow=True).context[
        "codes"
    ]
    other = Client()
    password_first(other, sari)
    assert other.post("/masuk/kode/", {"code": old[1]}).status_code == 422
    assert other.post("/masuk/kode/", {"code": fresh[0]}).status_code == 302


@pytest.mark.parametrize("name", ["budi", "citra", "wati"])
def test_nobody_sets_up_or_drops_somebody_else_s(
    request: pytest.FixtureRequest, name: str, sari: Person, factor: Callable[..., Any]
) -> None:
    factor(sari)
    stranger = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        operations.drop_app(sari, stranger, keep="")
    with pytest.raises(PermissionDenied):
        operations.renew_codes(sari, stranger)
    with pytest.raises(PermissionDenied):
        operations.enrol_app(sari, stranger, key=KEY, code=code_now(), keep="")
    assert AuthenticatorApp.objects.filter(person=sari).exists()


def test_a_council_requires_it(
    client: Client, wati: Person, sari: Person, citra: Person, sleman: Council, factor: Callable[..., Any]
) -> None:
    client.force_login(wati)
    switch = f"/masuk/tim/{sleman.pk}/dua-langkah/"
    refused = client.post(f"{switch}wajib/", follow=True)
    assert "untuk akun Anda sendiri" in refused.text
    factor(wati)
    client.post(f"{switch}wajib/")
    sleman.refresh_from_db()
    assert sleman.second_factor_required
    hers = Client()
    hers.force_login(sari)
    for address in ("/", "/kunjungan/", "/masuk/perangkat/", "/pasar/"):
        assert hers.get(address)["Location"] == "/masuk/keamanan/", address
    assert hers.post("/kunjungan/rencana/", {}).status_code == 403
    phone = hers.get("/lapangan/siapa.json", headers={"accept": "*/*"})
    assert (phone.status_code, list(phone.json())) == (401, ["why"])
    assert "mewajibkan" in hers.get("/masuk/keamanan/").text
    assert enrol(hers)["Location"] == "/masuk/sekali/"
    assert is_in(hers)
    other = Client()
    other.force_login(citra)
    assert is_in(other)  # another council's member is asked for nothing
    paper = operations.renew_codes(sari, sari)
    last = hers.post("/masuk/keamanan/aplikasi/lepas/", {"password": PASSWORD, "code": paper[0]})
    assert "mewajibkan verifikasi dua langkah" in last.text and AuthenticatorApp.objects.filter(person=sari).exists()
    client.post(f"{switch}bebas/")
    assert hers.post("/masuk/keamanan/aplikasi/lepas/", {"password": PASSWORD, "code": paper[1]}).status_code == 302
    assert is_in(hers)


def test_the_strictest_of_several_councils(client: Client, sari: Person, bantul: Council, sleman: Council) -> None:
    Membership.objects.create(person=sari, council=bantul, role=Role.OFFICER)
    Council.objects.filter(pk=bantul.pk).update(second_factor_required=True)
    client.force_login(sari)
    assert client.get("/kunjungan/")["Location"] == "/masuk/keamanan/"


@pytest.mark.parametrize(("name", "status"), [("sari", 403), ("budi", 403), ("citra", 404), ("joko", 404)])
def test_who_may_require_and_take_away(
    client: Client,
    request: pytest.FixtureRequest,
    name: str,
    status: int,
    rina: Person,
    sleman: Council,
    factor: Callable[..., Any],
) -> None:
    factor(rina)
    client.force_login(request.getfixturevalue(name))
    for address in ("dua-langkah/wajib/", f"{rina.pk}/dua-langkah/", f"{rina.pk}/sandi/", f"{rina.pk}/perangkat/"):
        assert client.post(f"/masuk/tim/{sleman.pk}/{address}", {ANSWER: "1"}).status_code == status, address
    sleman.refresh_from_db()
    assert AuthenticatorApp.objects.filter(person=rina).exists() and not sleman.second_factor_required
    assert list(rina.password_links.all()) == []


def test_the_way_back_is_an_administrators_and_is_told(
    client: Client, wati: Person, sari: Person, sleman: Council, factor: Callable[..., Any]
) -> None:
    paper = factor(sari)
    hers = Client()
    password_first(hers, sari)
    hers.post("/masuk/kode/", {"code": paper[0]})
    client.force_login(wati)
    client.post(f"/masuk/tim/{sleman.pk}/{sari.pk}/dua-langkah/", {ANSWER: "1"})
    assert not is_in(hers)
    assert not AuthenticatorApp.objects.exists() and not RecoveryCode.objects.filter(person=sari).exists()
    assert Entry.objects.get(verb="accounts.remove_factor").by == wati
    notices = hers.post("/masuk/", {"username": sari.email, "password": PASSWORD}, follow=True)
    assert "verifikasi dua langkah Anda dilepas oleh Wati" in notices.text
    assert "dilepas oleh Wati" in hers.get("/masuk/keamanan/").text
    hers.post("/masuk/keluar/")
    again = hers.post("/masuk/", {"username": sari.email, "password": PASSWORD}, follow=True)
    assert "dilepas oleh Wati" not in again.text  # notices once at the door; it stays on the page


def test_nobody_reaches_above_themselves(
    member: Callable[..., Person],
    wati: Person,
    sari: Person,
    yogyakarta: Council,
    bantul: Council,
    factor: Callable[..., Any],
) -> None:
    """An administrator of one council is nobody in another: whoever holds a role there too is out of reach."""
    factor(sari)
    Membership.objects.create(person=sari, council=bantul, role=Role.OFFICER)
    for deed in (operations.remove_factor, operations.make_password_link, operations.end_sessions):
        with pytest.raises(PermissionDenied):
            deed(sari, wati)
    assert AuthenticatorApp.objects.filter(person=sari).exists()
    province = member("Dewi", yogyakarta, Role.ADMINISTRATOR)
    for deed in (operations.remove_factor, operations.make_password_link):
        with pytest.raises(PermissionDenied):  # nobody above a regency could sign in as its member
            deed(sari, province)
    with pytest.raises(PermissionDenied):
        operations.end_sessions(province, wati)
    with pytest.raises(ValidationError, match="halaman keamanan"):
        operations.remove_factor(wati, wati)


def test_the_reference_tables_have_no_door_of_their_own(client: Client, sari: Person) -> None:
    for answer in (
        client.get("/acuan/login/?next=/acuan/"),
        client.post("/acuan/login/?next=/acuan/", {"username": "a"}),
    ):
        assert answer["Location"] == "/masuk/?next=/acuan/"
    client.force_login(sari)
    assert client.get("/acuan/", follow=True).status_code == 403
    assert client.get("/acuan/password_change/")["Location"] == "/masuk/sandi/"
