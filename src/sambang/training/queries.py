"""What the office reads of training."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import Avg, Count, F, Max, Q, QuerySet
from django_stubs_ext import WithAnnotations

from sambang.access.models import Person
from sambang.training.models import Course, Enrolment


class Totals(TypedDict):
    participants: int
    before: float | None
    after: float | None
    gain: float | None


def courses(person: Person) -> QuerySet[WithAnnotations[Course, Totals]]:
    """Courses within reach, newest session first, with `participants`, `before`, `after` and `gain` (mean of those who
    took both tests, so that who left early does not move it)."""
    both = Q(enrolments__score_before__isnull=False, enrolments__score_after__isnull=False)
    return (
        Course.objects.visible_to(person)
        .select_related("council")
        .prefetch_related("sessions")
        .annotate(
            participants=Count("enrolments", distinct=True),
            before=Avg("enrolments__score_before", filter=both),
            after=Avg("enrolments__score_after", filter=both),
        )
        .annotate(gain=F("after") - F("before"))
        .annotate(newest=Max("sessions__held_on"))
        .order_by(F("newest").desc(nulls_first=True), "title", "pk")
    )


def enrolments(course: Course) -> QuerySet[Enrolment]:
    """Participants with `present`, the number of sessions they came to."""
    return (
        course.enrolments.select_related("business__cluster", "business__owner")
        .annotate(present=Count("attendances", filter=Q(attendances__present=True)))
        .order_by("business__name")
    )
