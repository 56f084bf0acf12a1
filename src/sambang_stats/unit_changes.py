"""Changes of the unit of measure within a line: pieces to dozens or scores, grams to kilograms, and back.

Where the price of a line changes by the same ratio the other way the change is certain, and the quantity can be
converted to the line's first unit. Without prices it is only likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sambang_stats.panel import Panel
from sambang_stats.results import Floats, Integers

RATIOS = np.log([10.0, 12.0, 20.0, 24.0, 40.0, 100.0, 144.0, 240.0, 1000.0])
"""Dozens, scores and gross for pieces, scores of pairs, grams for kilograms, a digit too many."""
PRICE_TOLERANCE = 0.30
"""Largest distance of a log step from the logarithm of a ratio."""
MIN_STEP = 1.7
"""Log step between two reports from which a change is tested."""
NEIGHBOUR_LINKS = 6
"""Reports on each side whose median is the level before and after."""
SPREADS = 4.0
"""A step is tested where it exceeds so many normalised median deviations of the line's own changes."""
VALUE_STEP = np.log(5.0)
"""Largest change of the value of production at which a price step is a change of the unit, and no wrong value."""


@dataclass(frozen=True)
class UnitChanges:
    """Reports in another unit of measure than their line's first report. Arrays of one length."""

    row: Integers
    """Position among the panel's reports."""
    ratio: Floats
    """Log of the factor that converts the quantity to the first unit."""
    certain: NDArray[np.bool_]
    """Whether the prices confirm the change."""


def find_unit_changes(panel: Panel) -> UnitChanges:
    made = np.flatnonzero(panel.quantity > 0)
    line, log = panel.line[made], np.log(panel.quantity[made])
    with np.errstate(divide="ignore"):
        price = np.log(panel.value[made]) - log
    price[~np.isfinite(price)] = np.nan
    step = np.where(line[1:] == line[:-1], _steps(log, price), 0.0)
    changes = [UnitChanges(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool))]
    for number in np.unique(line[1:][step >= MIN_STEP]):
        rows = slice(*np.searchsorted(line, (number, number + 1)))
        ratio, certain = line_ratios(log[rows], price[rows])
        changed = ratio != 0
        changes.append(UnitChanges(made[rows][changed], ratio[changed], certain[changed]))
    return UnitChanges(
        np.concatenate([one.row for one in changes]),
        np.concatenate([one.ratio for one in changes]),
        np.concatenate([one.certain for one in changes]),
    )


def line_ratios(log: Floats, price: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """``ratio`` and ``certain`` of one line's positive reports in order.

    ``log``: of the quantity. ``price``: log of the unit value, NaN where unknown.
    """
    ratio, certain = np.zeros(len(log)), np.ones(len(log), dtype=bool)
    least = max(MIN_STEP, SPREADS * float(np.median(np.abs(np.diff(log)))) / 0.6745)
    breaks = np.flatnonzero(_steps(log, price) >= least) + 1
    for at, end in pairwise([*breaks.tolist(), len(log)]):
        before, after = slice(max(at - NEIGHBOUR_LINKS, 0), at), slice(at, min(at + NEIGHBOUR_LINKS, end))
        change = float(np.median(log[after]) - np.median(log[before] + ratio[before]))
        priced = _median_step(price[before] - ratio[before], price[after])
        if priced is not None:
            by_price = _nearest_ratio(priced)
            if by_price == ratio[at] or abs(change + priced) < VALUE_STEP:
                ratio[at:], certain[at:] = by_price, True
            elif abs(change) < MIN_STEP / 2:
                ratio[at:], certain[at:] = 0.0, True
        elif abs(change) < MIN_STEP / 2:
            ratio[at:], certain[at:] = 0.0, True
        elif nearest := _nearest_ratio(change):
            ratio[at:], certain[at:] = -nearest, False
    return ratio, certain


def _steps(log: Floats, price: Floats) -> Floats:
    """The larger of the absolute steps of quantity and price between neighbouring reports."""
    return np.fmax(np.abs(np.diff(log)), np.abs(np.diff(price)))


def _nearest_ratio(step: float) -> float:
    """The signed log ratio near a step; 0 where none is."""
    nearest = float(RATIOS[np.abs(RATIOS - abs(step)).argmin()])
    return float(np.sign(step)) * nearest if abs(abs(step) - nearest) < PRICE_TOLERANCE else 0.0


def _median_step(before: Floats, after: Floats) -> float | None:
    """Step between two medians; None where either has no number."""
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    return float(np.median(after) - np.median(before)) if len(before) and len(after) else None
