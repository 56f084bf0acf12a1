"""The number of IKM from two lists, by capture–recapture.

The estimator is Chapman's (1951); the interval of 95 % is log-normal (Chao 1987), so that it never falls below the
number that the two lists name together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import exp, log, sqrt
from uuid import UUID

from sambang.imports.models import SourceList
from sambang.lib.region_code import Level, RegionCode

NORMAL_QUANTILE = 1.959964
MIN_IN_BOTH = 7  # below it the estimator is biased (Robson and Regier 1964)
COPIED_SHARE = 0.95  # of the smaller list in the larger one: then one was hardly made without the other


@dataclass(frozen=True)
class PopulationEstimate:
    """`first` and `second` are the sizes of the lists, `both` the IKM that are in each."""

    first: int
    second: int
    both: int
    total: float
    low: float
    high: float

    @property
    def seen(self) -> int:
        return self.first + self.second - self.both

    @property
    def is_large_enough(self) -> bool:
        return self.both >= MIN_IN_BOTH

    @property
    def is_copied(self) -> bool:
        """Whether nearly the whole smaller list is in the larger: the lists are not independent."""
        return self.is_large_enough and self.both >= COPIED_SHARE * min(self.first, self.second)

    @property
    def is_reliable(self) -> bool:
        return self.is_large_enough and not self.is_copied


def chapman(first: int, second: int, both: int) -> PopulationEstimate:
    """Raises ValueError for an overlap larger than a list."""
    if not 0 <= both <= min(first, second):
        raise ValueError(both)
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    seen = first + second - both
    unseen = total - seen
    if unseen <= 0 or variance == 0:
        return PopulationEstimate(first, second, both, total, float(seen), total)
    factor = exp(NORMAL_QUANTILE * sqrt(log(1 + variance / unseen**2)))
    return PopulationEstimate(first, second, both, total, seen + unseen / factor, seen + unseen * factor)


def estimate_from_lists(first: SourceList, second: SourceList) -> PopulationEstimate:
    """Estimate for the districts that both lists cover."""
    one, other = _keys_by_district(first), _keys_by_district(second)
    shared = one.keys() & other.keys()
    ones, others = _joined(one, shared), _joined(other, shared)
    return chapman(len(ones), len(others), len(ones & others))


def _keys_by_district(source: SourceList) -> dict[str, set[UUID]]:
    keys: dict[str, set[UUID]] = {}
    for key, code in source.businesses.values_list("pk", "region_id"):
        keys.setdefault(RegionCode(code).at(Level.DISTRICT), set()).add(key)
    return keys


def _joined(keys_by_district: dict[str, set[UUID]], districts: Collection[str]) -> set[UUID]:
    return {key for district in districts for key in keys_by_district[district]}
