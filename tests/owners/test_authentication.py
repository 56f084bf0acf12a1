"""Only the token of a personal link opens the owner's pages; it appears in no page, log or table afterwards."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.lib.tokens import digest_of
from sambang.owners.link_tokens import token_of
from sambang.owners.models import FailedAttempt, PersonalLink
from sambang.owners.operations import NewLink, make_link, revoke_link
from sambang.owners.queries import previous_month
from sambang.registry.models import Business, Cluster
from tests.owner_messages import assert_message_needs_a_number

OWNER_REASON = "authenticated by the owner's personal link"  # of `owner_page`, in docs/access.md
OWNER_PAGES = [
    "",
    "lapor/",
    "lapor/2026-01/",
    "lapor/2026-01/betulkan/",
    "sampaikan/",
    "kabar/",
    "sentra/",
    "data/",
    "data/salinan/",
]


def test_the_token_is_exchanged_and_gone(client: Client, fresh: NewLink, business: Business) -> None:
    opened = client.get(f"/saya/{fresh.token}/")
    assert (opened.status_code, opened["Location"]) == (302, "/saya/")
    assert opened["Referrer-Policy"] == "no-referrer"
    cookie = opened.cookies["sambang_saya"]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/", "Lax")
    assert fresh.token not in cookie.value
    home = client.get("/saya/")
    assert business.name in home.text
    assert "no-store" in home["Cache-Control"] and home["Referrer-Policy"] == "same-origin"
    for page in OWNER_PAGES:
        answer = client.get(f"/saya/{page}")
        assert answer.status_code in {200, 302}
        assert fresh.token.encode() not in answer.content + str(answer.headers).encode()


def test_only_the_digest_is_stored(fresh: NewLink) -> None:
    assert fresh.link.digest == digest_of(fresh.token)
    assert len(fresh.token) >= 22  # 128 bits in base64 are 22 letters
    assert fresh.token not in repr(fresh)
    assert all(fresh.token not in str(entry.__dict__) for entry in Entry.objects.all())


def test_no_log_line_spells_the_token(client: Client, fresh: NewLink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    revoke_link(fresh.link, fresh.link.created_by)
    client.get(f"/saya/{fresh.token}/", follow=True)
    client.post(f"/saya/{fresh.token}/")  # 405, which Django logs with the address
    client.get(f"/saya/{fresh.token}/apa/")  # 404, likewise
    assert "/saya/…" in caplog.text
    assert fresh.token not in caplog.text


@pytest.mark.parametrize("page", OWNER_PAGES)
def test_without_a_link_every_page_tells_the_way(client: Client, rina: Person, business: Business, page: str) -> None:
    for person in (None, rina, business.owner):
        if person:
            client.force_login(person)
        answer = client.get(f"/saya/{page}", follow=True)
        assert answer.status_code == 403
        assert "Buka tautan pribadi Anda" in answer.text
        assert f"<h1>{business.name}" not in answer.text


def test_unknown_expired_revoked(client: Client, fresh: NewLink, phone: Client) -> None:
    unknown = client.get("/saya/abcdefghijklmnopqrstuvwxyz012345/", follow=True)
    assert (unknown.status_code, "tidak dikenal" in unknown.text) == (404, True)
    assert FailedAttempt.objects.count() == 1
    PersonalLink.objects.update(created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    expired = client.get(f"/saya/{fresh.token}/", follow=True)
    assert (expired.status_code, "habis masa berlakunya" in expired.text) == (410, True)
    assert phone.get("/saya/").status_code == 302  # a page already open ends too
    PersonalLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert phone.get("/saya/", follow=True).status_code == 403  # and the cookie was taken away
    revoke_link(PersonalLink.objects.get(), fresh.link.created_by)
    revoked = client.get(f"/saya/{fresh.token}/", follow=True)
    assert (revoked.status_code, "dicabut" in revoked.text) == (410, True)
    assert FailedAttempt.objects.count() == 1  # who holds an old link is no guesser


def test_revoking_ends_open_pages(phone: Client, fresh: NewLink, rina: Person) -> None:
    assert phone.get("/saya/").status_code == 200
    revoke_link(fresh.link, rina)
    assert phone.get("/saya/", follow=True).status_code == 403


def test_a_new_link_ends_the_old(phone: Client, business: Business, rina: Person) -> None:
    newer = make_link(business, rina)
    assert phone.get("/saya/", follow=True).status_code == 403
    assert Client().get(f"/saya/{newer.token}/")["Location"] == "/saya/"


def test_too_many_tries_shut_that_address_only(client: Client, fresh: NewLink) -> None:
    for number in range(20):
        client.get(f"/saya/tebakan-yang-salah-{number:020d}/", REMOTE_ADDR="203.0.113.9")
    many = client.get("/saya/tebakan-yang-salah-lagi/", follow=True, REMOTE_ADDR="203.0.113.9")
    assert (many.status_code, "Terlalu banyak" in many.text) == (429, True)
    other = client.get("/saya/tebakan-yang-salah-lagi/", follow=True, REMOTE_ADDR="203.0.113.10")
    assert other.status_code == 404
    assert "203.0.113" not in str(list(FailedAttempt.objects.values()))
    FailedAttempt.objects.update(at=timezone.now() - timedelta(hours=2))
    assert client.get(f"/saya/{fresh.token}/", REMOTE_ADDR="203.0.113.9")["Location"] == "/saya/"


def test_a_valid_link_opens_after_any_number_of_wrong_ones_from_its_address(client: Client, fresh: NewLink) -> None:
    for number in range(25):
        client.get(f"/saya/tebakan-yang-salah-{number:020d}/")
    assert client.get(f"/saya/{fresh.token}/")["Location"] == "/saya/"


@pytest.mark.parametrize(
    "agent",
    [
        "WhatsApp/2.23.20.0 A",
        "TelegramBot (like TwitterBot)",
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "SkypeUriPreview Preview/0.5",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    ],
)
def test_a_messenger_previews_the_name_of_the_page_and_uses_nothing(
    client: Client, fresh: NewLink, business: Business, agent: str
) -> None:
    for token in (fresh.token, "tautan-yang-tidak-ada-0123456789"):
        page = client.get(f"/saya/{token}/", headers={"User-Agent": agent})
        assert page.status_code == 200 and "sambang_saya" not in page.cookies
        assert '<meta property="og:title" content="Tautan pribadi pemilik IKM' in page.text
        assert business.name not in page.text and business.owner.name not in page.text
    assert not FailedAttempt.objects.exists()
    assert PersonalLink.objects.get().last_used_at is None
    assert client.get(f"/saya/{fresh.token}/")["Location"] == "/saya/"


def owner_routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and arguments of each address that a personal link opens."""
    examples: dict[str, Any] = {"uuid": UUID(int=1), "month": "2022-03", "int": 1, "str": "x", "slug": "x"}
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from owner_routes(one, one.namespace or space)
        elif isinstance(one, URLPattern) and getattr(one.callback, "public_reason", "") == OWNER_REASON:
            found = re.findall(r"<(\w+):(\w+)>", str(one.pattern))
            yield f"{space}:{one.name}", {name: examples[kind] for kind, name in found}


def test_no_address_takes_the_form_of_another_business(phone: Client, neighbour: Business) -> None:
    routes = list(owner_routes(get_resolver()))
    assert len(routes) > 40
    for name, words in routes:
        for form in ({"business": str(neighbour.pk)}, {"business": ""}):
            assert phone.post(reverse(name, kwargs=words), form).status_code == 409, name


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/108.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; SM-A135F; wv) Chrome/120.0 Mobile Safari/537.36 Line/13.1.0/IAB",
        "",
    ],
)
def test_a_browser_is_no_preview(client: Client, fresh: NewLink, agent: str) -> None:
    assert client.get(f"/saya/{fresh.token}/", headers={"User-Agent": agent})["Location"] == "/saya/"


def test_an_open_page_of_one_business_cannot_write_for_another(
    phone: Client, business: Business, neighbour: Business, rina: Person
) -> None:
    """The owner of both, or two owners on one phone: the link of the second is opened while a page of the first is
    still open."""
    other = make_link(neighbour, rina)
    assert phone.get(f"/saya/{other.token}/").status_code == 302
    before = Entry.objects.count()
    month = previous_month()
    for address, data in (
        (f"lapor/{month:%Y-%m}/", {}),
        (f"lapor/{month:%Y-%m}/nol/", {}),
        ("sampaikan/", {"text": "Butuh modal", "kind": "aspiration", "difficulty": "capital", "id": str(uuid4())}),
        ("data/setuju/catalogue/", {}),
        ("hak/hapus/", {"sure": "on"}),
    ):
        answer = phone.post(f"/saya/{address}", data)  # the form names `business`
        assert answer.status_code == 409, address
        assert neighbour.name in answer.text and "Tidak ada" in answer.text
    assert Entry.objects.count() == before
    assert neighbour.name in phone.get(f"/saya/lapor/{month:%Y-%m}/").text


def test_every_form_of_an_owner_names_the_business(phone: Client, business: Business) -> None:
    month = previous_month()
    for page in ("", f"lapor/{month:%Y-%m}/", "sampaikan/", "data/", "hak/betulkan/", "hak/hapus/"):
        text = phone.get(f"/saya/{page}").text
        assert business.name in text
        forms = [form for form in re.findall(r"<form.*?</form>", text, re.S) if 'action="/bahasa/"' not in form]
        assert forms or page == "", page
        assert all(f'name="business" value="{business.pk}"' in form for form in forms), page


def test_a_link_lives_as_long_as_the_council_has_set(business: Business, rina: Person) -> None:
    assert (make_link(business, rina).link.expires_at - timezone.now()).days == 364
    Council.objects.filter(region_code=business.region_id[:4]).update(link_days=30)
    assert (make_link(business, rina).link.expires_at - timezone.now()).days == 29
    assert (make_link(business, rina, days=7).link.expires_at - timezone.now()).days == 6


def test_the_reminder_carries_the_link_and_each_is_in_the_audit_log(
    client: Client, fresh: NewLink, business: Business, rina: Person, citra: Person
) -> None:
    Business.objects.filter(pk=business.pk).update(phone="+6281234567890")
    address = f"/saya/tautan/ikm/{business.pk}/ingatkan/"
    client.force_login(rina)
    sent = client.get(address)
    assert sent.status_code == 302 and sent["Location"].startswith("https://wa.me/6281234567890?text=")
    assert quote(f"/saya/{fresh.token}/") in sent["Location"]
    assert Entry.objects.filter(verb="owners.send_reminder", by=rina).count() == 1
    revoke_link(fresh.link, rina)
    without_link = unquote(client.get(address)["Location"])
    assert "/saya/" not in without_link and "mintalah juga tautan pribadi" in without_link
    assert "pesan WhatsApp yang dulu" not in without_link
    assert_message_needs_a_number(client, address, business)
    client.force_login(citra)
    assert client.get(address).status_code == 404


def test_a_link_made_under_another_secret_key_opens_but_is_not_sent(fresh: NewLink, settings: Any) -> None:
    settings.SECRET_KEY = "kunci-lain" * 5
    assert token_of(fresh.link) == ""
    assert Client().get(f"/saya/{fresh.token}/")["Location"] == "/saya/"


def test_a_forged_cookie_opens_nothing(client: Client, fresh: NewLink) -> None:
    client.cookies["sambang_saya"] = f"{fresh.link.pk}:1abcde:forged"
    assert client.get("/saya/").status_code == 302


def test_the_cookie_opens_no_other_page(phone: Client, business: Business) -> None:
    for page in ("/daftar/", f"/produksi/ikm/{business.pk}/", "/saya/tautan/", "/masuk/tim/", "/kunjungan/"):
        assert phone.get(page)["Location"].startswith("/masuk/?next=")


def test_nobody_is_signed_in_on_an_owner_page(client: Client, fresh: NewLink, rina: Person, business: Business) -> None:
    client.force_login(rina)
    client.get(f"/saya/{fresh.token}/")
    assert rina.name not in client.get("/saya/").text
    assert "Rina" in client.get("/saya/tautan/").text  # and she still is, elsewhere


def test_who_may_make_links(business: Business, sari: Person, budi: Person, rina: Person, citra: Person) -> None:
    for person in (sari, budi, citra, business.owner):
        with pytest.raises(PermissionDenied):
            make_link(business, person)
    with pytest.raises(ValidationError, match="1 sampai 400"):
        make_link(business, rina, days=0)
    Business.objects.filter(pk=business.pk).update(status="closed", closed_on=timezone.localdate())
    with pytest.raises(ValidationError, match="tercatat tutup"):
        make_link(business, rina)
    assert list(PersonalLink.objects.all()) == []


def test_the_office_page_and_its_three_readers(
    client: Client,
    business: Business,
    make_business: Callable[..., Business],
    sari: Person,
    budi: Person,
    rina: Person,
    citra: Person,
) -> None:
    other = make_business("Bordir Kedua")
    page = f"/saya/tautan/{business.cluster_id}/"
    for person, status in ((sari, 403), (budi, 403), (citra, 404)):
        client.force_login(person)
        assert client.get(page).status_code == status
        assert client.post(f"{page}buat/").status_code == status
    assert list(PersonalLink.objects.all()) == []
    client.force_login(rina)
    assert "Buat 2 tautan" in client.get(page).text
    made = client.post(f"{page}buat/", follow=True)
    assert made.text.count("Kirim lewat WhatsApp") == 2 and "no-store" in made["Cache-Control"]
    tokens = [row["token"] for row in made.context["rows"]]
    assert all(Client().get(f"/saya/{token}/")["Location"] == "/saya/" for token in tokens)
    again = client.post(f"{page}buat/", follow=True)
    assert "sudah punya tautan" in again.text and PersonalLink.objects.count() == 2
    book = client.post(f"{page}unduh/", {"token": [*tokens, "bukan-tautan"]})
    assert book["Content-Type"].endswith("sheet") and len(book.content) > 1000
    client.force_login(citra)
    link = PersonalLink.objects.get(business=other)
    assert client.post(f"/saya/tautan/{link.pk}/cabut/", {"yakin": "1"}).status_code == 404
    client.force_login(rina)
    client.post(f"/saya/tautan/{link.pk}/cabut/", {"yakin": "1"})
    assert "dicabut" in client.get(page).text
    assert client.get(f"{page}?format=xlsx").content.find(tokens[0].encode()) == -1


def test_the_office_page_costs_the_same_at_any_length(
    client: Client, rina: Person, cluster: Cluster, make_business: Callable[..., Business]
) -> None:
    client.force_login(rina)
    costs = []
    for number in range(3):
        make_link(make_business(f"Jahit {number}"), rina)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/saya/tautan/{cluster.pk}/")
        costs.append(len(queries))
    assert costs[1] == costs[2] <= 21
