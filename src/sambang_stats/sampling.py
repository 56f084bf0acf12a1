"""Stratified sampling of a survey panel from the register, and its design weights.

Strata are sentra, or regency and two-digit industry, by four size classes of equal value. Units of a stratum have equal
selection probabilities. A unit outside the panel is not a nonrespondent; a unit that reports counts as asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.distributions import NORMAL_90
from sambang_stats.errors import PanelError, Problem
from sambang_stats.panel import NO_END, Reports, Units
from sambang_stats.results import Floats, Integers

CLASSES = 4
MIN_SAMPLED = 2
"""Fewest units asked in a stratum: a variance needs two."""
SPREAD = 0.5
"""Default relative standard deviation of a unit's monthly production around its base."""
RESPONSE_RATE = 0.85
"""Default expected response rate of a month."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """Parameters of a draw."""

    size: int
    by_cluster: bool = False
    """Strata by sentra; else by regency and industry."""
    spread: float = SPREAD
    response: float = RESPONSE_RATE
    renew: float = 1.0
    """Share of the current panel that is replaced."""


@dataclass(frozen=True)
class DrawnPanel:
    """A drawn panel with its expected precision."""

    asked: Flags
    stratum: Integers
    half_width: float
    """Half width of the 90 % interval of a month's index of all units, as a share of the index."""


def group_units(units: Units, *, by_cluster: bool) -> Integers:
    """Number of each unit's sentra, or of its regency and two-digit industry, ``(units,)``."""
    names = [
        cluster if by_cluster else f"{region[:4]}/{industry[:2]}"
        for cluster, region, industry in zip(units.cluster, units.region, units.industry, strict=True)
    ]
    return np.unique(np.array(names, dtype=object), return_inverse=True)[1].astype(np.int64)


def size_classes(group: Integers, value: Floats) -> Integers:
    """Size class of each unit, 0 the largest to ``CLASSES - 1`` the smallest: about equal value a class and group."""
    order = np.lexsort((-value, group))
    total = np.bincount(group, value)
    summed = np.cumsum(value[order])
    before = summed - value[order] - (np.cumsum(total) - total)[group[order]]
    share = np.divide(before, total[group[order]], out=np.zeros(len(order)), where=total[group[order]] > 0)
    classes = np.empty(len(order), dtype=np.int64)
    classes[order] = np.clip((share * CLASSES + 1e-9).astype(np.int64), 0, CLASSES - 1)
    return classes


def draw_panel(
    units: Units, value: Floats, design: Design, rng: np.random.Generator, *, current: Flags | None = None
) -> DrawnPanel:
    """Draw a panel of the open units. ``value``: base-year value of each unit; NaN is replaced by the mean.

    ``current``: flags of the units in the current panel; a share ``design.renew`` of each stratum is replaced.
    Raises PanelError if ``design.size`` is less than ``MIN_SAMPLED`` units in each group.
    """
    alive = units.end == NO_END
    value = np.where(alive, _filled(value), 0.0)
    group = group_units(units, by_cluster=design.by_cluster)
    stratum = group * CLASSES + size_classes(group, value)
    if design.size < MIN_SAMPLED * len(np.unique(stratum[alive])):
        stratum = group
    present, number = np.unique(stratum, return_inverse=True)
    count = np.bincount(number[alive], minlength=len(present))
    if design.size < np.minimum(count, MIN_SAMPLED).sum():
        raise PanelError(Problem.PANEL_TOO_SMALL, size=design.size, needed=int(np.minimum(count, MIN_SAMPLED).sum()))
    sizes = allocate(count, np.bincount(number, value, len(present)), design.size)
    asked = np.zeros(len(units), dtype=bool)
    for h, wanted in enumerate(sizes):
        members = np.flatnonzero((number == h) & alive)
        asked[_drawn(members, int(wanted), current, (design.renew, rng))] = True
    return DrawnPanel(asked, number, expected_half_width(number, value, asked, design))


def _drawn(members: Integers, wanted: int, current: Flags | None, how: tuple[float, np.random.Generator]) -> Integers:
    """Draw ``wanted`` members of a stratum, including the units of the current panel that are not replaced."""
    renew, rng = how
    panel = members[current[members]] if current is not None else members[:0]
    stay = rng.choice(panel, min(wanted, int(len(panel) * (1 - renew) + rng.random())), replace=False)
    fresh = np.setdiff1d(members, panel)
    missing = wanted - len(stay)
    if missing > len(fresh):
        fresh = np.setdiff1d(members, stay)
    return np.concatenate([stay, rng.choice(fresh, missing, replace=False)])


def _filled(value: Floats) -> Floats:
    finite = value[np.isfinite(value)]
    return np.where(np.isfinite(value), value, finite.mean() if len(finite) and finite.sum() > 0 else 1.0)


def allocate(count: Integers, value: Floats, size: int) -> Integers:
    """Units to ask in each stratum, ``(strata,)``: Neyman allocation for a standard deviation proportional to the
    value, at least ``MIN_SAMPLED`` and at most ``count`` in a stratum, ``size`` in total."""
    sizes = np.minimum(count, MIN_SAMPLED)
    while sizes.sum() < min(size, count.sum()):
        open_strata = sizes < count
        wanted = np.where(open_strata, value / np.maximum(sizes, 1), -1.0)
        sizes[int(wanted.argmax())] += 1
    return sizes


def expected_half_width(stratum: Integers, value: Floats, asked: Flags, design: Design) -> float:
    """``1.645 * spread * sqrt(sum_h (N / (n * response) - 1) * sum value**2) / sum value``."""
    count, drawn = np.bincount(stratum, value > 0), np.bincount(stratum, asked)
    square = np.bincount(stratum, value**2)
    factor = np.divide(count, drawn * design.response, out=np.zeros(len(count)), where=drawn > 0) - 1
    variance = float((np.maximum(factor, 0.0) * square).sum()) / float(value.sum()) ** 2
    return NORMAL_90 * design.spread * float(np.sqrt(variance))


def design_weights(panel: Reports, value: Floats) -> Floats | None:
    """Inverse selection probability of each unit, 0 for units that are not asked; None if all units are asked.

    ``value``: base-year value of each unit. A stratum without an asked unit is merged with the next size class; a group
    without an asked unit has no weight and is estimated by the wider cells.
    """
    asked = panel.asked
    if asked.all():
        return None
    sentra = group_units(panel.units, by_cluster=True)
    by_cluster = bool((np.bincount(sentra, asked) >= MIN_SAMPLED).all()) and len(np.unique(sentra)) > 1
    group = group_units(panel.units, by_cluster=by_cluster)
    stratum = _joined_strata(group, size_classes(group, value), asked)
    count, drawn = np.bincount(stratum), np.bincount(stratum, asked)
    weight = np.divide(count, drawn, out=np.zeros(len(count)), where=drawn > 0)
    return np.where(asked, weight[stratum], 0.0)


def _joined_strata(group: Integers, classes: Integers, asked: Flags) -> Integers:
    """Stratum of each unit; a class without an asked unit is merged with the next smaller one, the last with the
    previous one."""
    groups = int(group.max()) + 1
    drawn = np.bincount(group * CLASSES + classes, asked, groups * CLASSES).reshape(groups, CLASSES)
    target = np.tile(np.arange(CLASSES), (groups, 1))
    for c in reversed(range(CLASSES - 1)):
        empty = drawn[:, c] == 0
        target[empty, c] = target[empty, c + 1]
    for c in range(1, CLASSES):
        empty = drawn[np.arange(groups), target[:, c]] == 0
        target[empty, c] = target[empty, c - 1]
    return group * CLASSES + target[group, classes]
