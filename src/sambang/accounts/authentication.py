"""Sign-in with a password and a second factor, remembered browsers, and the middleware that enforces both.

Between the password and the second factor `request.user` is anonymous: the session holds the id of the pending person.
The middleware updates the session's row at most every five minutes and redirects members without a second factor to
enrolment if a council of theirs requires one. These writes belong to the session and are no operations
(access/exemptions.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.accounts import queries, sessions
from sambang.accounts.models import RememberedBrowser
from sambang.accounts.user_agents import browser_label, network_label
from sambang.accounts.verification import has_factor
from sambang.lib import clock
from sambang.lib.addresses import client_address
from sambang.lib.headers import host_cookie_name
from sambang.lib.requests import Respond
from sambang.lib.tokens import digest_of, new_token

BACKEND = "sambang.accounts.backends.PersonBackend"
# Keys of the session: the pending person, whether a second factor was verified, when ActiveSession was last updated.
PENDING_KEY, FACTOR_VERIFIED_KEY, RECORDED_AT_KEY = "pending_sign_in", "second_factor_verified", "recorded_at"
SECOND_FACTOR_TIMEOUT = timedelta(minutes=10)
RECORD_INTERVAL = timedelta(minutes=5)
MAX_SESSION_AGE = timedelta(days=30)  # even in use; an unused session ends after two weeks (SESSION_COOKIE_AGE)
COOKIE, REMEMBER_FOR = "sambang_ingat", timedelta(days=30)


def exchange_link_token(request: HttpRequest, name: str, row: Model | None, to: str) -> HttpResponse:
    """Replace the token of a link by the row's key in the session and redirect to the page `to`, which reads it. The
    answer is always a redirect, so that the URL with the token is never the address of a page or in an error log."""
    request.session.pop(name, None)
    if row is not None:
        request.session[name] = str(row.pk)
    response = redirect(to)
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


def begin_second_factor(request: HttpRequest, person: Person, onward: str) -> None:
    """Store the person in the session as pending after a correct password; the second factor is accepted for ten
    minutes."""
    request.session.cycle_key()
    request.session[PENDING_KEY] = {
        "person": str(person.pk),
        "at": clock.now().timestamp(),
        "password": person.get_session_auth_hash(),  # a changed password invalidates the pending sign-in
        "onward": onward,
    }


def pending_person(request: HttpRequest) -> Person | None:
    """The person whose second factor is pending in this session; None if there is none, if it has expired, or if the
    password was changed meanwhile."""
    pending: dict[str, Any] = request.session.get(PENDING_KEY) or {}
    if not pending or clock.now().timestamp() - pending["at"] > SECOND_FACTOR_TIMEOUT.total_seconds():
        return None
    person = Person.objects.filter(pk=pending["person"], is_active=True).first()
    if person is None or not constant_time_compare(person.get_session_auth_hash(), pending["password"]):
        return None
    return person


def complete_sign_in(request: HttpRequest, person: Person, *, factor: bool) -> str:
    """Sign the person in and show what others changed in the account since the last sign-in. Returns the URL to
    continue to, '' if there is none."""
    pending: dict[str, Any] = request.session.pop(PENDING_KEY, None) or {}
    notices = queries.account_notices(person, since=person.last_login)
    login(request, person, backend=BACKEND)
    if factor:
        request.session[FACTOR_VERIFIED_KEY] = True
    for line in notices:
        messages.warning(request, line)
    return str(pending.get("onward", ""))


def is_remembered(request: HttpRequest, person: Person) -> bool:
    token = request.COOKIES.get(host_cookie_name(COOKIE), "")
    rows = RememberedBrowser.objects.filter(person=person, expires_at__gt=clock.now())
    return bool(token) and rows.filter(digest=digest_of(token)).exists()


def remember_browser(response: HttpResponse, person: Person) -> None:
    """Set a cookie by which this browser skips the second factor for 30 days. The database stores only the digest of
    the cookie's token."""
    now, token = clock.now(), new_token()
    RememberedBrowser.objects.filter(expires_at__lte=now).delete()
    RememberedBrowser.objects.create(
        person=person, digest=digest_of(token), created_at=now, expires_at=now + REMEMBER_FOR
    )
    response.set_cookie(
        host_cookie_name(COOKIE),
        token,
        max_age=REMEMBER_FOR,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def record_session(request: HttpRequest, person: Person) -> None:
    """Create or update the row of this session in ActiveSession."""
    now = clock.now()
    request.session[RECORDED_AT_KEY] = now.timestamp()
    if not request.session.session_key:  # no key yet if another person was signed in in this browser before
        request.session.save()
    browser, network = browser_label(request.headers.get("User-Agent", "")), network_label(client_address(request))
    sessions.record(request.session.session_key or "", person, browser=browser, network=network, now=now)


def record_sign_in(sender: object, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Receiver of Django's `user_logged_in` signal, for every method of sign-in (connected in apps.py)."""
    record_session(request, user)


def authentication_middleware(respond: Respond) -> Respond:
    """Middleware, inside authentication and messages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return respond(request)
        if clock.now().timestamp() - request.session.get(RECORDED_AT_KEY, 0) > RECORD_INTERVAL.total_seconds():
            record_session(request, person)
            if sessions.began_before(request.session.session_key or "", clock.now() - MAX_SESSION_AGE):
                logout(request)
                return respond(request)
        if must_enrol(request, person) and not _allowed_before_enrolment(request.path):
            return redirect_to_enrolment(request)
        return respond(request)

    return middleware


def redirect_to_enrolment(request: HttpRequest) -> HttpResponse:
    """Answer a request of a person who must enrol a second factor. GET redirects to the account-security page; a form
    gets a 403 page, so that the browser keeps its input; a script of the phone gets 401 as without sign-in, so that the
    phone keeps its unsent items (docs/decisions/0018-field-protocol.md)."""
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return JsonResponse({"why": _("Pasang dulu verifikasi dua langkah: buka Keamanan akun.")}, status=401)
    if request.method in {"GET", "HEAD"}:
        return redirect("accounts:security_detail")
    return render(request, "accounts/enrolment_required.html", status=403)


def must_enrol(request: HttpRequest, person: Person) -> bool:
    """Does at least one council of the person require a second factor, while the person has none?"""
    if request.session.get(FACTOR_VERIFIED_KEY):
        return False
    return any(row.council.second_factor_required for row in reader_for(person).memberships) and not has_factor(person)


def _allowed_before_enrolment(path: str) -> bool:
    open_paths = (
        reverse("accounts:security_detail"),
        reverse("accounts:sign_out"),
        reverse("home:language_set"),
        settings.STATIC_URL,
    )
    return path.startswith(open_paths)
