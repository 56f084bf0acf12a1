"""The token of a private calendar address: derived from a random id and the secret key, stored as a digest."""

from __future__ import annotations

from uuid import UUID

from sambang.lib.tokens import derived_token, digest_of
from sambang.notices.models import NoticeSettings


def calendar_token(calendar_id: UUID) -> str:
    return derived_token("sambang.notices.calendar", calendar_id)


def token_of(settings: NoticeSettings | None) -> str:
    """The token of the person's calendar, "" without one or if it cannot be derived."""
    if settings is None or settings.calendar_id is None:
        return ""
    token = calendar_token(settings.calendar_id)
    return token if digest_of(token) == settings.calendar_digest else ""
