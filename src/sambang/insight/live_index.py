"""A preliminary index of a sentra from its cells: what changed since the last Run.

It reads some hundred sums, no report, and chains them by gap as the engine does, in a few milliseconds. Unlike the
published index it chains the sentra as one cell, borrows nothing from wider cells, has no interval, and counts silent
lines by their number, not their value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet

import sambang_stats as engine
from sambang.access.row_security import bypass_row_security
from sambang.insight.base import base_within
from sambang.insight.models import Series
from sambang.production.models import CellEvent, CellSum
from sambang.registry.models import Cluster, ProductLine
from sambang_stats.cells import Cells, add, months_back
from sambang_stats.chain import ChainRules, Window, arrange_cells, chain
from sambang_stats.index import rebase
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class LiveIndex:
    """An index by month, the mean of `base` at 100. None: fewer lines than may be shown."""

    base: engine.Period
    months: tuple[date, ...]
    index: tuple[float | None, ...]
    lines: tuple[int, ...]
    """Lines that reported the month and could be linked to an earlier one."""

    def at(self, month: date) -> float | None:
        return self.index[self.months.index(month)] if month in self.months else None


def live_index(cluster: Cluster, *, until: date) -> LiveIndex | None:
    """As the cells are now, up to and with a month; None where nothing is linked yet."""
    return chain_sums(CellSum.objects.filter(cell__cluster=cluster), lines_in(cluster), engine.month_of(until))


def count_changes(cluster: Cluster, since: datetime) -> int:
    """How many times something changed the sentra's cells after a moment (a Run's `computed_at`)."""
    return CellEvent.objects.filter(at__gt=since, changes__cell__cluster=cluster).distinct().count()


@bypass_row_security(__name__)
def changes_since_run(series: Series) -> int:
    """How many reports of a sentra came in or changed since its Run, not what they do to a figure. `series` with `run`
    and `cluster` fetched."""
    return count_changes(series.cluster, series.run.computed_at) if series.cluster else 0


def lines_in(cluster: Cluster) -> QuerySet[ProductLine]:
    return ProductLine.objects.filter(business__cluster=cluster)


def chain_sums(sums: QuerySet[Any], lines: QuerySet[ProductLine], until: int) -> LiveIndex | None:
    """Of CellSum or CellChange rows; `until`: the last month, as the engine counts."""
    rows = np.array(list(sums.values_list("month", "gap", "count", "num", "den")), dtype=np.int64).reshape(-1, 5)
    month, gap, count, num, den = rows[rows[:, 0] <= until].T
    cells = add(np.zeros_like(month), month, gap, count, num, den)
    linked = cells.gap > 0
    if not linked.any():
        return None
    first = int((cells.month - months_back(cells.gap))[linked].min())
    cells = _after(cells, first)
    months = int(cells.month.max()) - first + 1
    parts = arrange_cells(cells, Window(1, first, months))
    alive, ended = _alive(lines.values_list("started_on", "ended_on", "business__closed_on"), first, months)
    matched = parts.matched
    rules = ChainRules(
        rank=0,
        new=np.zeros(1, dtype=bool),
        unit=np.array([float(cells.den[cells.gap > 0][0])]),
        coverage=np.clip(np.divide(matched, alive, out=np.ones(matched.shape), where=alive > 0), 0, 1),
        gone=np.zeros(matched.shape),
        ended=ended,
        count_births=True,
    )
    level = chain(parts, rules, None).level
    base = base_within(None, first, first + months - 1)
    index = rebase(level, first, base)[:, 0]
    enough = (matched[:, 0] >= engine.PublicationLimits().least_lines) & np.isfinite(index)
    return LiveIndex(
        base,
        tuple(engine.first_day(first + t) for t in range(months)),
        tuple(float(value) if shown else None for value, shown in zip(index, enough, strict=True)),
        tuple(int(lines) for lines in matched[:, 0]),
    )


def _after(cells: Cells, first: int) -> Cells:
    """Without what came before or in the first month: births there are no growth, closures there no loss."""
    rows = cells.month > first
    return Cells(*(column[rows] for column in (cells.cell, cells.month, cells.gap, cells.count, cells.num, cells.den)))


def _alive(
    lines: Iterable[tuple[date | None, date | None, date | None]], first: int, months: int
) -> tuple[Floats, Integers]:
    """Registered lines alive by month, ``(months, 1)``, and the row from which all are closed."""
    change = np.zeros(months + 1)
    last = 0
    for started_on, ended_on, closed_on in lines:
        begin = engine.month_of(started_on) - first if started_on else 0
        ends = [engine.month_of(ended_on) + 1 - first] if ended_on else []
        ends += [engine.month_of(closed_on) - first] if closed_on else []
        end = min([*ends, months])
        begin, end = max(begin, 0), max(end, 0)
        last = max(last, end if closed_on else months)
        if begin < end:
            change[begin] += 1
            change[end] -= 1
    return np.cumsum(change)[:months, None], np.array([last or months])
