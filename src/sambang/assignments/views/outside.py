"""The one action of a responsible person outside the office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import system_person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.actions.models import Action
from sambang.assignments.authentication import (
    COOKIE,
    AssignmentRequest,
    assignment_page,
    check_token,
)
from sambang.assignments.forms import StatementForm
from sambang.assignments.operations import record_statement
from sambang.lib import clock
from sambang.lib.addresses import rate_limit_key
from sambang.lib.forms import perform
from sambang.lib.link_previews import is_link_preview

REFUSALS: dict[str, tuple[int, Any]] = {
    "masuk": (403, gettext_lazy("Buka tautan dari pesan WhatsApp kantor. Di sana tindakan Anda langsung tampil.")),
    "tidak-dikenal": (
        404,
        gettext_lazy("Tautan ini tidak dikenal, mungkin terpotong. Tekan lagi tautan di pesan WhatsApp yang asli."),
    ),
    "habis": (410, gettext_lazy("Tautan ini sudah diganti, dicabut, atau habis. Mintalah yang baru kepada kantor.")),
    "terlalu-sering": (429, gettext_lazy("Terlalu banyak tautan salah dari jaringan ini. Coba lagi satu jam lagi.")),
}


@public(reason="exchanges the token of a link for the person responsible for one action")
@require_safe
@bypass_row_security(__name__)
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the token for the cookie and redirect. A messenger that fetches a preview gets the name of the page."""
    if is_link_preview(request):
        return render(request, "assignments/link_preview.html")
    why, link = check_token(token, rate_limit_key(request))
    to = redirect("assignments_outside:action") if link else redirect("assignments_outside:link_refused", why)
    to["Referrer-Policy"] = "no-referrer"
    to["Cache-Control"] = "no-store"
    return COOKIE.attach(to, link.pk) if link else COOKIE.expire(to)


@public(reason="explains why a link is refused")
@require_safe
def link_refused(request: HttpRequest, why: str) -> HttpResponse:
    if why not in REFUSALS:
        raise Http404
    status, sentence = REFUSALS[why]
    return render(request, "assignments/link_refused.html", {"sentence": sentence}, status=status)


@assignment_page
@require_safe
def action(request: AssignmentRequest) -> HttpResponse:
    return _page(request, StatementForm())


@assignment_page
@require_POST
def statement_create(request: AssignmentRequest) -> HttpResponse:
    """A form of another action than that of the link opened last is refused."""
    if request.POST.get("link") != str(request.link.pk):
        messages.error(
            request, _("Belum tersimpan: di HP ini tautan lain dibuka sesudahnya. Tindakan Anda di bawah ini.")
        )
        return redirect("assignments_outside:action")
    form = StatementForm(request.POST)
    if perform(form, lambda: record_statement(request.link, system_person(), **form.cleaned_data)):
        messages.success(request, _("Terima kasih. Kantor membacanya sebagai pernyataan Anda."))
        return redirect("assignments_outside:action")
    return _page(request, form)


def _page(request: AssignmentRequest, form: StatementForm) -> HttpResponse:
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
