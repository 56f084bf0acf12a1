"""A phone of Sari's with ODK Collect, on Django's own test client. All people and IKM here are made up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from django.test import Client

from sambang.access.models import Council, Person
from sambang.odk.operations import NewKey, make_key
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit
from tests.odk.collect import Answer, Collect, _require_headers

DAY = date(2022, 3, 31)


class CollectHere(Collect):
    """The same demands, without a network."""

    def ask(self, method: str, address: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(address)
        given = {"X-OpenRosa-Version": "1.0", **(headers or {})}
        kind = given.pop("Content-Type", "text/plain")
        content = b"".join(body) if isinstance(body, Iterator) else body or b""
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response = Client().generic(method, path, content, content_type=kind, headers=given)  # type: ignore[arg-type]
        answer = Answer(
            response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(response.content)
        )
        _require_headers(answer)
        return answer


@pytest.fixture
def key(sleman: Council, sari: Person) -> NewKey:
    return make_key(sleman, sari, phone="HP Sari")


@pytest.fixture
def collect_of() -> Callable[[NewKey], CollectHere]:
    return lambda key: CollectHere(f"http://testserver/odk/{key.token}")


@pytest.fixture
def phone(key: NewKey, collect_of: Callable[[NewKey], CollectHere]) -> CollectHere:
    return collect_of(key)


@pytest.fixture
def planned(cluster: Cluster, business: Business, sari: Person) -> Visit:
    return plan_visit(cluster, sari, planned_for=DAY, purpose="Mendengar aspirasi")


@pytest.fixture
def filled(planned: Visit, business: Business) -> Callable[..., bytes]:
    """The XML of a visit; `said` are pairs of words and difficulty."""

    def make(instance: str = "uuid:1", **facts: Any) -> bytes:
        said = facts.get("said", [("Minta pameran", "marketing"), ("Benang mahal", "material")])
        voices = "".join(
            f"<aspiration><kind>aspiration</kind><text>{words}</text><difficulty>{difficulty}</difficulty></aspiration>"
            for words, difficulty in said
        )
        line = business.product_lines.get()
        old = f"<deprecatedID>{facts['corrects']}</deprecatedID>" if "corrects" in facts else ""
        return f"""<data id="sambang_kunjungan" version="x"><start>2022-03-31T09:00:00.000+07:00</start>
<end>{facts.get("end", "2022-03-31T11:00:00.000+07:00")}</end><visit>{facts.get("visit", planned.pk)}</visit>
<held_on>2022-03-31</held_on><month>2022-02</month><ikm><business>{business.pk}</business>
<present>{facts.get("present", "yes")}</present><workers_seen>4</workers_seen><pulse/><said>yes</said>{voices}
<production><line>{line.pk}</line><amount>{facts.get("amount", "3 kodi")}</amount>
<value>{facts.get("value", 500000)}</value>{facts.get("checked", "")}</production>
{facts.get("confirm", "<confirm><action/></confirm>")}
<photo><image>{facts.get("photo", "")}</image><caption>Mesin</caption></photo></ikm>
<photo_all><image/></photo_all><summary>Pasar sepi</summary><conclusion/>
<meta><instanceID>{instance}</instanceID><instanceName>Joho 2022-03-31</instanceName>{old}</meta></data>""".encode()

    return make


def own_workbook(version: str = "1", *, form_id: str = "survei_dinas", question: str = "Warna benang?") -> bytes:
    """A council's own form: a text, a photo and a repeat."""
    rows = {
        "survey": [
            ("type", "name", "label"),
            ("text", "warna", question),
            ("image", "foto", "Foto benang"),
            ("begin_repeat", "alat", "Alat"),
            ("text", "nama", "Nama alat"),
            ("end_repeat", "", ""),
        ],
        "settings": [("form_id", "form_title", "version"), (form_id, "Survei Dinas", version)],
    }
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    book.set_properties({"created": datetime(2022, 3, 31, tzinfo=UTC)})  # the same rows, the same bytes
    for name, lines in rows.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return output.getvalue()


def own_answers(instance: str = "uuid:1", *, colour: str = "merah", deprecated: str = "", photo: str = "") -> bytes:
    old = f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
    return (
        '<data xmlns:orx="http://openrosa.org/xforms" id="survei_dinas" version="1">'
        f"<warna>{colour}</warna><foto>{photo}</foto><alat><nama>gunting</nama></alat><alat><nama>=2+3</nama></alat>"
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID>{old}</orx:meta></data>"
    ).encode()
