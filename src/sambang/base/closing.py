"""The embedded database is its owner's alone: who reads the file reads every family, and is signed in as anybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

OTHERS = 0o077


def close_to_others(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of connection_created. SQLite makes a file as the system's umask says, mostly readable to all; what it
    lays beside it later (`-wal`, `-shm`) it makes like the file."""
    if connection.vendor != "sqlite" or os.name != "posix":
        return
    database = str(connection.settings_dict["NAME"])
    for place in (Path(database + beside) for beside in ("", "-wal", "-shm")):
        if place.is_file() and place.stat().st_mode & OTHERS and place.stat().st_uid == os.geteuid():
            place.chmod(place.stat().st_mode & ~OTHERS)
