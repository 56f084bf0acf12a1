"""Disclosure control: no published cell that discloses one owner's production.

A unit is an owner: two businesses of one owner count once. A cell is sensitive when fewer than `MIN_OWNERS` owners
contribute to it, or by the p % rule: the total less the two largest is under p % of the largest, so that the second
largest, who knows its own share, could estimate the first to within p % (Hundepool et al., *Statistical Disclosure
Control*, 2012, ch. 4). Secondary suppression is the caller's: it depends on which totals are published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.results import Floats, Integers

INSIDERS = 1
"""Contributors who know their own share and can subtract it from the cell."""
MIN_OTHERS = 3
MIN_OWNERS = MIN_OTHERS + INSIDERS
P_PERCENT = 20.0
FEW_OWNERS = 10
"""Below so many owners a figure is rounded to whole points, else to tenths."""


def sensitive_cells(
    cell: Integers, owner: Integers, value: Floats, cells: int, *, least: int = MIN_OWNERS
) -> NDArray[np.bool_]:
    """The cells that must be suppressed. ``cell``, ``owner`` and ``value`` are of the contributing units; empty cells
    are not sensitive."""
    keys, number = np.unique(np.stack([cell, owner]), axis=1, return_inverse=True)
    cell, value = keys[0], np.bincount(number.ravel(), value, keys.shape[1])
    count = np.bincount(cell, minlength=cells)
    return _is_sensitive(count, np.bincount(cell, value, cells), _two_largest(cell, value, cells), least)


def _two_largest(cell: Integers, value: Floats, cells: int) -> Floats:
    """The largest and the second largest value of each cell, ``(2, cells)``; 0 where there is none."""
    sorted_value = value[np.lexsort((-value, cell))]
    count = np.bincount(cell, minlength=cells)
    start, largest = np.cumsum(count) - count, np.zeros((2, cells))
    for rank in range(2):
        largest[rank, count > rank] = sorted_value[start[count > rank] + rank]
    return largest


def _is_sensitive(count: Integers, total: Floats, largest: Floats, least: int) -> NDArray[np.bool_]:
    """``count``: owners of each cell; ``largest``: the two largest of their values."""
    dominated = total - largest[0] - largest[1] < P_PERCENT / 100 * largest[0]
    sensitive: NDArray[np.bool_] = (count > 0) & ((count < least) | dominated)
    return sensitive


def is_sensitive(owner: Integers, value: Floats, *, least: int = MIN_OWNERS) -> bool:
    """Whether one cell with these contributing units is sensitive; an empty cell is not."""
    return len(owner) > 0 and bool(
        sensitive_cells(np.zeros(len(owner), dtype=np.int64), owner, value, 1, least=least)[0]
    )


@dataclass(frozen=True)
class AtomSums:
    """Sums of the contributing units by atom, from which the sensitivity of any union of atoms follows."""

    total: Floats
    """``(atoms,)``, of all owners."""
    count: Integers
    """``(atoms,)``: owners who are in no other atom."""
    largest: Floats
    """``(2, atoms)``: the two largest values of these owners."""
    shared: Floats
    """``(owners, atoms)``: values of the owners who are in several atoms."""
    is_in: NDArray[np.bool_]
    """The atoms in which these owners are."""

    @classmethod
    def of(cls, atom: Integers, owner: Integers, value: Floats, atoms: int) -> AtomSums:
        """``atom``, ``owner`` and ``value`` are of the units."""
        keys, number = np.unique(np.stack([owner, atom]), axis=1, return_inverse=True)
        sums = np.bincount(number.ravel(), value, keys.shape[1])
        of_owner, count = np.unique(keys[0], return_inverse=True, return_counts=True)[1:]
        alone = count[of_owner] == 1
        row = np.unique(keys[0, ~alone], return_inverse=True)[1]
        shared = np.zeros((int(row.max(initial=-1)) + 1, atoms))
        is_in = np.zeros(shared.shape, dtype=bool)
        shared[row, keys[1, ~alone]], is_in[row, keys[1, ~alone]] = sums[~alone], True
        mine = keys[1, alone]
        total, largest = np.bincount(atom, value, atoms), _two_largest(mine, sums[alone], atoms)
        return cls(total, np.bincount(mine, minlength=atoms), largest, shared, is_in)

    def is_sensitive(self, union: Integers) -> bool:
        """Whether the union of these atoms is sensitive; an empty one is not."""
        shared = self.is_in[:, union].any(axis=1)
        count = self.count[union].sum(keepdims=True) + shared.sum()
        sums = np.concatenate([[0.0, 0.0], self.largest[:, union].ravel(), self.shared[:, union].sum(axis=1)])
        largest = np.sort(sums)[:-3:-1, None]
        return bool(_is_sensitive(count, self.total[union].sum(keepdims=True), largest, MIN_OWNERS)[0])


def rounded_index(index: float | None, owners: int) -> float | None:
    """An index of so many owners as it is published; None without one."""
    return None if index is None else rounded(index, 1.0 if owners < FEW_OWNERS else 0.1)


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
