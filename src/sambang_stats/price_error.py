"""Variance of an index from unknown prices: some lines report quantities without values.

A line without any value is priced at its cell's median. With ``sigma`` the standard deviation of the reported log
prices, the line's contribution has the standard error ``sigma`` times the change of its share since the base.
"""

from __future__ import annotations

import numpy as np

from sambang_stats.imputation import line_blocks
from sambang_stats.panel import Reports
from sambang_stats.prices import Prices
from sambang_stats.results import Floats, Integers

MIN_PRICED = 5
"""Fewest lines with a price for an aggregate's own variance; else the variance of all lines is used."""
MAX_VARIANCE = 2.0
"""Upper bound of the variance of log prices: a larger one comes from wrong values."""


def price_variance(
    panel: Reports, lines: tuple[Integers, Prices], group: tuple[Integers, int], base: np.ndarray
) -> Floats:
    """Variance of ``log I`` from unknown prices, ``(months, groups)``.

    ``lines``: cell of each line and the lines' prices. ``group``: of each line, and how many. ``base``: flags of the
    months.
    """
    of_line, groups = group
    log_price = _reported_prices(panel)
    has_price = np.isfinite(log_price)
    variance = np.zeros((panel.months, groups))
    if has_price.all() or not has_price.any():
        return variance
    total = np.zeros((panel.months, groups))
    for numbers, block in line_blocks(panel, *lines):
        made = np.nan_to_num(block.quantity) * block.price
        np.add.at(total.T, of_line[numbers], made)
    for numbers, block in line_blocks(panel, *lines):
        unknown = np.flatnonzero(~has_price[numbers])
        if not len(unknown):
            continue
        g, quantity = of_line[numbers[unknown]], block.quantity[unknown]
        share = np.divide(
            quantity * block.price[unknown], total.T[g], out=np.full(quantity.shape, np.nan), where=total.T[g] > 0
        )
        inside = np.where(base, share, np.nan)
        has_value = np.isfinite(inside).any(axis=1)
        then = np.zeros(len(unknown))
        then[has_value] = np.nanmean(inside[has_value], axis=1)
        np.add.at(variance.T, g, np.nan_to_num(share - then[:, None]) ** 2)
    return variance * _spread(log_price, of_line, groups)


def _reported_prices(panel: Reports) -> Floats:
    """Log of value over quantity of each line, over the months with both; NaN without such a month."""
    prices = np.full(len(panel.line_unit), np.nan)
    for lines, some in panel.chunks():
        rows = np.flatnonzero((some.quantity > 0) & (some.value > 0))
        value = np.bincount(some.line[rows], some.value[rows], len(lines))
        quantity = np.bincount(some.line[rows], some.quantity[rows], len(lines))
        priced = quantity > 0
        prices[lines[priced]] = np.log(value[priced] / quantity[priced])
    return prices


def _spread(log_price: Floats, group: Integers, groups: int) -> Floats:
    """Relative variance of a lognormal price with the reported prices' variance of logarithms, ``(groups,)``."""
    has_price = np.isfinite(log_price)
    count = np.bincount(group[has_price], minlength=groups)
    mean = np.bincount(group[has_price], log_price[has_price], groups) / np.maximum(count, 1)
    square = np.bincount(group[has_price], (log_price[has_price] - mean[group[has_price]]) ** 2, groups)
    total_variance = float(np.var(log_price[has_price]))
    variance = np.where(count >= MIN_PRICED, square / np.maximum(count - 1, 1), total_variance)
    return np.expm1(np.minimum(variance, MAX_VARIANCE))
