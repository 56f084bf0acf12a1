"""How long a server's worker waits for its database; commands wait as long as they need."""

from __future__ import annotations

from django.db import connections

from sambang.lib.postgresql.availability import (
    CONNECT_SECONDS,
    IDLE_TRANSACTION_SECONDS,
    LOCK_SECONDS,
    STATEMENT_SECONDS,
)

SQLITE_BUSY_SECONDS = 4  # for the write lock
TIMEOUTS = {
    "statement_timeout": STATEMENT_SECONDS,
    "lock_timeout": LOCK_SECONDS,
    "idle_in_transaction_session_timeout": IDLE_TRANSACTION_SECONDS,
}


def limit_database_waits() -> None:
    """Set the limits for all connections of this process that are opened from now on."""
    settings = connections.settings["default"]
    options = settings["OPTIONS"]
    if settings["ENGINE"].endswith("sqlite3"):
        options["timeout"] = SQLITE_BUSY_SECONDS
        return
    limits = " ".join(f"-c {name}={seconds}s" for name, seconds in TIMEOUTS.items())
    options["options"] = f"{limits} {options.get('options', '')}".strip()
    options["connect_timeout"] = CONNECT_SECONDS
    options["tcp_user_timeout"] = LOCK_SECONDS * 1000
    settings["GIVES_UP_HUNG_STATEMENTS"] = True
