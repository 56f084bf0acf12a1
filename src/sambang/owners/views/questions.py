"""The question "is it solved?" of a claimed action, ready in WhatsApp for each IKM that has not answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.actions.models import Action, Confirmation
from sambang.lib import clock
from sambang.lib.lists import Export, Page, list_response
from sambang.owners import queries
from sambang.owners.views.reminders import question_redirect


def question_list(request: PersonRequest, action_id: object) -> HttpResponseBase:
    """The IKM that have not answered since the last claim, each with its personal link and when it was written to."""
    rows = Action.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(Action))
    action = get_object_or_404(rows, pk=action_id)
    require(request.user, "owners.make_link", action)
    export = Export(
        _("belum-menjawab"),
        (
            (_("IKM"), "business.name"),
            (_("Ditanyakan"), lambda row: timezone.localtime(row.asked_at)),
            (_("Dikirimi pesan"), lambda row: row.sent_at and timezone.localtime(row.sent_at)),
        ),
    )

    def context(page: Page) -> dict[str, Any]:
        return {"action": action, "now": clock.now()}

    unanswered = queries.questions_to_answer(request.user).filter(action=action)
    return list_response(request, unanswered, "owners/question_list.html", export, context)


def question_send(request: PersonRequest, confirmation_id: object) -> HttpResponse:
    confirmation: Confirmation = get_object_or_404(queries.questions_to_answer(request.user), pk=confirmation_id)
    require(request.user, "owners.make_link", confirmation.business)
    return question_redirect(request, request.user, confirmation)
