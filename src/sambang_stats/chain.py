"""The chain by gap: from cells to their monthly levels.

``J[t] = sum_g num[t, g] / sum_g (den[t, g] / J[t - g])``: the reported volume of the active lines divided by their
volume at level 1. It equals imputing each missing report by its cell's links and taking the ratio of sums, and is
corrected when the line reports again. A report of zero does not change the chain; it lowers the active share ``A[t]``,
the volume at level 1 of the active lines divided by that of all reporting lines. The level is ``J[t] * A[t]``; a line
that returns is compared with its own last production.

Tables are ``(months, cells)``, and ``(months, copies, cells)`` in jackknife replicates: each copy leaves out a group of
lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import ZERO, Cells, months_back, recode
from sambang_stats.results import Floats, Integers, Kind

Flags = NDArray[np.bool_]

ENOUGH_LINES = 5
"""A cell with fewer matched lines uses the link of the next wider cell."""

MAX_JACKKNIFE_COLUMNS = 4_000
"""Cells times jackknife copies that are chained at once, to bound the memory."""

CODE_STEP = 4 * ZERO

NO_SOURCE = 6
"""Source code of a level without any link."""


@dataclass(frozen=True)
class LeftOut:
    """The cells of the groups of lines that the copies leave out: cell ``c`` of copy ``k`` has the number
    ``k * width + c``."""

    cells: Cells
    copies: int
    width: int

    @classmethod
    def stack(cls, groups: Sequence[Cells], width: int) -> LeftOut:
        """A copy for each group of cells numbered ``0 … width - 1``."""
        cells = [replace(group, cell=group.cell + copy * width) for copy, group in enumerate(groups)]
        return cls(Cells.concatenate(cells), len(groups), width)

    def recode(self, target: Integers) -> LeftOut:
        """The same under a wider coding: ``target[cell]`` is the wider cell."""
        width = int(target.max()) + 1
        of_copy = target + width * np.arange(self.copies)[:, None]
        return LeftOut(recode(self.cells, of_copy.ravel()), self.copies, width)

    def select(self, columns: slice) -> LeftOut:
        """Some neighbouring cells, numbered from 0."""
        copy, cell = np.divmod(self.cells.cell, self.width)
        rows = np.flatnonzero((cell >= columns.start) & (cell < columns.stop))
        width = columns.stop - columns.start
        number = copy[rows] * width + cell[rows] - columns.start
        return LeftOut(replace(self.cells.select(rows), cell=number), self.copies, width)


@dataclass(frozen=True)
class PreviousVolumes:
    """Previous volumes of linked lines, sorted by month: those of month ``t`` are ``start[t]:start[t + 1]`` along the
    last axis."""

    start: Integers
    place: Integers
    """Position of each volume's cell in a row of a table."""
    back: Integers
    """Position of the level at the previous report in the whole table."""
    den: Floats

    def at_level_1(self, level: Floats, t: int) -> Floats:
        """The volumes of month ``t`` at level 1, rupiah, summed by cell."""
        row, rows = level[0], slice(self.start[t], self.start[t + 1])
        if rows.start == rows.stop:
            return np.zeros(row.shape)
        before = level.ravel()[self.back[..., rows]]
        share = np.divide(self.den[..., rows], before, out=np.zeros(before.shape), where=before > 0)
        return np.bincount(self.place[..., rows].ravel(), share.ravel(), row.size).reshape(row.shape)


@dataclass(frozen=True)
class CellTables:
    """Cells as tables for the recurrence."""

    matched: Floats
    num: Floats
    births: Floats
    links: PreviousVolumes
    zeros: PreviousVolumes
    closures: PreviousVolumes


@dataclass(frozen=True)
class CellLevels:
    full: Floats
    """Volume of all open lines of the cell at level 1, rupiah a month; births and closures are relative to it."""
    volume: Floats
    same_lines: Floats

    @property
    def tables(self) -> tuple[Floats, ...]:
        """Full, and the levels of both kinds."""
        return self.full, self.volume, self.same_lines


@dataclass(frozen=True)
class Chain:
    """The chain of one coding of cells, 1 in the first month (0 in a cell before its first birth)."""

    link: Floats
    """Change of the active lines from the previous month, a ratio."""
    active: Floats
    """Share of the open lines that are active, by value at level 1."""
    matched: Floats
    source: NDArray[np.int8]
    """Rank of the coding whose link was used; ``NO_SOURCE`` without a link. Copies have that of the full sample."""
    levels: CellLevels | None
    """None in a wider coding, which only lends links."""

    def level(self, kind: Kind) -> Floats:
        """The levels of elementary cells for an index."""
        assert self.levels
        return self.levels.volume if kind is Kind.VOLUME else self.levels.same_lines

    def select(self, columns: slice) -> Chain:
        """Some neighbouring cells."""
        link, active, matched = (table[..., columns] for table in self.tables)
        levels = self.levels and CellLevels(*(table[..., columns] for table in self.levels.tables))
        return Chain(link, active, matched, self.source[..., columns], levels)

    @classmethod
    def join(cls, chains: Sequence[Chain]) -> Chain:
        """The chain of all cells from those of neighbouring cells."""
        link, active, matched = _join([chain.tables for chain in chains])
        source = np.concatenate([chain.source for chain in chains], axis=-1)
        levels = [chain.levels.tables for chain in chains if chain.levels]
        return Chain(link, active, matched, source, CellLevels(*_join(levels)) if levels else None)

    @property
    def tables(self) -> tuple[Floats, ...]:
        """Link, active and matched."""
        return self.link, self.active, self.matched


def _join(tables: Sequence[Sequence[Floats]]) -> list[Floats]:
    return [np.concatenate(parts, axis=-1) for parts in zip(*tables, strict=True)]


@dataclass(frozen=True)
class Window:
    """The months and cells of the tables."""

    cells: int
    first_month: int
    months: int


def arrange_cells(cells: Cells, window: Window, left_out: LeftOut | None = None) -> CellTables:
    """Arrange cells numbered ``0 … cells - 1``. Every key of a group left out must be a key of ``cells``."""
    tables, den, shift, width = _tables(cells, window), cells.den, np.zeros(1, dtype=np.int64), window.cells
    if left_out:
        shift, width = window.cells * np.arange(left_out.copies)[:, None], window.cells * left_out.copies
        removed = _tables(left_out.cells, replace(window, cells=width))
        shape = (window.months, left_out.copies, window.cells)
        tables = [total[:, None] - part.reshape(shape) for total, part in zip(tables, removed, strict=True)]
        copy, cell = np.divmod(left_out.cells.cell, window.cells)
        den = np.repeat(den[None, :], left_out.copies, axis=0)
        rows = np.searchsorted(_key(cells, window), _key(replace(left_out.cells, cell=cell), window))
        den[copy, rows] -= left_out.cells.den
    t = cells.month - window.first_month
    by_month = np.argsort(t.astype(np.int16), kind="stable")  # 16 bits sort in one pass

    def entries(rows: Flags) -> PreviousVolumes:
        chosen = by_month[(rows & (cells.den != 0))[by_month]]
        start = np.searchsorted(t[chosen], np.arange(window.months + 1))
        place = cells.cell[chosen] + shift
        back = (t[chosen] - months_back(cells.gap[chosen])) * width + place
        return PreviousVolumes(start, place, back, den[..., chosen].astype(np.float64))

    matched, num, births = tables
    return CellTables(
        matched,
        num,
        births,
        links=entries((cells.gap > 0) & (cells.gap < ZERO)),
        zeros=entries(cells.gap >= ZERO),
        closures=entries(cells.gap < 0),
    )


def _tables(cells: Cells, window: Window) -> list[Floats]:
    """Matched lines, their volume and the volume of births, ``(months, cells)`` each."""
    place = (cells.month - window.first_month) * window.cells + cells.cell
    linked, born = cells.gap > 0, cells.gap == 0
    counted = ((linked, cells.count), (linked, cells.num), (born, cells.num))
    size = window.months * window.cells
    return [np.bincount(place[rows], number[rows], size).reshape(window.months, -1) for rows, number in counted]


def _key(cells: Cells, window: Window) -> Integers:
    """Month, gap and cell as one number, in the sort order of cells."""
    return (cells.cell * window.months + cells.month - window.first_month) * CODE_STEP + cells.gap + ZERO


@dataclass(frozen=True)
class LevelRules:
    """The parameters with which the levels of the elementary cells are computed from their chain."""

    unit: Floats
    """``(cells,)``: rupiah a month at level 1 until reports are linked."""
    coverage: Floats
    """``(months, cells)``: value of the units that reported over that of those alive."""
    gone: Floats
    """``(months, cells)``: share of the value that closed with no report to link to."""
    ended: Integers
    """``(cells,)``: first row in which every unit has closed; from there on the level is 0."""

    def select(self, columns: slice) -> LevelRules:
        """The rules of some neighbouring cells."""
        return LevelRules(self.unit[columns], self.coverage[:, columns], self.gone[:, columns], self.ended[columns])


@dataclass(frozen=True)
class ChainRules:
    """The parameters with which a coding of cells is chained."""

    rank: int
    """Position of this coding in the hierarchy, 0 the narrowest."""
    new: Flags
    """``(cells,)``: no unit of the cell existed in the first month; its level starts with its first births."""
    levels: LevelRules | None = None
    """None in a wider coding."""

    def select(self, columns: slice) -> ChainRules:
        """The rules of some neighbouring cells."""
        return ChainRules(self.rank, self.new[columns], self.levels and self.levels.select(columns))


type Lender = tuple[Chain, Integers]
"""The chain of the next wider coding, and each cell's wider cell."""


def chain_cells(
    cells: Cells,
    window: Window,
    rules: ChainRules,
    lender: Lender | None = None,
    left_out: LeftOut | None = None,
    decided: Chain | None = None,
) -> Chain:
    """The chain of any number of cells, in steps whose tables fit into memory.

    With ``left_out`` a copy without each group; ``decided`` is then the chain of the full sample, whose choice between
    own and borrowed links, and whose volume of the open lines, the copies repeat."""
    step = max(1, MAX_JACKKNIFE_COLUMNS // (left_out.copies if left_out else 1))
    chains = []
    for first in range(0, window.cells, step):
        columns = slice(first, min(first + step, window.cells))
        part = replace(window, cells=columns.stop - first)
        parts = arrange_cells(_of_cells(cells, columns), part, left_out and left_out.select(columns))
        lent = lender and (lender[0], lender[1][columns])
        chains.append(_chain(parts, rules.select(columns), lent, decided and decided.select(columns)))
    return chains[0] if len(chains) == 1 else Chain.join(chains)


def _of_cells(cells: Cells, columns: slice) -> Cells:
    """Some neighbouring cells, numbered from 0."""
    first, last = np.searchsorted(cells.cell, (columns.start, columns.stop))
    some = cells.select(slice(first, last))
    return replace(some, cell=some.cell - columns.start)


def _chain(parts: CellTables, rules: ChainRules, lender: Lender | None, decided: Chain | None) -> Chain:
    """The surviving lines are chained by themselves. ``decided`` as for ``chain_cells``."""
    matched, new = parts.matched, rules.new
    chained, active, link = (np.ones(matched.shape) for _ in range(3))
    chained[0] = np.where(new, parts.births[0], 1.0)
    source = decided.source if decided else np.full(matched.shape, rules.rank, dtype=np.int8)
    for t in range(1, len(matched)):
        before, now = chained[t - 1], chained[t]
        making = parts.links.at_level_1(chained, t)
        reported = making + parts.zeros.at_level_1(chained, t)
        own = (matched[t] > 0) & (reported > 0)
        if decided:
            own &= source[t] == rules.rank
        else:
            source[t], own = _decide(own, matched[t], rules.rank, (lender, t))
        now[:], active[t] = _borrowed(before, active[t - 1], own, (lender, t))
        np.divide(parts.num[t], making, out=now, where=own & (making > 0))
        np.divide(making, reported, out=active[t], where=own)
        np.divide(now, before, out=link[t], where=before > 0)
        np.copyto(now, parts.births[t], where=new & (before == 0))
    levels = _levels(parts, (chained, active), rules, decided) if rules.levels else None
    return Chain(link, active, matched, source, levels)


def _decide(own: Flags, matched: Floats, rank: int, lent: tuple[Lender | None, int]) -> tuple[Integers, Flags]:
    """The rank of the coding whose link each cell uses in a month, and whether it is the cell's own: it has enough
    lines, or its wider cell has no more than it."""
    lender, t = lent
    if lender is None:
        return np.where(own, rank, NO_SOURCE), own
    chain, wider = lender
    own = own & ((matched >= ENOUGH_LINES) | (matched >= chain.matched[t][wider]))
    return np.where(own, rank, chain.source[t][wider]), own


def _borrowed(before: Floats, active: Floats, own: Flags, lent: tuple[Lender | None, int]) -> tuple[Floats, Floats]:
    """The chain and the active share after a month without links of their own: those of ``own`` cells unchanged, the
    others move like the lender's. Without a lender, unchanged."""
    lender, t = lent
    if lender is None:
        return before, active
    chain, wider = lender
    link, then, now = (np.take(row, wider, axis=-1) for row in (chain.link[t], chain.active[t - 1], chain.active[t]))
    moved = np.divide(active * now, then, out=now, where=(then > 0) & (active > 0))
    return np.where(own, before, before * link), np.minimum(moved, 1.0)


def _levels(parts: CellTables, chain: tuple[Floats, Floats], rules: ChainRules, decided: Chain | None) -> CellLevels:
    """Closures and births, which are certain, reduce and increase the chained level of the whole cell, silent lines
    included. ``chain``: the chained level and the active share of the active lines."""
    chained, active = chain
    given, new = rules.levels, rules.new
    assert given
    if decided:
        assert decided.levels
        full = decided.levels.full
    else:
        full = _open_volume(parts, chained, rules)
    volume, same_lines = np.empty(chained.shape), np.empty(chained.shape)
    volume[0] = same_lines[0] = chained[0] * active[0]
    survivors = share = np.ones(chained[0].shape)
    for t in range(1, len(chained)):
        closed = parts.closures.at_level_1(chained, t)
        survival = np.divide(full[t], full[t] + closed, out=np.ones(closed.shape), where=closed > 0)
        open_until = given.ended > t
        survivors = np.where(open_until, survivors * survival * (1 - given.gone[t]), 0.0)
        share = share * survival * (1 - given.gone[t])
        at_1 = np.where(full[t] > 0, full[t], given.unit) * chained[t]
        added = np.divide(
            parts.births[t], at_1, out=np.zeros(closed.shape), where=~(new & (chained[t - 1] == 0)) & (at_1 > 0)
        )
        arrived = np.where(open_until, np.where(full[t] > 0, share, 1.0) * added, 0.0)
        share = np.where(open_until, share + arrived, 0.0)
        volume[t] = chained[t] * (active[t] * (share - arrived) + arrived)
        same_lines[t] = chained[t] * (active[t] * survivors)
    return CellLevels(full, volume, same_lines)


def _open_volume(parts: CellTables, chained: Floats, rules: ChainRules) -> Floats:
    """Volume of all open lines of each cell at level 1, rupiah a month: that of the matched lines divided by their
    coverage; without a matched line the previous one minus closures, plus births."""
    given = rules.levels
    assert given
    full = np.empty(chained.shape)
    full[0] = joined = np.where(rules.new, 1.0, given.unit)
    for t in range(1, len(chained)):
        before, now = chained[t - 1], chained[t]
        reported = parts.links.at_level_1(chained, t) + parts.zeros.at_level_1(chained, t)
        linked = (parts.matched[t] > 0) & (reported > 0) & (given.coverage[t] > 0)
        left = joined - parts.closures.at_level_1(chained, t)
        full[t] = np.maximum(np.divide(reported, given.coverage[t], out=left, where=linked), 0.0)
        was_born = ~(rules.new & (before == 0)) & (now > 0)
        joined = full[t] + np.divide(parts.births[t], now, out=np.zeros(now.shape), where=was_born)
    return full
