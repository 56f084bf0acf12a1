"""IKM without progress after a course, with a prepared WhatsApp message."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.models import Business
from sambang.registry.owner_messages import whatsapp_redirect
from sambang.training.forms import StuckListForm
from sambang.training.models import Enrolment, LadderStep
from sambang.training.stuck import counts_by, message_text, moved_by_counts, session_invitation, stuck_enrolments

STEP_LABELS = dict(LadderStep.Step.choices)


def stuck_list(request: PersonRequest) -> HttpResponseBase:
    today = clock.today()
    stuck = stuck_enrolments(request.user, today=today)
    form = StuckListForm(request.user, request.GET, stuck, today=today)
    rows = form.narrow(stuck)
    columns = (
        (_("Sentra"), "business.cluster"),
        (_("IKM"), "business.name"),
        (_("Pelatihan"), "course.title"),
        (_("Terakhir hadir"), "last_attended"),
        (_("Hari"), lambda row: (today - row.last_attended).days),
        (_("Anak tangga"), lambda row: STEP_LABELS.get(row.reached, "")),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "may_message": may_somewhere(request.user, "registry.see_contact"),
            "rows": [
                (row, (today - row.last_attended).days, STEP_LABELS.get(row.reached, _("belum tercatat")))
                for row in page
            ],
            "by_course": counts_by(rows, "course__title"),
            "by_cluster": counts_by(rows, "business__cluster__name"),
            "simulated": any(row.business.is_simulated for row in page),
            "moved_by": moved_by_counts(Business.objects.visible_to(request.user)),
        }

    return list_response(request, rows, "training/stuck_list.html", Export("tertahan", columns), context)


def stuck_message(request: PersonRequest, enrolment_id: str) -> HttpResponse:
    today = clock.today()
    rows = stuck_enrolments(request.user, today=today).select_related("business__owner")
    enrolment = get_object_or_404(rows, pk=enrolment_id)
    return _owner_message(request, enrolment.business, message_text(enrolment, today=today))


def enrolment_invite(request: PersonRequest, enrolment_id: str) -> HttpResponse:
    """The invitation to the next session of the course. 404 without one."""
    rows = Enrolment.objects.visible_to(request.user).filter(course__withdrawn_at=None)
    enrolment = get_object_or_404(rows.select_related("business__owner", "course"), pk=enrolment_id)
    session = enrolment.course.sessions.filter(held_on__gte=clock.today()).first()
    if session is None:
        raise Http404
    return _owner_message(request, enrolment.business, session_invitation(enrolment, session))


def _owner_message(request: PersonRequest, business: Business, text: str) -> HttpResponse:
    require(request.user, "registry.see_contact", business)
    return whatsapp_redirect(request, request.user, business, text, verb="registry.see_contact")
