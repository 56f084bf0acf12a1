"""Secret tokens in URLs: shown once, stored as a digest, masked in logs."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

TOKEN_BYTES = 24  # 192 random bits: a plain SHA-256 of it cannot be reversed by guessing
IN_ADDRESS = re.compile(r"(/(?:saya|undangan|lupa|odk|kalender|penanggung-jawab)/)[^/\s?\"']{12,}")


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def derived_token(salt: str, row_id: UUID) -> str:
    """The token of a row, computed from its random id and the secret key, so that it need not be stored."""
    digest = salted_hmac(salt, str(row_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def stored_token(salt: str, row_id: UUID, digest: str | None) -> str:
    """The derived token of a stored row, "" if the row was stored under another secret key."""
    token = derived_token(salt, row_id)
    return token if digest_of(token) == digest else ""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def mask_tokens(text: str) -> str:
    """The text with tokens in URLs replaced: /saya/…/."""
    return IN_ADDRESS.sub(r"\1…", text)


class TokenFilter(logging.Filter):
    """Masks tokens in log records. Attached to loggers, since a filter of a handler covers that handler only."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_tokens(record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(part) for part in record.args)
        return True


def _masked(part: Any) -> Any:
    return mask_tokens(part) if isinstance(part, str) else part
