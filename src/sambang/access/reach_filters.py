"""Query conditions for reach that databases can serve from an index (docs/decisions/0030-scale-and-availability.md)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import connection, models
from django.db.models import Q

from sambang.lib.region_code import RegionCode, in_region

NO_ROW = Q(pk__in=[])


def any_of(conditions: list[Q]) -> Q:
    """The disjunction of the conditions; NO_ROW if there are none."""
    return reduce(or_, conditions) if conditions else NO_ROW


def in_reach(path: str, code: RegionCode) -> Q:
    """`in_region` for the region of a council.

    SQLite assumes that a range has few rows, and would read a province row by row by the index of regions, where the
    database of its office has few others: a LIKE leaves it the index of the order, or the one that holds the columns.
    """
    if connection.vendor == "sqlite" and not code.is_within_regency:
        return Q(**{f"{path}__startswith": code})
    return in_region(path, code)


def keys_of_any(conditions: list[Q], rows: Any) -> Any:
    """Subquery: the keys of a manager's `rows` that meet any of the conditions. One SELECT each, joined by UNION: owner
    paths through many rows would repeat a row, and no index serves an "or" over several tables."""
    keys = [rows.filter(condition).order_by().values("pk") for condition in conditions]
    if len(keys) < 2:
        return keys[0] if keys else rows.none().values("pk")
    return keys[0].union(*keys[1:])


def has_single_value(model: type[models.Model], path: str) -> bool:
    """Does the lookup path follow foreign keys only, so that it has one value per row?"""
    return all(field.concrete for field in _fields(model, path))  # of many values no column holds one


@cache
def has_region(model: type[models.Model], path: str) -> bool:
    """Has every row of the model a region, because all foreign keys on the path are NOT NULL?"""
    return has_single_value(model, path) and not any(field.null for field in _fields(model, path))


@cache
def own_region_column(model: type[models.Model], path: str) -> str:
    """The attribute of a row that holds its region code; '' where another table holds it. The primary key of a region
    is its code, so `region__code` is the row's own `region_id`."""
    first, *rest = _fields(model, path)
    return str(first.attname) if not rest or (len(rest) == 1 and rest[0].primary_key) else ""


@cache
def _fields(model: type[models.Model], path: str) -> list[Any]:
    fields: list[Any] = []
    current: Any = model
    for name in path.split("__"):
        fields.append(current._meta.get_field(name))
        current = fields[-1].related_model
    return fields


def reaches_all(codes: Collection[str], model: type[models.Model], path: str) -> bool:
    """Is one of the councils' codes that of the nation, and has every row of the model a region?"""
    return "" in codes and has_region(model, path)
