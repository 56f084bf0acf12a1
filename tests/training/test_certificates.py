"""Certificates: who gets one, what anybody can verify, what is refused."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from sambang.access.models import Council, Person
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.certificates import certificate_code, enrolment_of_code
from sambang.training.models import Course, Enrolment


@pytest.fixture
def course(sleman: Council, rina: Person) -> Course:
    course = operations.plan_course(sleman, rina, title="Jualan daring", topic="online")
    for day in (3, 4, 5, 6):
        operations.plan_session(course, rina, held_on=date(2026, 3, day))
    return course


@pytest.fixture
def enrolment(course: Course, business: Business, rina: Person) -> Enrolment:
    return operations.enrol(course, rina, business=business, participant="Bu Peserta")


def attend(enrolment: Enrolment, by: Person, sessions: int) -> None:
    for session in enrolment.course.sessions.all()[:sessions]:
        operations.record_session_attendance(session, by, enrolment=enrolment, present=True)


def verify(code: str) -> int:
    return Client().get(f"/pelatihan/sertifikat/{code}/").status_code


def test_the_paper_leads_to_a_page_that_says_the_same(
    enrolment: Enrolment, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    attend(enrolment, rina, 3)
    answer = signed_in(rina).get(f"/pelatihan/sertifikat/{enrolment.pk}.pdf")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Bu Peserta" in text and "Jualan daring" in text and "3 Maret 2026 – 6 Maret 2026" in text
    code = certificate_code(enrolment.pk)
    assert f"/pelatihan/sertifikat/{code}/" in text.replace("\n", "")
    assert "Peserta" not in code and enrolment.business.name not in code
    page = Client().get(f"/pelatihan/sertifikat/{code}/")
    assert "Sertifikat ini asli" in page.text and "B• P•••••a" in page.text
    assert "Bu Peserta" not in page.text
    assert enrolment.business.name not in page.text
    assert page["X-Robots-Tag"] == "noindex"


def forged(enrolment_id: UUID) -> list[str]:
    good = certificate_code(enrolment_id)
    content = base64.urlsafe_b64decode(good + "=")
    other = certificate_code(uuid4())
    return [
        good[:-1] + ("A" if good[-1] != "A" else "E"),
        good[:10] + ("A" if good[10] != "A" else "B") + good[11:],
        base64.urlsafe_b64encode(enrolment_id.bytes + bytes(16)).decode().rstrip("="),
        base64.urlsafe_b64encode(content[:16] + base64.urlsafe_b64decode(other + "=")[16:]).decode().rstrip("="),
        good[:-4],
        good + "AAAA",
        str(enrolment_id),
        "sertifikat",
    ]


def test_forged_codes_are_refused(enrolment: Enrolment, rina: Person) -> None:
    attend(enrolment, rina, 4)
    assert verify(certificate_code(enrolment.pk)) == 200
    assert [verify(code) for code in forged(enrolment.pk)] == [404] * len(forged(enrolment.pk))
    # Base64 leaves two unused bits in the last letter: only one spelling of a code is taken.
    good = certificate_code(enrolment.pk)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [letter for letter in letters if enrolment_of_code(good[:-1] + letter)] == [good[-1]]


@pytest.mark.parametrize(("sessions", "status"), [(2, 404), (3, 200), (4, 200)])
def test_three_quarters_of_the_sessions_are_needed(
    enrolment: Enrolment, rina: Person, sessions: int, status: int
) -> None:
    attend(enrolment, rina, sessions)
    assert verify(certificate_code(enrolment.pk)) == status


def test_a_withdrawn_participant_has_no_certificate(enrolment: Enrolment, rina: Person) -> None:
    attend(enrolment, rina, 4)
    operations.withdraw_training(enrolment, rina, because="Orang lain")
    assert verify(certificate_code(enrolment.pk)) == 404


def test_an_invitation_names_the_next_session(
    enrolment: Enrolment, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    desk, address = signed_in(rina), f"/pelatihan/peserta/{enrolment.pk}/undang/"
    assert desk.get(address).status_code == 404
    operations.plan_session(enrolment.course, rina, held_on=clock.today() + timedelta(days=2), place="Balai Desa")
    location = desk.get(address)["Location"]
    assert location.startswith("https://wa.me/6281200000001?text=") and "Balai%20Desa" in location
    assert "undang/" in desk.get(f"/pelatihan/{enrolment.course_id}/").text
