"""The attackers of `bench.disclosure` on a sentra's released price."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from bench.disclosure_attacks import Score
from bench.disclosure_world import World

from sambang.insight.price_comparison import released_price

type Sold = dict[int, tuple[float, float]]
PRICE_RISE = 0.05  # log, a year


def attack_prices(world: World, score: Score) -> None:
    """Each owner's price of a year, by the largest owner, who subtracts its own from the released mean."""
    for name, _year, price, sold in prices_by_year(world):
        released = released_mean(sold)
        own = int(world.owner[world.insider(name)][0])
        if released is not None and own in sold:
            told = (len(sold) * released - np.log(price[own])) / (len(sold) - 1)
            for owner in sold.keys() - {own}:
                score.add(price[owner], float(np.exp(told)), float(np.exp(released)))


def attack_changed_prices(world: World, score: Score) -> None:
    """The price of who sells in one of two years only, from the two means, those who left at the mean; the common rise
    is known."""
    before: dict[str, tuple[int, float, Sold]] = {}
    for name, year, price, sold in prices_by_year(world):
        released = released_mean(sold)
        if released is not None:
            if name in before and before[name][0] == year - 1:
                _year, old, sold_before = before[name]
                old += PRICE_RISE
                new, left = sold.keys() - sold_before.keys(), sold_before.keys() - sold.keys()
                if 0 < len(new) <= 2:
                    told = (len(sold) * released - (len(sold_before) - len(left)) * old) / len(new)
                    for owner in new:
                        score.add(price[owner], float(np.exp(np.clip(told, 0, 30))), float(np.exp(released)))
            before[name] = (year, released, sold)


def prices_by_year(world: World) -> Iterator[tuple[str, int, dict[int, float], Sold]]:
    """Of each sentra and year: the owners' prices, and quantity and value of those whose values are known."""
    rng = np.random.default_rng(len(world.sentra))
    level = {int(owner): 10.8 + rng.normal(0, 0.3) for owner in np.unique(world.owner)}
    for name in world.sentra_names:
        tells = {int(owner): rng.random() < 0.8 for owner in np.unique(world.owner[world.of(name)])}
        for year in range(3):
            price, sold = {}, {}
            for owner, usually in tells.items():
                units = np.intersect1d(world.of(name), np.flatnonzero(world.owner == owner))
                made = float(world.made[12 * year : 12 * year + 12, units].sum())
                price[owner] = float(np.exp(level[owner] + PRICE_RISE * year + rng.normal(0, 0.05)))
                if made > 0 and (usually ^ (rng.random() < 0.1)):
                    sold[owner] = (made, made * price[owner])
            yield name, year, price, sold


def released_mean(sold: Sold) -> float | None:
    """The logarithm in the middle of the released class."""
    released = released_price(sold.values()) if sold else None
    return None if released is None else float(np.log([released.low, released.high]).mean())


PRICE_ATTACKS: dict[str, Callable[[World, Score], None]] = {
    "price, own price subtracted": attack_prices,
    "price, two years with another owner": attack_changed_prices,
}
