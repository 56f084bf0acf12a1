"""Move the constraints and indexes of initial migrations into the creation of their tables.

    python tools/initial_migrations.py [APP …]

Run it after `makemigrations` made an initial migration anew: that adds constraints one by one after the last table, and
Django renders the models once more, and SQLite copies the table, for each. Tables and models stay the same.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import SwappableTuple
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.optimizer import MigrationOptimizer
from django.db.migrations.writer import MigrationWriter


def created_whole(operations: Sequence[Operation], app: str) -> list[Operation]:
    """The operations with each constraint and index in the creation of its table where that has all of its fields."""
    tables: dict[str, list[Operation]] = {}
    others: list[Operation] = []
    late = {row.model_name_lower for row in operations if isinstance(row, AddField)}
    for row in operations:
        if isinstance(row, AddConstraint | AddIndex) and row.model_name_lower not in late:
            tables.setdefault(row.model_name_lower, []).append(row)
        else:
            others.append(row)
    ordered = [
        each
        for row in others
        for each in (row, *(tables.pop(row.name_lower, []) if isinstance(row, CreateModel) else []))
    ]
    return MigrationOptimizer().optimize([*ordered, *(each for rows in tables.values() for each in rows)], app)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    django.setup()
    for (app, _name), migration in MigrationLoader(None).disk_migrations.items():
        if not type(migration).__module__.startswith("sambang.") or (sys.argv[1:] and app not in sys.argv[1:]):
            continue
        operations = created_whole(migration.operations, app)
        if migration.initial and len(operations) < len(migration.operations):
            writer = MigrationWriter(changed(migration, operations))
            Path(writer.path).write_text(writer.as_string(), encoding="utf-8")
            print(writer.path)


def changed(migration: Migration, operations: Sequence[Operation]) -> Migration:
    """The migration with these operations."""
    dependencies = [
        ("__setting__", "AUTH_USER_MODEL") if isinstance(other, SwappableTuple) else other
        for other in migration.dependencies
    ]
    content = {"initial": True, "dependencies": dependencies, "operations": operations}
    made: Migration = type("Migration", (Migration,), content)(migration.name, migration.app_label)
    return made


if __name__ == "__main__":
    main()
