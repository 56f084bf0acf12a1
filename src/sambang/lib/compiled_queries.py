"""Querysets that are made and compiled once: for many queries of a page that takes ten times as long as executing."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MAX_QUERIES = 1000  # kept by a process; some 5 kB each


@dataclass(frozen=True)
class CompiledQuery:
    """`sql` is empty if the queryset can have no row."""

    sql: str = ""
    params: tuple[Any, ...] = ()
    converters: dict[int, Any] = field(default_factory=dict)


_compiled: dict[Hashable, CompiledQuery] = {}


def compiled_rows[**P](
    queryset: Callable[P, QuerySet[Any, Any]], /, *args: P.args, **kwargs: P.kwargs
) -> list[tuple[Any, ...]]:
    """The rows of a queryset of `values_list`. It depends on nothing but the arguments, which are hashable, so that the
    same arguments need no new compilation; a reader is equal to another of the same reach."""
    query = _compiled_query(queryset, args, kwargs)
    if not query.sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        rows = cursor.fetchall()
    return [_converted(row, query.converters) for row in rows] if query.converters else list(rows)


def compiled_count[**P](queryset: Callable[P, QuerySet[Any, Any]], /, *args: P.args, **kwargs: P.kwargs) -> int:
    """The number of rows that `compiled_rows` gives."""
    query = _compiled_query(queryset, args, kwargs)
    if not query.sql:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({query.sql}) AS counted", query.params)  # noqa: S608 Django's SQL
        return int(cursor.fetchone()[0])


def _compiled_query(queryset: Callable[..., QuerySet[Any, Any]], args: Any, kwargs: Any) -> CompiledQuery:
    key = (connection.vendor, queryset, args, frozenset(kwargs.items()))
    if key not in _compiled:
        if len(_compiled) >= MAX_QUERIES:
            _compiled.clear()
        _compiled[key] = _compile(queryset(*args, **kwargs))
    return _compiled[key]


def _compile(rows: QuerySet[Any, Any]) -> CompiledQuery:
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return CompiledQuery()
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
    return CompiledQuery(sql, tuple(params), converters)


def _converted(row: tuple[Any, ...], converters: dict[int, Any]) -> tuple[Any, ...]:
    values = list(row)
    for position, (functions, expression) in converters.items():
        for convert in functions:
            values[position] = convert(values[position], expression, connection)
    return tuple(values)
