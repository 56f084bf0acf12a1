"""What became of the people of each trainer: who attended, who answered the questions afterwards, and how far they came
30, 60 or 90 days after their last session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from sambang.access.models import Person
from sambang.training.models import Attendance, Course, Enrolment, LadderStep, QuizResult, Trainer, attended_session

MIN_RIGHT_ANSWERS = 2  # of the three questions of a lesson, to count as answered


def trainers(person: Person) -> QuerySet[Trainer]:
    return Trainer.objects.visible_to(person).select_related("council").order_by("name", "pk")


def courses_of_trainers(person: Person, trainers: Iterable[Trainer]) -> QuerySet[Course]:
    """By title."""
    return Course.objects.visible_to(person).filter(trainer__in=trainers).order_by("title", "pk")


@dataclass
class TrainingOutcome:
    """Counts of IKM. `reached`: of those whose last session is long enough ago (`due`), by step."""

    enrolled: int = 0
    attended: int = 0
    answered: int = 0
    due: int = 0
    reached: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LadderStep.Step.values, 0))

    def add(self, other: TrainingOutcome) -> None:
        self.enrolled += other.enrolled
        self.attended += other.attended
        self.answered += other.answered
        self.due += other.due
        for step, count in other.reached.items():
            self.reached[step] += count

    @property
    def steps(self) -> list[tuple[Any, int]]:
        return [(step.label, self.reached[step]) for step in LadderStep.Step]


def outcomes(person: Person, courses: Iterable[Course], *, days: int, today: date) -> dict[UUID, TrainingOutcome]:
    """By course, in four queries for any number of them."""
    outcome_of = {course.pk: TrainingOutcome() for course in courses}
    rows = Enrolment.objects.visible_to(person).filter(course__in=list(outcome_of))
    members = {pk: (course, business) for pk, course, business in rows.values_list("pk", "course", "business")}
    for course, _business in members.values():
        outcome_of[course].enrolled += 1
    attendances = Attendance.objects.filter(attended_session(), enrolment__in=rows.order_by().values("pk"))
    spans = attendances.values_list("enrolment").annotate(Min("session__held_on"), Max("session__held_on"))
    businesses = rows.order_by().values("business")
    steps: dict[UUID, dict[str, date]] = {}
    reached = LadderStep.objects.filter(business__in=businesses).order_by()
    for business, step, day in reached.values_list("business", "step", "reached_on"):
        steps.setdefault(business, {})[step] = day
    answers = QuizResult.objects.filter(
        business__in=businesses, phase=QuizResult.Phase.AFTER, right__gte=MIN_RIGHT_ANSWERS
    )
    answered = dict(answers.order_by().values_list("business").annotate(Max("answered_on")))
    for enrolment, first, last in spans:
        course, business = members[enrolment]
        outcome, until = outcome_of[course], last + timedelta(days=days)
        outcome.attended += 1
        outcome.answered += business in answered and answered[business] >= first
        if until > today:
            continue
        outcome.due += 1
        for step, day in steps.get(business, {}).items():
            outcome.reached[step] += day <= until
    return outcome_of


def outcomes_by_trainer(
    courses: Iterable[Course], outcome_of: dict[UUID, TrainingOutcome]
) -> dict[UUID | None, tuple[int, TrainingOutcome]]:
    """Number of courses and sum of each trainer that has any, by key."""
    counts: dict[UUID | None, int] = {}
    sums: dict[UUID | None, TrainingOutcome] = {}
    for course in courses:
        counts[course.trainer_id] = counts.get(course.trainer_id, 0) + 1
        sums.setdefault(course.trainer_id, TrainingOutcome()).add(outcome_of[course.pk])
    return {key: (counts[key], sums[key]) for key in counts}
