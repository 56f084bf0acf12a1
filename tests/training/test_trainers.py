"""Trainers and what became of their people, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from sambang.access.models import Council, Person
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.certificates import certificate_of, certificate_pdf, with_certificate
from sambang.training.models import Course, Enrolment, LadderStep
from sambang.training.modules import learning_modules
from sambang.training.trainers import TrainingOutcome, outcomes, outcomes_by_trainer

PAGE = "/pelatihan/pelatih/"


def course_of(council: Council, by: Person, name: str, businesses: list[Business], days_ago: int) -> Course:
    trainer = council.trainers.filter(name=name).first() or operations.add_trainer(council, by, name=name)
    course = operations.plan_course(council, by, title=f"Kelas {days_ago}", topic="online", trainer=trainer)
    session = operations.plan_session(course, by, held_on=clock.today() - timedelta(days=days_ago))
    for number, business in enumerate(businesses):
        enrolment = operations.enrol(course, by, business=business)
        operations.record_session_attendance(session, by, enrolment=enrolment, present=number != 0)
    return course


def test_outcomes_by_hand(
    signed_in: Callable[[Person], Client],
    make_business: Callable[..., Business],
    sleman: Council,
    rina: Person,
    citra: Person,
) -> None:
    people = [make_business(f"Jahit {letter}") for letter in "ABCD"]  # A is enrolled and never comes
    old = course_of(sleman, rina, "Bu Wening", people, 100)
    new = course_of(sleman, rina, "Bu Wening", people[:2], 10)
    other = course_of(sleman, rina, "Pak Lain", people[2:], 100)
    today = clock.today()
    _a, b, c, d = people
    for business, step, after in ((b, "2_shop", 20), (b, "4_first_order", 95), (c, "2_shop", 60), (d, "2_shop", 61)):
        day = today - timedelta(days=100 - after)
        operations.record_ladder_step(business, rina, step=step, reached_on=day)
    slug = next(iter(learning_modules()))
    for business, right in ((b, 3), (c, 1)):
        operations.answer_quiz(business, business.owner, module=slug, right=0)
        operations.answer_quiz(business, business.owner, module=slug, right=right)
    step = LadderStep.Step
    for days, shops in ((30, 1), (60, 2), (90, 3)):
        found = outcomes(rina, [old, new, other], days=days, today=today)
        assert (found[old.pk].enrolled, found[old.pk].attended, found[old.pk].answered) == (4, 3, 1)
        assert (found[old.pk].due, found[old.pk].reached[step.LEARNT], found[old.pk].reached[step.SHOP]) == (
            3,
            3,
            shops,
        )
        assert found[old.pk].reached[step.FIRST_ORDER] == 0  # on day 95
        assert (found[new.pk].attended, found[new.pk].due, found[new.pk].reached[step.SHOP]) == (1, 0, 0)
        sums = outcomes_by_trainer([old, new, other], found)
        count, total = sums[old.trainer_id]
        assert (count, total.enrolled, total.attended, len(sums)) == (2, 6, 4, 2)
    page = signed_in(rina).get(PAGE)
    assert "Bu Wening" in page.text
    assert "Pak Lain" in page.text
    own = signed_in(rina).get(f"{PAGE}{other.trainer_id}/?hari=60")
    assert [course for course, _outcome in own.context["rows"]] == [other]
    assert own.context["rows"][0][1].reached[step.SHOP] == 0  # D on day 61
    assert "Kelas 10<" not in own.text
    later = signed_in(rina).get(f"{PAGE}{other.trainer_id}/")
    assert later.context["rows"][0][1].reached[step.SHOP] == 1
    assert signed_in(rina).get(f"{PAGE}{other.trainer_id}/?format=csv").status_code == 200
    assert signed_in(rina).get(f"{PAGE}?format=xlsx").status_code == 200
    assert "Bu Wening" not in signed_in(citra).get(PAGE).text
    assert signed_in(citra).get(f"{PAGE}{other.trainer_id}/").status_code == 404
    assert outcomes(citra, [old], days=90, today=today) == {old.pk: TrainingOutcome()}


def test_the_certificate_names_the_trainer(
    make_business: Callable[..., Business], sleman: Council, rina: Person
) -> None:
    course = course_of(sleman, rina, "Bu Wening", [make_business("A"), make_business("B")], 3)
    [enrolment] = with_certificate(Enrolment.objects.filter(course=course))
    certificate = certificate_of(enrolment)
    assert certificate.trainer == "Bu Wening"
    assert certificate_pdf(certificate, sleman, address="https://contoh.test/x").startswith(b"%PDF")


def test_a_rename_keeps_what_became_of_their_people(
    signed_in: Callable[[Person], Client], make_business: Callable[..., Business], sleman: Council, rina: Person
) -> None:
    course = course_of(sleman, rina, "Bu Wening", [make_business("A"), make_business("B")], 100)
    trainer, desk = course.trainer, signed_in(rina)
    assert trainer is not None
    page = f"{PAGE}{trainer.pk}/"
    form = {"name": " Wening  Astuti ", "contact": "0812", "skills": "bordir", "is_active": ""}
    assert desk.post(f"{page}ubah/", form).status_code == 302
    text = desk.get(PAGE).text
    assert "Wening Astuti" in text and "Bu Wening" not in text
    [(row, count, outcome)] = desk.get(PAGE).context["rows"]
    assert (row.pk, count, outcome.attended, outcome.due) == (trainer.pk, 1, 1, 1)
    change = f"/pelatihan/{course.pk}/ubah/"
    assert "Wening Astuti" in desk.get(change).text  # no longer active, and still the trainer of this course
    assert "Wening Astuti" not in desk.get("/pelatihan/baru/").text


def test_the_contact_is_for_the_office(
    signed_in: Callable[[Person], Client], sleman: Council, rina: Person, sari: Person, budi: Person, citra: Person
) -> None:
    trainer = operations.add_trainer(sleman, rina, name="Bu Wening", contact="0812-3456")
    page = f"{PAGE}{trainer.pk}/"
    for person in (rina, sari):
        assert "0812-3456" in signed_in(person).get(page).text
    assert "0812-3456" not in signed_in(budi).get(page).text
    for person in (rina, sari, budi):
        for address in (PAGE, f"{PAGE}?format=csv"):
            response = signed_in(person).get(address)
            content = b"".join(response) if response.streaming else response.content
            assert b"Bu Wening" in content and b"0812-3456" not in content
    assert signed_in(citra).get(page).status_code == 404
    assert signed_in(sari).post(f"{page}ubah/", {"name": "X"}).status_code == 403


def test_a_name_is_once_in_a_council_and_a_course_takes_a_trainer_of_its_own(
    signed_in: Callable[[Person], Client], sleman: Council, bantul: Council, rina: Person, citra: Person
) -> None:
    operations.add_trainer(sleman, rina, name="Bu Wening")
    refused = signed_in(rina).post(f"{PAGE}baru/{sleman.pk}/", {"name": "bu  WENING"})
    assert "sudah ada" in refused.text
    theirs = operations.add_trainer(bantul, citra, name="Bu Wening")
    with pytest.raises(ValidationError, match="dewan penyelenggara"):
        operations.plan_course(sleman, rina, title="Kelas", topic="online", trainer=theirs)
    form = {"council": sleman.pk, "title": "Kelas", "topic": "online", "trainer": theirs.pk}
    assert signed_in(rina).post("/pelatihan/baru/", form).status_code == 422
