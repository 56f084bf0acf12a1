"""Imputation of missing months from the line's mean level instead of its last report alone.
The chain (``chain``) imputes a missing month by the line's last report times the links of its cell, and so depends on
one noisy month. Here the reference is the weighted mean of all reports of the line, each divided by the cell's month
effect; weights decrease by the factor ``decay`` for each month of distance, before and after. ``decay`` is chosen by
cross-validation: near 0 uses the neighbouring report, 1 is a two-way multiplicative model (line and month effects). The
cell's level is multiplied by the ratio of the two totals, which is 1 under full response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS
from sambang_stats.chain import ENOUGH_LINES, Chain
from sambang_stats.panel import Reports
from sambang_stats.prices import Prices
from sambang_stats.results import Floats, Integers

DECAYS = (0.05, 0.5, 0.7, 0.8, 0.9, 0.96, 1.0)
"""Candidate weights of a report at a distance of one month."""
MIN_TESTED = 30
"""Reports with another before them, below which nothing is chosen and the chain's fill remains."""
STATES = 9
"""States of a line in a month: its last report before times its first report after, each none, zero or
    production."""
LINES_AT_ONCE = 1 << 13
BLOCKS_TESTED = 16
MIN_IN_CLASS = 200
"""Lines of a class by response within a cell; cells with fewer than twice as many are one class."""
MAX_CLASSES = 4
STEPS = (1.0, 1.0, 4.0, 1.0)
"""Month effects and references are computed from each other so many times; each step is taken so many times over in
logarithms. The long one speeds up what converges slowly: trends towards the last month."""


@dataclass(frozen=True)
class Imputation:
    """Result of the imputation, ``(months, cells)`` each; ``decay`` is the chosen weight."""

    correction: Floats
    """Factor of the chain's level."""
    imputed: Floats
    """Share of the month's total that is filled, of the lines that ever reported production."""
    decay: float
    error_ratio: Floats
    """``(months,)``: mean squared log error of a reported month filled from the others by this reference, over that of
    the chain's; towards the last month that of a reference from the months before alone."""


@dataclass(frozen=True)
class LineBlock:
    """A block of lines, ``(lines, months)``."""

    cell: Integers
    quantity: Floats
    """NaN where nothing was reported."""
    alive: NDArray[np.bool_]
    price: Floats
    """For valuing each month."""


def impute_missing_months(
    panel: Reports, lines: tuple[Integers, Prices], chained: Chain, *, line_means: bool = True
) -> Imputation:
    """``lines``: cell of each line, and the lines' prices. ``chained``: of the elementary cells.

    No correction is made without ``line_means``, or with too few reports to choose a decay."""
    cell_of_line, prices = lines
    chain = np.cumprod(chained.link, axis=0)
    chosen = _choose_decay(panel, cell_of_line, prices, chain) if line_means else None
    classes, cell_of_class = response_classes(panel, cell_of_line, chain.shape[1])
    own = (chained.source == 0) & (chained.matched >= ENOUGH_LINES)
    start = MonthModel(chain[:, cell_of_class], chained.active[:, cell_of_class], chosen[0] if chosen else 0.0)
    model = _fit_months(panel, (classes, prices), start, own[:, cell_of_class]) if chosen else start
    by_class = _class_totals(panel, (classes, prices), start, model)
    reported, filled, by_chain, worth, relinked, not_asked = (
        _sum_columns(total, cell_of_class, chain.shape[1]) for total in by_class
    )
    now, before = reported + filled, reported + by_chain
    restored = np.divide(worth + relinked, worth, out=np.ones(chain.shape), where=(worth > 0) & (worth + relinked > 0))
    correction = np.divide(now, before, out=np.ones(chain.shape), where=(now > 0) & (before > 0))
    correction *= np.cumprod(restored, axis=0)
    asked = now - not_asked
    imputed = np.divide(filled - not_asked, asked, out=np.zeros(chain.shape), where=asked > 0)
    if not chosen:
        return Imputation(np.ones(chain.shape), imputed, 0.0, np.ones(len(chain)))
    decay, ratio, one_sided = chosen
    left: Floats = np.power(decay, np.arange(len(chain))[::-1], dtype=np.float64)
    return Imputation(correction, imputed, decay, ratio + (one_sided - ratio) * left)


@dataclass(frozen=True)
class MonthModel:
    """The imputation model; tables are ``(months, classes)``."""

    effect: Floats
    """Month effect: factor of a line's level."""
    active: Floats
    """Share of the lines that are active, by level."""
    decay: float
    odds: Floats | None = None
    """``(STATES,)``: log odds that a line makes something, by its reports before and after; None: as ``active``."""
    shift: Floats | None = None
    """Added to ``odds``: the month's share of active lines over that expected by their states; NaN: as ``active``."""

    def active_chance(self, block: LineBlock) -> Floats:
        """Probability that each line is active in each month, ``(lines, months)``."""
        share = self.active[:, block.cell].T
        if self.odds is None or self.shift is None:
            return share
        shift = self.shift[:, block.cell].T
        with np.errstate(over="ignore"):
            chance = 1 / (1 + np.exp(-(self.odds[report_states(block)] + shift)))
        return np.where(np.isnan(shift), share, chance)


def response_classes(panel: Reports, cell_of_line: Integers, cells: int) -> tuple[Integers, Integers]:
    """The class of each line, and the cell of each class: lines of large cells are divided by their response rate.

    Lines with a low response rate may change differently from the others; within a class the missing lines are assumed
    to change like the reporting ones."""
    rate = np.zeros(len(cell_of_line))
    for lines, some in panel.chunks():
        count = np.diff(some.start)
        end = np.minimum(panel.units.end[some.line_unit], panel.last_month + 1)
        rate[lines] = count / np.maximum(end - some.month[some.start[:-1]], 1)
    order = np.lexsort((rate, cell_of_line))
    size = np.bincount(cell_of_line, minlength=cells)
    classes = np.clip(size // MIN_IN_CLASS, 1, MAX_CLASSES)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    first = np.cumsum(classes) - classes
    own = rank * classes[cell_of_line] // np.maximum(size, 1)[cell_of_line]
    return first[cell_of_line] + own, np.repeat(np.arange(cells), classes)


def report_states(block: LineBlock) -> Integers:
    """The state of the last report before each month and of the first one after it: none, zero or production, ``(lines,
    months)``."""
    report = np.where(np.isnan(block.quantity), 0, np.where(block.quantity > 0, 2, 1))
    months = np.arange(report.shape[1])
    none = np.zeros((len(report), 1), dtype=np.int64)
    before = np.maximum.accumulate(np.where(report > 0, months, 0), axis=1)
    last = np.take_along_axis(report, before, axis=1)
    back = report[:, ::-1]
    after = np.maximum.accumulate(np.where(back > 0, months, 0), axis=1)
    following = np.take_along_axis(back, after, axis=1)[:, ::-1]
    states: Integers = 3 * np.hstack([none, last[:, :-1]]) + np.hstack([following[:, 1:], none])
    return states


def _state_odds(panel: Reports, lines: tuple[Integers, Prices]) -> Floats | None:
    """Log odds of production by state, over the reported months of the first blocks; None if no zero was reported."""
    made, count = np.zeros(STATES), np.zeros(STATES)
    for block in _first_blocks(panel, *lines):
        state, reported = report_states(block), ~np.isnan(block.quantity)
        count += np.bincount(state[reported], minlength=STATES)
        made += np.bincount(state[reported & (block.quantity > 0)], minlength=STATES)
    if made.sum() == count.sum():
        return None
    return np.log((made + 0.5) / (count - made + 0.5))


def _fit_months(
    panel: Reports, lines: tuple[Integers, Prices], start: MonthModel, own: NDArray[np.bool_]
) -> MonthModel:
    """Month effects and active shares by class; those of the chain if ``own`` is False."""
    model, shape = replace(start, odds=_state_odds(panel, lines)), own.shape
    for step in STEPS:
        made, expected, stopped, likely = (np.zeros(shape) for _ in range(4))
        for _, block in line_blocks(panel, *lines):
            reference = _references(block, model.effect, model.decay)
            both = (block.quantity > 0) & (reference > 0)
            _add(made, block, np.where(both, block.quantity * block.price, 0.0))
            _add(expected, block, np.where(both, reference * block.price, 0.0))
            if model.odds is not None:
                reference_value = np.where(np.isnan(block.quantity), 0.0, reference * block.price)
                _add(stopped, block, np.where(block.quantity == 0, reference_value, 0.0))
                _add(likely, block, reference_value / (1 + np.exp(-model.odds[report_states(block)])))
        change = np.ones(shape)
        np.divide(_month_effects(made, expected, own, start.effect), model.effect, out=change, where=model.effect > 0)
        total, usable = expected + stopped, own & (expected > 0)
        active = np.divide(expected, total, out=start.active.copy(), where=usable)
        with np.errstate(divide="ignore", invalid="ignore"):
            shift = np.log(expected / stopped) - np.log(likely / (total - likely))
        model = replace(model, effect=model.effect * change**step, active=active, shift=np.where(usable, shift, np.nan))
    return model


def _class_totals(panel: Reports, lines: tuple[Integers, Prices], chain: MonthModel, model: MonthModel) -> list[Floats]:
    """Rupiah by month and class: reported; estimated by ``model`` and by the chain; value of all lines at effect 1, and
    the addition of unlinked returns; estimate for lines not asked in the month. Without a decay, ``model`` estimates as
    the chain does."""
    shape = chain.effect.shape
    totals = [np.zeros(shape) for _ in range(6)]
    reported, filled, by_chain, worth, relinked, not_asked = totals
    first_asked, last_asked = panel.asked_period
    months = panel.first_month + np.arange(panel.months)
    for numbers, block in line_blocks(panel, *lines):
        silent, unit = block.alive & np.isnan(block.quantity), panel.line_unit[numbers]
        asked = (months >= first_asked[unit][:, None]) & (months < last_asked[unit][:, None])
        last = _last_references(block, chain.effect)
        reference = _references(block, model.effect, model.decay) if model.decay else last
        fill, carried = (
            np.where(silent, level * by.effect[:, block.cell].T * by.active_chance(block) * block.price, 0.0)
            for level, by in ((reference, model), (last, chain))
        )
        _add(reported, block, np.where(block.alive, np.nan_to_num(block.quantity) * block.price, 0.0))
        _add(filled, block, fill)
        _add(by_chain, block, carried)
        _add(worth, block, np.where(block.alive, last * block.price, 0.0))
        _add(relinked, block, _unlinked_returns(block, chain.effect, last))
        _add(not_asked, block, np.where(asked, 0.0, fill))
    return totals


def _sum_columns(table: Floats, target: Integers, count: int) -> Floats:
    """Columns summed by ``target``."""
    sums = np.zeros((len(table), count))
    np.add.at(sums.T, target, table.T)
    return sums


def _unlinked_returns(block: LineBlock, chain: Floats, last: Floats) -> Floats:
    """The change of a line's value at effect 1 by a return after more than ``GAPS`` missing months. The chain does not
    link such a return and treats the new value as the old one."""
    level, there = _levels(block, chain)
    months = np.arange(level.shape[1])
    heard = np.maximum.accumulate(np.where(~np.isnan(block.quantity), months, -1), axis=1)
    heard = np.concatenate([np.full((len(heard), 1), -1), heard[:, :-1]], axis=1)
    returned = there & (heard >= 0) & (months - heard > GAPS)
    return np.where(returned & (last > 0), (level - last) * block.price, 0.0)


def _add(total: Floats, block: LineBlock, number: Floats) -> None:
    """Add the lines to the totals of their cells."""
    order = np.argsort(block.cell, kind="stable")
    cell = block.cell[order]
    start = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    total[:, cell[start]] += np.add.reduceat(number[order], start, axis=0).T


def line_blocks(panel: Reports, cell_of_line: Integers, prices: Prices) -> Iterator[tuple[Integers, LineBlock]]:
    """All lines with their reports as tables, in blocks: the line numbers, and the block."""
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


def _references(block: LineBlock, effect: Floats, decay: float, *, after: bool = True) -> Floats:
    """Each line's level at effect 1 in each month, from its reports of other months; 0 if there are none.

    ``after``: whether reports of later months are used too."""
    level, there = _levels(block, effect)
    total, weight = np.zeros(level.shape), np.zeros(level.shape)
    before_then_after = (range(1, level.shape[1]), range(level.shape[1] - 2, -1, -1))
    for columns in before_then_after[: 1 + after]:
        step = -1 if columns.step == 1 else 1
        sums, weights = np.zeros(len(level)), np.zeros(len(level))
        for t in columns:
            sums = decay * (sums + level[:, t + step])
            weights = decay * (weights + there[:, t + step])
            total[:, t] += sums
            weight[:, t] += weights
    return np.divide(total, weight, out=np.zeros(total.shape), where=weight > 0)


def _last_references(block: LineBlock, effect: Floats) -> Floats:
    """The line's level at its last report before each month; before its first report, the level at the first."""
    level, there = _levels(block, effect)
    last = np.where(there, np.arange(level.shape[1]), -1)
    last = np.maximum.accumulate(np.concatenate([np.full((len(last), 1), -1), last[:, :-1]], axis=1), axis=1)
    first = there.argmax(axis=1)
    at = np.where(last >= 0, last, first[:, None])
    return np.take_along_axis(level, at, axis=1)


def _levels(block: LineBlock, effect: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Reported production divided by the month effect, 0 if undefined."""
    moved = effect[:, block.cell].T
    there = (block.quantity > 0) & (moved > 0)
    return np.divide(block.quantity, moved, out=np.zeros(moved.shape), where=there), there


def _month_effects(made: Floats, expected: Floats, own: NDArray[np.bool_], chain: Floats) -> Floats:
    """Month effects from sums over the reported lines; in cells with too few, the change of the chain."""
    usable = own & (made > 0) & (expected > 0)
    ratio = np.divide(made, expected, out=np.ones(made.shape), where=usable)
    off = np.log(np.divide(ratio, chain, out=np.ones(made.shape), where=usable & (chain > 0)))
    for order in (range(1, len(off)), range(len(off) - 2, -1, -1)):
        for t in order:
            near = t - 1 if order.step == 1 else t + 1
            fill = ~usable[t] & usable[near]
            off[t, fill] = off[near, fill]
            usable[t] |= fill
    effect: Floats = chain * np.exp(off - off.mean(axis=0))
    return effect


def _choose_decay(
    panel: Reports, cell_of_line: Integers, prices: Prices, chain: Floats
) -> tuple[float, float, float] | None:
    """The decay with the least squared log error of reported months, and the ratio of its error to that of the last
    report: with references from both sides, and from earlier months only.

    Measured on the first blocks of lines; None with fewer than ``MIN_TESTED`` reports."""
    errors, one_sided, last, count = np.zeros(len(DECAYS)), np.zeros(len(DECAYS)), 0.0, 0
    for block in _first_blocks(panel, cell_of_line, prices):
        level, there = _levels(block, chain)
        before = _last_references(block, chain)
        tested = there & (np.cumsum(there, axis=1) > 1)
        count += int(tested.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log(level)
        last += _squared_error(log, before, tested)
        for i, decay in enumerate(DECAYS):
            errors[i] += _squared_error(log, _references(block, chain, decay), tested)
            one_sided[i] += _squared_error(log, _references(block, chain, decay, after=False), tested)
    if count < MIN_TESTED:
        return None
    best = int(errors.argmin())
    if not last > 0:
        return DECAYS[best], 1.0, 1.0
    return DECAYS[best], min(float(errors[best]) / last, 1.0), min(float(one_sided[best]) / last, 1.0)


def _squared_error(log: Floats, reference: Floats, tested: NDArray[np.bool_]) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((np.where(tested & (reference > 0), log - np.log(reference), 0.0) ** 2).sum())


def _first_blocks(panel: Reports, cell_of_line: Integers, prices: Prices) -> Iterator[LineBlock]:
    blocks = line_blocks(panel, cell_of_line, prices)
    return (block for _, block in islice(blocks, BLOCKS_TESTED))
