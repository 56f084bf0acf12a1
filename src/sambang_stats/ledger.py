"""Incremental maintenance of cells: the changes that one report makes, and the history of the cells.

A new, changed or withdrawn report changes the link that ends at it, the links that start at it (one, plus one for each
following report of zero), and the link or birth that existed without it. The changes are appended to a ledger; their
sum up to an event is the table of cells at that event.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sambang_stats.cells import GAPS, ZERO
from sambang_stats.errors import PanelError, Problem
from sambang_stats.volume import volume

Quantities = Mapping[int, float]


@dataclass(frozen=True)
class Change:
    """A change of one key of the cells; the numbers are added."""

    cell: int
    month: int
    gap: int
    count: int
    num: int
    den: int


@dataclass(frozen=True)
class LineState:
    """The state of one line, from which the changes of its next report are computed."""

    cell: int
    prices: Mapping[int, float]
    """Price of the line for the months of each year, rupiah a unit; prices of closed years do not change."""
    months: tuple[int, ...] = ()
    """Months of its reports, ascending."""
    quantities: tuple[float, ...] = ()
    born: bool = False
    """Whether its unit started within the panel, so that its first report is a birth."""
    closed: int | None = None
    """First month without production after a verified closure; None for an open unit."""

    def volume(self, quantity: float, month: int) -> int:
        """Volume in whole rupiah at the prices of the year before ``month``."""
        price = self.prices.get(month // 12)
        if price is None:
            raise PanelError(Problem.MISSING_PRICE, year=month // 12)
        return volume(quantity, price)

    def link_at(self, at: int) -> Change | None:
        """The change of the cells by the report at position ``at``; None without a link."""
        month, quantity = self.months[at], self.quantities[at]
        if at == 0:
            return Change(self.cell, month, 0, 1, self.volume(quantity, month), 0) if self.born else None
        if month - self.months[at - 1] > GAPS:
            return None
        active = next((i for i in reversed(range(at)) if self.quantities[i] > 0), None)
        gap = month - self.months[at - 1 if active is None else active]
        before = 0 if active is None else self.volume(self.quantities[active], month)
        if month == self.closed:
            gap = -gap
        elif quantity == 0 and active is not None:
            gap += ZERO
        return Change(self.cell, month, gap, 1, self.volume(quantity, month), before)

    def links(self) -> list[Change | None]:
        """``link_at`` for every position."""
        return [self.link_at(at) for at in range(len(self.months))]


def with_report(line: LineState, month: int, quantity: float | None) -> tuple[LineState, tuple[Change, ...]]:
    """Report, change or (``None``) withdraw the quantity of a month. Returns the line afterwards and the changes.

    Raises PanelError for an invalid quantity, or if there is no report to withdraw."""
    if quantity is not None and not 0 <= quantity < math.inf:
        raise PanelError(Problem.INVALID_QUANTITY)
    at = bisect.bisect_left(line.months, month)
    there = at < len(line.months) and line.months[at] == month
    if quantity is None and not there:
        raise PanelError(Problem.NO_REPORT_TO_WITHDRAW)
    months = () if quantity is None else (month,)
    quantities = () if quantity is None else (quantity,)
    rest = at + 1 if there else at
    after = replace(
        line,
        months=line.months[:at] + months + line.months[rest:],
        quantities=line.quantities[:at] + quantities + line.quantities[rest:],
    )
    return after, difference(line.links(), after.links())


def with_closure(line: LineState, month: int) -> tuple[LineState, tuple[Change, ...]]:
    """Close the line: a zero in its first month without production. Raises PanelError if a report is not earlier."""
    if line.months and line.months[-1] >= month:
        raise PanelError(Problem.REPORT_AFTER_CLOSURE)
    return with_report(replace(line, closed=month), month, 0.0)


def difference(removed: Iterable[Change | None], added: Iterable[Change | None]) -> tuple[Change, ...]:
    """The net changes of removing ``removed`` and adding ``added``: one for each key, without changes of zero."""
    total: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for sign, changes in ((-1, removed), (1, added)):
        for change in changes:
            if change is not None:
                key = (change.cell, change.month, change.gap)
                count, num, den = total.get(key, (0, 0, 0))
                total[key] = (count + sign * change.count, num + sign * change.num, den + sign * change.den)
    return tuple(Change(*key, *sums) for key, sums in total.items() if any(sums))
