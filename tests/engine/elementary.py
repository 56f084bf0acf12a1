"""Matched-sample price indices with missing prices: Jevons below, weighted arithmetic above.

For prices (cost of cloth, selling prices) where the volume index does not serve. Elementary indices are geometric
means of the period's price relatives; above them the weights are updated by price (chained Young
index). Two ways with what is missing: a business without a relative takes its parent's movement; or
each missing price is carried by its business's movement, which corrects itself when the price returns
(Consumer Price Index Manual 2020, ch. 6; Martin's R package ``piar`` prints the examples in the tests).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class Tree:
    """Businesses and what they add up to.

    ``levels``: for each level from the businesses' parents to the top, the number of every business's
    node. ``weight``: value of each business in the base period.
    """

    levels: tuple[Integers, ...]
    weight: Floats


@dataclass(frozen=True)
class PriceIndices:
    """Chained from 1 in the first period."""

    business: Floats
    """``(businesses, periods)``."""
    levels: tuple[Floats, ...]
    """``(nodes, periods)`` for each level of the tree."""


def price_indices(price: Floats, business: Integers, tree: Tree, *, carry: bool) -> PriceIndices:
    """``price``: ``(products, periods)``, NaN where missing; ``business`` of each product.

    ``carry``: carry missing prices by their business's movement; else leave them out.
    """
    if np.nanmin(price) <= 0:
        raise ValueError("prices must be positive")
    known, weight = price.copy(), tree.weight.astype(float)
    periods = price.shape[1]
    chained = [np.ones((len(weight), periods))]
    chained += [np.ones((int(nodes.max()) + 1, periods)) for nodes in tree.levels]
    for t in range(1, periods):
        movement = _jevons(known[:, t] / known[:, t - 1], business, len(weight))
        movement, above = _fill(movement, tree, weight)
        if carry:
            carried = known[:, t - 1] * movement[business]
            known[:, t] = np.where(np.isnan(known[:, t]), carried, known[:, t])
        weight = weight * movement
        for level, step in zip(chained, (movement, *above), strict=True):
            level[:, t] = level[:, t - 1] * step
    return PriceIndices(chained[0], tuple(chained[1:]))


def _jevons(relative: Floats, business: Integers, count: int) -> Floats:
    """Geometric mean by business; NaN without a relative."""
    known = np.isfinite(relative)
    number = np.bincount(business[known], minlength=count)
    total = np.bincount(business[known], np.log(relative[known]), count)
    with np.errstate(invalid="ignore"):
        return np.where(number > 0, np.exp(total / np.maximum(number, 1)), np.nan)


def _fill(movement: Floats, tree: Tree, weight: Floats) -> tuple[Floats, list[Floats]]:
    """Missing movements from the nearest level that has one, and every level's movement."""
    known = np.isfinite(movement)
    raw = []
    for nodes in tree.levels:
        count = int(nodes.max()) + 1
        value = np.bincount(nodes[known], weight[known], count)
        grown = np.bincount(nodes[known], (weight * movement)[known], count)
        raw.append(np.divide(grown, value, out=np.full(count, np.nan), where=value > 0))
    imputed = movement
    for nodes, step in zip(tree.levels, raw, strict=True):
        imputed = np.where(np.isnan(imputed), step[nodes], imputed)
    imputed = np.where(np.isnan(imputed), 1.0, imputed)
    levels = []
    for nodes in tree.levels:
        count = int(nodes.max()) + 1
        levels.append(np.bincount(nodes, weight * imputed, count) / np.bincount(nodes, weight, count))
    return imputed, levels
