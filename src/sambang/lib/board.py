"""A board: rows in a column for each state, the first of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Model, QuerySet, TextChoices, Window
from django.db.models.functions import RowNumber

SHOWN = 10  # rows of one state on the board; the list shows all


@dataclass(frozen=True)
class BoardColumn[M: Model]:
    state: TextChoices
    total: int
    rows: list[M]


def board_columns[M: Model](rows: QuerySet[M], states: Iterable[TextChoices], *, first: str) -> list[BoardColumn[M]]:
    """`rows` by their `state`, ordered by the column `first` (`-` for descending), then by title; two queries at any
    length."""
    totals = dict(rows.order_by().values_list("state").annotate(many=Count("pk", distinct=True)))
    order = F(first.removeprefix("-"))
    place = Window(
        RowNumber(),
        partition_by=F("state"),
        order_by=[order.desc() if first.startswith("-") else order.asc(), F("title").asc()],
    )
    by_state: dict[str, list[M]] = {}
    for row in rows.annotate(place=place).filter(place__lte=SHOWN):
        by_state.setdefault(row.state, []).append(row)  # type: ignore[attr-defined]
    return [BoardColumn(state, totals.get(state.value, 0), by_state.get(state.value, [])) for state in states]
