"""Pages of registered evaluations: what was registered, by whom and when, and later its result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.insight.evaluations import evaluation_result, evaluations
from sambang.insight.forms import EvaluationForm
from sambang.insight.models import Evaluation
from sambang.insight.operations import register_evaluation
from sambang.insight.views.results import chosen_council
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang_stats.messages import CONCLUSIONS


def evaluation_list(request: PersonRequest) -> HttpResponseBase:
    council = chosen_council(request)
    columns = (
        (_("Yang dinilai"), str),
        (_("Dinilai sampai bulan"), "until"),
        (_("Didaftarkan"), "created_at"),
        (_("Oleh"), "created_by.name"),
        (_("Yang diharapkan"), "expectation"),
    )

    def context(_page: Page) -> dict[str, Any]:
        may_register = reader_for(request.user).may("insight.register_evaluation", council, code=council.region_code)
        return {"council": council, "may_register": may_register}

    rows = evaluations(council, request.user)
    return list_response(request, rows, "insight/evaluation_list.html", Export(_("penilaian"), columns), context)


def evaluation_create(request: PersonRequest, council_id: object) -> HttpResponse:
    council = own_council(request, council_id, "insight.register_evaluation")
    form = EvaluationForm(council, request.user, request.POST or None)

    def register() -> Evaluation:
        return register_evaluation(council, request.user, **form.cleaned_data)

    if evaluation := run_operation(form, register):
        messages.success(request, _("Penilaian didaftarkan. Mulai sekarang tidak dapat diubah."))
        return redirect("insight:evaluation_detail", evaluation.pk)
    back = (f"{reverse('insight:evaluation_list')}?dewan={council.pk}", _("Apakah ini menolong?"))
    return form_page(request, form, title=_("Daftarkan penilaian"), back=back, save=_("Daftarkan"))


def evaluation_detail(request: PersonRequest, evaluation_id: object) -> HttpResponse:
    evaluation = reached_row(request, Evaluation, evaluation_id, related=("course", "council", "created_by"))
    result = evaluation_result(evaluation, request.user)
    conclusion = _(CONCLUSIONS[result.figures.conclusion]) if result.figures else ""
    simulated = evaluation.council.is_simulated
    context = {"evaluation": evaluation, "result": result, "conclusion": conclusion, "simulated": simulated}
    return render(request, "insight/evaluation_detail.html", context)
