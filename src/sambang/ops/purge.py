"""Removal of erased values from the database's files: old row versions, statistics, the write-ahead log, and backups.

SQLite overwrites deleted content (`secure_delete`), but keeps former pages in the `-wal` file until a checkpoint.
PostgreSQL keeps former row versions until the table is rewritten, sample values of columns in `pg_statistic` until
ANALYZE, and every former value in the write-ahead log until its segments are reused.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max

from sambang.ops.backups import Backup, backups_in
from sambang.privacy.fields import personal_fields
from sambang.registry.models import Business

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

SEGMENTS_SQL = """SELECT min(modification), count(*) FROM pg_ls_waldir()"""
FIRST_NUMBER = re.compile(r"\d+")
ATTEMPTS = 10  # one a second


@dataclass(frozen=True)
class ErasedValueLocations:
    """Places where erased values remain. `wal_since`: the oldest segment of the write-ahead log, None if the database
    does not report it."""

    wal_since: datetime | None
    backups: list[Backup]


def tables_with_personal_data() -> list[str]:
    labels = dict.fromkeys(field.model for field in personal_fields())
    return [apps.get_model(label)._meta.db_table for label in labels]


def purge(announce: Callable[[str], object]) -> list[str]:
    """Remove former values from the files of the database. Each table is locked while it is rewritten.

    PostgreSQL keeps row versions that a transaction still open in this database (autovacuum too) could see. Such a
    table is rewritten again, a second later, ATTEMPTS times at most. Returns the tables that still hold former values.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        announce("-wal")
        return []
    unfinished = []
    for table in tables_with_personal_data():
        unfinished += [] if _rewrite(table) else [table]
        announce(table)
    return unfinished


def _rewrite(table: str) -> bool:
    """True if no former row version is left. VACUUM FULL alone keeps what a transaction in another database of the
    server could see; VACUUM removes it beforehand."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor, _details_of_notices() as details:
        for attempt in range(ATTEMPTS):
            time.sleep(min(attempt, 1))
            cursor.execute(f"VACUUM {name}")
            details.clear()
            cursor.execute(f"VACUUM (FULL, ANALYZE, VERBOSE) {name}")
            # DETAIL, in the server's language: "1 dead row versions cannot be removed yet."
            if not any(int(number[0]) for detail in details if (number := FIRST_NUMBER.search(detail))):
                return True
    return False


@contextmanager
def _details_of_notices() -> Iterator[list[str]]:
    details: list[str] = []

    def add(notice: Diagnostic) -> None:
        details.append(notice.message_detail or "")

    connection.connection.add_notice_handler(add)
    try:
        yield details
    finally:
        connection.connection.remove_notice_handler(add)


def end_wal_segment() -> bool:
    """Close the current segment of the write-ahead log and write a checkpoint, so that older segments can be reused.
    Returns False where the database role may not (`pg_checkpoint`, EXECUTE on `pg_switch_wal`)."""
    if connection.vendor == "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
    except DatabaseError:
        return False
    return True


def newest_erasure() -> datetime | None:
    newest: datetime | None = Business.objects.aggregate(newest=Max("erased_at"))["newest"]
    return newest


def erased_value_locations() -> ErasedValueLocations:
    return ErasedValueLocations(_oldest_segment(), backups_with_erased_data())


def _oldest_segment() -> datetime | None:
    if connection.vendor == "sqlite":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(SEGMENTS_SQL)
            oldest: datetime | None = cursor.fetchone()[0]
    except DatabaseError:
        return None
    return oldest


def backups_with_erased_data() -> list[Backup]:
    """Backups made before the newest erasure, newest first."""
    erased_at = newest_erasure()
    if erased_at is None:
        return []
    return [backup for backup in backups_in(settings.SAMBANG_BACKUPS) if backup.created_at < erased_at]


def erased_since(backups: Iterable[Backup]) -> dict[Backup, int]:
    """For each backup, the number of IKM that were erased after it and that it still contains."""
    moments = Business.objects.exclude(erased_at=None).values_list("erased_at", flat=True)
    erased = [erased_at for erased_at in moments if erased_at is not None]
    return {backup: sum(erased_at > backup.created_at for erased_at in erased) for backup in backups}
