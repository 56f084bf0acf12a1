"""The embedded database is its owner's alone: who reads the file reads every family, and is signed in as anybody."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

OTHERS = 0o077


def restrict_to_owner(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of connection_created. SQLite makes a file as the system's umask says, mostly readable to all; what it
    lays beside it later (`-wal`, `-shm`) it makes like the file."""
    if connection.vendor != "sqlite" or os.name != "posix":
        return
    database = str(connection.settings_dict["NAME"])
    for beside in ("", "-wal", "-shm"):
        place = Path(database + beside)
        with suppress(OSError):  # not there, gone meanwhile, another's, or on a disk that can only be read
            mode = place.stat().st_mode
            if stat.S_ISREG(mode) and mode & OTHERS:
                place.chmod(stat.S_IMODE(mode) & ~OTHERS)
