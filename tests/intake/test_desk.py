"""The desk: what came in and what became of it, phones and their gaps, two words about one thing, a phone's file."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from sambang.access.models import Council, Person, Role
from sambang.aspirations.models import Aspiration
from sambang.audit.models import Entry, row_reference
from sambang.audit.read_audit import AUDITED_READS
from sambang.intake import uploads
from sambang.intake.device_keys import key_for
from sambang.intake.devices import record_contact
from sambang.intake.models import Conflict, Device, Received
from sambang.intake.operations import decide_conflict, retry_item, revoke_device
from sambang.intake.queries import Gap, gaps_of
from sambang.privacy.operations import submit_request
from sambang.production.models import Report
from sambang.registry.models import Business
from sambang.visits.models import Attendance, Photo, Visit
from sambang.visits.operations import record_attendance
from tests.intake.conftest import Phone
from tests.markup import compact

pytestmark = pytest.mark.django_db
In = Callable[[Person], Client]
DESK, DEVICES, CONFLICTS, IMPORT = ("/lapangan/" + name for name in ("meja/", "perangkat/", "beda/", "impor/"))


def wish(phone: Phone, visit: Visit, business: Business, words: str = "Butuh RAHASIA", **head: Any) -> bytes:
    return phone.write(
        "aspiration", visit=visit.pk, business=business.pk, kind="aspiration", text=words, difficulty="capital", **head
    )


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


@pytest.fixture
def refused(phone: Phone, visit: Visit, business: Business) -> Received:
    """Refused while the visit was called off; now it is open again."""
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    phone.send(wish(phone, visit, business))
    Visit.objects.filter(pk=visit.pk).update(state="planned")
    return Received.objects.get()


def test_what_came_in_is_listed_and_shown(
    signed_in: In, rina: Person, phone: Phone, visit: Visit, business: Business
) -> None:
    phone.send(wish(phone, visit, business))
    client, row = signed_in(rina), Received.objects.get()
    assert business.name in page(client, DESK)
    words = page(client, f"{DESK}{row.pk}/")
    for part in ("Butuh RAHASIA", "HP Sari", "nomor 1", row.sha256[:16], business.name):
        assert part in compact(words)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{DESK}?format=xlsx").content)).get_sheet_by_index(0)
    assert book.to_python()[1][4] == "Sari"
    assert "Tidak ada catatan" in page(
        client, f"{DESK}?hasil=refused&jenis=photo&kunjungan={visit.pk}&hp={phone.device.pk}"
    )


def looks(person: Person) -> list[tuple[str, str]]:
    rows = Entry.objects.filter(by=person, verb__in=AUDITED_READS).order_by("verb", "subject")
    return list(rows.values_list("verb", "subject"))


def test_each_look_at_what_phones_tell_of_an_ikm_is_one_line(
    signed_in: In,
    rina: Person,
    sari: Person,
    phone: Phone,
    new_phone: Callable[..., Phone],
    visit: Visit,
    business: Business,
) -> None:
    line = business.product_lines.get()
    phone.say("report", business=business.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "4321"}])
    phone.say("attend", visit=visit.pk, business=business.pk, present=True, represented_by="Bu Yem", pulse=77)
    phone.say("business", name="Jahit Baru", owner_name="Bu Sri", visit=visit.pk, cluster=visit.cluster_id)
    client, cluster = signed_in(rina), row_reference(business.cluster)
    seen = {"report": "4321", "attend": "Bu Yem", "business": "Bu Sri"}
    for kind, word in seen.items():
        for _again in range(2):
            assert word in page(client, f"{DESK}{Received.objects.get(kind=kind).pk}/")
    told = looks(rina)
    assert set(told) >= {("registry.see_contact", cluster), ("registry.see_finances", cluster)}
    assert len(told) == len(set(told)), "repeats are one"
    plain = phone.say("aspiration", **json.loads(wish(phone, visit, business))["body"])
    before = looks(rina)
    assert plain.outcome == "stored" and page(client, f"{DESK}{plain.id}/")
    assert looks(rina) == before


def test_a_look_at_a_conflict_and_its_file_is_a_line(
    signed_in: In, rina: Person, budi: Person, conflict: Conflict
) -> None:
    client = signed_in(rina)
    page(client, CONFLICTS)
    assert looks(rina) == [], "the list tells no value"
    assert conflict.business is not None
    subject = row_reference(conflict.business.cluster)
    expected = [("registry.see_contact", subject), ("registry.see_finances", subject)]
    assert client.get(f"{CONFLICTS}?format=csv").status_code == 200
    assert looks(rina) == expected
    page(client, f"{CONFLICTS}{conflict.pk}/")
    assert looks(rina) == expected


def test_what_is_told_of_a_restricted_ikm_is_not_shown(
    signed_in: In, rina: Person, phone: Phone, business: Business, conflict: Conflict
) -> None:
    line = business.product_lines.get()
    phone.say("report", business=business.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "4321"}])
    submit_request(business, business.owner, kind="restrict")
    client, row = signed_in(rina), Received.objects.get(kind="report")
    assert "4321" not in page(client, f"{DESK}{row.pk}/")
    assert client.get(f"{CONFLICTS}{conflict.pk}/").context["choices"] == []
    [_headings, cells] = csv.reader(io.StringIO(b"".join(client.get(f"{CONFLICTS}?format=csv")).decode()))
    assert cells[1] == business.name and cells[-1] == ""
    assert looks(rina) == []


def test_a_refused_one_is_tried_again_by_the_desk(signed_in: In, rina: Person, refused: Received) -> None:
    client = signed_in(rina)
    assert "batal" in page(client, f"{DESK}{refused.pk}/")
    client.post(f"{DESK}{refused.pk}/coba-lagi/")
    refused.refresh_from_db()
    assert (refused.outcome, refused.brought_by) == ("stored", rina)
    assert Aspiration.objects.get().noted_by == refused.person
    assert Entry.objects.filter(verb="intake.retry", by=rina).count() == 1
    with pytest.raises(ValidationError):
        retry_item(refused, rina)


def test_what_a_person_who_left_wrote_is_carried_out_by_the_desk(
    signed_in: In, rina: Person, sari: Person, refused: Received
) -> None:
    sari.memberships.all().delete()
    retry_item(refused, rina)
    assert Aspiration.objects.get().noted_by == rina


def test_an_owners_code_is_shown_to_nobody(
    signed_in: In, rina: Person, phone: Phone, business: Business, claimed: Any
) -> None:
    phone.say("confirm", business=business.pk, action=claimed.action_id, solved=True, code="918273")
    assert "918273" not in page(signed_in(rina), f"{DESK}{Received.objects.get().pk}/")


def test_others_do_not_see_it(
    client: Client,
    refused: Received,
    phone: Phone,
    budi: Person,
    citra: Person,
    yogyakarta: Council,
    member: Callable[..., Person],
) -> None:
    province = member("Dewi", yogyakarta, Role.STAFF)
    pages = [f"{DESK}{refused.pk}/", f"{DEVICES}{phone.device.pk}/"]
    client.force_login(budi)
    assert {client.get(address).status_code for address in (DESK, DEVICES, CONFLICTS, IMPORT, *pages)} == {403}
    for stranger in (citra, province):
        client.force_login(stranger)
        assert {client.get(address).status_code for address in pages} == {404}
        assert "HP Sari" not in page(client, DESK)
        assert "HP Sari" not in page(client, DEVICES)
        assert client.post(f"{DESK}{refused.pk}/coba-lagi/").status_code == 404
        assert client.post(f"{DEVICES}{phone.device.pk}/cabut/", {"yakin": "1"}).status_code == 404
    for person in (budi, citra):
        with pytest.raises(PermissionDenied):
            revoke_device(phone.device, person)
        with pytest.raises(PermissionDenied):
            retry_item(refused, person)


def test_gaps_are_named(signed_in: In, rina: Person, phone: Phone, visit: Visit, business: Business) -> None:
    texts = [wish(phone, visit, business, f"Ke-{number}") for number in range(1, 42)]
    for text in texts[:16] + texts[17:40]:
        phone.send(text)
    record_contact(phone.device, phone.person, {"made": 41, "waiting": 1, "version": "edisi 7"})
    words = page(signed_in(rina), f"{DEVICES}{phone.device.pk}/")
    assert "HP ini membuat 41 catatan, di kantor ada 39" in words
    assert "nomor 17</li>" in compact(words) and "nomor 41</li>" in compact(words)
    assert "edisi 7" in words
    assert "1 belum terkirim" in words


@pytest.mark.parametrize(
    ("here", "made", "gaps"),
    [
        ([], 0, []),
        ([], 3, [(1, 3)]),
        ([1, 2, 3], 3, []),
        ([2], 2, [(1, 1)]),
        ([1, 5], 9, [(2, 4), (6, 9)]),
        ([7], 2, [(1, 6)]),
        ([1], 10**15, [(2, 10**15)]),
    ],
)
def test_gaps_as_runs(phone: Phone, here: list[int], made: int, gaps: list[tuple[int, int]]) -> None:
    for number in here:
        phone.numbers = iter([number])
        phone.say("dance")
    Received.objects.update(sequence=None)
    for row, number in zip(Received.objects.all(), here, strict=True):
        Received.objects.filter(pk=row.pk).update(sequence=number)
    phone.device.made = made
    assert list(gaps_of(phone.device)) == [Gap(*gap) for gap in gaps]


def test_a_phone_is_revoked(signed_in: In, rina: Person, sari: Person, phone: Phone) -> None:
    assert signed_in(sari).post(f"{DEVICES}{phone.device.pk}/cabut/", {"yakin": "1"}).status_code == 403
    signed_in(rina).post(f"{DEVICES}{phone.device.pk}/cabut/", {"yakin": "1"})
    phone.device.refresh_from_db()
    assert phone.device.revoked_by == rina
    assert "dicabut" in page(signed_in(rina), DEVICES)


@pytest.fixture
def conflict(phone: Phone, new_phone: Callable[..., Phone], rina: Person, visit: Visit, business: Business) -> Conflict:
    """Sari says present and 60 per cent, Rina recorded later that it was absent."""
    phone.say("attend", minutes=1, visit=visit.pk, business=business.pk, present=True, pulse=60)
    new_phone(rina).say("attend", minutes=2, visit=visit.pk, business=business.pk, present=False)
    return Conflict.objects.get()


def test_a_person_decides_which_word_stands(signed_in: In, rina: Person, conflict: Conflict, phone: Phone) -> None:
    client = signed_in(rina)
    assert "belum diputuskan" in page(client, CONFLICTS)
    words = page(client, f"{CONFLICTS}{conflict.pk}/")
    assert "HP Sari" in words and "HP Rina" in words and "berlaku sekarang" in words
    told = Received.objects.get(person=phone.person)
    client.post(f"{CONFLICTS}{conflict.pk}/putuskan/", {"pilihan": str(told.pk)})
    row = Attendance.objects.get()
    assert (row.present, row.pulse, row.noted_by) == (True, 60, rina)
    conflict.refresh_from_db()
    assert (conflict.decided_by, conflict.chosen) == (rina, told)
    assert Entry.objects.filter(verb="intake.decide", by=rina).count() == 1
    with pytest.raises(ValidationError):
        decide_conflict(conflict, rina, chosen=None)
    assert "diputuskan" in page(client, CONFLICTS)


def test_an_answer_that_is_none_decides_nothing(signed_in: In, rina: Person, conflict: Conflict) -> None:
    client = signed_in(rina)
    for chosen in ("", "x", "00000000-0000-0000-0000-000000000000"):
        client.post(f"{CONFLICTS}{conflict.pk}/putuskan/", {"pilihan": chosen})
    conflict.refresh_from_db()
    assert conflict.decided_at is None


def test_what_stands_may_stay_and_a_new_word_asks_again(
    rina: Person, conflict: Conflict, phone: Phone, new_phone: Callable[..., Phone], visit: Visit, business: Business
) -> None:
    told = Received.objects.get(person=rina)
    decide_conflict(conflict, rina, chosen=told)
    assert not Attendance.objects.get().present
    late = phone.write("attend", minutes=0, visit=visit.pk, business=business.pk, present=True, represented_by="Istri")
    phone.send(late)
    conflict.refresh_from_db()
    assert conflict.decided_at is None
    assert not Attendance.objects.get().present


def test_the_offices_own_word_can_be_chosen(rina: Person, phone: Phone, visit: Visit, business: Business) -> None:
    from tests.intake.conftest import NOON

    record_attendance(visit, rina, business=business, present=True, represented_by="Anak", noted_at=NOON)
    phone.say("attend", minutes=5, visit=visit.pk, business=business.pk, present=False)
    assert not Attendance.objects.get().present
    decide_conflict(Conflict.objects.get(), rina, chosen=Received.objects.get(), before=True)
    assert Attendance.objects.get().represented_by == "Anak"


def test_a_month_is_decided_with_its_figures(
    signed_in: In, rina: Person, phone: Phone, business: Business, report_february: Report
) -> None:
    [line] = business.product_lines.all()
    Report.objects.update(submitted_at="2022-03-01T00:00:00Z", by=rina)
    phone.say("report", business=business.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "3 kodi"}])
    assert Report.objects.get(replaced_by=None).lines.get().quantity == 60
    conflict = Conflict.objects.get()
    words = page(signed_in(rina), f"{CONFLICTS}{conflict.pk}/")
    assert "60 (“3 kodi”)" in words and "400" in words and "Seragam" in words
    decide_conflict(conflict, rina, chosen=Received.objects.get(), before=True)
    assert Report.objects.get(replaced_by=None).lines.get().quantity == 400


def sealed(content: bytes, phone: Phone) -> dict[str, str]:
    nonce = os.urandom(12)
    text = AESGCM(key_for(phone.device, phone.person)).encrypt(nonce, content, None)
    return {
        "by": str(phone.person.pk),
        "sha256": hashlib.sha256(content).hexdigest(),
        "iv": base64.b64encode(nonce).decode(),
        "sealed": base64.b64encode(text).decode(),
    }


def exported(phone: Phone, texts: list[bytes], pictures: list[bytes] = [], **changed: Any) -> SimpleUploadedFile:  # noqa: B006
    said = {
        "sambang": "lapangan",
        "schema": 1,
        "device": str(phone.device.pk),
        "made_at": "2022-04-01T00:00:00Z",
        "items": [{"id": "", **sealed(text, phone)} for text in texts],
        "files": [sealed(one, phone) for one in pictures],
        **changed,
    }
    return SimpleUploadedFile("lapangan.json", json.dumps(said).encode())


def test_a_phones_file_is_taken_in_once_with_its_photos(
    signed_in: In, rina: Person, phone: Phone, visit: Visit, business: Business, picture: Callable[..., bytes]
) -> None:
    revoke_device(phone.device, rina)
    content = picture()
    told = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "name": "a.jpg"}
    texts = [wish(phone, visit, business), phone.write("photo", visit=visit.pk, files=[told])]
    client = signed_in(rina)
    assert "Ambil dari berkas" in page(client, IMPORT)
    for message in ("2 catatan baru, 0 sudah ada", "0 catatan baru, 2 sudah ada"):
        answer = client.post(IMPORT, {"berkas": exported(phone, texts, [content])}, follow=True)
        assert message in answer.content.decode()
    assert (Aspiration.objects.count(), Photo.objects.count()) == (1, 1)
    assert set(Received.objects.values_list("person", "brought_by")) == {(phone.person.pk, rina.pk)}
    assert Entry.objects.filter(verb="intake.import").count() == 2


def test_a_half_sent_file_is_finished_by_the_import(
    rina: Person, phone: Phone, visit: Visit, picture: Callable[..., bytes], signed_in: In
) -> None:
    content = picture()
    sha256 = hashlib.sha256(content).hexdigest()
    uploads.append_chunk(phone.person, sha256, uploads.Chunk(0, len(content), content[:100]))
    text = phone.write("photo", visit=visit.pk, files=[{"sha256": sha256, "size": len(content)}])
    signed_in(rina).post(IMPORT, {"berkas": exported(phone, [text], [content])})
    assert Photo.objects.count() == 1


def test_what_cannot_be_opened_is_counted_and_the_rest_comes_in(
    signed_in: In, rina: Person, phone: Phone, visit: Visit, business: Business
) -> None:
    good, bad = sealed(wish(phone, visit, business), phone), sealed(b"x", phone)
    odd = [
        good,
        {**bad, "sha256": "0" * 64},
        {**bad, "iv": "AAAA"},
        {**bad, "by": str(rina.pk)},
        {},
        7,
        {**bad, "sealed": "%"},
    ]
    answer = signed_in(rina).post(IMPORT, {"berkas": exported(phone, [], items=odd)}, follow=True)
    words = answer.content.decode()
    assert "1 catatan baru" in words and "6 bagian berkas" in words


@pytest.mark.parametrize(
    "changed", [{"sambang": "x"}, {"schema": 2}, {"schema": "x"}, {"items": 3}, {"device": "x"}, {"device": None}]
)
def test_another_file_is_refused_with_a_sentence(signed_in: In, rina: Person, phone: Phone, changed: Any) -> None:
    answer = signed_in(rina).post(IMPORT, {"berkas": exported(phone, [], **changed)})
    assert answer.status_code == 422
    assert signed_in(rina).post(IMPORT, {"berkas": SimpleUploadedFile("a.json", b"\xff[")}).status_code == 422


def test_another_councils_phone_is_not_taken_in(
    signed_in: In, citra: Person, phone: Phone, visit: Visit, business: Business
) -> None:
    answer = signed_in(citra).post(IMPORT, {"berkas": exported(phone, [wish(phone, visit, business)])})
    assert answer.status_code == 422 and not Received.objects.exists()
    assert Device.objects.count() == 1
