"""Learning on the owner's link: questions before and after, attendance by code, the certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from sambang.access.models import Council, Person
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.certificates import attendance_code
from sambang.training.models import Attendance, Session
from sambang.training.modules import learning_modules
from tests.owner_client import OwnerClient

PHOTO = learning_modules()["1-foto"]


def answers(right: int) -> dict[str, str]:
    """So many right answers, the others wrong."""
    return {
        f"jawaban-{number}": str(question.right if number <= right else question.right % len(question.answers) + 1)
        for number, question in enumerate(PHOTO.questions, 1)
    }


def session_of(council: Council, by: Person, business: Business | None = None, *, days: int = 0) -> Session:
    course = operations.plan_course(council, by, title="Jualan daring", topic="online")
    if business is not None:
        operations.enrol(course, by, business=business)
    return operations.plan_session(course, by, held_on=clock.today() + timedelta(days=days))


def address(session: Session) -> str:
    return f"/saya/jual/hadir/{session.pk}/{attendance_code(session)}/"


def test_the_first_answers_are_before_and_the_last_ones_after(phone: OwnerClient, business: Business) -> None:
    page = f"/saya/jual/belajar/{PHOTO.slug}/soal/"
    assert phone.post(page, {}).status_code == 422
    for right in (1, 2, 3):
        assert phone.post(page, answers(right)).status_code == 302
    stored = {row.phase: row.right for row in business.quiz_results.filter(module=PHOTO.slug)}
    assert stored == {"before": 1, "after": 3}
    text = phone.get("/saya/jual/belajar/").text
    assert "Sebelum: 1 dari 3 benar" in text and "Sesudah: 3 dari 3 benar" in text
    assert phone.get("/saya/jual/belajar/entah/soal/").status_code == 404


def test_the_owner_reads_each_step_with_its_evidence(phone: OwnerClient, business: Business, rina: Person) -> None:
    assert "Belum ada yang tercatat" in phone.get("/saya/jual/belajar/").text
    kinds = {"evidence_kind": "look", "moved_by": "visit"}
    operations.record_ladder_step(business, rina, step="2_shop", reached_on=clock.today(), **kinds)
    text = phone.get("/saya/jual/belajar/").text
    for shown in ("Yang sudah Anda capai", "Toko daring dibuka", "dilihat sendiri oleh petugas", "kunjungan petugas"):
        assert shown in text
    assert rina.name in text


def test_every_module_asks_three_questions_with_one_right_answer_each() -> None:
    for module in learning_modules().values():
        assert len(module.questions) == 3
        assert all(1 <= question.right <= len(question.answers) == 3 for question in module.questions)
        assert {question.right for question in module.questions} == {1, 2, 3}  # the place tells nothing


def test_the_code_shown_on_the_spot_records_attendance_and_leads_to_a_certificate(
    phone: OwnerClient, business: Business, sleman: Council, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    session = session_of(sleman, rina, business)
    shown = signed_in(rina).get(f"/pelatihan/pertemuan/{session.pk}/kode/").text
    assert address(session) in shown and "<svg" in shown
    assert "Saya hadir" in phone.get(address(session)).text
    assert not Attendance.objects.exists()
    for _twice in range(2):
        assert phone.post(address(session)).status_code == 302
    attendance = Attendance.objects.get()
    assert attendance.present and attendance.enrolment.business == business
    assert business.ladder_steps.get().evidence_kind == "attendance"
    paper = phone.get(f"/saya/jual/sertifikat/{attendance.enrolment_id}.pdf")
    assert paper.content.startswith(b"%PDF")
    assert "Sertifikat" in phone.get("/saya/jual/belajar/").text


@pytest.mark.parametrize("days", [-1, 1])
def test_a_code_works_on_its_day_only(
    phone: OwnerClient, business: Business, sleman: Council, rina: Person, days: int
) -> None:
    session = session_of(sleman, rina, business, days=days)
    assert "hanya berlaku pada hari" in phone.get(address(session)).text
    assert phone.post(address(session)).status_code == 422
    assert not Attendance.objects.exists()


def test_another_sessions_code_and_who_is_no_participant_are_refused(
    phone: OwnerClient, business: Business, sleman: Council, rina: Person
) -> None:
    session, other = session_of(sleman, rina, business), session_of(sleman, rina)
    assert phone.post(f"/saya/jual/hadir/{session.pk}/{attendance_code(other)}/").status_code == 404
    answer = phone.post(address(other))
    assert answer.status_code == 422 and "belum terdaftar sebagai peserta" in answer.text
    assert not Attendance.objects.exists()


def test_a_neighbours_certificate_is_out_of_reach(
    phone: OwnerClient, make_business: Callable[..., Business], sleman: Council, rina: Person
) -> None:
    session = session_of(sleman, rina)
    enrolment = operations.enrol(session.course, rina, business=make_business("Bordir Tetangga"))
    operations.record_session_attendance(session, rina, enrolment=enrolment, present=True)
    assert phone.get(f"/saya/jual/sertifikat/{enrolment.pk}.pdf").status_code == 404
