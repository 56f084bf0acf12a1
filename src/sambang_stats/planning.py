"""Measures of a region's potential: LQ, shift-share, Klassen.

Tables are ``(industries, )`` arrays of one variable (value added, workers, units or production): ``region``
for the region, ``nation`` for the reference it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sambang_stats.errors import PanelError, Problem
from sambang_stats.results import Floats


def location_quotient(region: Floats, nation: Floats) -> Floats:
    """``(E[i,r] / E[r]) / (E[i,n] / E[n])``; over 1 the region is specialised. NaN where the nation has none."""
    _check(region, nation)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (region / region.sum()) / (nation / nation.sum())


@dataclass(frozen=True)
class ShiftShare:
    """Change of each industry in the region, in three parts that add up to it (Dunn 1960)."""

    national: Floats
    """Change at the growth rate of the whole reference."""
    mix: Floats
    """Change by the difference of the industry's growth in the reference from that of the whole reference."""
    competitive: Floats
    """Change by the difference of the region's growth from that of the industry in the reference."""

    @property
    def total(self) -> Floats:
        """The total change, the sum of the three parts."""
        return self.national + self.mix + self.competitive


def shift_share(region: tuple[Floats, Floats], nation: tuple[Floats, Floats]) -> ShiftShare:
    """``(before, after)`` of the region and the reference; industries that the reference lacked before are refused."""
    (before, after), (nation_before, nation_after) = region, nation
    _check(before, nation_before)
    if (nation_before <= 0).any():
        raise PanelError(Problem.MISSING_INDUSTRIES_BEFORE)
    overall = nation_after.sum() / nation_before.sum() - 1
    growth = nation_after / nation_before - 1
    return ShiftShare(
        national=before * overall,
        mix=before * (growth - overall),
        competitive=after - before * (1 + growth),
    )


class Klassen(StrEnum):
    """Classes by name, since authors number them differently."""

    ADVANCED = "advanced"
    PRESSED = "pressed"
    PROMISING = "promising"
    LAGGING = "lagging"


def klassen(growth: tuple[float, float], level: tuple[float, float]) -> Klassen:
    """``(region, reference)`` of the growth rate and of the level (share, or income a head)."""
    fast, high = growth[0] >= growth[1], level[0] >= level[1]
    if high:
        return Klassen.ADVANCED if fast else Klassen.PRESSED
    return Klassen.PROMISING if fast else Klassen.LAGGING


def _check(region: Floats, nation: Floats) -> None:
    if region.shape != nation.shape:
        raise PanelError(Problem.DIFFERENT_LENGTHS)
    if (region < 0).any() or (nation < 0).any() or region.sum() <= 0 or nation.sum() <= 0:
        raise PanelError(Problem.NO_POSITIVE_TOTAL)
