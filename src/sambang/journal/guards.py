"""The database itself refuses to change or remove a line of the journal: triggers, on SQLite and on PostgreSQL.

They are put up after every `migrate`, not by one migration, because SQLite drops a table's triggers whenever a migration
makes that table anew. A migration that must change lines lowers them first, and chains the lines again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "journal_entry"
REFUSAL = "the journal is append-only"
NAMES = ("journal_is_not_changed", "journal_is_not_deleted", "journal_is_not_emptied")

FUNCTION = f"""CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"""
RAISED = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for name, verb in zip(NAMES, ("UPDATE", "DELETE"), strict=False)
    ],
    "postgresql": [
        FUNCTION,
        *(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH {each} EXECUTE FUNCTION journal_refuses()"
            for name, verb, each in zip(
                NAMES, ("UPDATE", "DELETE", "TRUNCATE"), ("ROW", "ROW", "STATEMENT"), strict=True
            )
        ),
    ],
}
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'",
}


def raise_guards(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate; safe to repeat."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            for statement in RAISED[connection.vendor]:
                cursor.execute(statement)


def missing_guards(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should stand on this database and do not."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor], [TABLE])
        standing = {name for (name,) in cursor.fetchall()}
    return {name for name in NAMES if any(name in statement for statement in RAISED[connection.vendor])} - standing


@contextmanager
def lowered(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the guards inside: for tests, and for a migration that must touch lines."""
    where = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")
    try:
        yield
    finally:
        raise_guards(using=connection.alias)
