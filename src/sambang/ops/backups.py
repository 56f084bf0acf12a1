"""Make a backup and find the newest one. A file is renamed to a backup's name only after a test restore."""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

import sambang
from sambang.audit.models import ChainHead, Entry
from sambang.disk import flush_folders
from sambang.ops.archive import DATABASE, Manifest, read_archive, read_manifest, write_archive
from sambang.ops.checksums import TableSum, checksum_differences, tables_of
from sambang.ops.databases import CopyError, connected, scratch_database, snapshot

SUFFIX, CHAIN_HEADS_FILE = ".backup", "audit-heads.jsonl"
TIMESTAMP_FORMAT = "%Y%m%dT%H%M%SZ"
MAX_BACKUP_AGE = timedelta(hours=26)  # a nightly backup was missed
CLOCK_TOLERANCE = timedelta(minutes=5)  # between two clocks, and between a clock and what it has dated


@dataclass(frozen=True)
class Backup:
    path: Path
    created_at: datetime

    @property
    def is_old(self) -> bool:
        return datetime.now(UTC) - self.created_at > MAX_BACKUP_AGE

    @property
    def is_future(self) -> bool:
        """Is the backup dated in the future, so that its age is unknown?"""
        return self.created_at - datetime.now(UTC) > CLOCK_TOLERANCE


def backups_in(folder: Path) -> list[Backup]:
    """Finished backups, newest first, by the time in their names."""
    backups = []
    for path in folder.glob(f"sambang-*{SUFFIX}") if folder.is_dir() else []:
        try:
            created_at = datetime.strptime(path.name, f"sambang-{TIMESTAMP_FORMAT}{SUFFIX}").replace(tzinfo=UTC)
        except ValueError:
            continue
        backups.append(Backup(path, created_at))
    return sorted(backups, key=lambda backup: backup.created_at, reverse=True)


def newest_backup() -> Backup | None:
    """The newest backup that is not dated in the future."""
    return next((backup for backup in backups_in(settings.SAMBANG_BACKUPS) if not backup.is_future), None)


def backup_state() -> str:
    """fresh, old, none, or future: a backup is dated later than now, so either this clock or the one at that time is
    wrong."""
    newest = next(iter(backups_in(settings.SAMBANG_BACKUPS)), None)
    if newest is None:
        return "none"
    return "future" if newest.is_future else "old" if newest.is_old else "fresh"


def identity_key_fingerprint() -> str:
    """A keyed digest that identifies SAMBANG_IDENTITY_KEY without revealing it."""
    return hmac.new(settings.SAMBANG_IDENTITY_KEY.encode(), b"sambang copies identity", "sha256").hexdigest()


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder for unencrypted files: inside SAMBANG_DATA, with its permissions, deleted at the end."""
    settings.SAMBANG_DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=settings.SAMBANG_DATA) as name:
        yield Path(name)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock the folder, so that one backup runs at a time, and delete what an interrupted one left."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CopyError("Pencadangan lain sedang berjalan.") from None
        for left in folder.glob("*.part"):
            left.unlink()
        yield


def back_up(folder: Path, *, key: str) -> tuple[Backup, Manifest]:
    """Write an encrypted backup of database and uploads to `folder`, restore and compare it, then give it its name.

    Raises CopyError or OSError; an unfinished file is deleted.
    """
    with _locked(folder), scratch() as scratch_folder:
        created_at = datetime.now(UTC).replace(microsecond=0)
        path = folder / f"sambang-{created_at.strftime(TIMESTAMP_FORMAT)}{SUFFIX}"
        part = path.with_suffix(".part")
        try:
            manifest = _write(part, scratch_folder, created_at, key)
            verify_backup(part, scratch_folder / "proof", key)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        flush_folders(folder)
        record_chain_head(folder, {"at": manifest.created_at, "file": path.name, **manifest.audit_head})
    return Backup(path, created_at), manifest


def _write(part: Path, scratch_folder: Path, created_at: datetime, key: str) -> Manifest:
    def read(db: BaseDatabaseWrapper) -> tuple[dict[str, TableSum], dict[str, Any], list[str]]:
        return tables_of(db), _chain_head_of(db), _missing_uploads(db)

    tables, audit_head, absent = snapshot(scratch_folder / DATABASE, read)
    manifest = Manifest(
        created_at=created_at.isoformat(),
        vendor=connection.vendor,
        versions=_versions(),
        tables=tables,
        audit_head=audit_head,
        identity=identity_key_fingerprint(),
        absent=absent,
    )
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        manifest = write_archive(file, key, scratch_folder / DATABASE, Path(settings.MEDIA_ROOT), manifest)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def verify_backup(path: Path, into: Path, key: str) -> Manifest:
    """Restore a backup into the new folder `into` and compare it. Raises CopyError with the first differences."""
    manifest = read_archive(path, key, into)
    with scratch_database(into / DATABASE, manifest.vendor) as database, connected(database) as db:
        wrong = checksum_differences(manifest.tables, tables_of(db))
    if wrong:
        raise CopyError(" ".join(wrong[:5]))
    return manifest


def _versions() -> dict[str, str]:
    with connection.cursor():
        database = ".".join(str(part) for part in connection.get_database_version())
    return {
        "sambang": sambang.__version__,
        "django": django.__version__,
        "python": platform.python_version(),
        "database": database,
    }


def _chain_head_of(db: BaseDatabaseWrapper) -> dict[str, Any]:
    with db.cursor() as cursor:
        tables = db.introspection.table_names(cursor)
        if ChainHead._meta.db_table not in tables:
            return {"number": 0, "hash": "", "lines": 0}  # a schema from before the chain
        cursor.execute(f"SELECT number, hash FROM {ChainHead._meta.db_table}")  # noqa: S608 our own name
        number, digest = cursor.fetchone() or (0, "")
        cursor.execute(f"SELECT COUNT(*) FROM {Entry._meta.db_table}")  # noqa: S608 our own name
        return {"number": number, "hash": digest, "lines": cursor.fetchone()[0]}


def backed_up_chain_head(backup: Backup, *, key: str) -> tuple[int, str]:
    """Number and hash of the audit chain's head in a backup. Raises CopyError, DecryptionError."""
    with scratch() as scratch_folder:
        head = read_manifest(backup.path, key, scratch_folder).audit_head
    return head["number"], head["hash"]


def _missing_uploads(db: BaseDatabaseWrapper) -> list[str]:
    """Uploads that rows refer to and that do not exist."""
    root, absent = Path(settings.MEDIA_ROOT), []
    with db.cursor() as cursor:
        tables = set(db.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            for column in (field for field in model._meta.concrete_fields if isinstance(field, models.FileField)):
                table = model._meta.db_table
                if table not in tables:
                    continue
                # Our own names.
                cursor.execute(f"SELECT {column.column} FROM {table} WHERE {column.column} <> ''")  # noqa: S608
                absent += [name for (name,) in cursor.fetchall() if not (root / name).is_file()]
    return sorted(set(absent))


def record_chain_head(folder: Path, head: dict[str, Any]) -> None:
    """Append the head of the audit chain to a file outside the database, for `sambang audit verify`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / CHAIN_HEADS_FILE).open("a+b") as file:
        file.seek(0)
        written = file.read()
        is_torn = bool(written) and not written.endswith(b"\n")  # by a power cut while appending
        file.write((b"\n" if is_torn else b"") + json.dumps(head).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
