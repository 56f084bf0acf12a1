"""Cells kept live: what one report changes, and what was known when.

A report that is new, changed or withdrawn touches the link that ends at it, the links that begin at it (one, and
one for each report of zero that follows), and the link that bridged its place (or the birth it begins with).
The changes are appended to a ledger; their sum up to any event is the table as it was known then.
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
    """An addition to one key of the cells."""

    cell: int
    month: int
    gap: int
    count: int
    num: int
    den: int


@dataclass(frozen=True)
class LineState:
    """One line's state: enough to know what its next report changes."""

    cell: int
    prices: Mapping[int, float]
    """Price of the line for valuing the months of a year, frozen."""
    months: tuple[int, ...] = ()
    """Of its reports, in order."""
    quantities: tuple[float, ...] = ()
    born: bool = False
    """Its unit began within the panel: the first report is a birth."""
    closed: int | None = None
    """First month without production, once the closure is verified and counts as a zero."""

    def volume(self, quantity: float, month: int) -> int:
        """Whole rupiah at the prices of the year before ``month``'s."""
        price = self.prices.get(month // 12)
        if price is None:
            raise PanelError(Problem.MISSING_PRICE, year=month // 12)
        return volume(quantity, price)

    def link_at(self, at: int) -> Change | None:
        """The row that the report at position ``at`` adds to the cells; None where it links to nothing."""
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
        """`link_at` every position."""
        return [self.link_at(at) for at in range(len(self.months))]


def with_report(line: LineState, month: int, quantity: float | None) -> tuple[LineState, tuple[Change, ...]]:
    """A month reported, changed, or (``None``) withdrawn: the line after it, and what that changes."""
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
    """A verified closure: zero in its first month without production, after the last report."""
    if line.months and line.months[-1] >= month:
        raise PanelError(Problem.REPORT_AFTER_CLOSURE)
    return with_report(replace(line, closed=month), month, 0.0)


def difference(gone: Iterable[Change | None], come: Iterable[Change | None]) -> tuple[Change, ...]:
    """What taking some rows out of the cells and putting others in changes: one row a key, none of zeros."""
    total: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for sign, changes in ((-1, gone), (1, come)):
        for change in changes:
            if change is not None:
                key = (change.cell, change.month, change.gap)
                count, num, den = total.get(key, (0, 0, 0))
                total[key] = (count + sign * change.count, num + sign * change.num, den + sign * change.den)
    return tuple(Change(*key, *sums) for key, sums in total.items() if any(sums))
