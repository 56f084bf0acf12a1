"""Lists of the rows that a person reaches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.audit.change_cache import until_change
from sambang.lib import lists


@dataclass(frozen=True)
class ReachedList(lists.CompiledList):
    """Its first page without a filter is kept until a change."""

    reader: Reader

    def first_page(self, columns: Sequence[str]) -> lists.Page:
        return until_change(self.reader, _first_page, self.queryset, self.args, tuple(columns), lists.PAGE_SIZE)


def _first_page(
    queryset: Callable[..., QuerySet[Any]], args: tuple[Hashable, ...], columns: Sequence[str], _size: int
) -> lists.Page:
    return lists.CompiledList(queryset, args, QuerySet.all).first_page(columns)


def reached_list(
    queryset: Callable[..., QuerySet[Any]],
    person: Person,
    *args: Hashable,
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]] = QuerySet.all,
) -> ReachedList:
    """The list `queryset(person, *args)`; it depends on the person's reach and the arguments alone, and only operations
    write what it shows."""
    reader = reader_for(person)
    return ReachedList(_of_reader, (queryset, reader, *args), narrow, reader)


def _of_reader(queryset: Callable[..., QuerySet[Any]], reader: Reader, *args: Hashable) -> QuerySet[Any]:
    return queryset(reader.person, *args)
