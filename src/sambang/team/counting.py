"""Under which name a wrong password is counted."""

from typing import Any

from django.http import HttpRequest


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The e-mail as typed, without its capitals: signing in does not heed them, so counting must not either."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(given).strip().lower()[:255]
