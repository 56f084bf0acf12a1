"""Links of a whole council: made at once, printed, sent by heads and by WhatsApp's API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.owners.link_tokens import token_of
from sambang.owners.models import PersonalLink
from sambang.owners.operations import make_link, make_missing_links
from sambang.owners.printing import CARDS_ON_A_PAGE, cards_of, cards_pdf, poster_pdf
from sambang.owners.queries import code_of, links_of
from sambang.registry.dto import BusinessData
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import name_head, register_business_outside
from tests.owner_client import OwnerClient

type In = Callable[[Person], Client]


@pytest.fixture
def outside(sleman: Council, rina: Person, cluster: Cluster) -> Business:
    facts = BusinessData(name="Keripik Luar", owner_name="Bu Luar", region=cluster.region, phone="081200000077")
    return register_business_outside(sleman, rina, data=facts)


@pytest.fixture
def many(make_business: Callable[..., Business]) -> list[Business]:
    businesses = [make_business(f"Jahit {number:02}") for number in range(9)]
    for number, business in enumerate(businesses):
        business.phone = f"+62812000{number:05}"
        business.save(update_fields=["phone", "phone_digest"])
    return businesses


def text_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


class TestMaking:
    def test_all_of_the_council_and_only_what_is_missing(
        self, signed_in: In, rina: Person, many: list[Business], outside: Business
    ) -> None:
        stored = make_link(many[0], rina).link
        page = text_of(signed_in(rina).post(reverse("owners:link_create_council")))
        assert "8 tautan baru" in page and "Di luar sentra: 1 tautan baru" in page and "Selesai." in page
        assert page.rstrip().endswith("</html>") and "<!-- lines -->" not in page
        active = PersonalLink.objects.active(now=clock.now())
        assert active.count() == 10 and active.filter(pk=stored.pk).exists()
        again = text_of(signed_in(rina).post(reverse("owners:link_create_council")))
        assert "8 tautan baru" not in again and active.count() == 10

    def test_the_links_open(self, rina: Person, business: Business, cluster: Cluster) -> None:
        assert make_missing_links(cluster, rina) == 1
        link = PersonalLink.objects.get()
        assert OwnerClient(business).get(f"/saya/{token_of(link)}/").status_code == 302
        assert Entry.objects.get(verb="owners.make_link").subject == f"registry.Cluster:{cluster.pk}"

    def test_closed_and_erased_ikm_get_none(
        self, rina: Person, make_business: Callable[..., Business], cluster: Cluster
    ) -> None:
        make_business("Tutup", status="closed", closed_on=clock.today())
        Business.objects.filter(pk=make_business("Terhapus").pk).update(erased_at=clock.now())
        assert make_missing_links(cluster, rina) == 0

    def test_only_the_own_regency(
        self, signed_in: In, sari: Person, citra: Person, business: Business, cluster: Cluster
    ) -> None:
        for person in (sari, citra):
            with pytest.raises(PermissionDenied):
                make_missing_links(cluster, person)
        assert signed_in(sari).post(reverse("owners:link_create_council")).status_code == 403
        assert cluster.name not in text_of(signed_in(citra).post(reverse("owners:link_create_council")))
        assert not PersonalLink.objects.exists()


class TestPrinting:
    def test_a_card_says_whose_it_is_and_opens_by_its_code(
        self, rina: Person, business: Business, cluster: Cluster
    ) -> None:
        make_missing_links(cluster, rina)
        [link] = links_of(rina, cluster, now=clock.now())
        addresses: list[str] = []
        [card] = cards_of([link], lambda path: addresses.append(path) or f"https://sambang.test{path}")  # type: ignore[func-returns-value]
        assert addresses == [f"/saya/{token_of(link)}/"]
        assert (card.business, card.owner) == (business.name, business.owner.name)
        assert [code.replace(" ", "") for code in card.codes] == [code_of(link, number) for number in range(1, 6)]

    def test_eight_on_a_page(
        self, signed_in: In, rina: Person, citra: Person, many: list[Business], cluster: Cluster
    ) -> None:
        assert CARDS_ON_A_PAGE == 8
        address = reverse("owners:link_cards", args=[cluster.pk])
        assert signed_in(rina).post(address).status_code == 302  # no link yet
        make_missing_links(cluster, rina)
        response = signed_in(rina).post(address)
        assert response["Content-Type"] == "application/pdf" and "no-store" in response["Cache-Control"]
        assert b"/Type/Pages/Count 2/" in response.content
        assert Entry.objects.filter(verb="owners.send_reminder", subject=f"registry.Cluster:{cluster.pk}").exists()
        assert signed_in(citra).post(address).status_code == 404

    def test_cards_outside_a_sentra(self, signed_in: In, rina: Person, sleman: Council, outside: Business) -> None:
        address = reverse("owners:link_cards_outside")
        make_missing_links(sleman, rina)
        assert signed_in(rina).post(address).content.startswith(b"%PDF")

    def test_the_poster_names_no_person(self, signed_in: In, rina: Person, business: Business) -> None:
        assert business.cluster is not None
        response = signed_in(rina).get(reverse("owners:cluster_poster", args=[business.cluster_id]))
        assert response.content.startswith(b"%PDF")
        assert poster_pdf(council="Dewan", place="Joho", address="https://sambang.test/saya/").startswith(b"%PDF")

    def test_no_card_no_paper(self) -> None:
        assert cards_pdf([], council="Dewan", place="Joho").startswith(b"%PDF")


class TestHeads:
    def test_a_head_sends_the_links_of_members_in_two_taps(
        self, rina: Person, many: list[Business], cluster: Cluster
    ) -> None:
        head, member = many[0], many[1]
        name_head(cluster, rina, business=head)
        make_missing_links(cluster, rina)
        token = token_of(PersonalLink.objects.get(business=head))
        phone = OwnerClient(head)
        phone.get(f"/saya/{token}/")
        address = reverse("owners:member_invite", args=[member.pk])
        assert address in phone.get(reverse("owners:cluster_detail")).text
        response = phone.get(address)
        link = PersonalLink.objects.get(business=member)
        assert response.url.startswith("https://wa.me/62812000") and token_of(link) in response.url  # type: ignore[attr-defined]
        assert link.sent_at is not None
        assert "dikirim" in phone.get(reverse("owners:cluster_detail")).text
        assert Entry.objects.filter(verb="owners.send_reminder", by=head.owner).exists()
        PersonalLink.objects.filter(pk=link.pk).update(last_used_at=clock.now())
        assert address not in phone.get(reverse("owners:cluster_detail")).text

    def test_who_is_no_head_sends_nothing(self, rina: Person, many: list[Business], cluster: Cluster) -> None:
        make_missing_links(cluster, rina)
        phone = OwnerClient(many[0])
        phone.get(f"/saya/{token_of(PersonalLink.objects.get(business=many[0]))}/")
        assert phone.get(reverse("owners:member_invite", args=[many[1].pk])).status_code == 404

    def test_an_expired_link_is_not_sent(
        self, signed_in: In, rina: Person, many: list[Business], cluster: Cluster
    ) -> None:
        address = reverse("owners:link_send", args=[many[0].pk])
        assert signed_in(rina).get(address).status_code == 404  # none yet
        make_missing_links(cluster, rina)
        assert signed_in(rina).get(address).status_code == 302
        past = clock.now() - timedelta(days=1)
        PersonalLink.objects.update(created_at=past - timedelta(days=1), expires_at=past)
        assert signed_in(rina).get(address).status_code == 404


TOKEN = "zQ8vT2mKx7LpR4nWc9YbH3sJd6FgA1eU"


class StandIn(BaseHTTPRequestHandler):
    """What WhatsApp's Cloud API answers; a number that ends in 3 has no WhatsApp, one in 4 meets a broken server."""

    requests: list[tuple[str, str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).requests.append((self.path, self.headers["Authorization"], body))
        number = body["to"]
        status, answer = 200, json.dumps({"messages": [{"id": f"wamid.{number}"}]})
        if number.endswith("3"):
            status, answer = 400, json.dumps({"error": {"message": "Recipient is not a WhatsApp user", "code": 131026}})
        elif number.endswith("4"):
            status, answer = 502, "<html>bad gateway</html>"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def api(settings: Any) -> Iterator[list[tuple[str, str, Any]]]:
    StandIn.requests = []
    server = HTTPServer(("127.0.0.1", 0), StandIn)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_SENDER = TOKEN, "1099"
    settings.WHATSAPP_TEMPLATE = "tautan_pemilik"
    settings.WHATSAPP_API = f"http://127.0.0.1:{server.server_port}/v23.0"
    yield StandIn.requests
    server.shutdown()
    server.server_close()


class TestApi:
    def test_without_the_setting_it_is_not_there(self, signed_in: In, rina: Person, many: list[Business]) -> None:
        assert "WhatsApp resmi" not in signed_in(rina).get(reverse("owners:link_overview")).text
        assert signed_in(rina).post(reverse("owners:link_send_council")).status_code == 404

    def test_sends_the_template_once_and_says_who_was_not_reached(
        self, signed_in: In, rina: Person, many: list[Business], outside: Business, cluster: Cluster, api: list[Any]
    ) -> None:
        Business.objects.filter(pk=many[8].pk).update(phone=None)
        make_missing_links(cluster, rina)
        assert "WhatsApp resmi" in signed_in(rina).get(reverse("owners:link_overview")).text
        page = text_of(signed_in(rina).post(reverse("owners:link_send_council")))
        assert "6 terkirim" in page and "Recipient is not a WhatsApp user (1)" in page
        assert "menolak pesan ini (502)" in page and "tanpa nomor WA (1)" in page
        path, authorization, body = api[0]
        assert (path, authorization) == ("/v23.0/1099/messages", f"Bearer {TOKEN}")
        template = body["template"]
        texts = [part["text"] for part in template["components"][0]["parameters"]]
        assert (body["to"], template["name"], template["language"]) == (
            "6281200000000",
            "tautan_pemilik",
            {"code": "id"},
        )
        link = PersonalLink.objects.get(business=many[0])
        assert texts[:3] == [
            many[0].owner.name,
            "Jahit 00",
            f"http://testserver/saya/{token_of(link)}/",
        ]
        assert PersonalLink.objects.exclude(sent_at=None).count() == 6
        again = len(api)
        text_of(signed_in(rina).post(reverse("owners:link_send_council")))
        assert len(api) == again + 2  # only those that were refused

    def test_a_server_that_is_gone_is_no_traceback(
        self, signed_in: In, rina: Person, business: Business, cluster: Cluster, api: list[Any], settings: Any
    ) -> None:
        settings.WHATSAPP_API = "http://127.0.0.1:9"
        make_missing_links(cluster, rina)
        assert "tidak dapat dihubungi" in text_of(signed_in(rina).post(reverse("owners:link_send_council")))
        assert PersonalLink.objects.get().sent_at is None
