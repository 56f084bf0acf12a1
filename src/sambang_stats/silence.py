"""What silence most probably means where the reports leave two readings: estimated so, and not called sound.

A unit that is silent in the same calendar months every year most probably makes nothing in them. Units of unknown
start and value that first report after the base at scattered times, in a cell whose others reported in the base, were
most probably born then; those that begin together were enrolled. ``soundness`` widens the interval to the other
reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sambang_stats.months import Period
from sambang_stats.panel import NO_END, Panel, Reports
from sambang_stats.partitions import Partitions
from sambang_stats.results import Integers

LEAST_YEARS = 2
"""Years in which the same calendar months must be silent."""
CHANCE = 1e-4
"""Probability of a silent block, were it random, below which it is seasonal."""
TOGETHER = 3
"""Months within which units that were enrolled together report first; two thirds of a cell's late beginners do."""


def silent_seasons(panel: Reports) -> NDArray[np.bool_]:
    """Calendar months of at least two years in which units are silent, and not by chance, ``(12, units)``.

    Within a unit's first and last report, a block of calendar months without any report is seasonal if random silence
    at the rate of its other months had less than ``CHANCE`` of such a block.
    """
    reported = panel.reporting_lines > 0
    some = reported.any(axis=0)
    first, last = reported.argmax(axis=0), panel.months - 1 - reported[::-1].argmax(axis=0)
    count, due = np.zeros((12, len(some))), np.zeros((12, len(some)))
    for t in range(panel.months):
        calendar = (panel.first_month + t) % 12
        count[calendar] += reported[t]
        due[calendar] += some & (first <= t) & (t <= last)
    silent = (count == 0) & (due >= LEAST_YEARS)
    found = np.zeros((12, len(some)), dtype=bool)
    candidates = np.flatnonzero(silent.any(axis=0))
    count, due, silent = count[:, candidates], due[:, candidates], silent[:, candidates]
    for begin in range(12):
        whole, missed = np.ones(len(candidates), dtype=bool), np.zeros(len(candidates))
        for length in range(11):
            calendar = (begin + length) % 12
            whole &= silent[calendar]
            missed += due[calendar]
            rest = due.sum(axis=0) - missed
            rate = (count.sum(axis=0) + 0.5) / (rest + 1)
            seasonal = candidates[whole & (12 * np.clip(1 - rate, 1e-9, 1) ** missed < CHANCE)]
            found[np.ix_((begin + np.arange(length + 1)) % 12, seasonal)] = True
    return found


def probable_births(panel: Reports, cell_of_unit: Integers, base: Period) -> Integers:
    """First month of production of each unit: the register's, or that of the first report of a probable birth."""
    units, reported = panel.units, panel.reporting_lines > 0
    some = reported.any(axis=0)
    first = np.where(some, panel.first_month + reported.argmax(axis=0), NO_END)
    cells = int(cell_of_unit.max()) + 1
    late = some & (first > base.last) & (units.start <= panel.first_month) & ~(units.weight > 0)
    if not units.asked.all() or not late.any():
        return units.start
    begun, known = (np.bincount(cell_of_unit[rows], minlength=cells) for rows in (late, first <= base.last))
    together = np.zeros(cells, dtype=np.int64)
    for month in np.unique(first[late]):
        near = late & (first >= month) & (first < month + TOGETHER)
        together = np.maximum(together, np.bincount(cell_of_unit[near], minlength=cells))
    enrolled = (3 * together >= 2 * begun) | (known < begun)
    return np.where(late & ~enrolled[cell_of_unit], first, units.start)


@dataclass(frozen=True)
class SeasonalPanel(Reports):
    """A panel with a report of zero in each month of a silent season."""

    source: Reports
    seasons: NDArray[np.bool_]
    """``(12, units)``."""

    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        """The source's chunks, with zeros."""
        for lines, some in self.source.chunks():
            yield lines, replace(self._with_zeros(some), units=self.units)

    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
        """The source's."""
        return self.source.partitions(name, dtype, parts)

    def _with_zeros(self, some: Panel) -> Panel:
        chosen = np.flatnonzero(self.seasons.any(axis=0)[some.line_unit])
        if not len(chosen):
            return some
        unit = some.line_unit[chosen]
        months = np.arange(some.first_month, some.last_month + 1)
        silent = self.seasons[:, unit].T[:, months % 12]
        silent &= months >= (some.month[some.start[chosen]] - 11)[:, None]
        silent &= months <= (some.month[some.start[chosen + 1] - 1] + 11)[:, None]
        silent &= (months >= self.units.start[unit][:, None]) & (months < self.units.end[unit][:, None])
        number = np.full(len(some.line_unit), -1)
        number[chosen] = np.arange(len(chosen))
        rows = np.flatnonzero(number[some.line] >= 0)
        silent[number[some.line[rows]], some.month[rows] - some.first_month] = False
        at, month = np.nonzero(silent)
        line = np.concatenate([some.line, chosen[at]])
        month = np.concatenate([some.month, months[month]])
        order = np.lexsort((month, line))
        nothing = np.zeros(len(at))
        return replace(
            some,
            line=line[order],
            month=month[order],
            quantity=np.concatenate([some.quantity, nothing])[order],
            value=np.concatenate([some.value, nothing])[order],
        )


def most_probable(panel: Reports, cell_of_unit: Integers, base: Period) -> Reports:
    """The panel as it most probably was; the panel itself where nothing is supposed."""
    start = probable_births(panel, cell_of_unit, base)
    seasons = silent_seasons(panel)
    if not seasons.any() and np.array_equal(start, panel.units.start):
        return panel
    units = replace(panel.units, start=start)
    return SeasonalPanel(
        units=units,
        line_unit=panel.line_unit,
        first_month=panel.first_month,
        last_month=panel.last_month,
        source=panel,
        seasons=seasons,
    )
