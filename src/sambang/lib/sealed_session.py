"""Content in a session that is encrypted and can be read for a limited time only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase

from sambang.lib import clock
from sambang.lib.sealing import cipher


def store_sealed(session: SessionBase, name: str, content: Any) -> None:
    """`content`: what JSON can carry. It replaces what the session has under this name."""
    sealed = cipher(name.encode()).encrypt_at_time(json.dumps(content).encode(), int(clock.now().timestamp()))
    session[name] = sealed.decode()


def read_sealed(session: SessionBase, name: str, period: timedelta) -> Any | None:
    """None if there is none, or it is older than `period`."""
    try:
        content = cipher(name.encode()).decrypt_at_time(
            session.get(name, ""), int(period.total_seconds()), int(clock.now().timestamp())
        )
    except InvalidToken:
        session.pop(name, None)
        return None
    return json.loads(content)
