"""Cells kept live: what one report changes, and what was known when.

A report that is new, changed or withdrawn touches at most three keys of the cells: the link that ends
at it, the link that begins at it, and the link that bridged its place (or the birth it begins with).
The changes are appended to a ledger; their sum up to any event is the table as it was known then.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.cells import GAPS, Cells, add
from sambang_stats.panel import PanelError

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
class Line:
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
    """First month without production, once the closure is verified and stands as a zero."""

    def volume(self, quantity: float, month: int) -> int:
        """Whole rupiah at the prices of the year before ``month``'s."""
        price = self.prices.get(month // 12)
        if price is None:
            raise PanelError(f"Harga untuk tahun {month // 12} belum ditetapkan pada lini ini.")
        return math.floor(quantity * price + 0.5)

    def link_at(self, at: int) -> Change | None:
        """The row that the report at position ``at`` adds to the cells; None where it links to nothing."""
        month, quantity = self.months[at], self.quantities[at]
        if at == 0:
            return Change(self.cell, month, 0, 1, self.volume(quantity, month), 0) if self.born else None
        gap = month - self.months[at - 1]
        if gap > GAPS:
            return None
        before = self.volume(self.quantities[at - 1], month)
        gap = -gap if month == self.closed else gap
        return Change(self.cell, month, gap, 1, self.volume(quantity, month), before)

    def links(self) -> list[Change | None]:
        """`link_at` every position."""
        return [self.link_at(at) for at in range(len(self.months))]


def report(line: Line, month: int, quantity: float | None) -> tuple[Line, tuple[Change, ...]]:
    """A month reported, changed, or (``None``) withdrawn: the line after it, and what that changes."""
    if quantity is not None and not 0 <= quantity < math.inf:
        raise PanelError("Jumlah tidak boleh negatif atau tak hingga.")
    at = bisect.bisect_left(line.months, month)
    there = at < len(line.months) and line.months[at] == month
    if quantity is None and not there:
        raise PanelError("Tidak ada laporan bulan ini yang dapat ditarik.")
    here = () if quantity is None else (month,)
    told = () if quantity is None else (quantity,)
    rest = at + 1 if there else at
    after = replace(
        line,
        months=line.months[:at] + here + line.months[rest:],
        quantities=line.quantities[:at] + told + line.quantities[rest:],
    )
    gone = [line.link_at(i) for i in range(at, min(rest + 1, len(line.months)))]
    come = [after.link_at(i) for i in range(at, min(at + len(here) + 1, len(after.months)))]
    return after, difference(gone, come)


def close(line: Line, month: int) -> tuple[Line, tuple[Change, ...]]:
    """A verified closure: zero in its first month without production, after the last report."""
    if line.months and line.months[-1] >= month:
        raise PanelError("Ada laporan pada atau setelah bulan tutup; tarik dahulu laporan itu.")
    return report(replace(line, closed=month), month, 0.0)


def move(line: Line, cell: int) -> tuple[Line, tuple[Change, ...]]:
    """The line belongs to another cell from its beginning (merged units, a corrected address)."""
    after = replace(line, cell=cell)
    return after, difference(line.links(), after.links())


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


class Ledger:
    """Append-only list of changes by event."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, ...]] = []
        self._ends: list[int] = []

    def append(self, changes: Sequence[Change]) -> int:
        """Write one event; its number, from 1."""
        self._rows.extend((c.cell, c.month, c.gap, c.count, c.num, c.den) for c in changes)
        self._ends.append(len(self._rows))
        return len(self._ends)

    def __len__(self) -> int:
        return len(self._ends)

    def as_of(self, event: int) -> Cells:
        """The cells as known after an event; 0 is before all."""
        if not 0 <= event <= len(self._ends):
            raise PanelError(f"Tidak ada kejadian nomor {event}.")
        until = self._ends[event - 1] if event else 0
        rows = np.array(self._rows[:until], dtype=np.int64).reshape(until, 6)
        return add(*rows.T)
