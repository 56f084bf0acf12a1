"""A visit that was filled in with Collect becomes what the pages would have made of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from sambang.access.models import Person
from sambang.actions.models import Action
from sambang.actions.operations import claim_action, commit_action
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import correct_aspiration, group_aspirations, note_aspiration, propose_idea
from sambang.intake.models import Device, Received
from sambang.odk import processing
from sambang.odk.files import path_of
from sambang.odk.models import SentFile, Submission
from sambang.odk.operations import NewKey
from sambang.odk.processing import process
from sambang.odk.reading import tree
from sambang.odk.visit_mapping import mapped_items
from sambang.owners.operations import make_link
from sambang.owners.queries import codes_of
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business
from sambang.visits.models import Attendance, Photo, Visit
from sambang.visits.operations import sign_off
from tests.odk.collect import RejectedError
from tests.odk.conftest import CollectHere

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def picture(colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(file, "JPEG")
    return file.getvalue()


def outcomes() -> dict[str, str]:
    submission = Submission.objects.current().get()
    return {
        answer["path"].rsplit("/", 2)[-2] if answer["path"].startswith("ikm/") else answer["path"]: answer["outcome"]
        for answer in submission.results or []
    }


def test_a_visit_becomes_rows(
    phone: CollectHere,
    key: NewKey,
    filled: Callable[..., bytes],
    planned: Visit,
    business: Business,
    sari: Person,
) -> None:
    assert phone.submit(filled(photo="a.jpg"), {"a.jpg": picture()}) == [201]
    planned.refresh_from_db()
    assert (planned.state, planned.summary, str(planned.held_on)) == (Visit.State.HELD, "Pasar sepi", "2022-03-31")
    came = Attendance.objects.get(visit=planned, business=business)
    assert (came.present, came.workers_seen, came.pulse, came.noted_by) == (True, 4, None, sari)
    voices = Aspiration.objects.order_by("difficulty")
    assert [(row.text, row.difficulty, row.visit) for row in voices] == [
        ("Minta pameran", "marketing", planned),
        ("Benang mahal", "material", planned),
    ]
    [line] = ReportLine.objects.filter(report__business=business)
    assert (line.quantity, line.value, line.entered) == (60, 500000, "3 kodi")
    photo = Photo.objects.get(visit=planned)
    assert (photo.business, photo.caption, photo.taken_by) == (business, "Mesin", sari)
    assert set(outcomes().values()) == {"stored"} and Submission.objects.get().problems() == []
    assert Device.objects.get(pk=key.key.pk).name == "HP Sari (ODK Collect)"


def test_received_bytes_of_a_stored_photo_are_deleted(phone: CollectHere, filled: Callable[..., bytes]) -> None:
    phone.submit(filled(photo="a.jpg"), {"a.jpg": picture()})
    sent = SentFile.objects.get()
    assert sent.discarded_at and not path_of(sent.sha256).exists(), "place and device go with them"
    assert phone.submit(filled(photo="a.jpg"), {"a.jpg": picture()}) == [202]
    assert Photo.objects.count() == 1


def test_the_same_again_makes_nothing_new(phone: CollectHere, filled: Callable[..., bytes]) -> None:
    assert phone.submit(filled()) == [201]
    before = (Aspiration.objects.count(), Report.objects.count(), Received.objects.count())
    assert phone.submit(filled()) == [202]
    process(Submission.objects.get())
    assert (Aspiration.objects.count(), Report.objects.count(), Received.objects.count()) == before


def test_a_photo_that_comes_later_is_waited_for(phone: CollectHere, filled: Callable[..., bytes]) -> None:
    xml = filled(photo="a.jpg")
    assert phone.post(xml, {}, more_comes=True).status == 201
    assert outcomes()["photo"] == "incomplete" and Aspiration.objects.count() == 2
    assert phone.post(xml, {"a.jpg": picture()}).status == 201
    assert outcomes()["photo"] == "stored" and Photo.objects.count() == 1


def test_a_refused_piece_stands_at_the_desk_and_the_phone_may_forget(
    phone: CollectHere, filled: Callable[..., bytes], signed_in: Callable[[Person], Any], sari: Person
) -> None:
    assert phone.submit(filled(amount="entah berapa", photo="a.jpg"), {"a.jpg": b"bukan foto"}) == [201]
    kept = Submission.objects.get()
    assert outcomes()["report"] == outcomes()["photo"] == "refused" and outcomes()["aspiration"] == "stored"
    assert len(kept.problems()) == 2
    page = signed_in(sari).get(f"/collect/kiriman/{kept.pk}/").content.decode()
    assert all(trouble.replace("“", "") for trouble in kept.problems()) and "perlu diperiksa" in page
    assert signed_in(sari).post(f"/collect/kiriman/{kept.pk}/ulang/").status_code == 302
    assert outcomes()["report"] == "refused"


def test_items_received_after_the_signature_are_stored_and_shown(
    phone: CollectHere, filled: Callable[..., bytes], planned: Visit, rina: Person
) -> None:
    phone.submit(filled())
    sign_off(Visit.objects.get(pk=planned.pk), rina)
    assert phone.submit(filled("uuid:2", said=[("Terlambat", "other")])) == [201]
    late = Submission.objects.get(instance_id="uuid:2")
    assert not Aspiration.objects.filter(text="Terlambat").exists()
    assert [answer["outcome"] for answer in late.results or [] if answer["kind"] == "aspiration"] == ["refused"]
    assert b"Terlambat" in bytes(late.xml)


def test_a_correction_corrects(
    phone: CollectHere, filled: Callable[..., bytes], planned: Visit, business: Business
) -> None:
    phone.submit(filled())
    corrected = filled(
        "uuid:2",
        corrects="uuid:1",
        end="2022-03-31T13:00:00.000+07:00",
        present="no",
        amount="4 kodi",
        said=[("Minta pameran di Jakarta", "marketing")],
    )
    assert phone.submit(corrected) == [201]
    [voice] = Aspiration.objects.all()
    assert voice.text == "Minta pameran di Jakarta"
    assert not Attendance.objects.get(visit=planned, business=business).present
    assert Report.objects.latest_version().get().lines.get().quantity == 80
    assert Report.objects.count() == 2, "the first one is kept"
    assert Submission.objects.current().get().problems() == []
    assert phone.submit(corrected) == [202]
    assert Report.objects.count() == 2


def test_a_second_correction_still_speaks_of_the_first_words(phone: CollectHere, filled: Callable[..., bytes]) -> None:
    phone.submit(filled(said=[("Satu", "other")]))
    phone.submit(filled("uuid:2", corrects="uuid:1", said=[("Dua", "other")]))
    phone.submit(filled("uuid:3", corrects="uuid:2", said=[("Tiga", "other"), ("Tambahan", "other")]))
    assert sorted(Aspiration.objects.values_list("text", flat=True)) == ["Tambahan", "Tiga"]


def test_a_correction_never_writes_over_the_office(
    phone: CollectHere, filled: Callable[..., bytes], sari: Person
) -> None:
    phone.submit(filled(said=[("Satu", "other")]))
    row = Aspiration.objects.get()
    correct_aspiration(row, sari, text="Kata kantor", kind=row.kind, difficulty=row.difficulty)
    assert phone.submit(filled("uuid:2", corrects="uuid:1", said=[("Kata HP", "other")])) == [201]
    row.refresh_from_db()
    assert row.text == "Kata kantor"
    [trouble] = Submission.objects.current().get().problems()
    assert "Kantor sudah mengubah aspirasi ini" in trouble


def test_a_correction_mends_what_was_refused(phone: CollectHere, filled: Callable[..., bytes]) -> None:
    phone.submit(filled(amount="entah"))
    phone.submit(filled("uuid:2", corrects="uuid:1", amount="3 kodi"))
    assert outcomes()["report"] == "stored" and ReportLine.objects.get().quantity == 60
    first, second = Received.objects.filter(kind="report").order_by("received_at")
    assert (first.outcome, second.outcome, second.corrects) == ("refused", "stored", first.pk)


def test_another_councils_visit_is_refused_and_says_nothing(
    phone: CollectHere, filled: Callable[..., bytes], planned: Visit, sari: Person
) -> None:
    assert phone.submit(filled(visit="00000000-0000-4000-8000-000000000000")) == [201]
    assert {answer["outcome"] for answer in Submission.objects.get().results or [] if answer["kind"] != "report"} == {
        "refused"
    }
    assert not Aspiration.objects.exists()


def test_what_takes_too_long_goes_on_when_the_phone_comes_by(
    phone: CollectHere, filled: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(1000))
    monkeypatch.setattr("sambang.odk.processing.time", SimpleNamespace(monotonic=lambda: next(ticks)))
    monkeypatch.setattr("sambang.odk.processing.TIME_LIMIT", 4)
    assert phone.submit(filled()) == [201]
    waiting = Submission.objects.get()
    assert waiting.processed_at is None
    assert {answer["outcome"] for answer in waiting.results or []} == {"stored", "waiting"}
    for _visit in range(5):
        phone.forms()
    assert set(outcomes().values()) == {"stored"} and Submission.objects.get().processed_at is not None
    assert Aspiration.objects.count() == 2 and Received.objects.count() == 5


@pytest.fixture
def asked(business: Business, sari: Person, rina: Person) -> Action:
    """Something was done about what this IKM raised, and its owner is asked."""
    assert business.cluster is not None
    voice = note_aspiration(business, sari, kind="aspiration", text="Minta etalase", difficulty="marketing")
    matter = group_aspirations(business.cluster, rina, aspirations=[voice], title="Etalase", difficulty="marketing")
    idea = propose_idea(matter, sari, proposal="Etalase di ruang pamer")
    action = commit_action(idea, rina, title="Etalase", responsible_name="Dinas", due_on=date(2022, 4, 30))
    return claim_action(action, rina, claim="Sudah berdiri")


def confirming(action: Action, code: str) -> str:
    return (
        f"<confirm><action>{action.pk}</action><solved>yes</solved><text>Sudah ada</text><code>{code}</code></confirm>"
    )


def test_the_owners_code_confirms_and_is_shown_to_nobody(
    phone: CollectHere,
    filled: Callable[..., bytes],
    asked: Action,
    business: Business,
    rina: Person,
    signed_in: Callable[[Person], Any],
) -> None:
    [promises] = [medium for medium in phone.media(phone.forms()[0]) if medium.name == "tindakan.csv"]
    assert f"{asked.pk},Etalase,{business.pk}" in phone.medium(promises).decode()
    code = codes_of(make_link(business, rina).link)[0]
    assert phone.submit(filled(confirm=confirming(asked, code))) == [201]
    answer = asked.confirmations.get()
    assert (answer.answer, answer.answered_by, answer.text) == ("solved", business.owner, "Sudah ada")
    kept = Submission.objects.get()
    client = signed_in(rina)
    for page in (f"/collect/kiriman/{kept.pk}/", f"/collect/kiriman/{kept.pk}/asli.xml"):
        shown = client.get(page).content.decode()
        assert "Sudah ada" in shown and "******" in shown and code not in shown


def test_without_the_owners_code_nobody_confirms(
    phone: CollectHere, filled: Callable[..., bytes], asked: Action, business: Business, rina: Person
) -> None:
    code = codes_of(make_link(business, rina).link)[0]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert phone.submit(filled(confirm=confirming(asked, wrong))) == [201]
    assert asked.confirmations.get().answer == "waiting" and outcomes()["confirm"] == "refused"


def test_a_phone_that_the_desk_shut_out_brings_nothing_more(
    phone: CollectHere, filled: Callable[..., bytes], key: NewKey
) -> None:
    phone.submit(filled())
    Device.objects.filter(pk=key.key.pk).update(revoked_at=timezone.now())
    with pytest.raises(RejectedError, match="credentials"):
        phone.submit(filled("uuid:2"))


def test_pieces_are_named_by_what_they_are_about(filled: Callable[..., bytes], business: Business) -> None:
    found = mapped_items(tree(filled(photo="a.jpg")))
    assert [piece.path.replace(str(business.pk), "B") for piece in found] == [
        "visit",
        "ikm/B/attend/1",
        "ikm/B/aspiration/1",
        "ikm/B/aspiration/2",
        "ikm/B/report/2022-02",
        "ikm/B/photo/a.jpg",
    ]
    assert len({piece.id("uuid:1") for piece in found} | {piece.id("uuid:2") for piece in found}) == 12


def test_an_office_in_trouble_keeps_the_bytes_and_says_received(
    phone: CollectHere, filled: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_words: object, **_facts: object) -> None:
        raise OperationalError("the database is unavailable")

    monkeypatch.setattr("sambang.odk.processing.receive_item", fails)
    assert phone.submit(filled()) == [201]
    assert Submission.objects.get().processed_at is None
    monkeypatch.undo()
    assert phone.submit(filled()) == [202]
    assert Aspiration.objects.count() == 2, "the same again works it out"
    with pytest.raises(RejectedError, match="409"):
        phone.submit(filled(present="no"))


LONG_NUMBER = "9" * 5000
UNREADABLE = {
    "workers_seen": [LONG_NUMBER, "1" * 19, "-4", "4.5", "banyak"],
    "pulse": [LONG_NUMBER, "99999", "baik"],
    "end": ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", LONG_NUMBER],
    "month": ["2022-13", LONG_NUMBER, "Februari"],
    "held_on": ["2022-02-30", LONG_NUMBER],
    "value": [LONG_NUMBER, "mahal", "-1"],
    "amount": [LONG_NUMBER, "banyak"],
    "line": ["bukan-uuid", LONG_NUMBER],
    "present": [LONG_NUMBER, "mungkin", "YES"],
    "difficulty": ["lain", LONG_NUMBER],
}


@pytest.mark.parametrize(("question", "answer"), [(name, text) for name, texts in UNREADABLE.items() for text in texts])
def test_one_unreadable_answer_stops_no_other_part(
    phone: CollectHere,
    filled: Callable[..., bytes],
    signed_in: Callable[[Person], Any],
    sari: Person,
    question: str,
    answer: str,
) -> None:
    xml = filled(photo="a.jpg").replace(b"<pulse/>", b"<pulse>4</pulse>")
    before, _old, after = re.split(rf"(?<=<{question}>)([^<]*)(?=</{question}>)".encode(), xml, maxsplit=1)
    assert phone.submit(before + answer.encode() + after, {"a.jpg": picture()}) == [201]
    submission = Submission.objects.get()
    assert submission.processed_at is not None
    refused = [result for result in submission.results or [] if result["outcome"] != "stored"]
    assert len(refused) <= 1 and all(result["why"] and result["kind"] for result in refused)
    assert len(submission.results or []) == 6 and Photo.objects.count() == 1
    assert question == "end" or refused, "an answer is never dropped in silence"
    page = f"/collect/kiriman/{submission.pk}/"
    assert signed_in(sari).post(f"{page}ulang/").status_code == 302
    assert signed_in(sari).get(page).status_code == 200


def test_an_item_that_fails_is_refused_alone(
    phone: CollectHere, filled: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = processing.receive_item

    def fail_at_reports(content: bytes, **facts: Any) -> Any:
        if b'"kind": "report"' in content:
            raise KeyError("report")
        return taken(content, **facts)

    monkeypatch.setattr("sambang.odk.processing.receive_item", fail_at_reports)
    assert phone.submit(filled()) == [201]
    assert outcomes()["report"] == "refused" and outcomes()["aspiration"] == "stored"
    [problem] = Submission.objects.get().problems()
    assert "tidak dapat diolah" in problem


def test_processing_again_reports_a_failure(
    phone: CollectHere,
    filled: Callable[..., bytes],
    signed_in: Callable[[Person], Any],
    sari: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unavailable(*_arguments: object, **_facts: object) -> None:
        raise OperationalError("the database is unavailable")

    monkeypatch.setattr("sambang.odk.processing.receive_item", unavailable)
    assert phone.submit(filled()) == [201]
    submission = Submission.objects.get()
    assert submission.processed_at is None
    answer = signed_in(sari).post(f"/collect/kiriman/{submission.pk}/ulang/", follow=True)
    assert answer.status_code == 200 and "belum dapat diolah" in answer.content.decode()
