"""Actions: the board, the list, the overdue list, and one action with its history."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sambang.access.permissions import may
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.actions import queries
from sambang.actions.forms import ActionListForm, LinkForm, StepForm
from sambang.actions.models import Action, ActionEvent, ActionQuerySet, Attachment, Confirmation
from sambang.actions.operations import businesses_to_ask
from sambang.actions.states import ACTION_TRANSITIONS, State, needed_answers
from sambang.aspirations.history import action_history, businesses_in_history
from sambang.audit.change_cache import until_change
from sambang.lib import clock
from sambang.lib.lists import Export, Page, file_response, list_response
from sambang.registry.personal_names import names_for

ACTION_VERBS = ("claim", "replan", "drop", "reopen", "add_step", "complete_step")
ANY_STATE = ("add_attachment", "withdraw", "record_spent")


def action_board(request: PersonRequest) -> HttpResponseBase:
    today, reader = clock.today(), reader_for(request.user)
    form = ActionListForm(request.user, request.GET, leave_out=("keadaan",))
    if not request.GET:
        board = until_change(reader, queries.unfiltered_action_board, request.user)
    else:
        rows = form.narrow(queries.actions_for(request.user))
        if (file := file_response(request, rows, _export())) is not None:
            return file
        board = queries.action_board_of(rows)
    context = {
        "form": form,
        "columns": board,
        "today": today,
        "overdue": queries.count_overdue(request.user, today=today),
        "settable": [
            council
            for council in reader.councils
            if reader.may("actions.set_confirmation_share", council, code=council.region_code)
        ],
        "simulated": any(action.is_simulated for column in board for action in column.rows),
    }
    return render(request, "actions/action_board.html", context)


def action_list(request: PersonRequest) -> HttpResponseBase:
    form = ActionListForm(request.user, request.GET)
    return _list_response(request, form, queries.actions_for(request.user), title=_("Semua tindakan"))


def action_overdue(request: PersonRequest) -> HttpResponseBase:
    form = ActionListForm(request.user, request.GET, leave_out=("keadaan", "tenggat"))
    rows = queries.actions_for(request.user).overdue(today=clock.today())
    return _list_response(request, form, rows, title=_("Lewat tenggat"))


def _list_response(
    request: PersonRequest, form: ActionListForm, rows: ActionQuerySet, *, title: str
) -> HttpResponseBase:
    def context(page: Page) -> dict[str, Any]:
        simulated = any(action.is_simulated for action in page)
        return {"form": form, "title": title, "today": clock.today(), "simulated": simulated}

    return list_response(
        request, form.narrow(rows), "actions/action_list.html", _export(), context, queries.ACTION_COLUMNS
    )


def action_of(request: PersonRequest, action_id: str) -> Action:
    return reached_row(
        request, Action, action_id, related=("cluster", "matter", "visit", "idea", "responsible", "created_by")
    )


def to_action(action: Action) -> tuple[str, str]:
    """Address and name of its page, for a form that was opened there."""
    return reverse("actions:action_detail", args=[action.pk]), action.title


def action_detail(request: PersonRequest, action_id: str) -> HttpResponse:
    return action_page(request, action_of(request, action_id))


def action_page(request: PersonRequest, action: Action, *, step_form: StepForm | None = None) -> HttpResponse:
    """The page of an action; with a form that has errors the status is 422."""
    events = Prefetch("events", ActionEvent.objects.select_related("by", "business__owner").order_by("at", "pk"))
    prefetch_related_objects([action], events, "steps__done_by")
    confirmations = Confirmation.objects.visible_to(request.user).filter(action=action)
    history = action_history(action, names_for(request), businesses_in_history([action], request.user))
    state, answers, share = (
        State(action.state),
        queries.answer_counts(action),
        queries.required_share(action),
    )
    context = {
        "action": action,
        "may_ask": _may_ask(request, action),
        "may_assign": action.responsible_id is None
        and state in Action.OPEN_STATES
        and may(request.user, "assignments.make_link", action),
        "steps": sorted(action.steps.all(), key=lambda step: (step.done_at is not None, step.added_at)),
        "confirmations": confirmations.select_related("business__owner").order_by("answer", "business__name"),
        "answers": answers,
        "needed": needed_answers(answers.asked, share),
        "share": share,
        "first_due": next((event.due_from for event in action.events.all() if event.due_from), None),
        "to_ask": [] if action.claimed_at else businesses_to_ask(action),
        "history": sorted(history, key=lambda item: item.at),
        "step_form": step_form or StepForm(),
        "link_form": LinkForm(action) if _may_link(request, action) else None,
        "today": clock.today(),
        "attachments": Attachment.objects.visible_to(request.user).filter(action=action).select_related("added_by"),
        "may": {
            **{
                verb: _is_allowed(verb, state) and may(request.user, f"actions.{verb}", action) for verb in ACTION_VERBS
            },
            **{verb: may(request.user, f"actions.{verb}", action) for verb in ANY_STATE},
        },
    }
    return render(request, "actions/action_detail.html", context, status=200 if step_form is None else 422)


def _may_link(request: PersonRequest, action: Action) -> bool:
    allowed = action.matter_id is None and _is_allowed("link", State(action.state))
    return allowed and may(request.user, "actions.promise", action)


def _may_ask(request: PersonRequest, action: Action) -> bool:
    """Whether the person may message the asked IKM: needs the verb for owners' links, in the own regency."""
    is_asked = action.claimed_at is not None and reader_for(request.user).is_in_regency_council
    return is_asked and may(request.user, "owners.make_link", action)


def _is_allowed(verb: str, state: State) -> bool:
    return state in ACTION_TRANSITIONS["step" if verb.endswith("_step") else verb]


def _export() -> Export:
    return Export(
        _("tindakan"),
        (
            (pgettext("one", "Tindakan"), "title"),
            (_("Sentra"), "cluster.name"),
            (_("Pokok bahasan"), "matter.title"),
            (_("Penanggung jawab"), "responsible_name"),
            (_("Tenggat"), "due_on"),
            (_("Anggaran (Rp)"), "budget"),
            (_("Belanja (Rp)"), "spent"),
            (_("Keadaan"), "get_state_display"),
            (_("IKM ditanya"), "asked"),
            (_("Menyatakan selesai"), "solved"),
            (_("Menyatakan belum"), "refused"),
            (_("Belum menjawab"), lambda row: row.asked - row.solved - row.refused),
        ),
    )
