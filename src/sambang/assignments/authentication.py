"""Authentication by an assignment link (owners/link_access.py), which is valid for the page of one action only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.assignments.models import AssignmentLink
from sambang.lib.draft_key import draft_key
from sambang.lib.last_used import record_use
from sambang.lib.link_cookie import LinkCookie
from sambang.owners.link_access import LinkAccess, as_private_page

ASSIGNMENT_ACCESS = LinkAccess(
    lambda: AssignmentLink.objects.select_related("action__cluster", "action__region"),
    LinkCookie("sambang_penanggung_jawab", "sambang.assignments.authentication", timedelta(days=14)),
    home="assignments_outside:action",
    refused="assignments_outside:link_refused",
    templates="assignments",
    refusals={
        "masuk": (403, _("Buka tautan dari pesan WhatsApp kantor. Di sana tindakan Anda langsung tampil.")),
        "habis": (410, _("Tautan ini sudah habis, atau tindakannya dialihkan. Mintalah yang baru kepada kantor.")),
        "dicabut": (410, _("Tautan ini sudah diganti atau dicabut. Mintalah yang baru kepada kantor.")),
    },
)


class AssignmentRequest(HttpRequest):
    """The request that an `assignment_page` receives."""

    link: AssignmentLink


def assignment_page(
    view: Callable[[AssignmentRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Decorate a view of the responsible person. Without an active link it redirects to the page that says why."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        with bypass_row_security(__name__):
            link = ASSIGNMENT_ACCESS.link_of(request)
            if link is None:
                return ASSIGNMENT_ACCESS.ask_for_link()
            request.user = AnonymousUser()
            request.link = link  # type: ignore[attr-defined]
            request.draft_key = draft_key("assignment", link.pk)  # type: ignore[attr-defined]
            record_use(link)
            return as_private_page(view(request))  # type: ignore[arg-type]

    return public(reason="authenticated by the link of the person responsible for one action")(wrapper)
