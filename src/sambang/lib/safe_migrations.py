"""Which migrations may run while the previous version still serves (docs/decisions/0030-scale-and-availability.md).

The previous version does not write new columns and still uses the columns that it has; a table that is locked while it
is rewritten or indexed blocks all its requests. A migration that needs a stopped server has the reason in its class:
`stop_first = "…"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AddIndexOnline(AddIndexConcurrently):
    """An index on a table in use: concurrently on PostgreSQL, in a migration with `atomic = False`; a plain index on
    SQLite, which is migrated before the server starts."""

    def _operation_class(self, schema_editor: Any) -> type[operations.AddIndex]:
        return AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else operations.AddIndex

    def database_forwards(self, app_label: str, schema_editor: Any, *states: ProjectState) -> None:
        self._operation_class(schema_editor).database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: ProjectState) -> None:
        self._operation_class(schema_editor).database_backwards(self, app_label, schema_editor, *states)


COMPATIBLE = (
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
    operations.AlterOrderWithRespectTo,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.CreateModel,
)


def unsafe_operations(migration: Migration, before: ProjectState) -> Iterator[str]:
    """A sentence for each operation that breaks the previous version; `before`: the state before the migration."""
    state, created = before.clone(), set()
    for operation in _flat(migration.operations):
        if isinstance(operation, operations.CreateModel):
            created.add(operation.name_lower)
        table = getattr(operation, "model_name_lower", "")
        if table not in created and (reason := _incompatibility(operation, migration, state)):
            yield f"{operation.describe()}: {reason}"
        operation.state_forwards(migration.app_label, state)


def _flat(listed: Any) -> Iterator[Operation]:
    for operation in listed:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _incompatibility(operation: Operation, migration: Migration, state: ProjectState) -> str:
    """Why the operation breaks the previous version; '' where it does not."""
    if isinstance(operation, COMPATIBLE):
        return ""
    if isinstance(operation, AddIndexOnline):
        return "its migration needs atomic = False" if migration.atomic else ""
    if isinstance(operation, operations.AddIndex):
        return "it locks writers until the index is built: use AddIndexOnline"
    if isinstance(operation, operations.AddField):
        field = operation.field
        has_default = field.null or field.has_db_default() or field.many_to_many
        return "" if has_default else "the previous version inserts rows without it: set null or db_default"
    if isinstance(operation, operations.AlterField):
        old = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        return (
            "" if _is_same_or_nullable(old, operation.field) else "it changes a column in use: add a new column instead"
        )
    if isinstance(operation, operations.RemoveField | operations.DeleteModel):
        return "the previous version uses it: remove it from the models first, and from the database a version later"
    return "its effect on a serving version is unknown"


def _is_same_or_nullable(old: models.Field[Any, Any], new: models.Field[Any, Any]) -> bool:
    """The same column, except that it may become nullable."""

    def column(field: models.Field[Any, Any]) -> Any:
        _name, path, positional, options = field.deconstruct()
        stored = {key: value for key, value in options.items() if key not in {*field.non_db_attrs, "null", "default"}}
        return path, positional, stored

    return column(old) == column(new) and (new.null or not old.null)


def migrations_needing_stop(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Unapplied migrations that need a stopped server, with their reasons; {} on an empty database."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return {}
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {str(migration): migration.stop_first for migration, _back in plan if hasattr(migration, "stop_first")}
