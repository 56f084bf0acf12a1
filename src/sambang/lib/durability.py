"""Durable commits and durable uploads: a phone deletes its copy once the office has acknowledged it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils.translation import gettext as _

from sambang.disk import flush_folders

FULL, EXTRA = 2, 3  # PRAGMA synchronous: a commit waits until its rows are on disk


def require_durable_commits() -> None:
    """Check the live connection, not the settings. Raises ImproperlyConfigured: a server that could lose acknowledged
    rows in a power cut does not start."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            level = cursor.execute("PRAGMA synchronous").fetchone()[0]
            durable = level in {FULL, EXTRA}
        else:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            fsync, commit = cursor.fetchone()
            durable = fsync == "on" and commit != "off"
    if not durable:
        raise ImproperlyConfigured(
            _(
                "Basis data tidak menyimpan sampai ke cakram sebelum menjawab: setel synchronous=FULL (SQLite), "
                "atau fsync dan synchronous_commit (PostgreSQL)."
            )
        )


class DurableFiles(FileSystemStorage):
    """Storage that flushes a file and its directory entries before its row can be committed.

    Django's own storage leaves both to the system, which may take half a minute: after a power cut an acknowledged
    photo would be empty."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        place, root = Path(self.path(saved)), Path(self.location)
        with place.open("rb") as file:
            os.fsync(file.fileno())
        flush_folders(*(folder for folder in place.parents if folder == root or root in folder.parents), root.parent)
        return saved
