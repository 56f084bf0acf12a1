"""Wrong passwords: under which name they are counted, and by whom."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest

from sambang.people.wall import beyond_reach


class Counter(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Axes' own, past the wall (settings.AXES_HANDLER): its tables are of whoever tries, from wherever."""

    get_failures = beyond_reach(__name__)(AxesDatabaseHandler.get_failures)
    user_login_failed = beyond_reach(__name__)(AxesDatabaseHandler.user_login_failed)
    user_logged_in = beyond_reach(__name__)(AxesDatabaseHandler.user_logged_in)
    user_logged_out = beyond_reach(__name__)(AxesDatabaseHandler.user_logged_out)
    reset_attempts = beyond_reach(__name__)(AxesDatabaseHandler.reset_attempts)


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The e-mail as typed, without its capitals: signing in does not heed them, so counting must not either."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(given).strip().lower()[:255]
