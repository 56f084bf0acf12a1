"""Create, migrate and fill an embedded database on first use."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sambang.production.queries import has_unlinked_lines


def prepare_database(*, announce: Callable[[str], object]) -> None:
    """Migrate an embedded database. On PostgreSQL the administrator runs `sambang prepare`."""
    if connection.vendor != "sqlite":
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()) or has_unlinked_lines():
        announce("Menyiapkan basis data …\n")
        call_command("prepare", verbosity=0)
