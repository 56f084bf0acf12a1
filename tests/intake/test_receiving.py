"""What comes in becomes what the web pages would have made of it; and nothing is lost or doubled."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from sambang.access.models import Membership, Person
from sambang.actions.models import Confirmation
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import note_aspiration
from sambang.audit.models import Entry
from sambang.intake.models import Conflict, Received
from sambang.owners.models import FailedAttempt
from sambang.owners.operations import make_link, revoke_link
from sambang.owners.queries import CODES_AT_A_TIME, codes_of
from sambang.owners.rate_limit import CODE_LIMIT, too_many_codes
from sambang.production.models import Report
from sambang.registry.dto import BusinessData
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import register_business
from sambang.visits.models import Attendance, Photo, Visit
from tests.intake.conftest import NOON, Phone

pytestmark = pytest.mark.django_db


def wish(visit: Visit, business: Business, words: str = "Butuh mesin obras") -> dict[str, Any]:
    return {
        "visit": visit.pk,
        "business": business.pk,
        "kind": "aspiration",
        "text": words,
        "difficulty": "equipment",
    }


def test_a_visit_is_held_and_attended(phone: Phone, visit: Visit, business: Business) -> None:
    assert phone.say("visit", visit=visit.pk, held_on="2022-03-31", summary="Pemasaran").outcome == "stored"
    assert phone.say("attend", visit=visit.pk, business=business.pk, present=True, pulse=60).outcome == "stored"
    visit.refresh_from_db()
    assert (visit.state, visit.held_on, visit.summary) == ("held", date(2022, 3, 31), "Pemasaran")
    row = Attendance.objects.get()
    assert (row.present, row.pulse, row.noted_by, row.noted_at) == (True, 60, phone.person, NOON)


def test_an_aspiration_keeps_the_name_and_the_hour_that_the_phone_gave_it(
    phone: Phone, visit: Visit, business: Business
) -> None:
    receipt = phone.say("aspiration", minutes=5, **wish(visit, business))
    row = Aspiration.objects.get()
    assert (row.pk, row.raised_at, row.noted_by) == (receipt.id, NOON + timedelta(minutes=5), phone.person)
    assert Received.objects.get().result == f"aspirations.Aspiration:{row.pk}"


def test_sent_twice_it_is_already_there(phone: Phone, visit: Visit, business: Business) -> None:
    text = phone.write("aspiration", **wish(visit, business))
    first, second = phone.send(text), phone.send(text)
    assert (first.outcome, second.outcome) == ("stored", "already")
    assert (second.number, second.epoch, second.sha256) == (first.number, first.epoch, hashlib.sha256(text).hexdigest())
    assert Aspiration.objects.count() == Received.objects.count() == 1


def test_other_bytes_under_the_same_id_are_refused_and_both_are_kept(
    phone: Phone, visit: Visit, business: Business
) -> None:
    key = uuid4()
    phone.say("aspiration", id=key, **wish(visit, business))
    other = phone.write("aspiration", id=key, **wish(visit, business, "Lain sama sekali"))
    for _again in range(2):
        receipt = phone.send(other)
        assert (receipt.id, receipt.outcome) == (key, "refused")
        assert "nomor pengenal yang sama" in receipt.reason
    assert {bytes(row.text) for row in Received.objects.all()} >= {other}
    assert Received.objects.count() == 2
    assert Aspiration.objects.get().text == "Butuh mesin obras"


def test_what_is_refused_is_kept_with_the_reason_and_tried_again(
    phone: Phone, visit: Visit, business: Business, rina: Person
) -> None:
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    text = phone.write("aspiration", **wish(visit, business))
    refused = phone.send(text)
    assert refused.outcome == "refused" and "batal" in refused.reason
    row = Received.objects.get()
    assert (bytes(row.text), row.outcome, row.visit, row.region_code) == (text, "refused", visit, "3404072003")
    assert not Entry.objects.filter(verb="aspirations.note").exists()
    Visit.objects.filter(pk=visit.pk).update(state="planned")
    assert phone.send(text).outcome == "stored"
    assert phone.send(text).outcome == "already"
    assert Received.objects.get().reason == ""


def test_numbers_grow_and_are_never_given_twice(phone: Phone, visit: Visit, business: Business) -> None:
    receipts = [phone.say("aspiration", **wish(visit, business, f"Ke-{number}")) for number in range(4)]
    numbers = [receipt.number for receipt in receipts]
    assert numbers == sorted(set(numbers))  # type: ignore[type-var]


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe", b"[]", b'{"id": NaN}', b"{" * 5000, b'{"id":"' + b"x" * 70_000 + b'"}'],
    ids=["nothing", "no text", "a list", "no number", "deep", "large"],
)
def test_rubbish_is_refused_and_kept(phone: Phone, text: bytes) -> None:
    receipts = [phone.send(text), phone.send(text)]
    assert {(receipt.id, receipt.outcome) for receipt in receipts} == {(None, "refused")}
    assert bytes(Received.objects.get().text) == text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"schema": 2}, "lebih baru"),
        ({"kind": "dance"}, "tidak dikenal"),
        ({"recorded_at": "2022-03-31T12:00:00"}, "recorded_at"),
        ({"sequence": 0}, "Nomor urut"),
        ({"surprise": 1}, "surprise"),
        ({"body": {"visit": "x"}}, "visit"),
        ({"files": [{"sha256": "0" * 64, "size": 1}]}, "tidak membawa berkas"),
    ],
)
def test_a_wrong_item_is_told_what_is_wrong(phone: Phone, visit: Visit, changed: dict[str, Any], said: str) -> None:
    item = {**json.loads(phone.write("visit", visit=visit.pk, held_on="2022-03-31")), **changed}
    receipt = phone.send(json.dumps(item).encode())
    assert receipt.outcome == "refused" and said in receipt.reason


def test_words_that_no_database_keeps_are_refused(phone: Phone, visit: Visit, business: Business) -> None:
    for words in ("a\0b", "\ud800"):
        assert phone.say("aspiration", **wish(visit, business, words)).outcome == "refused"


def test_an_unplanned_business_and_what_refers_to_it_in_either_order(
    phone: Phone, visit: Visit, cluster: Cluster
) -> None:
    new, line = uuid4(), uuid4()
    early = phone.say("attend", visit=visit.pk, business=new, present=True)
    assert (early.outcome, Received.objects.get(pk=early.id).missing_business) == ("refused", new)
    report = phone.say("report", business=new, month="2022-02", amounts=[{"line": line, "amount": "3 kodi"}])
    assert Received.objects.get(pk=report.id).missing_business == new
    registered = phone.say(
        "business",
        business=new,
        cluster=cluster.pk,
        name="Jahit Baru",
        owner_name="Bu Baru",
        phone="0812 0000 0009",
        lines=[{"line": line, "name": "Kaos", "unit": "potong"}],
    )
    assert registered.outcome == "stored"
    assert Business.objects.get(pk=new).phone == "+6281200000009"
    assert Attendance.objects.get().business_id == new
    [amount] = Report.objects.get().lines.all()
    assert (amount.product_line_id, amount.quantity, amount.entered) == (line, 60, "3 kodi")
    assert not Received.objects.exclude(outcome="stored").exists()


def test_who_may_not_is_refused_and_nothing_is_written(
    new_phone: Callable[..., Phone], visit: Visit, business: Business, budi: Person, citra: Person
) -> None:
    for stranger in (budi, citra):
        receipt = new_phone(stranger).say("aspiration", **wish(visit, business))
        assert receipt.outcome == "refused"
    assert not Aspiration.objects.exists()
    row = Received.objects.get(person=citra)
    assert (row.visit, row.business, row.region_code) == (None, None, "3402")


def test_nobody_sends_in_anothers_name(phone: Phone, rina: Person, visit: Visit, business: Business) -> None:
    receipt = phone.say("aspiration", by=rina.pk, **wish(visit, business))
    assert receipt.outcome == "refused" and "orang lain" in receipt.reason


def test_a_clock_that_runs_fast_is_held_back_and_kept_as_told(phone: Phone, visit: Visit, business: Business) -> None:
    before = timezone.now()
    receipt = phone.say("aspiration", minutes=60 * 24 * 365 * 50, **wish(visit, business))
    row = Received.objects.get(pk=receipt.id)
    assert before <= row.recorded_at <= timezone.now() < row.device_time
    assert Aspiration.objects.get().raised_at == row.recorded_at


def test_a_photo_waits_for_its_bytes(phone: Phone, visit: Visit, business: Business, picture: Any) -> None:
    content = picture()
    sha256 = hashlib.sha256(content).hexdigest()
    told = [{"sha256": sha256, "size": len(content), "name": "a.jpg"}]
    text = phone.write("photo", visit=visit.pk, business=business.pk, caption="Bordir", files=told)
    receipt = phone.send(text)
    assert (receipt.outcome, receipt.files) == ("incomplete", ((sha256, False),))
    phone.bring(content)
    receipt = phone.send(text)
    assert (receipt.outcome, receipt.files) == ("stored", ((sha256, True),))
    photo = Photo.objects.get()
    assert (photo.caption, photo.business, photo.taken_at) == ("Bordir", business, NOON)
    assert phone.send(text).outcome == "already"


def test_a_signature_on_nothing_is_black_on_white(phone: Phone, visit: Visit) -> None:
    drawing = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    drawing.putpixel((10, 10), (0, 0, 0, 255))
    file = io.BytesIO()
    drawing.save(file, "PNG")
    told = phone.bring(file.getvalue())
    assert phone.say("signature", visit=visit.pk, name="Supri Peraga", office="ketua", files=[told]).outcome == "stored"
    [signature] = visit.signatures.all()
    assert (signature.name, signature.signed_at) == ("Supri Peraga", NOON)
    with signature.image.open("rb") as stored, Image.open(stored) as kept:
        assert kept.convert("L").getpixel((150, 80)) > 250


def test_only_the_owners_code_confirms(phone: Phone, business: Business, rina: Person, claimed: Confirmation) -> None:
    said = {"business": business.pk, "action": claimed.action_id, "solved": True}
    link = make_link(business, rina).link
    wrong = f"{(int(codes_of(link)[0]) + 1) % 1_000_000:06d}"
    assert "Kode pemilik" in phone.say("confirm", code=wrong, **said).reason
    assert phone.say("confirm", code=codes_of(link)[0], **said).outcome == "stored"
    claimed.refresh_from_db()
    assert (claimed.answer, claimed.answered_by) == ("solved", business.owner)
    claimed.action.refresh_from_db()
    assert claimed.action.confirmed_by == business.owner


def test_a_code_serves_once_and_the_sheet_of_them_in_any_order(
    phone: Phone, new_phone: Callable[[Person], Phone], business: Business, rina: Person, claimed: Confirmation
) -> None:
    said = {"business": business.pk, "action": claimed.action_id}
    link = make_link(business, rina).link
    sheet = codes_of(link)
    assert len(set(sheet)) == CODES_AT_A_TIME == 5
    first = phone.write("confirm", solved=False, text="Belum", code=sheet[3], **said)
    assert phone.send(first).outcome == "stored"
    assert phone.send(first).outcome == "already"
    again = new_phone(rina).say("confirm", minutes=1, solved=True, code=sheet[3], **said)
    assert again.outcome == "refused" and "sudah dipakai" in again.reason
    claimed.refresh_from_db()
    assert claimed.answer == "not_solved"
    assert codes_of(link) == [*sheet[:3], sheet[4], codes_of(link)[-1]], "the others stay, one more comes"
    assert phone.say("confirm", minutes=2, solved=True, code=sheet[0], **said).outcome == "stored"
    assert not too_many_codes(business, now=timezone.now()), "a used code is no guess"
    assert FailedAttempt.objects.count() == 0


def test_a_refused_answer_uses_no_code_up(
    phone: Phone, business: Business, rina: Person, claimed: Confirmation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*given: object, **data: object) -> None:
        raise ValidationError("Belum bisa")

    link = make_link(business, rina).link
    said = {"business": business.pk, "action": claimed.action_id, "solved": True, "code": codes_of(link)[0]}
    text = phone.write("confirm", **said)
    with monkeypatch.context() as patch:
        patch.setattr("sambang.intake.kinds.confirmation.confirm_action", stumble)
        assert phone.send(text).outcome == "refused"
    assert codes_of(link)[0] == said["code"]
    assert phone.send(text).outcome == "stored"
    assert said["code"] not in codes_of(link)


def test_a_revoked_links_code_is_no_code(phone: Phone, business: Business, rina: Person, claimed: Confirmation) -> None:
    link = make_link(business, rina).link
    revoke_link(link, rina)
    receipt = phone.say("confirm", business=business.pk, action=claimed.action_id, solved=True, code=codes_of(link)[0])
    assert receipt.outcome == "refused"


def test_codes_cannot_be_guessed(phone: Phone, business: Business, rina: Person, claimed: Confirmation) -> None:
    code = codes_of(make_link(business, rina).link)[0]
    said = {"business": business.pk, "action": claimed.action_id, "solved": True}
    wrong = phone.write("confirm", code="x", **said)
    for _same_guess in range(CODE_LIMIT + 2):
        phone.send(wrong)
    for number in range(CODE_LIMIT - 1):
        phone.say("confirm", code=f"x{number}", **said)
    receipt = phone.say("confirm", code=code, **said)
    assert receipt.outcome == "refused" and "Terlalu sering" in receipt.reason


def test_a_person_who_left_keeps_what_was_written(phone: Phone, visit: Visit, business: Business, sari: Person) -> None:
    Membership.objects.filter(person=sari).delete()
    phone.person = Person.objects.get(pk=sari.pk)  # as the next request reads the person
    receipt = phone.say("aspiration", **wish(visit, business))
    assert receipt.outcome == "refused"
    assert Received.objects.get().text


def test_what_we_cannot_digest_keeps_nothing_back(
    phone: Phone, visit: Visit, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*given: object, **data: object) -> None:
        raise RuntimeError("rahasia")

    text = phone.write("aspiration", **wish(visit, business))
    with monkeypatch.context() as patch:
        patch.setattr("sambang.intake.kinds.aspiration.note_aspiration", stumble)
        receipt = phone.send(text)
    assert receipt.outcome == "refused" and "rahasia" not in receipt.reason
    assert phone.send(text).outcome == "stored"


def test_a_told_conflict_is_one_row(
    phone: Phone, new_phone: Callable[..., Phone], rina: Person, visit: Visit, business: Business
) -> None:
    other = new_phone(rina)
    phone.say("attend", minutes=2, visit=visit.pk, business=business.pk, present=True, pulse=60)
    other.say("attend", minutes=1, visit=visit.pk, business=business.pk, present=False)
    row = Attendance.objects.get()
    assert (row.present, row.pulse, row.noted_by) == (True, 60, phone.person)
    conflict = Conflict.objects.get()
    assert (conflict.visit, conflict.business, conflict.decided_at) == (visit, business, None)


@pytest.mark.parametrize(("kind", "first", "each"), [("aspiration", 16, 4), ("attend", 21, 8)])
def test_every_further_item_of_a_sending_costs_the_same(
    phone: Phone, visit: Visit, cluster: Cluster, rina: Person, kind: str, first: int, each: int
) -> None:
    """Its savepoint and its operation; the rows it refers to, the claims, the audit log and the numbers are shared."""
    known = [register_business(cluster, rina, data=BusinessData(f"IKM {at}", f"Bu {at}")) for at in range(9)]
    phone.say("aspiration", **wish(visit, known[0]))
    asked = []
    for businesses in (known[1:2], known[2:]):
        said = [
            wish(visit, business)
            if kind == "aspiration"
            else {"visit": visit.pk, "business": business.pk, "present": True}
            for business in businesses
        ]
        # `kind` of the item stands beside that of the aspiration.
        texts = [phone.write(kind, **body) for body in said]
        with CaptureQueriesContext(connection) as statements:
            receipts = phone.send_all(texts)
        assert {receipt.outcome for receipt in receipts} == {"stored"}
        asked.append(len(statements))
    assert asked == [pytest.approx(first, abs=3), asked[0] + each * 6]  # PostgreSQL locks the cells too


def test_an_id_that_another_business_uses_is_refused(
    phone: Phone, visit: Visit, business: Business, make_business: Callable[..., Business], rina: Person
) -> None:
    key = uuid4()
    taken = note_aspiration(make_business("Lain"), rina, id=key, kind="aspiration", text="x", difficulty="capital")
    receipt = phone.say("aspiration", id=key, **wish(visit, business))
    assert receipt.outcome == "refused" and "sudah dipakai" in receipt.reason
    assert list(Aspiration.objects.all()) == [taken]
