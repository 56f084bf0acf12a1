"""The migrated, empty SQLite database is stored in SAMBANG_DATA and copied into each test process.

Running the migrations takes seven seconds of CPU in every process; the copy takes milliseconds. `migrate` still runs on
the copy: it finds nothing to apply and sends post_migrate. The file's name holds a hash of everything that decides the
schema, so a change of a migration builds a new file.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

from sambang.access import row_security
from sambang.audit import append_only

IMPORTED = re.compile(r"^(?:import|from) (sambang[\w.]*)", re.MULTILINE)


def schema_sources() -> list[Path]:
    """The migrations of every app, what they import, and the modules whose SQL runs after migrating."""
    migrations = [file for app in apps.get_app_configs() for file in Path(app.path).glob("migrations/*.py")]
    names = {name for file in migrations for name in IMPORTED.findall(file.read_text(encoding="utf-8"))}
    modules = [append_only, row_security, *map(importlib.import_module, sorted(names))]
    return sorted({Path(module.__file__) for module in modules if module.__file__}.union(migrations))


def schema_hash() -> str:
    found = hashlib.sha256(f"{version('django')} {sqlite3.sqlite_version}".encode())
    for file in schema_sources():
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def stored_schema() -> Iterator[None]:
    """Inside, the first connection to the empty test database gets the stored schema; without a stored one, what the
    block builds is stored. The processes of one run wait for the first, which builds it."""
    if connection.vendor != "sqlite":
        yield
        return
    folder = Path(settings.SAMBANG_DATA)
    file = folder / f"schema-{schema_hash()}.sqlite3"
    with (folder / "schema.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            fcntl.flock(lock, fcntl.LOCK_UN)
            with _restored_on_connection(file):
                yield
            return
        yield
        for old in folder.glob("schema-*.sqlite3"):
            old.unlink()
        unfinished = folder / "schema.unfinished"
        unfinished.unlink(missing_ok=True)
        with sqlite3.connect(unfinished) as copy:
            connection.connection.backup(copy)
        copy.close()
        unfinished.rename(file)


@contextmanager
def _restored_on_connection(file: Path) -> Iterator[None]:
    def restore(**arguments: Any) -> None:
        created = arguments["connection"]
        if created.is_in_memory_db() and not created.introspection.table_names():
            with sqlite3.connect(file) as stored:
                stored.backup(created.connection)
            stored.close()

    connection_created.connect(restore, weak=False)
    try:
        yield
    finally:
        connection_created.disconnect(restore)
