"""Triggers that refuse UPDATE, DELETE and TRUNCATE on append-only tables, on SQLite and PostgreSQL.

They are created after every `migrate`, not by a migration: SQLite drops the triggers of a table that a migration
rebuilds.
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
    """A table whose rows are only inserted."""

    name: str
    """Prefix of its triggers."""
    columns: tuple[str, ...] = ()
    """The columns that never change; none means all."""


# By table name, so that this layer does not import higher apps. A consent moves with its IKM when two rows are merged.
APPEND_ONLY = {
    "audit_entry": AppendOnlyTable("audit_entry"),
    "production_cellevent": AppendOnlyTable("cell_event"),
    "production_cellchange": AppendOnlyTable("cell_change"),
    "insight_evaluation": AppendOnlyTable("evaluation"),
    "market_consent": AppendOnlyTable("consent", ("id", "purpose", "kind", "at", "by_id", "how", "text_version")),
}
REFUSAL = "append-only: rows cannot be changed or deleted"
REFUSED_STATEMENTS = {"UPDATE": "changed", "DELETE": "deleted", "TRUNCATE": "emptied"}

TRIGGER_FUNCTION = f"""CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"""
EXISTING_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'",
}


def triggers_of(table: str, vendor: str) -> dict[str, str]:
    """Name → CREATE statement of each trigger; SQLite has no TRUNCATE."""
    guarded = APPEND_ONLY[table]
    names = {verb: f"{guarded.name}_is_not_{done}" for verb, done in REFUSED_STATEMENTS.items()}
    when = {verb: verb for verb in REFUSED_STATEMENTS}
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
        f"{'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION refuse_change()"
        for verb, name in names.items()
    }


def create_triggers(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate. Idempotent."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(TRIGGER_FUNCTION)
        for table in APPEND_ONLY.keys() & set(connection.introspection.table_names(cursor)):
            for statement in triggers_of(table, connection.vendor).values():
                cursor.execute(statement)


def missing_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of triggers that this database lacks."""
    missing: set[str] = set()
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(EXISTING_TRIGGERS[connection.vendor], [table])
            missing |= triggers_of(table, connection.vendor).keys() - {name for (name,) in cursor.fetchall()}
    return missing


@contextmanager
def triggers_dropped(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Context manager: without the triggers, for tests and for migrations that change rows."""
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
