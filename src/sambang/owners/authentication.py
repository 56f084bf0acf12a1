"""Authentication of owners by a personal link (`link_access`).

`request.user` is anonymous here, also where a member of staff is signed in on the same phone; `request.owner` is the
acting person. Every form names its business, so that a page of one business that is still open cannot write for another
whose link was opened later in the same browser.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.lib.draft_key import draft_key
from sambang.lib.last_used import record_use
from sambang.lib.link_cookie import LinkCookie
from sambang.owners import queries
from sambang.owners.link_access import LinkAccess, as_private_page
from sambang.owners.models import PersonalLink, UsedCode
from sambang.registry.models import Business

OWNER_ACCESS = LinkAccess(
    lambda: PersonalLink.objects.select_related("business__owner", "business__cluster"),
    # A monthly report finds the cookie; later, the link of the reminder sets it again.
    LinkCookie("sambang_saya", "sambang.owners.authentication", timedelta(days=45)),
    home="owners:home",
    refused="owners:link_refused",
    templates="owners",
    condition=Q(business__owner__is_active=True),
    refusals={
        "masuk": (403, _("Buka tautan pribadi Anda dari pesan WhatsApp. Di sana Anda langsung masuk.")),
        "habis": (410, _("Tautan ini sudah habis masa berlakunya. Mintalah tautan baru kepada pengurus.")),
        "dicabut": (410, _("Tautan ini sudah diganti atau dicabut. Pakailah pesan WhatsApp yang paling baru.")),
    },
)


class OwnerRequest(HttpRequest):
    """The request that an `owner_page` receives."""

    owner: Person
    business: Business
    link: PersonalLink


def use_code(code: queries.Code) -> None:
    """Mark a code as used, in the transaction of the answer it is given for."""
    UsedCode.objects.create(link=code.link, number=code.number)


def owner_page[**P](
    view: Callable[Concatenate[OwnerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a view for owners. Without an active link it redirects to the page that says how to open one; a form of
    another business is refused with status 409."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with bypass_row_security(__name__):
            link = OWNER_ACCESS.link_of(request)
        if link is None:
            return OWNER_ACCESS.ask_for_link()
        request.user = AnonymousUser()
        request.link, request.business = link, link.business  # type: ignore[attr-defined]
        request.owner = link.business.owner  # type: ignore[attr-defined]
        # Not of the link: a replaced link opens the drafts of the earlier one.
        request.draft_key = draft_key("owner", link.business_id, link.business.owner_id)  # type: ignore[attr-defined]
        with as_reader(link.business.owner):
            record_use(link)
            if request.method == "POST" and request.POST.get("business") != str(link.business_id):
                response = render(request, "owners/other_business.html", status=409)
            else:
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        return as_private_page(response)

    return public(reason="authenticated by the owner's personal link")(wrapper)
