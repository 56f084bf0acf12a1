"""Counting of failed passwords by django-axes: by e-mail address and by client address."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock

# Failures from one address within AXES_COOLOFF_TIME, for all e-mails together: more than a whole office behind one
# address causes, fewer than password spraying needs.
MAX_FAILURES_PER_ADDRESS = 60


class FailureCounter(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """The database handler of django-axes without row security (settings.AXES_HANDLER): its rows belong to clients, not
    to members of a council."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The number of failures of this e-mail from this address. At least the limit of django-axes if the address as
        a whole exceeds MAX_FAILURES_PER_ADDRESS, so that it is locked out too."""
        of_the_pair: int = bypass_row_security(__name__)(super().get_failures)(request, credentials)
        if of_the_pair < settings.AXES_FAILURE_LIMIT and _address_is_locked(request):
            return int(settings.AXES_FAILURE_LIMIT)
        return of_the_pair

    user_login_failed = bypass_row_security(__name__)(AxesDatabaseHandler.user_login_failed)
    user_logged_in = bypass_row_security(__name__)(AxesDatabaseHandler.user_logged_in)
    user_logged_out = bypass_row_security(__name__)(AxesDatabaseHandler.user_logged_out)
    reset_attempts = bypass_row_security(__name__)(AxesDatabaseHandler.reset_attempts)


@bypass_row_security(__name__)
def _address_is_locked(request: HttpRequest) -> bool:
    since, address = clock.now() - settings.AXES_COOLOFF_TIME, request.axes_ip_address  # type: ignore[attr-defined]
    attempts = AccessAttempt.objects.filter(ip_address=address, attempt_time__gt=since)
    return (attempts.aggregate(many=Sum("failures_since_start"))["many"] or 0) >= MAX_FAILURES_PER_ADDRESS


def lockout_response(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """The 429 page, the same for every account; its text says whether the e-mail or the client address is locked
    out."""
    return render(request, "accounts/locked.html", {"whole_address": _address_is_locked(request)}, status=429)


def submitted_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The submitted e-mail in lower case: sign-in ignores case, so the failure count must ignore it too."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(username).strip().lower()[:255]
