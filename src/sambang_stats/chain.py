"""The chain by gap: from cells to their monthly levels.

``I[t] = sum_g num[t, g] / sum_g (den[t, g] / I[t - g])``: the reports of ``t`` over what the same
lines would have made at one point of the index. It equals filling each missing report by its cell's
link and taking the ratio of sums, and corrects itself when the line reports again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS, Cells
from sambang_stats.results import Floats, Integers

Flags = NDArray[np.bool_]

ENOUGH_LINES = 5
"""A cell with fewer matched lines borrows the link of the next wider one."""


NOWHERE = 6
"""Source of a level that no link moved."""


@dataclass(frozen=True)
class Parts:
    """Cells laid out for the recurrence, in ``copies`` that each leave out a group of lines.

    Tables are ``(months, copies * cells)``, a copy's cells side by side.
    """

    copies: int
    matched: Floats
    num: Floats
    births: Floats
    start: Integers
    """Entries of month ``t`` are ``start[t]:start[t + 1]``."""
    cell: Integers
    gap: Integers
    den: Floats
    """``(copies, entries)``."""

    @property
    def cells(self) -> int:
        return int(self.num.shape[1]) // self.copies


@dataclass(frozen=True)
class Levels:
    """Chained levels of one coding of cells; tables are ``(months, copies * cells)``."""

    copies: int
    level: Floats
    link: Floats
    """Same-lines movement from the month before."""
    matched: Floats
    source: NDArray[np.int8]
    """Position in the ladder where the link came from; ``NOWHERE`` if it was held."""

    def copy(self, number: int) -> Levels:
        """One copy by itself."""
        cells = self.level.shape[1] // self.copies
        columns = slice(number * cells, (number + 1) * cells)
        return _columns(self, 1, columns)


@dataclass(frozen=True)
class Window:
    """The months and cells that tables are laid out for."""

    cells: int
    first_month: int
    months: int


def lay_out(whole: Cells, window: Window, left_out: Sequence[Cells] = ()) -> Parts:
    """Arrange cells numbered ``0 … cells - 1``; one copy for each group left out, or one of them all.

    Every key of a group left out is a key of ``whole``.
    """
    copies = max(len(left_out), 1)
    t = whole.month - window.first_month
    at = t * window.cells + whole.cell
    counts = [np.repeat(number[None, :], copies, axis=0) for number in (whole.count, whole.num, whole.den)]
    key = at * (GAPS + 1) + whole.gap
    order = np.argsort(key) if left_out else key
    for copy, group in enumerate(left_out):
        theirs = ((group.month - window.first_month) * window.cells + group.cell) * (GAPS + 1) + group.gap
        rows = order[np.searchsorted(key, theirs, sorter=order)]
        for number, taken in zip(counts, (group.count, group.num, group.den), strict=True):
            number[copy, rows] -= taken
    count, num, den = counts
    linked = whole.gap > 0

    def table(rows: Flags, number: Integers) -> Floats:
        size = window.months * window.cells
        place = at[rows]
        each = [np.bincount(place, line[rows], size).reshape(window.months, -1) for line in number]
        return np.concatenate(each, axis=1)

    chosen = np.flatnonzero(linked & (whole.den != 0))
    chosen = chosen[np.argsort(t[chosen], kind="stable")]
    return Parts(
        copies=copies,
        matched=table(linked, count),
        num=table(linked, num),
        births=table(~linked, num),
        start=np.searchsorted(t[chosen], np.arange(window.months + 1)),
        cell=whole.cell[chosen],
        gap=whole.gap[chosen],
        den=den[:, chosen].astype(np.float64),
    )


@dataclass(frozen=True)
class Rules:
    """How a coding of cells is chained."""

    rank: int
    """Position of this coding in the ladder, 0 the narrowest."""
    new: Flags
    """``(cells,)``: no unit of the cell existed in the first month; its level starts with its first births."""
    unit: Floats
    """``(cells,)``: rupiah a month at level 1 until reports tell it."""
    count_births: bool


def chain(parts: Parts, rules: Rules, lender: Levels | None, decided: Levels | None = None) -> Levels:
    """Levels from cells, 1 in the first month (0 in a cell that is still to be born).

    ``lender``: levels of the next wider coding, spread to these cells. ``decided``: levels of the whole,
    whose choice between own and borrowed links the copies repeat.
    """
    matched, num, births = parts.matched, parts.num, parts.births
    new = np.tile(rules.new, parts.copies)
    level, link = np.ones(num.shape), np.ones(num.shape)
    level[0] = np.where(new, births[0], 1.0)
    source = np.full(num.shape, rules.rank, dtype=np.int8)
    unit = np.where(new, 1.0, np.tile(rules.unit, parts.copies))
    lines_at_unit = np.zeros(num.shape[1])
    for t in range(1, len(num)):
        per_point = _per_point(parts, level, t)
        told = (matched[t] > 0) & (per_point > 0)
        if decided is not None:
            own = told & np.tile(decided.source[t] == rules.rank, parts.copies)
        else:
            own = told if lender is None else told & _enough(matched[t], lender.matched[t])
        now, source[t] = _move(level[t - 1], (num[t], per_point), own, (lender, t, rules.rank))
        again = (per_point == 0) & (num[t] > 0) & (lines_at_unit > 0) & (level[t - 1] == 0)
        share = np.divide(unit * matched[t], lines_at_unit, out=np.ones(len(unit)), where=again)
        now = np.where(again, num[t] / share, now)
        link[t] = np.divide(now, level[t - 1], out=np.ones(len(now)), where=level[t - 1] > 0)
        unit = np.where(told, per_point, unit)
        lines_at_unit = np.where(told, matched[t], lines_at_unit)
        unborn = new & (level[t - 1] == 0) & ~again
        arrived = births[t] / np.where(unborn | (unit <= 0), 1.0, unit)
        counted = unborn | (unit > 0) if rules.count_births else unborn
        level[t] = now + np.where(counted, arrived, 0.0)
    return Levels(parts.copies, level, link, matched, source)


def _per_point(parts: Parts, level: Floats, t: int) -> Floats:
    """What the lines matched at ``t`` would make at level 1, rupiah, ``(copies * cells,)``."""
    rows = slice(parts.start[t], parts.start[t + 1])
    columns = parts.cell[rows] + parts.cells * np.arange(parts.copies)[:, None]
    before = level[t - parts.gap[rows], columns]
    share = np.divide(parts.den[:, rows], before, out=np.zeros(before.shape), where=before > 0)
    return np.bincount(columns.ravel(), share.ravel(), level.shape[1])


def _enough(matched: Floats, lent: Floats) -> Flags:
    """Enough lines of its own, or the wider cell has no more."""
    return (matched >= ENOUGH_LINES) | (matched >= lent)


def _move(
    before: Floats, sums: tuple[Floats, Floats], own: Flags, lent: tuple[Levels | None, int, int]
) -> tuple[Floats, NDArray[np.int8]]:
    """This month's levels and the rank of the coding whose link moved them."""
    (num, per_point), (lender, t, rank) = sums, lent
    mine = np.divide(num, per_point, out=np.zeros(len(num)), where=own)
    if lender is None:
        return np.where(own, mine, before), np.where(own, rank, NOWHERE).astype(np.int8)
    now = np.where(own, mine, before * lender.link[t])
    return now, np.where(own, rank, lender.source[t]).astype(np.int8)


def spread(levels: Levels, cells: Integers) -> Levels:
    """A wider coding's levels as seen from narrower cells; ``cells`` is each one's wider cell."""
    wide = levels.level.shape[1] // levels.copies
    columns = (cells + wide * np.arange(levels.copies)[:, None]).ravel()
    return _columns(levels, levels.copies, columns)


def _columns(levels: Levels, copies: int, columns: slice | Integers) -> Levels:
    return Levels(
        copies,
        levels.level[:, columns],
        levels.link[:, columns],
        levels.matched[:, columns],
        levels.source[:, columns],
    )
