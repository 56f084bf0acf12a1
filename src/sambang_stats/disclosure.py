"""Disclosure control: no published cell that discloses one owner's production.

A unit is an owner: two businesses of one owner count once. A cell is sensitive when fewer than `LEAST_OWNERS` owners
contribute to it, or by the p % rule: the total less the two largest is under p % of the largest, so that the second
largest, who knows its own share, could estimate the first to within p % (Hundepool et al., *Statistical Disclosure
Control*, 2012, ch. 4). Secondary suppression is the caller's: it depends on which totals are published.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sambang_stats.results import Floats, Integers

INSIDERS = 1
"""Contributors who know their own share and can subtract it from the cell."""
LEAST_OTHERS = 3
LEAST_OWNERS = LEAST_OTHERS + INSIDERS
P_PERCENT = 20.0
FEW_OWNERS = 10
"""Below so many owners a figure is rounded to whole points, else to tenths."""


def sensitive_cells(
    cell: Integers, owner: Integers, value: Floats, cells: int, *, least: int = LEAST_OWNERS
) -> NDArray[np.bool_]:
    """The cells that must be suppressed. ``cell``, ``owner`` and ``value`` are of the contributing units; empty cells
    are not sensitive."""
    keys, number = np.unique(np.stack([cell, owner]), axis=1, return_inverse=True)
    cell, value = keys[0], np.bincount(number.ravel(), value, keys.shape[1])
    order = np.lexsort((-value, cell))
    sorted_value = value[order]
    count = np.bincount(cell, minlength=cells)
    start = np.cumsum(count) - count
    total = np.bincount(cell, value, cells)
    first, second = np.zeros(cells), np.zeros(cells)
    first[count > 0] = sorted_value[start[count > 0]]
    second[count > 1] = sorted_value[start[count > 1] + 1]
    few = (count > 0) & (count < least)
    dominated = (count > 0) & (total - first - second < P_PERCENT / 100 * first)
    return few | dominated


def is_sensitive(owner: Integers, value: Floats, *, least: int = LEAST_OWNERS) -> bool:
    """Whether one cell with these contributing units is sensitive; an empty cell is not."""
    return len(owner) > 0 and bool(
        sensitive_cells(np.zeros(len(owner), dtype=np.int64), owner, value, 1, least=least)[0]
    )


def rounding_step(owners: int) -> float:
    """The step in points to which an index is rounded."""
    return 1.0 if owners < FEW_OWNERS else 0.1


def rounded(value: float, step: float) -> float:
    """Rounded to the nearest multiple; missing and infinite values unchanged."""
    return round(round(value / step) * step, 6) if math.isfinite(value) else value


def mean_step(owners: int) -> float:
    """The rounding step in points of an unweighted mean of the owners' indices. Subtracting two such means to obtain
    one owner's index then has an error of 49 points (the standard deviation of the two rounding errors, times the
    number of owners), which is larger than that of a guess."""
    return max(1.0, 120.0 / owners)


def revised_mean_step(owners: int) -> float:
    """The rounding step in points of such a mean that is released every month and moves with late reports. The mean of
    `m` newcomers, from the difference of two releases, then has an error of 98/m points: at four newcomers as much as
    it differs from the mean of all, so that it is no better a guess of each."""
    return 2 * mean_step(owners)
