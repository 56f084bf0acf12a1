"""Dump a database to a file and load it again: SQLite by its online backup, PostgreSQL by pg_dump and psql."""

from __future__ import annotations

import copy
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

EMBEDDED = "sambang.sqlite3"  # the embedded database's name in its folder
PG_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class CopyError(Exception):
    """A copy could not be made or differs from its source; the Indonesian sentence is for whoever runs the command."""


def embedded(file: Path) -> dict[str, Any]:
    """The DATABASES entry of a SQLite file without WAL, so that it stays one file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {}}


def current_database() -> dict[str, Any]:
    return copy.deepcopy(settings.DATABASES["default"] | {"NAME": connection.settings_dict["NAME"]})


@contextmanager
def connected(database: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A separate connection to a database described as in DATABASES."""
    other = ConnectionHandler({"default": copy.deepcopy(database)})["default"]
    try:
        yield other
    finally:
        other.close()


def snapshot[T](to: Path, read: Callable[[BaseDatabaseWrapper], T]) -> T:
    """Write a consistent snapshot of this database to the file `to`; returns what `read` returns for it. Blocks nobody.

    Raises CopyError, also if SQLite reports that the database is damaged.
    """
    return _snapshot_of_sqlite(to, read) if connection.vendor == "sqlite" else _snapshot_of_postgresql(to, read)


def _snapshot_of_sqlite[T](to: Path, read: Callable[[BaseDatabaseWrapper], T]) -> T:
    connection.ensure_connection()
    target = sqlite3.connect(to)
    try:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
    with connected(embedded(to)) as db:
        if not db.introspection.table_names():
            raise CopyError("Basis data kosong: tidak ada yang dicadangkan.")
        _find_damage(db)
        return read(db)


def _find_damage(db: BaseDatabaseWrapper) -> None:
    """Uses Django's connection, because our constraints call functions that Django defines in SQLite."""
    try:
        with db.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            [(integrity,)] = cursor.fetchall()
            cursor.execute("PRAGMA foreign_key_check")
            dangling = cursor.fetchone()
    except DatabaseError as damage:
        raise CopyError(f"Basis data rusak, tidak dicadangkan: {damage}.") from damage
    if integrity != "ok" or dangling:
        raise CopyError(f"Basis data rusak, tidak dicadangkan: {dangling or integrity}.")


def _snapshot_of_postgresql[T](to: Path, read: Callable[[BaseDatabaseWrapper], T]) -> T:
    """`read` and pg_dump use the same exported snapshot."""
    from psycopg import IsolationLevel

    database = current_database()
    database["OPTIONS"] = database.get("OPTIONS", {}) | {"isolation_level": IsolationLevel.REPEATABLE_READ}
    with connected(database) as db:
        db.set_autocommit(False)
        with db.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            [(name,)] = cursor.fetchall()
        _run(
            database,
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--file={to}",
        )
        result = read(db)
        db.rollback()
    return result


@contextmanager
def scratch_database(file: Path, vendor: str) -> Iterator[dict[str, Any]]:
    """Load a snapshot into a temporary database, yielded as a DATABASES entry and dropped afterwards."""
    if vendor == "sqlite":
        yield embedded(file)
        return
    database = current_database()
    name = f"sambang_scratch_{secrets.token_hex(6)}"
    with connected(current_database()) as db:
        try:
            _run_outside_transaction(db, f'CREATE DATABASE "{name}" TEMPLATE template0')
        except Exception as refused:
            raise CopyError(
                "Cadangan tidak dapat dicoba: pengguna basis data perlu hak CREATEDB (docs/operate.md)."
            ) from refused
        try:
            database["NAME"] = name
            fill_postgresql(database, file, emptied=False)
            yield database
        finally:
            _run_outside_transaction(db, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run_outside_transaction(db: BaseDatabaseWrapper, statement: str) -> None:
    """Execute outside a transaction, as CREATE and DROP DATABASE require."""
    db.set_autocommit(True)
    with db.cursor() as cursor:
        cursor.execute(statement)


def fill_postgresql(database: dict[str, Any], file: Path, *, emptied: bool) -> None:
    """Load a dump in one transaction. `emptied`: the existing schema is dropped in the same transaction."""
    script = file.with_suffix(".sql")
    _run(database, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
    first = ["--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public"] if emptied else []
    try:
        _run(
            database,
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
            *first,
            f"--file={script}",
        )
    finally:
        script.unlink(missing_ok=True)


def _run(database: dict[str, Any], program: str, *options: str) -> None:
    """Run a PostgreSQL program. Credentials are passed in the environment, so no process list shows a password."""
    with connected(database) as db:
        parameters = {key: str(value) for key, value in db.get_connection_params().items() if value}
    environment = os.environ | {PG_VARIABLES[key]: value for key, value in parameters.items() if key in PG_VARIABLES}
    try:
        # A fixed command.
        subprocess.run([program, *options], env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise CopyError(f"Program {program} tidak ada: pasang postgresql-client.") from None
    except subprocess.CalledProcessError as failed:
        raise CopyError(f"{program} gagal: {failed.stderr.strip()[-500:]}") from None


def process_environment(database: dict[str, Any], folder: Path) -> dict[str, str]:
    """Environment variables for `sambang …` on another database and folder: with our keys, without our host names."""
    ours = {name: value for name, value in os.environ.items() if name not in {"SAMBANG_HOSTS", "SAMBANG_HTTPS"}}
    ours |= {
        "SAMBANG_DATA": str(folder),
        "SAMBANG_SECRET_KEY": settings.SECRET_KEY,
        "SAMBANG_IDENTITY_KEY": settings.SAMBANG_IDENTITY_KEY,
        "SAMBANG_BACKUP_KEY": settings.SAMBANG_BACKUP_KEY,
    }
    ours.pop("DATABASE_URL", None)
    if database["ENGINE"].endswith("postgresql"):
        ours["DATABASE_URL"] = database_url(database)
    return ours


def database_url(database: dict[str, Any]) -> str:
    """The DATABASE_URL of a DATABASES entry."""
    who = quote(database["USER"], safe="") + (
        f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    )
    where = database["HOST"] + (f":{database['PORT']}" if database["PORT"] else "")
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if isinstance(value, str)}
    return f"postgresql://{who}@{where}/{quote(database['NAME'], safe='')}" + (
        f"?{urlencode(options)}" if options else ""
    )
