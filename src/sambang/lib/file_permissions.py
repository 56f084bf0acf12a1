"""File permissions of the SQLite database: readable by its owner only, since it holds personal data and sessions."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

GROUP_AND_OTHERS = 0o077


def restrict_to_owner(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of connection_created. SQLite creates the database with the process's umask, and `-wal` and `-shm` with
    the permissions of the database."""
    if connection.vendor != "sqlite" or os.name != "posix":
        return
    database = str(connection.settings_dict["NAME"])
    for beside in ("", "-wal", "-shm"):
        place = Path(database + beside)
        with suppress(OSError):  # missing, removed meanwhile, owned by another user, or on a read-only disk
            mode = place.stat().st_mode
            if stat.S_ISREG(mode) and mode & GROUP_AND_OTHERS:
                place.chmod(stat.S_IMODE(mode) & ~GROUP_AND_OTHERS)
