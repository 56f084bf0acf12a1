"""A database as one file, and a file as a database again: SQLite by its online backup, PostgreSQL by its own programs."""

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
WORDS = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class CopyError(Exception):
    """A copy could not be made, or is not what it should be. The sentence is for whoever runs the command."""


def embedded(file: Path) -> dict[str, Any]:
    """A SQLite file by itself: no WAL, so that it stays one file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {}}


def settings_here() -> dict[str, Any]:
    return copy.deepcopy(settings.DATABASES["default"] | {"NAME": connection.settings_dict["NAME"]})


@contextmanager
def opened(facts: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own to a database described as in DATABASES."""
    other = ConnectionHandler({"default": copy.deepcopy(facts)})["default"]
    try:
        yield other
    finally:
        other.close()


def snapshot[T](to: Path, look: Callable[[BaseDatabaseWrapper], T]) -> T:
    """This installation's database at one moment, as the file `to`, and what `look` sees of it. Nobody waits for it.

    Raises CopyError, also where SQLite finds the database itself damaged.
    """
    return _snapshot_of_sqlite(to, look) if connection.vendor == "sqlite" else _snapshot_of_postgresql(to, look)


def _snapshot_of_sqlite[T](to: Path, look: Callable[[BaseDatabaseWrapper], T]) -> T:
    connection.ensure_connection()
    target = sqlite3.connect(to)
    try:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
    with opened(embedded(to)) as there:
        if not there.introspection.table_names():
            raise CopyError("Basis data kosong: tidak ada yang dicadangkan.")
        _find_damage(there)
        return look(there)


def _find_damage(there: BaseDatabaseWrapper) -> None:
    """By Django's connection, which knows the functions that our constraints are written in."""
    try:
        with there.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            [(verdict,)] = cursor.fetchall()
            cursor.execute("PRAGMA foreign_key_check")
            dangling = cursor.fetchone()
    except DatabaseError as damage:
        raise CopyError(f"Basis data rusak, tidak dicadangkan: {damage}.") from damage
    if verdict != "ok" or dangling:
        raise CopyError(f"Basis data rusak, tidak dicadangkan: {dangling or verdict}.")


def _snapshot_of_postgresql[T](to: Path, look: Callable[[BaseDatabaseWrapper], T]) -> T:
    """One exported snapshot for `look` and for pg_dump."""
    from psycopg import IsolationLevel

    facts = settings_here()
    facts["OPTIONS"] = facts.get("OPTIONS", {}) | {"isolation_level": IsolationLevel.REPEATABLE_READ}
    with opened(facts) as here:
        here.set_autocommit(False)
        with here.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            [(name,)] = cursor.fetchall()
        _run(facts, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={to}")
        seen = look(here)
        here.rollback()
    return seen


@contextmanager
def tried_out(file: Path, vendor: str) -> Iterator[dict[str, Any]]:
    """A snapshot's file as a running database, described as in DATABASES; a PostgreSQL one is dropped afterwards."""
    if vendor == "sqlite":
        yield embedded(file)
        return
    facts = settings_here()
    name = f"sambang_scratch_{secrets.token_hex(6)}"
    with opened(settings_here()) as here:
        try:
            _alone(here, f'CREATE DATABASE "{name}" TEMPLATE template0')
        except Exception as refused:
            raise CopyError(
                "Cadangan tidak dapat dicoba: pengguna basis data perlu hak CREATEDB (docs/operate.md)."
            ) from refused
        try:
            facts["NAME"] = name
            fill_postgresql(facts, file, emptied=False)
            yield facts
        finally:
            _alone(here, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _alone(here: BaseDatabaseWrapper, statement: str) -> None:
    """Outside any transaction, as PostgreSQL wants it for whole databases."""
    here.set_autocommit(True)
    with here.cursor() as cursor:
        cursor.execute(statement)


def fill_postgresql(facts: dict[str, Any], file: Path, *, emptied: bool) -> None:
    """A dump into a database, in one transaction: all or nothing. `emptied`: what is there is dropped in the same one."""
    script = file.with_suffix(".sql")
    _run(facts, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
    first = ["--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public"] if emptied else []
    try:
        _run(
            facts,
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


def _run(facts: dict[str, Any], program: str, *options: str) -> None:
    """One of PostgreSQL's programs; who and where go by its environment, so that no password stands in a list of processes."""
    with opened(facts) as there:
        told = {key: str(value) for key, value in there.get_connection_params().items() if value}
    words = os.environ | {WORDS[key]: value for key, value in told.items() if key in WORDS}
    try:
        subprocess.run([program, *options], env=words, check=True, capture_output=True, text=True)  # noqa: S603 our own words
    except FileNotFoundError:
        raise CopyError(f"Program {program} tidak ada: pasang postgresql-client.") from None
    except subprocess.CalledProcessError as failed:
        raise CopyError(f"{program} gagal: {failed.stderr.strip()[-500:]}") from None


def environment_of(facts: dict[str, Any], folder: Path) -> dict[str, str]:
    """The environment of `sambang …` on another database and folder: with our keys, without our host names. The
    embedded database is the one in the folder."""
    ours = {name: value for name, value in os.environ.items() if name not in {"SAMBANG_HOSTS", "SAMBANG_HTTPS"}}
    ours |= {
        "SAMBANG_DATA": str(folder),
        "SAMBANG_SECRET_KEY": settings.SECRET_KEY,
        "SAMBANG_IDENTITY_KEY": settings.SAMBANG_IDENTITY_KEY,
        "SAMBANG_BACKUP_KEY": settings.SAMBANG_BACKUP_KEY,
    }
    ours.pop("DATABASE_URL", None)
    if facts["ENGINE"].endswith("postgresql"):
        ours["DATABASE_URL"] = address_of(facts)
    return ours


def address_of(facts: dict[str, Any]) -> str:
    """A DATABASES entry as a DATABASE_URL again."""
    who = quote(facts["USER"], safe="") + (f":{quote(facts['PASSWORD'], safe='')}" if facts["PASSWORD"] else "")
    where = facts["HOST"] + (f":{facts['PORT']}" if facts["PORT"] else "")
    options = {name: value for name, value in facts.get("OPTIONS", {}).items() if isinstance(value, str)}
    return f"postgresql://{who}@{where}/{quote(facts['NAME'], safe='')}" + (f"?{urlencode(options)}" if options else "")
