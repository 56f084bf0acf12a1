"""How an owner comes in: the link's token is exchanged once for a signed cookie that opens these pages and no others.

The token leaves the address bar at once, whatever becomes of it: a page that answers under the token's own address
would put it into histories, referrers and error logs. `request.user` is nobody here, even where a member of staff is
signed in on the same phone: `request.owner` is who acts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.lib import clock
from sambang.lib.headers import host_cookie_name
from sambang.owners import queries
from sambang.owners.models import PersonalLink, UsedCode
from sambang.owners.rate_limit import count_wrong_link, too_many_links
from sambang.registry.models import Business

COOKIE, SALT = "sambang_saya", "sambang.owners.authentication"
STAYS = timedelta(days=7)  # then the owner opens the link in WhatsApp again
NOTICED = timedelta(minutes=5)  # how exactly `last_used_at` is kept


class OwnerRequest(HttpRequest):
    """The request as an owner's page knows it."""

    owner: Person
    business: Business
    link: PersonalLink


def refusal(token: str, place: str) -> tuple[str, PersonalLink | None]:
    """Why not, or the living link. Only unknown tokens count as tries: who holds an old link is no guesser."""
    now = clock.now()
    if too_many_links(place, now=now):
        return "terlalu-sering", None
    link = queries.link_of(token)
    if link is None:
        count_wrong_link(place, now=now)
        return "tidak-dikenal", None
    if link.revoked_at is not None:
        return "dicabut", None
    return ("", link) if link.expires_at > now else ("habis", None)


def use_code(code: queries.Code) -> None:
    """From now on it confirms nothing. In the transaction of the answer that it was given for: rolled back with it."""
    UsedCode.objects.create(link=code.link, number=code.number)


def let_in(response: HttpResponse, link: PersonalLink) -> HttpResponse:
    """Give the cookie that stands for this link."""
    response.set_signed_cookie(
        host_cookie_name(COOKIE),
        str(link.pk),
        salt=SALT,
        max_age=STAYS,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(host_cookie_name(COOKIE), samesite="Lax")
    return response


def active_link(request: HttpRequest) -> PersonalLink | None:
    """The living link that the cookie stands for; revoking or expiry ends it with the next page."""
    try:
        key = request.get_signed_cookie(host_cookie_name(COOKIE), salt=SALT, max_age=STAYS)
        rows = PersonalLink.objects.active(now=clock.now()).select_related("business__owner", "business__cluster")
        return rows.filter(pk=UUID(key), business__owner__is_active=True).first()
    except (KeyError, BadSignature, ValueError, ValidationError):
        return None


def notice_use(link: PersonalLink) -> None:
    """A page was looked at. The exchange itself does not count: WhatsApp's preview opens links too."""
    now = clock.now()
    if link.last_used_at is None or now - link.last_used_at > NOTICED:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])


def owner_page[**P](
    view: Callable[Concatenate[OwnerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever came in by a personal link; others are told to open their link."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **facts: P.kwargs) -> HttpResponse:
        with bypass_row_security(__name__):
            link = active_link(request)
        if link is None:
            return let_out(redirect("owners:link_refused", "masuk"))
        request.user = AnonymousUser()
        request.link, request.business, request.owner = link, link.business, link.business.owner  # type: ignore[attr-defined]
        with as_reader(link.business.owner):
            notice_use(link)
            response = view(request, *args, **facts)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        # Not "no-referrer": browsers then post forms with `Origin: null`, which the CSRF check must refuse. Same-origin
        # tells other sites nothing either, and the token is in no address by now.
        response["Referrer-Policy"] = "same-origin"
        return response

    return public(reason="the owner's personal link says who this is")(opened)
