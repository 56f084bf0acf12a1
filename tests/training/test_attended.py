"""An attendance of a course counts while nothing of it is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from sambang.access.models import Council, Person
from sambang.indicators.measures import Measure, Year, evidence_of
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.models import Attendance, Course, Enrolment, Session, attended_session
from sambang.training.queries import enrolments

pytestmark = pytest.mark.django_db


@pytest.fixture
def attendance(make_business: Callable[..., Business], sleman: Council, rina: Person) -> Attendance:
    course = operations.plan_course(sleman, rina, title="Jual daring", topic="online")
    session = operations.plan_session(course, rina, held_on=date(clock.today().year, 1, 2))
    enrolment = operations.enrol(course, rina, business=make_business("Mekar"))
    operations.record_session_attendance(session, rina, enrolment=enrolment, present=True)
    return Attendance.objects.get()


def counted(sleman: Council, rina: Person) -> tuple[int, int]:
    trained = evidence_of(Measure.TRAINED, Year(rina, sleman, clock.today().year)).value
    return Attendance.objects.filter(attended_session()).count(), int(trained or 0)


@pytest.mark.parametrize("withdrawn", [Session, Course, Enrolment])
def test_it_counts_until_a_part_of_it_is_withdrawn(
    attendance: Attendance, sleman: Council, rina: Person, withdrawn: type[Session | Course | Enrolment]
) -> None:
    assert counted(sleman, rina) == (1, 1)
    withdrawn.objects.update(withdrawn_at=clock.now(), withdrawn_by=rina)
    assert counted(sleman, rina) == (0, 0)


def test_who_was_absent_did_not_attend(attendance: Attendance, sleman: Council, rina: Person) -> None:
    Attendance.objects.update(present=False)
    assert counted(sleman, rina) == (0, 0)
    assert [row.present for row in enrolments(attendance.session.course)] == [0]
