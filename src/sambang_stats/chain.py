"""The chain by gap: from cells to their monthly levels.

``I[t] = sum_g num[t, g] / sum_g (den[t, g] / I[t - g])``: the reports of ``t`` over what the same
lines would have made at one point of the index. It equals filling each missing report by its cell's
link and taking the ratio of sums, and corrects itself when the line reports again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import Cells
from sambang_stats.results import Floats, Integers

Flags = NDArray[np.bool_]

ENOUGH_LINES = 5
"""A cell with fewer matched lines borrows the link of the next wider one."""


@dataclass(frozen=True)
class Parts:
    """Cells laid out for the recurrence; tables are ``(months, cells)``."""

    matched: Floats
    num: Floats
    births: Floats
    start: Integers
    """Entries of month ``t`` are ``start[t]:start[t + 1]``."""
    cell: Integers
    gap: Integers
    den: Floats


@dataclass(frozen=True)
class Levels:
    """Chained levels of one coding of cells; tables are ``(months, cells)``."""

    level: Floats
    link: Floats
    """Same-lines movement from the month before."""
    matched: Floats
    source: NDArray[np.int8]
    """Position in the ladder where the link came from; ``NOWHERE`` if it was held."""


NOWHERE = 6
MISSING_LINK = 1.0


def lay_out(cells: Cells, count: int, first_month: int, months: int) -> Parts:
    """Arrange cells numbered ``0 … count - 1`` for months from ``first_month``."""
    t = cells.month - first_month
    at = t * count + cells.cell
    size = months * count
    linked = cells.gap > 0

    def table(rows: Flags, number: Integers) -> Floats:
        return np.bincount(at[rows], number[rows], size).reshape(months, count)

    chosen = np.flatnonzero(linked & (cells.den != 0))
    chosen = chosen[np.argsort(t[chosen], kind="stable")]
    return Parts(
        matched=table(linked, cells.count),
        num=table(linked, cells.num),
        births=table(~linked, cells.num),
        start=np.searchsorted(t[chosen], np.arange(months + 1)),
        cell=cells.cell[chosen],
        gap=cells.gap[chosen],
        den=cells.den[chosen].astype(np.float64),
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


def chain(parts: Parts, rules: Rules, lender: Levels | None, without: Parts | None = None) -> Levels:
    """Levels from cells, 1 in the first month (0 in a cell that is still to be born).

    ``lender``: levels of the next wider coding, already spread to these cells. ``without``: a group
    of lines to leave out (jackknife).
    """
    matched, num, births = parts.matched, parts.num, parts.births
    if without is not None:
        matched, num, births = matched - without.matched, num - without.num, births - without.births
    months, count = num.shape
    level, link = np.ones((months, count)), np.ones((months, count))
    level[0] = np.where(rules.new, births[0], 1.0)
    source = np.full((months, count), rules.rank, dtype=np.int8)
    unit = np.where(rules.new, 1.0, rules.unit)
    lines_at_unit = np.zeros(count)
    for t in range(1, months):
        per_point = _per_point(parts, level, t)
        if without is not None:
            per_point = per_point - _per_point(without, level, t)
        per_point = np.where(per_point > 1e-9, per_point, 0.0)
        own = _use_own(matched[t], per_point, lender.matched[t] if lender else None)
        now, source[t] = _move(level[t - 1], num[t], per_point, own, (lender, t, rules.rank))
        again = (per_point == 0) & (num[t] > 0) & (lines_at_unit > 0) & (level[t - 1] == 0)
        share = np.divide(unit * matched[t], lines_at_unit, out=np.ones(count), where=again)
        now = np.where(again, num[t] / share, now)
        with np.errstate(divide="ignore", invalid="ignore"):
            link[t] = np.where(level[t - 1] > 0, now / level[t - 1], MISSING_LINK)
        told = per_point > 0
        unit = np.where(told, per_point, unit)
        lines_at_unit = np.where(told, matched[t], lines_at_unit)
        unborn = rules.new & (level[t - 1] == 0) & ~again
        arrived = births[t] / np.where(unborn | (unit <= 0), 1.0, unit)
        counted = unborn if not rules.count_births else unborn | (unit > 0)
        level[t] = now + np.where(counted, arrived, 0.0)
    return Levels(level, link, matched, source)


def _per_point(parts: Parts, level: Floats, t: int) -> Floats:
    """What the lines matched at ``t`` would make at level 1, rupiah, ``(cells,)``."""
    rows = slice(parts.start[t], parts.start[t + 1])
    cell, gap = parts.cell[rows], parts.gap[rows]
    before = level[t - gap, cell]
    share = np.divide(parts.den[rows], before, out=np.zeros(len(cell)), where=before > 0)
    return np.bincount(cell, share, level.shape[1])


def _use_own(matched: Floats, per_point: Floats, lent: Floats | None) -> Flags:
    usable = (matched > 0) & (per_point > 0)
    if lent is None:
        return usable
    return usable & ((matched >= ENOUGH_LINES) | (matched >= lent))


def _move(
    before: Floats, num: Floats, per_point: Floats, own: Flags, lent: tuple[Levels | None, int, int]
) -> tuple[Floats, NDArray[np.int8]]:
    """This month's levels and the rank of the coding whose link moved them."""
    lender, t, rank = lent
    mine = np.divide(num, per_point, out=np.zeros(len(num)), where=own)
    if lender is None:
        return np.where(own, mine, before), np.where(own, rank, NOWHERE).astype(np.int8)
    now = np.where(own, mine, before * lender.link[t])
    return now, np.where(own, rank, lender.source[t]).astype(np.int8)


def spread(levels: Levels, cells: Integers) -> Levels:
    """A wider coding's levels as seen from narrower cells; ``cells`` is each one's wider cell."""
    return Levels(
        levels.level[:, cells],
        levels.link[:, cells],
        levels.matched[:, cells],
        levels.source[:, cells],
    )
