"""A directional control in a name turns nothing beside it: it leaves no page, paper, message, file name or list."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from pypdf import PdfReader

from sambang.access.models import Person
from sambang.lib.bidi import CONTROLS, remove_controls_from_pages, without_controls, without_escaped_controls
from sambang.lib.exports import csv_response, workbook_response
from sambang.lib.whatsapp import whatsapp_url
from sambang.odk.entities import csv_list
from sambang.owners.operations import make_link
from sambang.registry.models import Business
from sambang.visits.models import Visit

TURNED = f"Jahit {CONTROLS}0001"


def test_the_nine_controls_are_known() -> None:
    assert [f"{ord(control):x}" for control in CONTROLS] == [
        "202a",
        "202b",
        "202c",
        "202d",
        "202e",
        "2066",
        "2067",
        "2068",
        "2069",
    ]
    assert without_controls(TURNED) == "Jahit 0001"


@pytest.fixture
def turned(make_business: Callable[..., Business], sari: Person) -> Business:
    business = make_business(TURNED)
    Person.objects.filter(pk=business.owner_id).update(name=TURNED)
    Visit.objects.create(
        cluster=business.cluster, region=business.region, planned_for=date(2022, 3, 31), planned_by=sari, purpose=TURNED
    )
    return Business.objects.get(pk=business.pk)


@pytest.mark.django_db
def test_pages_and_papers_leave_them_out(turned: Business, rina: Person, client: Client) -> None:
    client.force_login(rina)
    visit = Visit.objects.get()
    for path in (f"/daftar/ikm/{turned.pk}/", f"/daftar/sentra/{turned.cluster_id}/", f"/kunjungan/{visit.pk}/"):
        page = client.get(path)
        assert page.status_code == 200 and "Jahit 0001" in page.text
        assert not set(CONTROLS) & set(page.text)
    paper = client.get(f"/naskah/{visit.pk}/daftar-hadir.pdf")
    assert paper.status_code == 200
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper.content)).pages)
    assert "Jahit 0001" in text and not set(CONTROLS) & set(text)
    token = make_link(turned, rina).token
    client.logout()
    page = client.get(f"/saya/{token}/", follow=True)
    assert "Jahit 0001" in page.text and not set(CONTROLS) & set(page.text)


@pytest.mark.django_db
def test_phones_messages_and_downloads_leave_them_out(turned: Business, sari: Person, client: Client) -> None:
    client.force_login(sari)
    visits = client.get("/lapangan/kunjungan.json")
    assert TURNED not in json.dumps(visits.json(), ensure_ascii=False)
    assert not set(CONTROLS) & set("".join(map(str, visits.json()["visits"])))
    assert "Jahit 0001" in csv_list("ikm.csv", sari).decode()
    assert not set(CONTROLS) & set(csv_list("ikm.csv", sari).decode())
    assert not set(CONTROLS) & set(unquote(whatsapp_url("+6281200000001", TURNED)))
    for response in (workbook_response(TURNED, ["a"], []), csv_response(TURNED, ["a"], [])):
        assert not set(CONTROLS) & set(unquote(response["Content-Disposition"]))
    listed = b"".join(client.get("/daftar/ikm/?format=csv")).decode()  # type: ignore[call-overload]
    assert "Jahit 0001" in listed and not set(CONTROLS) & set(listed)


def test_streamed_pages_are_cleaned_and_files_are_not_touched() -> None:
    def answer(response: HttpResponse | StreamingHttpResponse) -> bytes:
        return b"".join(remove_controls_from_pages(lambda request: response)(HttpRequest()))  # type: ignore[arg-type]

    assert answer(StreamingHttpResponse(iter(["<p>", TURNED, "</p>"]))) == b"<p>Jahit 0001</p>"
    assert answer(HttpResponse(TURNED)) == b"Jahit 0001"
    assert answer(HttpResponse(TURNED, content_type="application/xml")) == TURNED.encode()


def test_json_keeps_what_only_looks_like_one() -> None:
    typed = {"a": TURNED, "b": "\\u202e", "c": "\\\u202e\u202ez"}
    assert json.loads(without_escaped_controls(json.dumps(typed).encode())) == {
        "a": "Jahit 0001",
        "b": "\\u202e",
        "c": "\\z",
    }
