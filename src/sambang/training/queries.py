"""Queries of courses and their participants."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from django.db.models import Avg, Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from sambang.access.models import Person
from sambang.training.models import Course, Enrolment


class Totals(TypedDict):
    participants: int
    before: float | None
    after: float | None
    gain: float | None


def courses(person: Person) -> QuerySet[WithAnnotations[Course, Totals]]:
    """Courses within reach, those without a session first, then newest session first. Each has `participants`, and
    `before`, `after` and `gain`: means over the participants who took both tests."""
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
        .annotate(newest=Coalesce(Max("sessions__held_on"), Value(date.max)))
        .order_by("-newest", "title", "pk")
    )


def enrolments(course: Course) -> QuerySet[Enrolment]:
    """Participants, each with `present`: the number of sessions attended."""
    return (
        course.enrolments.select_related("business__cluster", "business__owner")
        .annotate(present=Count("attendances", filter=Q(attendances__present=True)))
        .order_by("business__name")
    )
