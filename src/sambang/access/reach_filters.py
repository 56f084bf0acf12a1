"""The ways in which rows are reached, each as a condition that an index serves (docs/decisions/0030-steady.md)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q


def ways(codes: Collection[str], person: object, *, region: str, own: Collection[str]) -> list[Q]:
    """By the places that begin with one of the codes, along the path `region`; and by each path of `own` to the person."""
    by_place = [reduce(or_, (under(region, code) for code in codes))] if codes else []
    return by_place + [Q(**{path: person}) for path in own if path]


def under(path: str, code: str) -> Q:
    """The places that begin with a code of digits. As a range, which an index serves on every database: LIKE, as Django
    spells `startswith`, reads the whole table on SQLite, and on a PostgreSQL of another collation than C."""
    if not code:
        return Q(**{f"{path}__isnull": False})
    return Q(**{f"{path}__gte": code, f"{path}__lt": str(int(code) + 1).zfill(len(code))})


def keys_by(found: list[Q], rows: Any) -> Any:
    """The keys of a manager's `rows` within any of the ways: subqueries, because owner paths may pass through many rows
    and would double them; one for each way, because no index serves an "or" over several tables."""
    keys = [rows.filter(way).order_by().values("pk") for way in found]
    if len(keys) < 2:
        return keys[0] if keys else rows.none().values("pk")
    return keys[0].union(*keys[1:])


@cache
def always_has_a_place(model: type[models.Model], region: str) -> bool:
    """Does every row of a model lie in some region, along keys that are never null?"""
    here: Any = model
    for name in region.split("__"):
        field = here._meta.get_field(name)
        if not field.concrete or field.many_to_many or field.null:
            return False
        here = field.related_model
    return True


def reaches_all(memberships: Collection[tuple[str, str]], model: type[models.Model], region: str) -> bool:
    """Is this a member of the nation's council, and has every row its place?"""
    return any(not code for _role, code in memberships) and always_has_a_place(model, region)
