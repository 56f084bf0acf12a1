"""The database itself refuses to change or remove a line of what is only added to: triggers, on SQLite and on PostgreSQL.

They are put up after every `migrate`, not by one migration, because SQLite drops a table's triggers whenever a migration
makes that table anew. A migration that must change lines lowers them first, and chains the journal's lines again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Named by their tables, so that this low layer need not import those above; each with the beginning of its guards' names.
APPEND_ONLY = {"journal_entry": "journal", "production_cellevent": "cell_event", "production_cellchange": "cell_change"}
REFUSAL = "only added to: a line is append-only"
VERBS = {"UPDATE": "changed", "DELETE": "deleted", "TRUNCATE": "emptied"}

FUNCTION = f"""CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"""
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'",
}


def guards_of(table: str, vendor: str) -> dict[str, str]:
    """By name the statement that puts the guard up; SQLite has no TRUNCATE."""
    names = {verb: f"{APPEND_ONLY[table]}_is_not_{done}" for verb, done in VERBS.items()}
    if vendor == "sqlite":
        return {
            name: f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for verb, name in names.items()
            if verb != "TRUNCATE"
        }
    return {
        name: f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH "
        f"{'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION journal_refuses()"
        for verb, name in names.items()
    }


def raise_guards(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate; safe to repeat."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in APPEND_ONLY.keys() & set(connection.introspection.table_names(cursor)):
            for statement in guards_of(table, connection.vendor).values():
                cursor.execute(statement)


def missing_guards(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should stand on this database and do not."""
    missing: set[str] = set()
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(STANDING[connection.vendor], [table])
            missing |= guards_of(table, connection.vendor).keys() - {name for (name,) in cursor.fetchall()}
    return missing


@contextmanager
def lowered(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the guards inside: for tests, and for a migration that must touch lines."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for name in guards_of(table, connection.vendor):
                cursor.execute(
                    f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")
                )
    try:
        yield
    finally:
        raise_guards(using=connection.alias)
