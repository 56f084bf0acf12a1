"""Authentication by an assignment link: the token is exchanged for a signed cookie, as for owners
(owners/authentication.py), which is valid for the page of this one action only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.assignments.models import AssignmentLink
from sambang.lib import clock
from sambang.lib.headers import host_cookie_name
from sambang.lib.tokens import digest_of
from sambang.owners.rate_limit import count_wrong_link, too_many_links

COOKIE, SALT = "sambang_penanggung_jawab", "sambang.assignments.authentication"
COOKIE_LIFETIME = timedelta(days=14)
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


def set_link_cookie(response: HttpResponse, link: AssignmentLink) -> HttpResponse:
    response.set_signed_cookie(
        host_cookie_name(COOKIE),
        str(link.pk),
        salt=SALT,
        max_age=COOKIE_LIFETIME,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )
    return response


def delete_link_cookie(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(host_cookie_name(COOKIE), samesite="Lax")
    return response


def link_of_cookie(request: HttpRequest) -> AssignmentLink | None:
    """The active link named by the cookie."""
    try:
        key = request.get_signed_cookie(host_cookie_name(COOKIE), salt=SALT, max_age=COOKIE_LIFETIME)
        rows = AssignmentLink.objects.active(now=clock.now()).select_related("action__cluster", "action__region")
        return rows.filter(pk=UUID(key)).first()
    except (KeyError, BadSignature, ValueError, ValidationError):
        return None


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
                return delete_link_cookie(redirect("assignments_outside:link_refused", "masuk"))
            request.user = AnonymousUser()
            request.link = link  # type: ignore[attr-defined]
            record_opening(link)
            response = view(request)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        # With "no-referrer" browsers post forms with `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    return public(reason="authenticated by the link of the person responsible for one action")(wrapper)
