"""The chain by gap: from cells to their monthly levels.

``J[t] = sum_g num[t, g] / sum_g (den[t, g] / J[t - g])``: the reported volume of the active lines divided by their
volume at level 1. It equals imputing each missing report by its cell's links and taking the ratio of sums, and is
corrected when the line reports again. A report of zero does not change the chain; it lowers the active share ``A[t]``,
the volume at level 1 of the active lines divided by that of all reporting lines. The level is ``J[t] * A[t]``; a line
that returns is compared with its own last production.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import ZERO, Cells, months_back
from sambang_stats.results import Floats, Integers

Flags = NDArray[np.bool_]

ENOUGH_LINES = 5
"""A cell with fewer matched lines uses the link of the next wider cell."""

MAX_JACKKNIFE_COLUMNS = 4_000
"""Cells times jackknife copies that are chained at once, to bound the memory."""

CODE_STEP = 4 * ZERO

NO_SOURCE = 6
"""Source code of a level without any link."""


@dataclass(frozen=True)
class PreviousVolumes:
    """Previous volumes of linked lines, sorted by month: those of month ``t`` are ``start[t]:start[t + 1]``."""

    start: Integers
    cell: Integers
    gap: Integers
    den: Floats
    """``(copies, entries)``."""


@dataclass(frozen=True)
class CellTables:
    """Cells as tables for the recurrence, in ``copies`` that each leave out a group of lines.

    Tables are ``(months, copies * cells)``; the cells of a copy are adjacent."""

    copies: int
    matched: Floats
    num: Floats
    births: Floats
    links: PreviousVolumes
    zeros: PreviousVolumes
    closures: PreviousVolumes

    @property
    def cells(self) -> int:
        """Number in each copy."""
        return int(self.num.shape[1]) // self.copies


@dataclass(frozen=True)
class Levels:
    """Chained levels of one coding of cells; tables are ``(months, copies * cells)``."""

    copies: int
    level: Floats
    link: Floats
    """Change of the active lines from the previous month, a ratio."""
    active: Floats
    """Share of the open lines that are active, by value at level 1."""
    matched: Floats
    full: Floats
    """Volume of all open lines of the cell at level 1, rupiah a month; births and closures are relative to it."""
    source: NDArray[np.int8]
    """Rank of the coding whose link was used; ``NO_SOURCE`` without a link."""

    @property
    def tables(self) -> tuple[Floats, ...]:
        """Level, link, active, matched and full."""
        return self.level, self.link, self.active, self.matched, self.full

    def copy(self, number: int) -> Levels:
        """The levels of one copy."""
        cells = self.level.shape[1] // self.copies
        columns = slice(number * cells, (number + 1) * cells)
        return _columns(self, 1, columns)


@dataclass(frozen=True)
class Window:
    """The months and cells of the tables."""

    cells: int
    first_month: int
    months: int


def arrange_cells(cells: Cells, window: Window, left_out: Sequence[Cells] = ()) -> CellTables:
    """Arrange cells numbered ``0 … cells - 1``: one copy for each group left out, or one copy of all cells.

    Every key of a group left out must be a key of ``cells``."""
    copies = max(len(left_out), 1)
    counts = [np.repeat(number[None, :], copies, axis=0) for number in (cells.count, cells.num, cells.den)]
    key = _key(cells, window)
    for copy, group in enumerate(left_out):
        rows = np.searchsorted(key, _key(group, window))
        for number, removed in zip(counts, (group.count, group.num, group.den), strict=True):
            number[copy, rows] -= removed
    count, num, den = counts
    t = cells.month - window.first_month
    linked = cells.gap > 0
    by_month = np.argsort(t.astype(np.int16), kind="stable")  # 16 bits sort in one pass

    def entries(rows: Flags) -> PreviousVolumes:
        chosen = by_month[(rows & (cells.den != 0))[by_month]]
        start = np.searchsorted(t[chosen], np.arange(window.months + 1))
        return PreviousVolumes(
            start, cells.cell[chosen], months_back(cells.gap[chosen]), den[:, chosen].astype(np.float64)
        )

    def table(rows: Flags, number: Integers) -> Floats:
        size = window.months * window.cells
        place = t[rows] * window.cells + cells.cell[rows]
        each = [np.bincount(place, line[rows], size).reshape(window.months, -1) for line in number]
        return np.concatenate(each, axis=1)

    return CellTables(
        copies=copies,
        matched=table(linked, count),
        num=table(linked, num),
        births=table(cells.gap == 0, num),
        links=entries(linked & (cells.gap < ZERO)),
        zeros=entries(cells.gap >= ZERO),
        closures=entries(cells.gap < 0),
    )


def _key(cells: Cells, window: Window) -> Integers:
    """Month, gap and cell as one number, in the sort order of cells."""
    return (cells.cell * window.months + cells.month - window.first_month) * CODE_STEP + cells.gap + ZERO


@dataclass(frozen=True)
class ChainRules:
    """The parameters with which a coding of cells is chained."""

    rank: int
    """Position of this coding in the hierarchy, 0 the narrowest."""
    new: Flags
    """``(cells,)``: no unit of the cell existed in the first month; its level starts with its first births."""
    unit: Floats
    """``(cells,)``: rupiah a month at level 1 until reports are linked."""
    coverage: Floats
    """``(months, cells)``: value of the units that reported over that of those alive."""
    gone: Floats
    """``(months, cells)``: share of the value that closed with no report to link to."""
    ended: Integers
    """``(cells,)``: first row in which every unit has closed; from there on the level is 0."""
    count_births: bool

    def of(self, columns: slice) -> ChainRules:
        """The rules of some neighbouring cells."""
        return ChainRules(
            self.rank,
            self.new[columns],
            self.unit[columns],
            self.coverage[:, columns],
            self.gone[:, columns],
            self.ended[columns],
            self.count_births,
        )


def chain_cells(
    cells: Cells,
    window: Window,
    rules: ChainRules,
    lender: tuple[Levels, Integers] | None = None,
    left_out: Sequence[Cells] = (),
    decided: Levels | None = None,
) -> Levels:
    """``chain`` for any number of cells, in steps whose tables fit into memory.

    ``lender``: levels of the next wider coding, and each cell's wider cell. ``left_out`` as for ``arrange_cells``,
    ``decided`` as for ``chain``."""
    copies = max(len(left_out), 1)
    tables = [np.empty((window.months, copies, window.cells)) for _ in range(5)]
    source = np.empty(tables[0].shape, dtype=np.int8)
    step = max(1, MAX_JACKKNIFE_COLUMNS // copies)
    for first in range(0, window.cells, step):
        columns = slice(first, min(first + step, window.cells))
        part = replace(window, cells=columns.stop - first)
        parts = arrange_cells(_of_cells(cells, columns), part, [_of_cells(group, columns) for group in left_out])
        lent = expand_levels(lender[0], lender[1][columns]) if lender else None
        levels = chain(parts, rules.of(columns), lent, _columns(decided, 1, columns) if decided else None)
        for table, column in zip(tables, levels.tables, strict=True):
            table[:, :, columns] = column.reshape(window.months, copies, -1)
        source[:, :, columns] = levels.source.reshape(window.months, copies, -1)
    level, link, active, matched, full = (table.reshape(window.months, -1) for table in tables)
    return Levels(copies, level, link, active, matched, full, source.reshape(window.months, -1))


def _of_cells(cells: Cells, columns: slice) -> Cells:
    """Some neighbouring cells, numbered from 0."""
    first, last = np.searchsorted(cells.cell, (columns.start, columns.stop))
    rows = slice(first, last)
    keys = (cells.cell[rows] - columns.start, cells.month[rows], cells.gap[rows])
    return Cells(*keys, cells.count[rows], cells.num[rows], cells.den[rows])


def chain(parts: CellTables, rules: ChainRules, lender: Levels | None, decided: Levels | None = None) -> Levels:
    """Levels from cells, 1 in the first month (0 in a cell before its first birth).

    The surviving lines are chained by themselves; closures and births, which are certain, then reduce and increase the
    level of the whole cell, silent lines included. ``lender``: levels of the next wider coding, spread to these cells.
    ``decided``: levels of the full sample; the copies repeat its choice between own and borrowed links."""
    matched, num, births = parts.matched, parts.num, parts.births
    new, worth = np.tile(rules.new, parts.copies), np.tile(rules.unit, parts.copies)
    ended = np.tile(rules.ended, parts.copies)
    chained, active, share, full, link, arrived = (np.ones(num.shape) for _ in range(6))
    chained[0] = np.where(new, births[0], 1.0)
    source = np.full(num.shape, rules.rank, dtype=np.int8)
    full[0], arrived[:] = np.where(new, 1.0, worth), 0.0
    joined = full[0]
    for t in range(1, len(num)):
        making = _per_point(parts, parts.links, chained, t)
        per_point = making + _per_point(parts, parts.zeros, chained, t)
        linked = (matched[t] > 0) & (per_point > 0)
        if decided is not None:
            own = linked & np.tile(decided.source[t] == rules.rank, parts.copies)
        else:
            own = linked if lender is None else linked & _has_enough_lines(matched[t], lender.matched[t])
        now, source[t] = _move(chained[t - 1], (num[t], making), own, (lender, t, rules.rank))
        active[t] = _active_share(active[t - 1], (making, per_point), own, (lender, t))
        link[t] = np.divide(now, chained[t - 1], out=np.ones(len(now)), where=chained[t - 1] > 0)
        unborn = new & (chained[t - 1] == 0)
        chained[t] = np.where(unborn, births[t], now)
        closed = _per_point(parts, parts.closures, chained, t)
        if decided is not None:
            full[t] = np.tile(decided.full[t], parts.copies)
        else:
            full[t] = np.maximum(_whole(per_point, joined, linked, (rules.coverage[t], closed)), 0.0)
        share[t] = share[t - 1] * np.divide(full[t], full[t] + closed, out=np.ones(len(now)), where=closed > 0)
        share[t] *= 1 - np.tile(rules.gone[t], parts.copies)
        if rules.count_births:
            full_level = np.where(full[t] > 0, full[t], worth) * chained[t]
            added = np.divide(births[t], full_level, out=np.zeros(len(now)), where=~unborn & (full_level > 0))
            arrived[t] = np.where(full[t] > 0, share[t], 1.0) * added
            share[t] += arrived[t]
        joined = full[t] + np.divide(births[t], chained[t], out=np.zeros(len(now)), where=~unborn & (chained[t] > 0))
        share[t, ended <= t] = arrived[t, ended <= t] = 0.0
    level = chained * (active * (share - arrived) + arrived)
    return Levels(parts.copies, level, link, active, matched, full, source)


def _active_share(before: Floats, worth: tuple[Floats, Floats], own: Flags, lent: tuple[Levels | None, int]) -> Floats:
    """``worth``: of the active lines, and of all reporting lines. Without enough own lines, the share changes like the
    lender's."""
    (making, reported), (lender, t) = worth, lent
    mine = np.divide(making, reported, out=np.ones(len(before)), where=own)
    if lender is None:
        return np.where(own, mine, before)
    then, now = lender.active[t - 1], lender.active[t]
    moved = np.divide(before * now, then, out=now.copy(), where=(then > 0) & (before > 0))
    return np.where(own, mine, np.minimum(moved, 1.0))


def _whole(per_point: Floats, before: Floats, linked: Flags, known_values: tuple[Floats, Floats]) -> Floats:
    """The value of the matched lines at level 1, divided by their coverage: an estimate for all open lines.

    Without a matched line: the previous value minus closures."""
    coverage, closed = known_values
    return np.divide(per_point, coverage, out=before - closed, where=linked & (coverage > 0))


def _per_point(parts: CellTables, entries: PreviousVolumes, level: Floats, t: int) -> Floats:
    """Volume of the lines of the entries of month ``t`` at level 1, in rupiah, ``(copies * cells,)``."""
    rows = slice(entries.start[t], entries.start[t + 1])
    columns = entries.cell[rows] + parts.cells * np.arange(parts.copies)[:, None]
    before = level[t - entries.gap[rows], columns]
    share = np.divide(entries.den[:, rows], before, out=np.zeros(before.shape), where=before > 0)
    return np.bincount(columns.ravel(), share.ravel(), level.shape[1])


def _has_enough_lines(matched: Floats, lent: Floats) -> Flags:
    """Whether a cell has enough lines of its own, or its wider cell has no more than it."""
    return (matched >= ENOUGH_LINES) | (matched >= lent)


def _move(
    before: Floats, sums: tuple[Floats, Floats], own: Flags, lent: tuple[Levels | None, int, int]
) -> tuple[Floats, NDArray[np.int8]]:
    """The chain after this month, and the rank of the coding whose link was used; unchanged if all reports are zero."""
    (num, per_point), (lender, t, rank) = sums, lent
    mine = np.divide(num, per_point, out=before.copy(), where=own & (per_point > 0))
    if lender is None:
        return np.where(own, mine, before), np.where(own, rank, NO_SOURCE).astype(np.int8)
    now = np.where(own, mine, before * lender.link[t])
    return now, np.where(own, rank, lender.source[t]).astype(np.int8)


def expand_levels(levels: Levels, cells: Integers) -> Levels:
    """The levels of a wider coding, expanded to narrower cells; ``cells`` is the wider cell of each."""
    wide = levels.level.shape[1] // levels.copies
    columns = (cells + wide * np.arange(levels.copies)[:, None]).ravel()
    return _columns(levels, levels.copies, columns)


def _columns(levels: Levels, copies: int, columns: slice | Integers) -> Levels:
    level, link, active, matched, full = (table[:, columns] for table in levels.tables)
    return Levels(copies, level, link, active, matched, full, levels.source[:, columns])
