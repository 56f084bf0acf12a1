"""Authentication of owners: the token of a personal link is exchanged for a signed cookie, valid for these pages only.

The exchange always redirects: a page under the token's own address would put the token into histories, referrers and
error logs. `request.user` is anonymous here, also where a member of staff is signed in on the same phone;
`request.owner` is the acting person. Every form names its business, so that a page of one business that is still open
cannot write for another whose link was opened later in the same browser.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.lib import clock
from sambang.lib.link_cookie import LinkCookie
from sambang.owners import queries
from sambang.owners.models import PersonalLink, UsedCode
from sambang.owners.rate_limit import count_wrong_link, too_many_links
from sambang.registry.models import Business

# A monthly report finds it; later, the link of the reminder sets it again.
COOKIE = LinkCookie("sambang_saya", "sambang.owners.authentication", timedelta(days=45))
USE_RESOLUTION = timedelta(minutes=5)  # resolution of `last_used_at`


class OwnerRequest(HttpRequest):
    """The request that an `owner_page` receives."""

    owner: Person
    business: Business
    link: PersonalLink


def check_token(token: str, source: str) -> tuple[str, PersonalLink | None]:
    """("", the active link) or (key of REFUSALS, None). `source` identifies the client's address.

    Only unknown tokens count as attempts and are throttled. A known token of 192 bits is no guess, so it opens also
    where other clients behind the same address have failed."""
    now = clock.now()
    link = queries.link_of(token)
    if link is None:
        if too_many_links(source, now=now):
            return "terlalu-sering", None
        count_wrong_link(source, now=now)
        return "tidak-dikenal", None
    if link.revoked_at is not None:
        return "dicabut", None
    return ("", link) if link.expires_at > now else ("habis", None)


def use_code(code: queries.Code) -> None:
    """Mark a code as used, in the transaction of the answer it is given for."""
    UsedCode.objects.create(link=code.link, number=code.number)


def active_link(request: HttpRequest) -> PersonalLink | None:
    """The active link named by the cookie, None if there is none or it was revoked or has expired."""
    if (key := COOKIE.key(request)) is None:
        return None
    rows = PersonalLink.objects.active(now=clock.now()).select_related("business__owner", "business__cluster")
    return rows.filter(pk=key, business__owner__is_active=True).first()


def record_use(link: PersonalLink) -> None:
    """Store the time at which a page was opened. The exchange of the token does not count as use."""
    now = clock.now()
    if link.last_used_at is None or now - link.last_used_at > USE_RESOLUTION:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])


def owner_page[**P](
    view: Callable[Concatenate[OwnerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a view for owners. Without an active link it redirects to the page that says how to open one; a form of
    another business is refused with status 409."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with bypass_row_security(__name__):
            link = active_link(request)
        if link is None:
            return COOKIE.expire(redirect("owners:link_refused", "masuk"))
        request.user = AnonymousUser()
        request.link, request.business, request.owner = link, link.business, link.business.owner  # type: ignore[attr-defined]
        with as_reader(link.business.owner):
            record_use(link)
            if request.method == "POST" and request.POST.get("business") != str(link.business_id):
                response = render(request, "owners/other_business.html", status=409)
            else:
                response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        # With "no-referrer" browsers post forms with `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    return public(reason="authenticated by the owner's personal link")(wrapper)
