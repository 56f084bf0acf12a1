"""Rows put down by a statement that is written once for a model and a number of rows.

The ORM writes its INSERT anew for every row, which costs more than the row. These are the same columns and values,
without signals: there are none between our apps.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

LEAVE = " ON CONFLICT DO NOTHING RETURNING "


type Column = models.Field[Any, Any]
type Fields = tuple[Column, ...]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model. A number that the database gives is left to it, and not asked for. Raises
    IntegrityError."""
    if rows:
        here = connections[DEFAULT_DB_ALIAS]
        fields = _fields(type(rows[0]), with_key=rows[0].pk is not None)
        with here.cursor() as cursor:
            cursor.execute(_statement(type(rows[0]), fields, len(rows)), _values(rows, fields, here))
        _mark_stored(rows)


def insert_new_rows(rows: Sequence[models.Model]) -> set[Any]:
    """Store those that do not collide with what is there; the primary keys of those stored. The database decides: a
    twin at the same moment is waited for, and then only one of both is new."""
    if not rows:
        return set()
    here = connections[DEFAULT_DB_ALIAS]
    key, fields = rows[0]._meta.pk, _fields(type(rows[0]), with_key=True)
    statement = _statement(type(rows[0]), fields, len(rows)) + LEAVE + _quoted(str(key.column))
    with here.cursor() as cursor:
        cursor.execute(statement, _values(rows, fields, here))
        stored = {answer[0] for answer in cursor.fetchall()}
    fresh = [row for row in rows if key.get_db_prep_value(row.pk, here) in stored]
    _mark_stored(fresh)
    return {row.pk for row in fresh}


def update_rows(rows: Sequence[models.Model], names: Collection[str]) -> None:
    """Write these fields of stored rows of one model."""
    here, model = connections[DEFAULT_DB_ALIAS], type(rows[0])
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field.name in names]
    places = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
    table, name = _quoted(model._meta.db_table), _quoted(str(key.column))
    statement = f"UPDATE {table} SET {places} WHERE {name} = %s"  # noqa: S608  # names of our own columns
    values = [[_value(row, field, here, new=False) for field in (*fields, key)] for row in rows]
    with here.cursor() as cursor:
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
    """The same on both databases."""
    return f'"{name}"'


def _values(rows: Sequence[models.Model], fields: Fields, here: BaseDatabaseWrapper) -> list[Any]:
    return [_value(row, field, here, new=True) for row in rows for field in fields]


def _value(row: models.Model, field: Column, here: BaseDatabaseWrapper, *, new: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, new), here)


def _mark_stored(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
