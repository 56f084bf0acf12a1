"""The token of a private calendar address: derived from a random id and the secret key, stored as a digest."""

from __future__ import annotations

from uuid import UUID

from sambang.lib.tokens import derived_token, stored_token
from sambang.notices.models import NoticeSettings

CALENDAR_SALT = "sambang.notices.calendar"


def calendar_token(calendar_id: UUID) -> str:
    return derived_token(CALENDAR_SALT, calendar_id)


def calendar_token_of(settings: NoticeSettings | None) -> str:
    """The token of the person's calendar, "" without one or if it cannot be derived."""
    if settings is None or settings.calendar_id is None:
        return ""
    return stored_token(CALENDAR_SALT, settings.calendar_id, settings.calendar_digest)
