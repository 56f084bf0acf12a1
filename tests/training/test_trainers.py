"""Trainers and what became of their people, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

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


def course_of(council: Council, by: Person, trainer: str, businesses: list[Business], days_ago: int) -> Course:
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
    new = course_of(sleman, rina, "bu  wening", people[:2], 10)
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
        [(name, count, total), (second, _count, _total)] = outcomes_by_trainer([old, new, other], found)
        assert (name, count, total.enrolled, total.attended, second) == ("Bu Wening", 2, 6, 4, "Pak Lain")
    page = signed_in(rina).get(PAGE)
    assert "Bu Wening" in page.text
    assert "Pak Lain" in page.text
    narrowed = signed_in(rina).get(f"{PAGE}?pelatih={other.pk}&hari=60")
    assert "Kelas 100" in narrowed.text
    assert "Kelas 10<" not in narrowed.text
    assert [name for name, _count, _outcome in narrowed.context["trainers"]] == ["Pak Lain"]
    assert signed_in(rina).get(f"{PAGE}?format=xlsx").status_code == 200
    assert "Bu Wening" not in signed_in(citra).get(PAGE).text
    assert outcomes(citra, [old], days=90, today=today) == {old.pk: TrainingOutcome()}


def test_the_certificate_names_the_trainer(
    make_business: Callable[..., Business], sleman: Council, rina: Person
) -> None:
    course = course_of(sleman, rina, "Bu Wening", [make_business("A"), make_business("B")], 3)
    [enrolment] = with_certificate(Enrolment.objects.filter(course=course))
    certificate = certificate_of(enrolment)
    assert certificate.trainer == "Bu Wening"
    assert certificate_pdf(certificate, address="https://contoh.test/x").startswith(b"%PDF")
