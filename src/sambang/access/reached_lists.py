"""Lists of the rows that a person reaches."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.lib.lists import CompiledList


def reached_list(
    queryset: Callable[..., QuerySet[Any]],
    person: Person,
    *args: Hashable,
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]] = QuerySet.all,
) -> CompiledList:
    """The list `queryset(person, *args)`; it depends on the person's reach and the arguments alone."""
    return CompiledList(_of_reader, (queryset, reader_for(person), *args), narrow)


def _of_reader(queryset: Callable[..., QuerySet[Any]], reader: Reader, *args: Hashable) -> QuerySet[Any]:
    return queryset(reader.person, *args)
