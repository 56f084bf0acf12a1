"""Assumptions about missing reports: the more probable of two explanations is used for the estimate.

A unit without reports in the same calendar months of every year is assumed to produce nothing in them. A unit with
unknown start and value that first reports after the base is assumed to have started then, if the first reports of its
cell's late units are scattered and most units of the cell reported in the base; units that start to report together
were enrolled. ``link_quality`` widens the interval to the other explanation.
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

MIN_YEARS = 2
"""Fewest years in which the same calendar months must have no report."""
CHANCE = 1e-4
"""A block of months without reports is seasonal if random nonresponse has less than this probability of it."""
TOGETHER = 3
"""Late units of a cell were enrolled together if two thirds of them report first within so many months."""


def seasonal_nonresponse(panel: Reports) -> NDArray[np.bool_]:
    """Calendar months in which units have no report in at least ``MIN_YEARS`` years, not by chance, ``(12, units)``.

    Between a unit's first and last report, a block of calendar months without reports is seasonal if random nonresponse
    at the rate of the unit's other months has a probability below ``CHANCE`` of such a block.
    """
    reported = panel.reporting_lines > 0
    some = reported.any(axis=0)
    first, last = reported.argmax(axis=0), panel.months - 1 - reported[::-1].argmax(axis=0)
    count, due = np.zeros((12, len(some))), np.zeros((12, len(some)))
    for t in range(panel.months):
        calendar = (panel.first_month + t) % 12
        count[calendar] += reported[t]
        due[calendar] += some & (first <= t) & (t <= last)
    silent = (count == 0) & (due >= MIN_YEARS)
    seasonal_months = np.zeros((12, len(some)), dtype=bool)
    candidates = np.flatnonzero(silent.any(axis=0))
    count, due, silent = count[:, candidates], due[:, candidates], silent[:, candidates]
    for begin in range(12):
        is_complete, missed = np.ones(len(candidates), dtype=bool), np.zeros(len(candidates))
        for length in range(11):
            calendar = (begin + length) % 12
            is_complete &= silent[calendar]
            missed += due[calendar]
            rest = due.sum(axis=0) - missed
            rate = (count.sum(axis=0) + 0.5) / (rest + 1)
            seasonal = candidates[is_complete & (12 * np.clip(1 - rate, 1e-9, 1) ** missed < CHANCE)]
            seasonal_months[np.ix_((begin + np.arange(length + 1)) % 12, seasonal)] = True
    return seasonal_months


def probable_births(panel: Reports, cell_of_unit: Integers, base: Period) -> Integers:
    """First month of production of each unit, ``(units,)``, in months since year 0: from the register, or of the first
    report of a unit that is assumed to have started after the base."""
    units, reported = panel.units, panel.reporting_lines > 0
    some = reported.any(axis=0)
    first = np.where(some, panel.first_month + reported.argmax(axis=0), NO_END)
    cells = int(cell_of_unit.max()) + 1
    late = some & (first > base.last) & (units.start <= panel.first_month) & ~(units.weight > 0)
    if not units.asked.all() or not late.any():
        return units.start
    begun, present = (np.bincount(cell_of_unit[rows], minlength=cells) for rows in (late, first <= base.last))
    together = np.zeros(cells, dtype=np.int64)
    for month in np.unique(first[late]):
        near = late & (first >= month) & (first < month + TOGETHER)
        together = np.maximum(together, np.bincount(cell_of_unit[near], minlength=cells))
    enrolled = (3 * together >= 2 * begun) | (present < begun)
    return np.where(late & ~enrolled[cell_of_unit], first, units.start)


@dataclass(frozen=True)
class SeasonalPanel(Reports):
    """A panel with a report of zero in each month of seasonal nonresponse."""

    source: Reports
    seasons: NDArray[np.bool_]
    """Calendar months of seasonal nonresponse, ``(12, units)``."""

    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        """The chunks of the source, with the reports of zero."""
        for lines, some in self.source.chunks():
            yield lines, replace(self._with_zeros(some), units=self.units)

    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
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


def with_assumptions(panel: Reports, cell_of_unit: Integers, base: Period) -> tuple[Reports, NDArray[np.bool_]]:
    """The panel under both assumptions, the same panel if neither changes anything, and the calendar months of seasonal
    nonresponse, ``(12, units)``. ``cell_of_unit``: ``(units,)``."""
    start = probable_births(panel, cell_of_unit, base)
    seasons = seasonal_nonresponse(panel)
    if not seasons.any() and np.array_equal(start, panel.units.start):
        return panel, seasons
    units = replace(panel.units, start=start)
    supposed = SeasonalPanel(
        units=units,
        line_unit=panel.line_unit,
        first_month=panel.first_month,
        last_month=panel.last_month,
        source=panel,
        seasons=seasons,
    )
    return supposed, seasons
