"""The one action of a responsible person outside the office."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import system_person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.actions.models import Action
from sambang.assignments.authentication import ASSIGNMENT_ACCESS, AssignmentRequest, assignment_page
from sambang.assignments.forms import ActionStatementForm
from sambang.assignments.operations import record_statement
from sambang.lib import clock
from sambang.lib.forms import run_operation


@public(reason="exchanges the token of a link for the person responsible for one action")
@require_safe
@bypass_row_security(__name__)
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    return ASSIGNMENT_ACCESS.exchange(request, token)


@public(reason="explains why a link is refused")
@require_safe
def link_refused(request: HttpRequest, why: str) -> HttpResponse:
    return ASSIGNMENT_ACCESS.refusal_page(request, why)


@assignment_page
@require_safe
def action(request: AssignmentRequest) -> HttpResponse:
    return _page(request, ActionStatementForm())


@assignment_page
@require_POST
def statement_create(request: AssignmentRequest) -> HttpResponse:
    """A form of another action than that of the link opened last is refused."""
    if request.POST.get("link") != str(request.link.pk):
        messages.error(
            request, _("Belum tersimpan: di HP ini tautan lain dibuka sesudahnya. Tindakan Anda di bawah ini.")
        )
        return redirect("assignments_outside:action")
    form = ActionStatementForm(request.POST)
    if run_operation(form, lambda: record_statement(request.link, system_person(), **form.cleaned_data)):
        messages.success(request, _("Terima kasih. Kantor membacanya sebagai pernyataan Anda."))
        return redirect("assignments_outside:action")
    return _page(request, form)


def _page(request: AssignmentRequest, form: ActionStatementForm) -> HttpResponse:
    row = request.link.action
    context = {
        "link": request.link,
        "action": row,
        "form": form,
        "is_open": row.state in Action.OPEN_STATES,
        "steps": row.steps.order_by("added_at"),
        "statements": row.events.filter(outside_name=request.link.responsible_name).order_by("-at", "-pk"),
        "today": clock.today(),
    }
    return render(request, "assignments/action.html", context, status=422 if form.is_bound else 200)
