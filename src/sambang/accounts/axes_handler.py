"""Wrong passwords: under which name they are counted, and by whom."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock

# Wrong passwords from one address within AXES_COOLOFF_TIME, whatever the names: a whole office behind one address stays
# below, and one password tried on every name does not.
MAX_FAILURES_PER_ADDRESS = 60


class FailureCounter(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """The handler of Axes without row security (settings.AXES_HANDLER): its rows are about clients, not members."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Of this name from this address; as many as shut it out where too many came from the address."""
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
    since = clock.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gt=since)  # type: ignore[attr-defined]
    return (attempts.aggregate(many=Sum("failures_since_start"))["many"] or 0) >= MAX_FAILURES_PER_ADDRESS


def lockout_response(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """The same page for whoever asks, with the words for a name or for a whole address."""
    return render(request, "accounts/locked.html", {"whole_address": _address_is_locked(request)}, status=429)


def submitted_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The e-mail as typed, without its capitals: signing in does not heed them, so counting must not either."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(username).strip().lower()[:255]
