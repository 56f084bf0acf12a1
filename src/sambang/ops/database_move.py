"""Move all rows from SQLite to PostgreSQL or back: compared row by row, in one transaction."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.sql import InsertQuery
from django.db.utils import ConnectionHandler, load_backend

from sambang.access.exemptions import DERIVED_TABLES
from sambang.ops.checksums import row_digest
from sambang.ops.databases import CopyError, process_environment

TARGET_ALIAS = "target"  # the other database's alias while the move lasts
MOVED_AT_ONCE = 500
# `migrate` fills these tables; they are emptied before the source's rows are copied.
CREATED_BY_MIGRATE = frozenset({"django_migrations", "django_content_type", "auth_permission", "audit_chainhead"})


@contextmanager
def target(database: dict[str, Any]) -> Iterator[str]:
    """Register another database, described as in DATABASES, under an alias for the block."""
    settings = ConnectionHandler({"default": copy.deepcopy(database)}).settings["default"]
    other = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, TARGET_ALIAS)
    try:
        other.ensure_connection()
    except DatabaseError as closed:
        raise CopyError(f"Basis data tujuan tidak dapat dibuka: {closed}") from closed
    connections.settings[TARGET_ALIAS], connections[TARGET_ALIAS] = settings, other
    try:
        yield TARGET_ALIAS
    finally:
        other.close()
        del connections[TARGET_ALIAS]
        del connections.settings[TARGET_ALIAS]


def all_models() -> list[type[models.Model]]:
    """Every model with a table of its own, the through tables of many-to-many fields included."""
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def move(database: dict[str, Any], folder: Path, *, announce: Callable[[str], object]) -> int:
    """Copy every row of this database to the empty database `database`; returns the number of rows.

    Raises CopyError, and then the target has no rows. `folder` is the SAMBANG_DATA of the target. Its tables are
    created by a separate process in which it is the only database, because a migration may write to the default
    database.

    The site must be stopped: rows written during the move are detected and abort it.
    """
    _refuse_unknown_tables()
    with target(database) as alias:
        _refuse_used_database(alias)
        announce("Menyiapkan tabel …")
        line = [sys.executable, "-m", "sambang", "migrate", "--verbosity", "0", "--no-input"]
        subprocess.run(line, env=process_environment(database, folder), check=True)  # noqa: S603 our own words
        _same_schema(alias)
        with transaction.atomic(using=alias), transaction.atomic():
            total = sum(_copy(model, alias, announce) for model in _empty_target(alias))
            _check_keys(alias)
            announce("Mencocokkan baris demi baris …")
            for model in all_models():
                compare(model, alias)
            _reset_sequences(alias)
    return total


def _refuse_unknown_tables() -> None:
    expected = {model._meta.db_table for model in all_models()} | CREATED_BY_MIGRATE | DERIVED_TABLES.keys()
    if strange := sorted(set(connection.introspection.table_names()) - expected):
        raise CopyError(f"Tabel {', '.join(strange)} tidak dikenal versi ini: tidak ada yang dipindahkan.")


def _refuse_used_database(alias: str) -> None:
    other = connections[alias]
    with other.cursor() as cursor:
        for table in other.introspection.table_names(cursor):
            if table in CREATED_BY_MIGRATE or table in DERIVED_TABLES:
                continue
            # A name from the database.
            cursor.execute(f"SELECT 1 FROM {other.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                raise CopyError(f"Basis data tujuan tidak kosong (tabel {table}): tidak ada yang dipindahkan.")


def _same_schema(alias: str) -> None:
    ours, theirs = (set(MigrationRecorder(connections[name]).applied_migrations()) for name in ("default", alias))
    if ours != theirs:
        raise CopyError("Tabel di sini belum yang terbaru: jalankan sambang prepare dulu.")


def _empty_target(alias: str) -> list[type[models.Model]]:
    """Delete what `migrate` wrote into the target; returns all models."""
    other, every = connections[alias], all_models()
    with other.cursor() as cursor:
        for model in reversed(every):
            if model._meta.db_table in CREATED_BY_MIGRATE:
                cursor.execute(f"DELETE FROM {other.ops.quote_name(model._meta.db_table)}")  # noqa: S608 our own name
    ContentType.objects.clear_cache()
    return every


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _copy(model: type[models.Model], alias: str, announce: Callable[[str], object]) -> int:
    fields, count = columns_of(model), 0
    # Raw columns, not model instances: an instance would decrypt its encrypted fields.
    values = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields), named=True)
    for rows in batched(values.iterator(chunk_size=MOVED_AT_ONCE), MOVED_AT_ONCE, strict=False):
        insert_raw(model, fields, rows, alias)
        count += len(rows)
    if count:
        announce(f"  {model._meta.db_table}: {count:,}")
    return count


def insert_raw(
    model: type[models.Model], fields: list[models.Field[Any, Any]], rows: Sequence[Any], alias: str
) -> None:
    """Insert raw values: no default, no `auto_now` and no chaining (`raw=True`)."""
    size = connections[alias].ops.bulk_batch_size(fields, rows) or len(rows)
    for part in batched(rows, max(1, size), strict=False):
        query = InsertQuery(model)
        query.insert_values(fields, list(part), raw=True)
        try:
            query.get_compiler(using=alias).execute_sql()
        except DatabaseError as refused:
            raise CopyError(f"Tabel {model._meta.db_table} ditolak basis data tujuan: {refused}") from refused


def _check_keys(alias: str) -> None:
    try:
        connections[alias].check_constraints()
    except DatabaseError as dangling:
        raise CopyError(f"Basis data asal menunjuk baris yang tidak ada: {dangling}") from dangling


def compare(model: type[models.Model], alias: str) -> None:
    """Raises CopyError at the first row that differs, and if one side has more rows."""
    names = [field.attname for field in columns_of(model)]
    key, table = model._meta.pk.attname, model._meta.db_table
    ours = model._base_manager.order_by("pk").values_list("pk", *names)
    theirs = model._base_manager.using(alias).values_list("pk", *names)
    count = 0
    for rows in batched(ours.iterator(chunk_size=MOVED_AT_ONCE), MOVED_AT_ONCE, strict=False):
        count += len(rows)
        there = {row[0]: row_digest(row[1:]) for row in theirs.filter(pk__in=[row[0] for row in rows])}
        for row in rows:
            if there.get(row[0]) != row_digest(row[1:]):
                raise CopyError(f"Tabel {table}: baris {key}={row[0]} tidak sama di kedua sisi. Dibatalkan.")
    if (actual := theirs.count()) != count:
        raise CopyError(f"Tabel {table}: {count} baris di sini, {actual} di tujuan. Dibatalkan.")


def _reset_sequences(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        for statement in connections[alias].ops.sequence_reset_sql(no_style(), all_models()):
            cursor.execute(statement)


def is_current_database(database: dict[str, Any]) -> bool:
    """Is that the database of this process?"""
    own = connection.settings_dict
    return all(str(own.get(name) or "") == str(database.get(name) or "") for name in ("ENGINE", "NAME", "HOST", "PORT"))
