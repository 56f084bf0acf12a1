"""Disclosure control: no published cell from which a reader could tell one business's production.

A cell is sensitive when fewer than three units stand behind it, or by the p % rule: the total less the
two largest is under p % of the largest, so that the second could estimate the first (Hundepool et al.,
*Statistical Disclosure Control*, 2012, ch. 4). Secondary suppression is the caller's: it depends on which
totals are published.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sambang_stats.results import Floats, Integers

LEAST_UNITS = 3
P_PERCENT = 10.0


def sensitive_cells(cell: Integers, value: Floats, cells: int) -> NDArray[np.bool_]:
    """Cells that must not be shown; ``cell`` and ``value`` are of the units behind them. Empty cells are not
    sensitive."""
    order = np.lexsort((-value, cell))
    sorted_cell, sorted_value = cell[order], value[order]
    count = np.bincount(cell, minlength=cells)
    start = np.cumsum(count) - count
    total = np.bincount(cell, value, cells)
    first, second = np.zeros(cells), np.zeros(cells)
    first[count > 0] = sorted_value[start[count > 0]]
    second[count > 1] = sorted_value[start[count > 1] + 1]
    assert (np.diff(sorted_cell) >= 0).all()
    few = (count > 0) & (count < LEAST_UNITS)
    dominated = (count > 0) & (total - first - second < P_PERCENT / 100 * first)
    return few | dominated
