"""The database itself refuses to change or remove a line of what is only added to: triggers, on SQLite and on
PostgreSQL.

They are put up after every `migrate`, not by one migration, because SQLite drops a table's triggers whenever a
migration makes that table anew. A migration that must change lines lowers them first, and chains the journal's lines
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class AppendOnlyTable:
    """A table whose lines are only added to."""

    name: str
    """How its guards' names begin."""
    columns: tuple[str, ...] = ()
    """What of a line never changes; without any, nothing does."""


# By table, so that this low layer need not import those above. A consent goes with its IKM when two rows of one are
# merged.
APPEND_ONLY = {
    "audit_entry": AppendOnlyTable("journal"),
    "production_cellevent": AppendOnlyTable("cell_event"),
    "production_cellchange": AppendOnlyTable("cell_change"),
    "market_consent": AppendOnlyTable("consent", ("id", "purpose", "kind", "at", "by_id", "how", "text_version")),
}
REFUSAL = "only added to: a line is append-only"
VERBS = {"UPDATE": "changed", "DELETE": "deleted", "TRUNCATE": "emptied"}

FUNCTION = f"""CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"""
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'",
}


def triggers_of(table: str, vendor: str) -> dict[str, str]:
    """By name the statement that puts the guard up; SQLite has no TRUNCATE."""
    guarded = APPEND_ONLY[table]
    names = {verb: f"{guarded.name}_is_not_{done}" for verb, done in VERBS.items()}
    when = {verb: verb for verb in VERBS}
    if guarded.columns:
        when["UPDATE"] += f" OF {', '.join(guarded.columns)}"
    if vendor == "sqlite":
        return {
            name: f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when[verb]} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for verb, name in names.items()
            if verb != "TRUNCATE"
        }
    return {
        name: f"CREATE OR REPLACE TRIGGER {name} BEFORE {when[verb]} ON {table} FOR EACH "
        f"{'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION journal_refuses()"
        for verb, name in names.items()
    }


def create_triggers(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate; safe to repeat."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in APPEND_ONLY.keys() & set(connection.introspection.table_names(cursor)):
            for statement in triggers_of(table, connection.vendor).values():
                cursor.execute(statement)


def missing_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should stand on this database and do not."""
    missing: set[str] = set()
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(STANDING[connection.vendor], [table])
            missing |= triggers_of(table, connection.vendor).keys() - {name for (name,) in cursor.fetchall()}
    return missing


@contextmanager
def triggers_dropped(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the guards inside: for tests, and for a migration that must touch lines."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for name in triggers_of(table, connection.vendor):
                cursor.execute(
                    f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")
                )
    try:
        yield
    finally:
        create_triggers(using=connection.alias)
