"""Bulk INSERT and UPDATE with SQL that is built once for a model and a number of rows.

The ORM compiles its INSERT for every call, which costs more than executing it. Columns and values are those of the
ORM; signals are not sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

ON_CONFLICT = " ON CONFLICT DO NOTHING RETURNING "


type ModelColumn = models.Field[Any, Any]
type Fields = tuple[ModelColumn, ...]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. A primary key that the database assigns is not read back. Raises IntegrityError."""
    if rows:
        connection = connections[DEFAULT_DB_ALIAS]
        fields = _fields(type(rows[0]), with_key=rows[0].pk is not None)
        with connection.cursor() as cursor:
            cursor.execute(_statement(type(rows[0]), fields, len(rows)), _values(rows, fields, connection))
        _mark_saved(rows)


def insert_new_rows(rows: Sequence[models.Model]) -> set[Any]:
    """Insert the rows that violate no unique constraint; returns their primary keys. A concurrent insert of the same
    row is waited for."""
    if not rows:
        return set()
    connection = connections[DEFAULT_DB_ALIAS]
    key, fields = rows[0]._meta.pk, _fields(type(rows[0]), with_key=True)
    statement = _statement(type(rows[0]), fields, len(rows)) + ON_CONFLICT + _quoted(str(key.column))
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(rows, fields, connection))
        stored = {row[0] for row in cursor.fetchall()}
    inserted = [row for row in rows if key.get_db_prep_value(row.pk, connection) in stored]
    _mark_saved(inserted)
    return {row.pk for row in inserted}


def update_rows(rows: Sequence[models.Model], names: Collection[str]) -> None:
    """Update these fields of saved rows of one model."""
    connection, model = connections[DEFAULT_DB_ALIAS], type(rows[0])
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field.name in names]
    places = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
    table, name = _quoted(model._meta.db_table), _quoted(str(key.column))
    statement = f"UPDATE {table} SET {places} WHERE {name} = %s"  # noqa: S608  # names of our own columns
    values = [[_value(row, field, connection, new=False) for field in (*fields, key)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


@cache
def _fields(model: type[models.Model], *, with_key: bool) -> Fields:
    return tuple(field for field in model._meta.local_concrete_fields if with_key or not field.primary_key)


@cache
def _statement(model: type[models.Model], fields: Fields, count: int) -> str:
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(_quoted(str(field.column)) for field in fields)
    table = _quoted(model._meta.db_table)
    # Names of our own columns.
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608


def _quoted(name: str) -> str:
    """A quoted identifier; SQLite and PostgreSQL quote alike."""
    return f'"{name}"'


def _values(rows: Sequence[models.Model], fields: Fields, connection: BaseDatabaseWrapper) -> list[Any]:
    return [_value(row, field, connection, new=True) for row in rows for field in fields]


def _value(row: models.Model, field: ModelColumn, connection: BaseDatabaseWrapper, *, new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, new), connection)


def _mark_saved(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
