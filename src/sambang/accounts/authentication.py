"""Sign-in. Between the password and the second factor nobody is signed in: the session holds the pending person.

The middleware notes at most every five minutes that a browser is in use, and leads members of a council that requires
a second factor to set one up. What is written here is the session's own affair: no operation (access/exemptions.py).
"""

from __future__ import annotations

from collections.abc import Callable
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
from sambang.accounts.user_agents import browser_of, network_of
from sambang.accounts.verification import has_factor
from sambang.lib import clock
from sambang.lib.addresses import client_address
from sambang.lib.headers import host_cookie_name
from sambang.lib.tokens import digest_of, new_token

BACKEND = "sambang.accounts.backends.PersonBackend"
PENDING_KEY, FACTOR_VERIFIED_KEY, RECORDED_AT_KEY = "second_factor_of", "second_factor", "noted"  # words of the session
SECOND_FACTOR_TIMEOUT = timedelta(minutes=10)
RECORD_INTERVAL = timedelta(minutes=5)
MAX_SESSION_AGE = timedelta(days=30)  # however much it is used; unused it ends after two weeks (SESSION_COOKIE_AGE)
COOKIE, REMEMBER_FOR = "sambang_ingat", timedelta(days=30)

type Respond = Callable[[HttpRequest], HttpResponse]


def exchange_link_token(request: HttpRequest, name: str, row: Model | None, to: str) -> HttpResponse:
    """A link's token for a word in the session, which the page `to` asks for. Always a redirect: no page, and no error
    line, under the token's own address."""
    request.session.pop(name, None)
    if row is not None:
        request.session[name] = str(row.pk)
    response = redirect(to)
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


def begin_second_factor(request: HttpRequest, person: Person, onward: str) -> None:
    """The password was right; the second factor is asked for ten minutes."""
    request.session.cycle_key()
    request.session[PENDING_KEY] = {
        "person": str(person.pk),
        "at": clock.now().timestamp(),
        "password": person.get_session_auth_hash(),  # a password changed meanwhile ends the waiting
        "onward": onward,
    }


def pending_person(request: HttpRequest) -> Person | None:
    """Whose second factor this browser is asked for."""
    pending: dict[str, Any] = request.session.get(PENDING_KEY) or {}
    if not pending or clock.now().timestamp() - pending["at"] > SECOND_FACTOR_TIMEOUT.total_seconds():
        return None
    person = Person.objects.filter(pk=pending["person"], is_active=True).first()
    if person is None or not constant_time_compare(person.get_session_auth_hash(), pending["password"]):
        return None
    return person


def complete_sign_in(request: HttpRequest, person: Person, *, factor: bool) -> str:
    """Sign in, and tell what was done to the account meanwhile. Returns the address to go on to, '' for none."""
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


def remember(response: HttpResponse, person: Person) -> None:
    """Not to be asked again in this browser for 30 days; only the digest of its token is kept."""
    now, token = clock.now(), new_token()
    RememberedBrowser.objects.filter(expires_at__lte=now).delete()
    RememberedBrowser.objects.create(person=person, digest=digest_of(token), made_at=now, expires_at=now + REMEMBER_FOR)
    response.set_cookie(
        host_cookie_name(COOKIE),
        token,
        max_age=REMEMBER_FOR,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def record_session(request: HttpRequest, person: Person) -> None:
    """That this session is in use; its row is made where there is none."""
    now = clock.now()
    request.session[RECORDED_AT_KEY] = now.timestamp()
    if not request.session.session_key:  # after somebody else on the same browser: Django makes the new key only later
        request.session.save()
    browser, network = browser_of(request.headers.get("User-Agent", "")), network_of(client_address(request))
    sessions.record(request.session.session_key or "", person, browser=browser, network=network, now=now)


def record_sign_in(sender: object, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Django says that somebody signed in, by whichever door (connected in apps.py)."""
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
    """To the page of account security; whoever sends a form keeps it, and a phone's script is answered like a
    stranger's, so that it keeps everything (docs/decisions/0018-field-protocol.md)."""
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return JsonResponse({"why": _("Pasang dulu verifikasi dua langkah: buka Keamanan akun.")}, status=401)
    if request.method in {"GET", "HEAD"}:
        return redirect("accounts:security_detail")
    return render(request, "accounts/enrolment_required.html", status=403)


def must_enrol(request: HttpRequest, person: Person) -> bool:
    """One council that requires a second factor is enough, whatever the others do."""
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
