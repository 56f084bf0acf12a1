"""The addresses that a phone asks, and what strangers, others' councils and revoked phones are told there."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import group_aspirations, note_aspiration
from sambang.intake.models import Device, DeviceKey, Epoch, Received
from sambang.production.models import Report
from sambang.registry.models import Business, Cluster, ProductLine, Region
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit
from tests.intake.conftest import NOON, Phone

pytestmark = pytest.mark.django_db
WHO, KEY, VISITS, PARCEL, SEND = (f"/lapangan/{name}.json" for name in ("siapa", "hp", "kunjungan", "bekal", "kirim"))


def post(client: Client, address: str, facts: Any, **headers: str) -> Any:
    return client.post(address, json.dumps(facts, default=str), content_type="application/json", headers=headers)


def parcel_of(client: Client, *visits: Visit, device: Any = None) -> Any:
    return client.get(PARCEL, {"hp": str(device or uuid4()), "kunjungan": [str(visit.pk) for visit in visits]})


def test_a_stranger_learns_nothing_and_loses_nothing(client: Client, visit: Visit) -> None:
    facts = client.get(WHO).json()
    assert facts["person"] is None
    assert set(facts) == {"person", "csrf", "epoch", "version", "time", "shell", "language"}
    answers = [
        post(client, KEY, {}),
        client.get(VISITS),
        parcel_of(client, visit),
        post(client, SEND, {}),
        client.get(f"/lapangan/berkas/{'0' * 64}"),
        client.put(f"/lapangan/berkas/{'0' * 64}", b"x"),
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert list(answer.json()) == ["reason"]
        assert "no-store" in answer["Cache-Control"]


def test_inactive_user_is_denied(client: Client, sari: Person) -> None:
    client.force_login(sari)
    assert client.get(WHO).json()["person"] == {"id": str(sari.pk), "name": "Sari"}
    Person.objects.filter(pk=sari.pk).update(is_active=False)
    assert client.get(WHO).json()["person"] is None
    assert post(client, SEND, {"device": uuid4(), "items": []}).status_code == 401


def test_a_report_given_while_its_month_was_running_is_asked_for_again(
    client: Client, sari: Person, visit: Visit, report_february: Report
) -> None:
    client.force_login(sari)
    for given, months in (("2022-02-27T05:00:00Z", []), ("2022-03-01T05:00:00Z", ["2022-02"])):
        Report.objects.update(submitted_at=given)
        assert parcel_of(client, visit).json()["businesses"][0]["reported"] == months


def test_a_post_without_csrf_token_is_refused_with_a_sentence(sari: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sari)
    csrf = client.get(WHO).json()["csrf"]
    said = {"device": uuid4(), "items": []}
    assert post(client, SEND, said).status_code == 403
    assert post(client, SEND, said, **{"X-CSRFToken": csrf}).status_code == 200


def test_the_key_is_the_same_for_one_person_on_one_phone(client: Client, sari: Person, rina: Person) -> None:
    def key(person: Person, device: Any) -> bytes:
        client.force_login(person)
        return base64.b64decode(post(client, KEY, {"device": device, "name": "HP", "version": "1"}).json()["key"])

    one, other = uuid4(), uuid4()
    first = key(sari, one)
    assert len(first) == 32
    assert key(sari, one) == first
    assert len({first, key(rina, one), key(sari, other)}) == 3
    assert all(first not in bytes(row.encrypted_key) for row in DeviceKey.objects.all())
    assert Device.objects.get(pk=one).region_code == "3404"


def test_the_key_survives_a_new_identity_key(client: Client, sari: Person, settings: Any, tmp_path: Any) -> None:
    client.force_login(sari)
    said = {"device": uuid4(), "name": "HP"}
    first = post(client, KEY, said).json()
    former = tmp_path / "former"
    former.write_text(settings.SAMBANG_IDENTITY_KEY)
    settings.SAMBANG_IDENTITY_KEY = "kunci yang lain, sedikitnya tiga puluh dua huruf"
    call_command("rotate_keys", former=former)
    assert post(client, KEY, said).json() == first


def test_roles_without_field_work_are_refused_with_a_sentence(client: Client, budi: Person, visit: Visit) -> None:
    client.force_login(budi)
    for answer in (post(client, KEY, {"device": uuid4()}), client.get(VISITS), parcel_of(client, visit)):
        assert (answer.status_code, list(answer.json())) == (403, ["reason"])


def test_items_are_answered_one_by_one_and_in_order(
    client: Client, phone: Phone, visit: Visit, business: Business
) -> None:
    client.force_login(phone.person)
    good = phone.write("attend", visit=visit.pk, business=business.pk, present=True).decode()
    bad = phone.write("attend", visit=uuid4(), business=business.pk, present=True).decode()
    said = {
        "device": phone.device.pk,
        "made": 3,
        "waiting": 2,
        "quarantined": 1,
        "version": "0.1 abc",
        "storage": {"used": 10, "quota": 100},
        "clock": timezone.now().isoformat(),
        "seen": {},
        "items": [good, bad, "x", good],
    }
    answer = post(client, SEND, said).json()
    assert [receipt["outcome"] for receipt in answer["answers"]] == ["stored", "refused", "refused", "already"]
    assert answer["answers"][0]["sha256"] == hashlib.sha256(good.encode()).hexdigest()
    assert set(answer["answers"][0]) == {
        "id",
        "outcome",
        "number",
        "epoch",
        "sha256",
        "received_at",
        "files",
        "reason",
    }
    assert answer["epoch"] == str(Epoch.objects.get().pk)
    phone.device.refresh_from_db()
    device = phone.device
    assert (device.made, device.waiting, device.quarantined, device.storage_free) == (3, 2, 1, 90)
    assert device.clock_ahead is not None and abs(device.clock_ahead) <= 5


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("nonsense", 422),
        ([], 422),
        ({"items": "x"}, 422),
        ({"items": [1], "device": str(uuid4())}, 422),
        ({"items": ["x"] * 101, "device": str(uuid4())}, 422),
        ({"items": [], "device": "x"}, 422),
        ({"items": ["x" * 600_000], "device": str(uuid4())}, 413),
    ],
)
def test_an_unreadable_sending_is_answered_with_a_sentence(
    client: Client, sari: Person, said: Any, status: int
) -> None:
    client.force_login(sari)
    answer = post(client, SEND, said)
    assert (answer.status_code, list(answer.json())) == (status, ["reason"])


def test_a_hundred_items_are_one_sending(client: Client, sari: Person) -> None:
    client.force_login(sari)
    answers = post(client, SEND, {"items": ["x"] * 100, "device": uuid4()}).json()["answers"]
    assert [answer["outcome"] for answer in answers] == ["refused"] * 100


def test_what_was_compressed_counts_as_what_it_was(client: Client, phone: Phone, visit: Visit) -> None:
    client.force_login(phone.person)
    said = {
        "device": str(phone.device.pk),
        "items": [phone.write("visit", visit=visit.pk, held_on="2022-03-31").decode()],
    }

    def sent(body: bytes) -> Any:
        return client.post(
            SEND, body, content_type="application/json", HTTP_CONTENT_ENCODING="gzip", HTTP_ACCEPT_ENCODING="gzip"
        )

    whole = gzip.compress(json.dumps(said).encode())
    bomb = gzip.compress(b'{"items": ["' + b" " * 80_000_000 + b'"]}')
    assert len(bomb) < 100_000
    assert [sent(body).status_code for body in (whole[:-20], b"nonsense", b"", bomb)] == [422, 422, 422, 413]
    answer = sent(whole)
    assert answer.headers["Content-Encoding"] == "gzip"
    told = json.loads(gzip.decompress(answer.content))
    assert [one["outcome"] for one in told["answers"]] == ["stored"]


@pytest.mark.parametrize(
    "odd",
    [
        {"made": "many", "waiting": -1, "storage": 7, "clock": "soon", "seen": [], "version": None},
        {
            "made": 1e308,
            "waiting": 2**53,
            "storage": {"used": True},
            "clock": "2022-99-99T00:00:00Z",
            "seen": {"number": "9"},
        },
        {"version": "a\0b" * 50, "seen": {"epoch": 5, "number": True, "item": []}, "clock": "9999-12-31T23:59:59Z"},
    ],
)
def test_odd_words_of_a_phone_about_itself_hold_no_item_back(
    client: Client, phone: Phone, visit: Visit, business: Business, odd: dict[str, Any]
) -> None:
    client.force_login(phone.person)
    text = phone.write("attend", visit=visit.pk, business=business.pk, present=True).decode()
    answer = post(client, SEND, {"device": phone.device.pk, "items": [text], **odd})
    assert answer.json()["answers"][0]["outcome"] == "stored"


def test_a_revoked_phone_gets_an_error_and_keeps_its_data(client: Client, phone: Phone, visit: Visit) -> None:
    client.force_login(phone.person)
    Device.objects.update(revoked_at=timezone.now(), revoked_by=phone.person)
    said = {"device": phone.device.pk, "items": ["x"]}
    for answer in (post(client, SEND, said), post(client, KEY, said), parcel_of(client, visit, device=phone.device.pk)):
        assert answer.status_code == 401 and "dicabut" in answer.json()["reason"]
    assert not Received.objects.exists()


def test_pieces_of_a_file(client: Client, sari: Person) -> None:
    client.force_login(sari)
    content = bytes(range(256)) * 400
    address = f"/lapangan/berkas/{hashlib.sha256(content).hexdigest()}"

    def put(first: int, part: bytes) -> Any:
        told = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
        return client.put(address, part, content_type="application/octet-stream", headers={"Content-Range": told})

    assert client.get(address).json() == {"received": 0, "complete": False}
    assert put(0, content[:50_000]).json() == {"received": 50_000, "complete": False}
    folder = Path(settings.MEDIA_ROOT) / "field" / str(sari.pk)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())] == [0o700, 0o600]
    again = put(0, content[:50_000])
    assert (again.status_code, again.json()) == (409, {"received": 50_000, "complete": False})
    assert put(60_000, content[60_000:]).status_code == 409
    assert put(50_000, content[50_000:]).json() == {"received": len(content), "complete": True}
    assert client.get(address).json() == {"received": len(content), "complete": True}
    assert put(0, content[:10]).json() == {"received": len(content), "complete": True}


def test_what_firewalls_refuse_or_rewrite_arrives_as_a_form(
    client: Client, phone: Phone, visit: Visit, business: Business
) -> None:
    """Items and chunks by a form with a file, and compressed items whose header was removed on the way."""
    client.force_login(phone.person)
    content = bytes(range(256)) * 40
    address = f"/lapangan/berkas/{hashlib.sha256(content).hexdigest()}"
    for first in range(0, len(content), 4096):
        part = content[first : first + 4096]
        form = {"content": BytesIO(part), "range": f"bytes {first}-{first + len(part) - 1}/{len(content)}"}
        answer = client.post(address, form)
        assert (answer.status_code, answer.json()["received"]) == (200, first + len(part))
    assert client.get(address).json() == {"received": len(content), "complete": True}
    assert client.post(address, {"range": "bytes 0-1/2"}).status_code == 422
    bodies = []
    for present in (True, False):
        text = phone.write("attend", visit=visit.pk, business=business.pk, present=present).decode()
        bodies.append(json.dumps({"device": str(phone.device.pk), "items": [text]}).encode())
    answers = [
        client.post(SEND, {"content": BytesIO(bodies[0])}),
        client.post(SEND, gzip.compress(bodies[1]), content_type="application/json"),
    ]
    assert [answer.json()["answers"][0]["outcome"] for answer in answers] == ["stored", "stored"]
    assert client.post(SEND, {"other": "x"}).status_code == 422


def test_a_file_of_another_type_than_its_name_is_not_stored(client: Client, sari: Person) -> None:
    client.force_login(sari)
    address = f"/lapangan/berkas/{'0' * 64}"
    told = {"Content-Range": "bytes 0-2/3"}
    answer = client.put(address, b"abc", headers=told)
    assert answer.status_code == 422
    assert {"received": 0, "complete": False}.items() <= answer.json().items()
    assert client.put(address, b"abcd", headers=told).status_code == 422
    assert client.put(address, b"abc", headers={"Content-Range": "bytes 0-2/99999999"}).status_code == 422
    assert client.put(address, b"abc").status_code == 422


def test_nobody_finishes_or_spoils_anothers_file(client: Client, sari: Person, citra: Person) -> None:
    content = b"abcdef"
    address = f"/lapangan/berkas/{hashlib.sha256(content).hexdigest()}"
    client.force_login(sari)
    client.put(address, b"abc", headers={"Content-Range": "bytes 0-2/6"})
    client.force_login(citra)
    assert client.get(address).json() == {"received": 0, "complete": False}
    client.put(address, b"xyz", headers={"Content-Range": "bytes 0-2/6"})
    client.force_login(sari)
    answer = client.put(address, b"def", headers={"Content-Range": "bytes 3-5/6"})
    assert answer.json() == {"received": 6, "complete": True}


@pytest.fixture
def elsewhere(places: dict[str, Region], make_business: Callable[..., Business], citra: Person) -> Visit:
    """A visit of another council, to another sentra, whose every word is a canary."""
    away = Cluster.objects.create(name="Sentra KANARI", region=places["3402082001"], place="KANARI")
    business = make_business("KANARI", within=away, address="KANARI", commodity="KANARI")
    ProductLine.objects.create(business=business, name="KANARI", unit="stel")
    note_aspiration(business, citra, kind="aspiration", text="KANARI", difficulty="capital")
    return plan_visit(away, citra, planned_for=NOON.date(), purpose="KANARI", place="KANARI")


def test_the_parcel_holds_the_chosen_visits_sentra_and_no_word_more(
    client: Client,
    phone: Phone,
    visit: Visit,
    business: Business,
    elsewhere: Visit,
    places: dict[str, Region],
    make_business: Callable[..., Business],
    rina: Person,
    report_february: Report,
) -> None:
    near = Cluster.objects.create(name="Sentra KANARI sebelah", region=places["3404072003"])
    make_business("KANARI sebelah", within=near)
    wish = note_aspiration(business, rina, kind="aspiration", text="Butuh obras", difficulty="equipment")
    group_aspirations(visit.cluster, rina, aspirations=[wish], title="Mesin obras", difficulty="equipment")
    client.force_login(phone.person)
    answer = parcel_of(client, visit, elsewhere)
    facts = answer.json()
    assert "KANARI" not in answer.content.decode()
    assert [row["id"] for row in facts["visits"]] == [str(visit.pk)]
    assert [facts["months"][at]["value"] for at in (0, -1)] == ["2022-03", "2021-03"]
    [row] = facts["businesses"]
    [line] = business.product_lines.all()
    assert (row["id"], row["owner"], row["phone"]) == (str(business.pk), "Pemilik Jahit Rahasia", "+6281200000001")
    assert row["lines"] == [
        {
            "id": str(line.pk),
            "name": "Seragam",
            "unit": "stel",
            "last": {"month": "2022-02", "quantity": "400"},
            "usual": {"quantity": 400, "price": 20000, "capacity": None},
        }
    ]
    assert (row["reported"], row["matters"]) == (["2022-02"], [{"matter": "Mesin obras", "state": "heard"}])
    assert "KANARI" not in client.get(VISITS).content.decode()
    assert [row["id"] for row in client.get(VISITS).json()["visits"]] == [str(visit.pk)]
    assert parcel_of(client, elsewhere).status_code == 404


def test_a_question_to_the_owner_is_in_the_parcel(client: Client, phone: Phone, visit: Visit, claimed: Any) -> None:
    client.force_login(phone.person)
    facts = parcel_of(client, visit).json()
    assert facts["attendance"] == [{"visit": str(visit.pk), "business": str(claimed.business_id), "present": True}]
    [promise] = facts["businesses"][0]["promises"]
    assert (promise["action"], promise["state"], promise["is_asked"]) == (str(claimed.action_id), "claimed", True)


def test_the_parcel_costs_the_same_at_any_length(
    client: Client, phone: Phone, visit: Visit, make_business: Callable[..., Business]
) -> None:
    client.force_login(phone.person)
    asked = []
    for number in range(3):
        make_business(f"Jahit {number}")
        with CaptureQueriesContext(connection) as questions:
            assert len(parcel_of(client, visit, device=phone.device.pk).json()["businesses"]) == number + 1
        asked.append(len(questions))
    assert asked[1] == asked[2] <= 25


def test_a_province_takes_no_names_along(
    client: Client, member: Callable[..., Person], yogyakarta: Any, visit: Visit, business: Business
) -> None:
    client.force_login(member("Dewi", yogyakarta, "staff"))
    [row] = parcel_of(client, visit).json()["businesses"]
    assert (row["owner"], row["phone"], row["address"]) == ("", "", "")


def test_received_items_are_hidden_from_other_people(
    client: Client, phone: Phone, visit: Visit, business: Business
) -> None:
    phone.say(
        "aspiration", visit=visit.pk, business=business.pk, kind="aspiration", text="KANARI", difficulty="capital"
    )
    assert Aspiration.objects.count() == 1
    client.force_login(phone.person)
    assert "KANARI" not in parcel_of(client, visit).content.decode()
