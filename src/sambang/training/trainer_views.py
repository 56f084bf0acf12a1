"""Trainers, and what became of their people."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.lists import CellSource, Export, Page, list_response
from sambang.training.forms import TrainerListForm
from sambang.training.models import LadderStep
from sambang.training.trainers import courses_with_trainer, outcomes, outcomes_by_trainer


def trainer_list(request: PersonRequest) -> HttpResponseBase:
    form = TrainerListForm(courses_with_trainer(request.user), request.GET)
    rows = form.narrow(courses_with_trainer(request.user))
    courses = list(rows)
    outcome_of = outcomes(request.user, courses, days=form.days, today=clock.today())

    def reached(step: str) -> CellSource:
        return lambda course: outcome_of[course.pk].reached[step]

    columns: list[tuple[Any, CellSource]] = [
        (_("Pelatih"), "trainer"),
        (_("Pelatihan"), "title"),
        (_("Peserta"), lambda course: outcome_of[course.pk].enrolled),
        (_("Hadir"), lambda course: outcome_of[course.pk].attended),
        (_("Soal sesudah benar"), lambda course: outcome_of[course.pk].answered),
        (_("Sudah lewat %(days)d hari") % {"days": form.days}, lambda course: outcome_of[course.pk].due),
        *((step.label, reached(step.value)) for step in LadderStep.Step),
    ]

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "days": form.days,
            "rows": [(course, outcome_of[course.pk]) for course in page],
            "trainers": outcomes_by_trainer(courses, outcome_of),
            "steps": LadderStep.Step,
        }

    return list_response(request, rows, "training/trainer_list.html", Export("pelatih", columns), context)
