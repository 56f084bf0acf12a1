"""The board of actions, what is overdue, the list, and one action with its history."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.actions import queries
from sambang.actions.forms import FilterForm, LinkForm, StepForm
from sambang.actions.models import Action, ActionEvent, Confirmation
from sambang.actions.operations import raisers
from sambang.actions.states import MOVES, State
from sambang.aspirations.history import action_moments, readable_speakers
from sambang.lib.board import board_columns
from sambang.lib.exports import workbook_response
from sambang.registry.names import names_for

BUTTONS = ("claim", "replan", "drop", "reopen", "add_step", "complete_step")


def board(request: PersonRequest) -> HttpResponse:
    today = timezone.localdate()
    form = FilterForm(request.user, request.GET, leave_out=("keadaan",))
    rows = queries.actions(request.user, form.chosen(), today=today)
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    shown = board_columns(rows, Action.State, first="due_on")
    facts = {
        "form": form,
        "columns": shown,
        "today": today,
        "late": Action.objects.visible_to(request.user).overdue(today=today).count(),
        "simulated": any(action.cluster.is_simulated for column in shown for action in column.rows),
    }
    return render(request, "actions/board.html", facts)


def action_list(request: PersonRequest) -> HttpResponse:
    form = FilterForm(request.user, request.GET)
    return _listed(request, form, form.chosen(), title=_("Semua tindakan"))


def overdue(request: PersonRequest) -> HttpResponse:
    form = FilterForm(request.user, request.GET, leave_out=("keadaan", "tenggat"))
    return _listed(request, form, replace(form.chosen(), due="late"), title=_("Lewat tenggat"))


def _listed(request: PersonRequest, form: FilterForm, chosen: queries.Filter, *, title: str) -> HttpResponse:
    today = timezone.localdate()
    rows = queries.actions(request.user, chosen, today=today)
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    simulated = any(action.cluster.is_simulated for action in page)
    facts = {"form": form, "page": page, "title": title, "today": today, "simulated": simulated}
    return render(request, "actions/list.html", facts)


def action_of(request: PersonRequest, action_id: str) -> Action:
    reach = Action.objects.visible_to(request.user).select_related(
        "cluster", "matter", "visit", "idea", "responsible", "made_by"
    )
    return get_object_or_404(reach, pk=action_id)


def action(request: PersonRequest, action_id: str) -> HttpResponse:
    return action_page(request, action_of(request, action_id))


def action_page(request: PersonRequest, action: Action, *, step_form: StepForm | None = None) -> HttpResponse:
    """The whole page; with a form that holds a complaint it answers 422."""
    events = Prefetch("events", ActionEvent.objects.select_related("by", "business__owner").order_by("at", "pk"))
    told = Action.objects.prefetch_related(events, "steps__done_by").get(pk=action.pk)
    said = Confirmation.objects.visible_to(request.user).filter(action=action)
    moments = action_moments(told, names_for(request), readable_speakers([told], request.user))
    state = State(action.state)
    facts = {
        "action": action,
        "steps": sorted(told.steps.all(), key=lambda step: (step.done_at is not None, step.added_at)),
        "confirmations": said.select_related("business__owner").order_by("answer", "business__name"),
        "answers": queries.answers(action),
        "first_due": next((event.due_from for event in told.events.all() if event.due_from), None),
        "to_ask": [] if action.claimed_at else raisers(action),
        "history": sorted(moments, key=lambda moment: moment.at),
        "step_form": step_form or StepForm(),
        "link_form": LinkForm(action.cluster) if _may_link(request, action) else None,
        "today": timezone.localdate(),
        "may": {verb: _now(verb, state) and may(request.user, f"actions.{verb}", action) for verb in BUTTONS},
    }
    return render(request, "actions/action.html", facts, status=200 if step_form is None else 422)


def _may_link(request: PersonRequest, action: Action) -> bool:
    return (
        action.matter_id is None and _now("link", State(action.state)) and may(request.user, "actions.promise", action)
    )


def _now(verb: str, state: State) -> bool:
    """Does the table let this verb be used in this state?"""
    return state in MOVES["step" if verb.endswith("_step") else verb]


def _workbook(rows: QuerySet[Action]) -> HttpResponse:
    headings = [
        pgettext("one", "Tindakan"),
        _("Sentra"),
        _("Pokok bahasan"),
        _("Penanggung jawab"),
        _("Tenggat"),
        _("Anggaran (Rp)"),
        _("Keadaan"),
        _("IKM ditanya"),
        _("Menyatakan selesai"),
        _("Menyatakan belum"),
        _("Belum menjawab"),
    ]
    table = []
    for one in rows:
        counted = queries.Answers(*(getattr(one, name) for name in ("asked", "solved", "refused")))
        table.append(
            [
                one.title,
                one.cluster.name,
                one.matter.title if one.matter else "",
                one.responsible_name,
                one.due_on,
                one.budget,
                one.get_state_display(),
                counted.asked,
                counted.solved,
                counted.refused,
                counted.silent,
            ]
        )
    return workbook_response(_("tindakan"), headings, table)
