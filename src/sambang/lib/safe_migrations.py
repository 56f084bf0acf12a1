"""What a migration may do while the version before it still serves (docs/decisions/0030-steady.md).

The old version does not know new columns and still uses those it knows; a table that is locked while it is rewritten or
indexed keeps everybody waiting. A migration that cannot be had otherwise says so, and why: `stop_first = "…"` in its
class.
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
    """An index on a table that is in use: concurrently on PostgreSQL, where its migration must say `atomic = False`;
    on SQLite the embedded database prepares itself before it serves."""

    def _way(self, schema_editor: Any) -> type[operations.AddIndex]:
        return AddIndexConcurrently if schema_editor.connection.vendor == "postgresql" else operations.AddIndex

    def database_forwards(self, app_label: str, schema_editor: Any, *states: ProjectState) -> None:
        self._way(schema_editor).database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: ProjectState) -> None:
        self._way(schema_editor).database_backwards(self, app_label, schema_editor, *states)


HARMLESS = (
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
    """A sentence for each operation that the version before could not live with; `before`: the state it begins from."""
    state, made = before.clone(), set()
    for operation in _flat(migration.operations):
        if isinstance(operation, operations.CreateModel):
            made.add(operation.name_lower)
        table = getattr(operation, "model_name_lower", "")
        if table not in made and (why := _trouble(operation, migration, state)):
            yield f"{operation.describe()}: {why}"
        operation.state_forwards(migration.app_label, state)


def _flat(listed: Any) -> Iterator[Operation]:
    for operation in listed:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _trouble(operation: Operation, migration: Migration, state: ProjectState) -> str:
    """'' for an operation that harms nobody."""
    if isinstance(operation, HARMLESS):
        return ""
    if isinstance(operation, AddIndexOnline):
        return "its migration needs atomic = False" if migration.atomic else ""
    if isinstance(operation, operations.AddIndex):
        return "writers wait until the index is made: AddIndexWhileServing"
    if isinstance(operation, operations.AddField):
        field = operation.field
        knows_itself = field.null or field.has_db_default() or field.many_to_many
        return "" if knows_itself else "the old version inserts rows without it: null, or a db_default"
    if isinstance(operation, operations.AlterField):
        old = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        return (
            "" if _as_wide(old, operation.field) else "the column changes under the old version: a new column instead"
        )
    if isinstance(operation, operations.RemoveField | operations.DeleteModel):
        return "the old version still uses it: leave it out of the models first, remove it a version later"
    return "nobody can tell what it does to a serving version"


def _as_wide(old: models.Field[Any, Any], new: models.Field[Any, Any]) -> bool:
    """The same column, or one that may be null now as well."""

    def column(field: models.Field[Any, Any]) -> Any:
        _name, path, positional, options = field.deconstruct()
        about = {key: value for key, value in options.items() if key not in {*field.non_db_attrs, "null", "default"}}
        return path, positional, about

    return column(old) == column(new) and (new.null or not old.null)


def migrations_needing_stop(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Migrations still to come that cannot run while a version serves, with their reasons; {} on a new database."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return {}
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {str(migration): migration.stop_first for migration, _back in plan if hasattr(migration, "stop_first")}
