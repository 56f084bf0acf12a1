"""Silent months filled by the line's own mean level, not by its last report alone.

The chain (``chain``) fills a silent month with the line's last report moved on by its cell's links, and so trusts one
noisy month. Here the reference is the weighted mean of all of the line's reports, each divided by the cell's month
effect; the weight falls by ``decay`` a month of distance, before and after. ``decay`` is chosen by cross-validation:
near 0 the neighbouring report, 1 a two-way multiplicative fill (line and month effects). The cell's level is corrected
by the ratio of the two totals; where everybody reports it is 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS
from sambang_stats.chain import ENOUGH_LINES, Levels
from sambang_stats.panel import Reports
from sambang_stats.prices import Prices
from sambang_stats.results import Floats, Integers

DECAYS = (0.05, 0.5, 0.7, 0.8, 0.9, 0.96, 1.0)
"""Weights of a report one month away that are tried."""
LEAST_TESTED = 30
"""Reports with another before them, below which nothing is chosen and the chain's fill remains."""
LINES_AT_ONCE = 1 << 13
BLOCKS_TESTED = 16
ITERATIONS = 2
"""Times that month effects and references are computed from each other."""


@dataclass(frozen=True)
class Fill:
    """``(months, cells)`` each; ``decay`` is the chosen weight."""

    correction: Floats
    """Factor on the chain's level."""
    imputed: Floats
    """Share of the month's total that is filled, of the lines that ever reported production."""
    decay: float
    error_ratio: float
    """Mean squared log error of a reported month filled from the others by this reference, over that of the chain's."""


@dataclass(frozen=True)
class LineBlock:
    """Some lines, ``(lines, months)``."""

    cell: Integers
    quantity: Floats
    """NaN where nothing was reported."""
    alive: NDArray[np.bool_]
    price: Floats
    """For valuing each month."""


def fill_silent_months(
    panel: Reports, lines: tuple[Integers, Prices], levels: Levels, *, line_means: bool = True
) -> Fill:
    """``lines``: cell of each line, and the lines' prices. ``levels``: of the elementary cells.

    Without ``line_means``, or with too few reports to choose a decay, nothing is corrected.
    """
    cell_of_line, prices = lines
    shape = levels.level.shape
    chain = np.cumprod(levels.link, axis=0)
    own = (levels.source == 0) & (levels.matched >= ENOUGH_LINES)
    chosen = _choose_decay(panel, cell_of_line, prices, chain) if line_means else None
    decay, ratio = chosen or (0.0, 1.0)
    effect, active = chain, levels.active
    for _ in range(ITERATIONS if chosen else 0):
        made, expected, stopped = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for _, block in line_blocks(panel, cell_of_line, prices):
            reference = _references(block, effect, decay)
            both = (block.quantity > 0) & (reference > 0)
            _add(made, block, np.where(both, block.quantity * block.price, 0.0))
            _add(expected, block, np.where(both, reference * block.price, 0.0))
            _add(stopped, block, np.where(block.quantity == 0, reference * block.price, 0.0))
        effect = _month_effects(made, expected, own, chain)
        active = np.divide(expected, expected + stopped, out=levels.active.copy(), where=own & (expected > 0))
    reported, filled, by_chain, relinked = (np.zeros(shape) for _ in range(4))
    worth = np.zeros(shape)
    for _, block in line_blocks(panel, cell_of_line, prices):
        silent = block.alive & np.isnan(block.quantity)
        last = _last_references(block, chain)
        _add(reported, block, np.where(block.alive, np.nan_to_num(block.quantity) * block.price, 0.0))
        for total, reference, moved in (
            (filled, _references(block, effect, decay), effect * active),
            (by_chain, last, chain * levels.active),
        ):
            _add(total, block, np.where(silent, reference * moved[:, block.cell].T * block.price, 0.0))
        _add(worth, block, np.where(block.alive, last * block.price, 0.0))
        _add(relinked, block, _unlinked_returns(block, chain, last))
    now, before = reported + filled, reported + by_chain
    restored = np.divide(worth + relinked, worth, out=np.ones(shape), where=(worth > 0) & (worth + relinked > 0))
    if not chosen:
        return Fill(np.ones(shape), np.divide(by_chain, before, out=np.zeros(shape), where=before > 0), 0.0, 1.0)
    correction = np.divide(now, before, out=np.ones(shape), where=(now > 0) & (before > 0))
    correction *= np.cumprod(restored, axis=0)
    return Fill(correction, np.divide(filled, now, out=np.zeros(shape), where=now > 0), decay, ratio)


def _unlinked_returns(block: LineBlock, chain: Floats, last: Floats) -> Floats:
    """What a return after more than ``GAPS`` silent months changes of the line's worth at effect 1; the chain, which
    does not link it, takes the new worth for the old."""
    level, there = _levels(block, chain)
    months = np.arange(level.shape[1])
    heard = np.maximum.accumulate(np.where(~np.isnan(block.quantity), months, -1), axis=1)
    heard = np.concatenate([np.full((len(heard), 1), -1), heard[:, :-1]], axis=1)
    returned = there & (heard >= 0) & (months - heard > GAPS)
    return np.where(returned & (last > 0), (level - last) * block.price, 0.0)


def _add(total: Floats, block: LineBlock, number: Floats) -> None:
    """Sum lines into their cells."""
    order = np.argsort(block.cell, kind="stable")
    cell = block.cell[order]
    start = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    total[:, cell[start]] += np.add.reduceat(number[order], start, axis=0).T


def line_blocks(panel: Reports, cell_of_line: Integers, prices: Prices) -> Iterator[tuple[Integers, LineBlock]]:
    """All lines with their reports as tables, some at a time: their numbers, and the block."""
    year = (panel.first_month + np.arange(panel.months)) // 12 - prices.first_year
    months = panel.first_month + np.arange(panel.months)
    for lines, some in panel.chunks():
        for first in range(0, len(lines), LINES_AT_ONCE):
            last = min(first + LINES_AT_ONCE, len(lines))
            rows = slice(some.start[first], some.start[last])
            quantity = np.full((last - first, panel.months), np.nan)
            quantity[some.line[rows] - first, some.month[rows] - panel.first_month] = some.quantity[rows]
            unit = some.line_unit[first:last]
            begin, end = panel.units.start[unit], panel.units.end[unit]
            first_report = some.month[some.start[first:last]]
            begin = np.where(begin > panel.first_month, np.maximum(begin, first_report), begin)
            alive = (months >= begin[:, None]) & (months < end[:, None])
            which = lines[first:last]
            yield which, LineBlock(cell_of_line[which], quantity, alive, prices.price[which][:, year])


def _references(block: LineBlock, effect: Floats, decay: float) -> Floats:
    """Each line's level at effect 1 in each month, from its reports of other months; 0 where it has none."""
    level, there = _levels(block, effect)
    total, weight = np.zeros(level.shape), np.zeros(level.shape)
    for columns in (range(1, level.shape[1]), range(level.shape[1] - 2, -1, -1)):
        step = -1 if columns.step == 1 else 1
        sums, weights = np.zeros(len(level)), np.zeros(len(level))
        for t in columns:
            sums = decay * (sums + level[:, t + step])
            weights = decay * (weights + there[:, t + step])
            total[:, t] += sums
            weight[:, t] += weights
    return np.divide(total, weight, out=np.zeros(total.shape), where=weight > 0)


def _last_references(block: LineBlock, effect: Floats) -> Floats:
    """The line's level at its last report before each month; before its first report, at its first."""
    level, there = _levels(block, effect)
    last = np.where(there, np.arange(level.shape[1]), -1)
    last = np.maximum.accumulate(np.concatenate([np.full((len(last), 1), -1), last[:, :-1]], axis=1), axis=1)
    first = there.argmax(axis=1)
    at = np.where(last >= 0, last, first[:, None])
    return np.take_along_axis(level, at, axis=1)


def _levels(block: LineBlock, effect: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Reported production over the month effect, 0 where there is none."""
    moved = effect[:, block.cell].T
    there = (block.quantity > 0) & (moved > 0)
    return np.divide(block.quantity, moved, out=np.zeros(moved.shape), where=there), there


def _month_effects(made: Floats, expected: Floats, own: NDArray[np.bool_], chain: Floats) -> Floats:
    """Month effects from sums over the reported lines; where a cell has too few, the chain's movement."""
    known = own & (made > 0) & (expected > 0)
    ratio = np.divide(made, expected, out=np.ones(made.shape), where=known)
    off = np.log(np.divide(ratio, chain, out=np.ones(made.shape), where=known & (chain > 0)))
    for order in (range(1, len(off)), range(len(off) - 2, -1, -1)):
        for t in order:
            near = t - 1 if order.step == 1 else t + 1
            fill = ~known[t] & known[near]
            off[t, fill] = off[near, fill]
            known[t] |= fill
    effect: Floats = chain * np.exp(off - off.mean(axis=0))
    return effect


def _choose_decay(panel: Reports, cell_of_line: Integers, prices: Prices, chain: Floats) -> tuple[float, float] | None:
    """The decay with the least squared log error of reported months, and its error over that of the last report.

    Measured on the first blocks of lines; None with fewer than ``LEAST_TESTED`` reports to measure it on.
    """
    errors, last, count = np.zeros(len(DECAYS)), 0.0, 0
    for block in _first_blocks(panel, cell_of_line, prices):
        level, there = _levels(block, chain)
        before = _last_references(block, chain)
        tested = there & (np.cumsum(there, axis=1) > 1)
        count += int(tested.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log(level)
            last += float((np.where(tested & (before > 0), log - np.log(before), 0.0) ** 2).sum())
            for i, decay in enumerate(DECAYS):
                reference = _references(block, chain, decay)
                errors[i] += float((np.where(tested & (reference > 0), log - np.log(reference), 0.0) ** 2).sum())
    if count < LEAST_TESTED:
        return None
    best = int(errors.argmin())
    return DECAYS[best], float(min(errors[best] / last, 1.0)) if last > 0 else 1.0


def _first_blocks(panel: Reports, cell_of_line: Integers, prices: Prices) -> Iterator[LineBlock]:
    blocks = line_blocks(panel, cell_of_line, prices)
    return (block for _, block in islice(blocks, BLOCKS_TESTED))
