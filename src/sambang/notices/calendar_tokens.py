"""The token of a private calendar address: derived from a random id and the secret key, stored as a digest."""

from __future__ import annotations

import base64
from uuid import UUID

from django.utils.crypto import salted_hmac

from sambang.lib.tokens import TOKEN_BYTES, digest_of
from sambang.notices.models import NoticeSettings


def calendar_token(calendar_id: UUID) -> str:
    digest = salted_hmac("sambang.notices.calendar", str(calendar_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def token_of(settings: NoticeSettings | None) -> str:
    """The token of the person's calendar, "" without one or if it cannot be derived."""
    if settings is None or settings.calendar_id is None:
        return ""
    token = calendar_token(settings.calendar_id)
    return token if digest_of(token) == settings.calendar_digest else ""
