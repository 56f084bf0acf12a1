"""A board: a column for each state with its first rows."""

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
    length. Annotations are computed for the rows shown only."""
    order = F(first.removeprefix("-"))
    order_by = [order.desc() if first.startswith("-") else order.asc(), F("title").asc(), F("pk").asc()]
    ranked = rows.order_by().annotate(
        rank=Window(RowNumber(), partition_by=F("state"), order_by=order_by),
        total=Window(Count("pk"), partition_by=F("state")),
    )
    shown = list(ranked.filter(rank__lte=SHOWN).values_list("pk", "state", "total"))
    totals = {state: total for _key, state, total in shown}
    by_state: dict[str, list[M]] = {}
    for row in rows.filter(pk__in=[key for key, _state, _total in shown]).order_by(*order_by):
        by_state.setdefault(row.state, []).append(row)  # type: ignore[attr-defined]
    return [BoardColumn(state, totals.get(state.value, 0), by_state.get(state.value, [])) for state in states]
