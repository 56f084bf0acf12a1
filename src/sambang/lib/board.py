"""A board: a column for each state with its first rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, TextChoices, Window
from django.db.models.functions import RowNumber

ROWS_PER_STATE = 10  # rows of one state on the board; the list shows all


@dataclass(frozen=True)
class BoardColumn:
    state: TextChoices
    total: int
    rows: list[Any]


def board_columns(
    rows: QuerySet[Any], states: Iterable[TextChoices], columns: Sequence[str], *, first: str
) -> list[BoardColumn]:
    """`rows` by their `state`, ordered by the column `first` (`-` for descending), then by title; two queries at any
    length. A row is a named tuple of `columns`; annotations are computed for the rows shown only."""
    order = F(first.removeprefix("-"))
    order_by = [order.desc() if first.startswith("-") else order.asc(), F("title").asc(), F("pk").asc()]
    ranked = rows.order_by().annotate(
        rank=Window(RowNumber(), partition_by=F("state"), order_by=order_by),
        total=Window(Count("pk"), partition_by=F("state")),
    )
    ranked_rows = list(ranked.filter(rank__lte=ROWS_PER_STATE).values_list("pk", "state", "total"))
    totals = {state: total for _key, state, total in ranked_rows}
    by_state: dict[str, list[Any]] = {}
    if ranked_rows:
        board_rows = rows.filter(pk__in=[key for key, _state, _total in ranked_rows]).order_by(*order_by)
        for row in board_rows.values_list(*columns, named=True):
            by_state.setdefault(row.state, []).append(row)
    return [BoardColumn(state, totals.get(state.value, 0), by_state.get(state.value, [])) for state in states]
