"""The office's page about the link of the person outside who is responsible for an action."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.requests import PersonRequest, reached_row
from sambang.actions.models import Action
from sambang.assignments import queries
from sambang.assignments.models import AssignmentLink
from sambang.assignments.operations import make_assignment_link, revoke_assignment_link
from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_without_form
from sambang.lib.whatsapp import whatsapp_share_url


def _action_of(request: PersonRequest, action_id: object) -> Action:
    return reached_row(request, Action, action_id, "assignments.make_link", related=("responsible",))


def link_detail(request: PersonRequest, action_id: object) -> HttpResponse:
    """The active link with its ready message, and what its person stated."""
    action = _action_of(request, action_id)
    link = queries.active_link(action)
    token = queries.link_token(link) if link else ""
    address = request.build_absolute_uri(reverse("assignments_outside:link_open", args=[token])) if token else ""
    text = assignment_text(action, address) if address else ""
    context = {
        "action": action,
        "link": link,
        "address": address,
        "text": text,
        "whatsapp": whatsapp_share_url(text) if text else "",
        "is_open": action.state in Action.OPEN_STATES,
        "statements": action.events.exclude(outside_name="").order_by("-at", "-pk"),
    }
    response = render(request, "assignments/link_detail.html", context)
    add_never_cache_headers(response)
    return response


@translation.override(settings.LANGUAGE_CODE)
def assignment_text(action: Action, address: str) -> str:
    return _(
        "Yth. %(name)s, Anda tercatat sebagai penanggung jawab “%(action)s”, tenggat %(day)s.\n"
        "Kabarkan perkembangannya di sini, tanpa kata sandi:\n%(address)s\n"
        "Tautan ini hanya untuk Anda; jangan diteruskan. Terima kasih."
    ) % {
        "name": action.responsible_name,
        "action": action.title,
        "day": date_format(action.due_on, "j F Y"),
        "address": address,
    }


@require_POST
def link_create(request: PersonRequest, action_id: object) -> HttpResponse:
    action = _action_of(request, action_id)
    done = _("Tautan dibuat. Yang lama tidak berlaku lagi.")
    run_without_form(request, lambda: make_assignment_link(action, request.user), done)
    return redirect("assignments:link_detail", action.pk)


@require_POST
@ask_first(
    gettext_lazy("Cabut tautan ini?"),
    gettext_lazy("Penanggung jawabnya tidak dapat membuka tindakan ini sampai Anda membuat tautan baru."),
    gettext_lazy("Ya, cabut"),
)
def link_revoke(request: PersonRequest, assignment_link_id: object) -> HttpResponse:
    link = reached_row(request, AssignmentLink, assignment_link_id, related=("action",))
    revoke_assignment_link(link, request.user)
    messages.success(request, _("Tautan dicabut."))
    return redirect("assignments:link_detail", link.action_id)
