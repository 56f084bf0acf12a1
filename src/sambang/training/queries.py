"""Queries of courses and their participants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Avg, Count, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from sambang.access.models import Person
from sambang.training.models import Course, Enrolment, Session, attended_session


class Totals(TypedDict):
    participants: int
    before: float | None
    after: float | None


# Columns that the list of courses reads.
COURSE_COLUMNS = ("pk", "title", "topic", "participants", "before", "after", "newest")


def courses(person: Person) -> QuerySet[WithAnnotations[Course, Totals]]:
    """Courses within reach, those without a session first, then newest session first. Each has `participants`, and
    `before` and `after`: means over the participants who took both tests."""
    current = Q(enrolments__withdrawn_at=None)
    both = current & Q(enrolments__score_before__isnull=False, enrolments__score_after__isnull=False)
    return (
        Course.objects.visible_to(person)
        .annotate(
            participants=Count("enrolments", filter=current, distinct=True),
            before=Avg("enrolments__score_before", filter=both),
            after=Avg("enrolments__score_after", filter=both),
            newest=Coalesce(Max("sessions__held_on", filter=Q(sessions__withdrawn_at=None)), Value(date.max)),
        )
        .order_by("-newest", "title", "pk")
    )


def courses_with_trainer(person: Person) -> QuerySet[WithAnnotations[Course, Totals]]:
    return courses(person).select_related("council", "trainer")


def gain(course: Any) -> float | None:
    """The mean gain in score of one of `courses`; None if nobody took both tests."""
    return None if course.before is None else course.after - course.before


def session_days(courses: Iterable[UUID]) -> dict[UUID, list[date]]:
    """The days of the sessions of each course, in order."""
    days: dict[UUID, list[date]] = {course: [] for course in courses}
    rows = Session.objects.filter(course__in=days) if days else Session.objects.none()
    for course, day in rows.values_list("course", "held_on"):
        days[course].append(day)
    return days


def enrolments(course: Course) -> QuerySet[Enrolment]:
    """Participants, each with `present`: the number of sessions attended."""
    return (
        course.enrolments.select_related("business__cluster", "business__owner")
        .annotate(present=Count("attendances", filter=attended_session("attendances__")))
        .order_by("business__name")
    )
