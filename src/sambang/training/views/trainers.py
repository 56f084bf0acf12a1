"""Trainers of a council, and what became of their people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import councils_of, may, require
from sambang.access.requests import PersonRequest, own_council
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import CellSource, Export, Page, list_response
from sambang.training import operations
from sambang.training.forms import OutcomeForm, TrainerForm
from sambang.training.models import LadderStep, Trainer
from sambang.training.trainers import TrainingOutcome, courses_of_trainers, outcomes, outcomes_by_trainer, trainers


def _outcome_columns(outcome_of: Callable[[Any], TrainingOutcome], days: int) -> list[tuple[Any, CellSource]]:
    def reached(step: str) -> CellSource:
        return lambda row: outcome_of(row).reached[step]

    return [
        (_("Peserta"), lambda row: outcome_of(row).enrolled),
        (_("Hadir"), lambda row: outcome_of(row).attended),
        (_("Soal sesudah benar"), lambda row: outcome_of(row).answered),
        (_("Sudah lewat %(days)d hari") % {"days": days}, lambda row: outcome_of(row).due),
        *((step.label, reached(step.value)) for step in LadderStep.Step),
    ]


def trainer_list(request: PersonRequest) -> HttpResponseBase:
    form = OutcomeForm(request.GET)
    rows = form.narrow(trainers(request.user))
    courses = list(courses_of_trainers(request.user, rows))
    outcome_of = outcomes(request.user, courses, days=form.days, today=clock.today())
    sums = outcomes_by_trainer(courses, outcome_of)
    nothing = (0, TrainingOutcome())

    def context(page: Page) -> dict[str, Any]:
        councils = [one for one in councils_of(request.user) if may(request.user, "training.add_trainer", one)]
        return {
            "form": form,
            "days": form.days,
            "rows": [(trainer, *sums.get(trainer.pk, nothing)) for trainer in page],
            "steps": LadderStep.Step,
            "councils": councils,
        }

    columns: list[tuple[Any, CellSource]] = [
        (_("Pelatih"), "name"),
        (_("Keahlian"), "skills"),
        (_("Masih melatih"), lambda row: _("ya") if row.is_active else _("tidak")),
        (_("Pelatihan"), lambda row: sums.get(row.pk, nothing)[0]),
        *_outcome_columns(lambda row: sums.get(row.pk, nothing)[1], form.days),
    ]
    return list_response(request, rows, "training/trainer_list.html", Export("pelatih", columns), context)


def get_trainer(request: PersonRequest, trainer_id: UUID) -> Trainer:
    return get_object_or_404(trainers(request.user), pk=trainer_id)


def trainer_detail(request: PersonRequest, trainer_id: UUID) -> HttpResponseBase:
    trainer = get_trainer(request, trainer_id)
    form = OutcomeForm(request.GET)
    rows = form.narrow(courses_of_trainers(request.user, [trainer]))
    outcome_of = outcomes(request.user, rows, days=form.days, today=clock.today())
    sees_contact = may(request.user, "training.see_trainer_contact", trainer)

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "days": form.days,
            "trainer": trainer,
            "sees_contact": sees_contact,
            "may_change": may(request.user, "training.change_trainer", trainer),
            "rows": [(course, outcome_of[course.pk]) for course in page],
            "steps": LadderStep.Step,
        }

    columns: list[tuple[Any, CellSource]] = [
        (_("Pelatihan"), "title"),
        *_outcome_columns(lambda course: outcome_of[course.pk], form.days),
    ]
    return list_response(request, rows, "training/trainer_detail.html", Export("pelatih", columns), context)


def trainer_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "training.add_trainer")
    form = TrainerForm(request.POST or None)
    if trainer := run_operation(form, lambda: operations.add_trainer(council, request.user, **form.cleaned_data)):
        messages.success(request, _("Pelatih ditambahkan. Pilih dia pada pelatihannya."))
        return redirect("training:trainer_detail", trainer.pk)
    back = (reverse("training:trainer_list"), _("Pelatih"))
    return form_page(request, form, title=_("Pelatih baru"), back=back)


def trainer_change(request: PersonRequest, trainer_id: UUID) -> HttpResponse:
    trainer = get_trainer(request, trainer_id)
    require(request.user, "training.change_trainer", trainer)
    # A copy of the row: the form's validation writes into its instance.
    form = TrainerForm(request.POST or None, instance=get_trainer(request, trainer_id))
    if run_operation(form, lambda: operations.change_trainer(trainer, request.user, **form.cleaned_data)):
        messages.success(request, _("Data pelatih disimpan."))
        return redirect("training:trainer_detail", trainer.pk)
    back = (reverse("training:trainer_detail", args=[trainer.pk]), trainer.name)
    return form_page(request, form, title=_("Betulkan data pelatih"), back=back)
