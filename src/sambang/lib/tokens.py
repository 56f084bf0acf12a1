"""Secrets that stand in an address: shown once, kept as a digest only, and masked wherever a log line is made."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from typing import Any

TOKEN_BYTES = 24  # 192 random bits: beyond guessing, so a plain SHA-256 keeps it safe at rest
IN_ADDRESS = re.compile(r"(/(?:saya|undangan|lupa|odk)/)[^/\s?\"']{12,}")


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def mask_tokens(text: str) -> str:
    """The text with every token in an address replaced: /saya/…/."""
    return IN_ADDRESS.sub(r"\1…", text)


class TokenFilter(logging.Filter):
    """Masks tokens in a record before any handler sees it. Attach to loggers: a handler's filter guards that handler
    only."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_tokens(record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(part) for part in record.args)
        return True


def _masked(part: Any) -> Any:
    return mask_tokens(part) if isinstance(part, str) else part
