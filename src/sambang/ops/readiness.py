"""Readiness: whether the site can store what it receives, and the state of disk, clock and backups for administrators.

`problems` make the site unready. `disk`, `clock` and `backup` are reported without effect on readiness: an old backup
or a wrong clock is no reason to take a working site out of service.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from sambang.access.row_security import bypass_row_security
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.ops.backups import CLOCK_TOLERANCE, backup_state
from sambang.ops.models import WriteCheck

LOW_BYTES, FULL_BYTES = 1_000_000_000, 50_000_000  # free space; one submission may have 100 MB
PROBE_BYTES = 64 * 1024
WRITE_INTERVAL_SECONDS = 2.0  # anybody may ask, and each trial costs a commit and a flush
SYNCHRONOUS_FULL = 2  # PRAGMA synchronous


@dataclass(frozen=True)
class Readiness:
    problems: tuple[str, ...]  # database | migrations | durability | write | files | disk
    disk: str  # ok | low | full
    clock: str  # ok | wrong | unknown
    backup: str  # fresh | old | future | none

    @property
    def is_ready(self) -> bool:
        return not self.problems


@dataclass
class _CheckCache:
    """Results of checks in this process that need not be repeated."""

    is_migrated: bool = False
    wrote_at: float = -math.inf  # of time.monotonic(): the last trial that succeeded


_check_cache = _CheckCache()


def readiness() -> Readiness:
    problems = [problem for problem, holds in READINESS_CHECKS.items() if not holds()]
    if not problems and time.monotonic() - _check_cache.wrote_at >= WRITE_INTERVAL_SECONDS:
        _check_cache.wrote_at = time.monotonic()
    if "database" in problems:  # the others would only repeat it
        problems = [problem for problem in problems if problem in {"database", "files", "disk"}]
    disk = disk_state()
    return Readiness(tuple(problems), disk, _clock_state(), backup_state())


def _responds() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    if _check_cache.is_migrated:
        return True
    try:
        executor = MigrationExecutor(connection)
        _check_cache.is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
    return _check_cache.is_migrated


def is_durable() -> bool:
    """Does SQLite flush commits to disk? (docs/decisions/0002-databases.md)"""
    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            return bool(cursor.fetchone()[0] >= SYNCHRONOUS_FULL)
    except DatabaseError:
        return False


@bypass_row_security(__name__)
def _commits() -> bool:
    if time.monotonic() - _check_cache.wrote_at < WRITE_INTERVAL_SECONDS:
        return True
    try:
        WriteCheck.objects.update_or_create(pk=1, defaults={"at": clock.now()})
    except DatabaseError:
        return False
    return True


def _stores_files() -> bool:
    """Write, flush and delete a file beside the uploads."""
    if time.monotonic() - _check_cache.wrote_at < WRITE_INTERVAL_SECONDS:
        return True
    folder: Path = settings.SAMBANG_DATA
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(os.urandom(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def disk_state() -> str:
    """The state of the fullest of the file systems for data, backups and temporary files."""
    folders = (settings.SAMBANG_DATA, settings.SAMBANG_BACKUPS, Path(tempfile.gettempdir()))
    free = min(shutil.disk_usage(folder).free for folder in folders if folder.exists())
    return "full" if free < FULL_BYTES else "low" if free < LOW_BYTES else "ok"


def _has_space() -> bool:
    return disk_state() != "full"


def _clock_state() -> str:
    try:
        return "wrong" if _is_clock_wrong(datetime.now(UTC)) else "ok"
    except DatabaseError:
        return "unknown"


@bypass_row_security(__name__)
def _is_clock_wrong(now: datetime) -> bool:
    """Compare the clock with the database server's clock, the newest audit entry and the newest backup."""
    newest = Entry.objects.order_by("-id").values_list("at", flat=True).first()
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        return True
    return backup_state() == "future" or abs(_database_time() - now) > CLOCK_TOLERANCE


def _database_time() -> datetime:
    if connection.vendor == "sqlite":  # the same machine
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        database_time: datetime = cursor.fetchone()[0]
    return database_time


READINESS_CHECKS: dict[str, Callable[[], bool]] = {
    "database": _responds,
    "migrations": _is_migrated,
    "durability": is_durable,
    "write": _commits,
    "files": _stores_files,
    "disk": _has_space,
}
