"""Authentication by an assignment link: the token is exchanged for a signed cookie, as for owners
(owners/authentication.py), which is valid for the page of this one action only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.assignments.models import AssignmentLink
from sambang.lib import clock
from sambang.lib.link_cookie import LinkCookie
from sambang.lib.tokens import digest_of
from sambang.owners.rate_limit import count_wrong_link, too_many_links

COOKIE = LinkCookie("sambang_penanggung_jawab", "sambang.assignments.authentication", timedelta(days=14))
USE_RESOLUTION = timedelta(minutes=5)  # resolution of `last_used_at`


class AssignmentRequest(HttpRequest):
    """The request that an `assignment_page` receives."""

    link: AssignmentLink


def check_token(token: str, source: str) -> tuple[str, AssignmentLink | None]:
    """("", the active link) or (key of views.outside.REFUSALS, None). `source` identifies the client's address."""
    now = clock.now()
    links = AssignmentLink.objects.filter(digest=digest_of(token))
    if not links.exists():
        if too_many_links(source, now=now):
            return "terlalu-sering", None
        count_wrong_link(source, now=now)
        return "tidak-dikenal", None
    link = links.active(now=now).first()
    return ("", link) if link else ("habis", None)


def link_of_cookie(request: HttpRequest) -> AssignmentLink | None:
    """The active link named by the cookie."""
    if (key := COOKIE.key(request)) is None:
        return None
    rows = AssignmentLink.objects.active(now=clock.now()).select_related("action__cluster", "action__region")
    return rows.filter(pk=key).first()


def record_opening(link: AssignmentLink) -> None:
    now = clock.now()
    if link.last_used_at is None or now - link.last_used_at > USE_RESOLUTION:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])


def assignment_page(
    view: Callable[[AssignmentRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Decorate a view of the responsible person. Without an active link it redirects to the page that says why."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        with bypass_row_security(__name__):
            link = link_of_cookie(request)
            if link is None:
                return COOKIE.expire(redirect("assignments_outside:link_refused", "masuk"))
            request.user = AnonymousUser()
            request.link = link  # type: ignore[attr-defined]
            record_opening(link)
            response = view(request)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        # With "no-referrer" browsers post forms with `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    return public(reason="authenticated by the link of the person responsible for one action")(wrapper)
