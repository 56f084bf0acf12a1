"""Oracles of the live cells: an append-only ledger in memory, and a line moved to another cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sambang_stats.cells import Cells, add
from sambang_stats.ledger import Change, LineState, difference


def move(line: LineState, cell: int) -> tuple[LineState, tuple[Change, ...]]:
    """The line belongs to another cell from its beginning (merged units, a corrected address)."""
    after = replace(line, cell=cell)
    return after, difference(line.links(), after.links())


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
            raise IndexError(f"no event {event}")
        until = self._ends[event - 1] if event else 0
        rows = np.array(self._rows[:until], dtype=np.int64).reshape(until, 6)
        return add(*rows.T)
