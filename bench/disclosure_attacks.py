"""The attackers of `bench.disclosure`: what the released figures of a simulated regency tell of its IKM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import linprog

import sambang_stats as engine
from sambang.insight.linked_tables import Part, remainders
from sambang.insight.models import Point

MONTHS = 36
NEAR = 0.20
LIMITS = {"under_50": (0.0, 0.5), "50_75": (0.5, 0.75), "75_90": (0.75, 0.9), "over_90": (0.9, 1.0)}
type Releases = list[dict[tuple[str, str], dict[int, Point]]]  # by (kind, series): points by month from 0


@dataclass
class World:
    """`made` and `seen` are ``(months, units)``: production, and the release at which the report is in (99: never)."""

    sentra: np.ndarray
    owner: np.ndarray
    made: np.ndarray
    seen: np.ndarray
    born: np.ndarray
    trade: np.ndarray
    releases: Releases = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    """Of the region's value in the base, as it is published."""

    def of(self, name: str) -> np.ndarray:
        """The units of a sentra, of a KBLI division or group, or all."""
        if name == "all":
            return np.arange(len(self.sentra))
        return np.flatnonzero((self.sentra == name) | [str(code).startswith(name) for code in self.trade])

    @cached_property
    def names(self) -> list[str]:
        """All, sentra, divisions, groups."""
        trades = [code[:digits] for digits in (2, 3) for code in np.unique(self.trade)]
        return list(dict.fromkeys(["all", *np.unique(self.sentra), *trades]))

    def part(self, name: str) -> Part:
        return Part(name, aggregate_of(name), frozenset(self.of(name).tolist()))

    def rest(self, whole: Part, inside: Iterable[Part], values: Mapping[str, float]) -> float:
        """Of a series less those inside it, weighted by the published shares."""
        return self.shares[whole.name] * values[whole.name] - sum(
            self.shares[part.name] * values[part.name] for part in inside
        )


@dataclass
class Score:
    """Relative errors of an attack and of the guess, of the same targets."""

    attack: list[float] = field(default_factory=list)
    guess: list[float] = field(default_factory=list)
    certain: int = 0

    def add(
        self, truth: float, attack: float, guess: float, *, bounds: tuple[float, float] = (-np.inf, np.inf)
    ) -> None:
        if truth > 0 and np.isfinite(attack):
            self.attack.append(abs(attack - truth) / truth)
            self.guess.append(abs(guess - truth) / truth)
            low, high = bounds
            self.certain += low <= truth <= high and (high - low) / 2 < NEAR * truth


def last_index(world: World, name: str, kind: str = "volume") -> dict[int, float]:
    return {month: float(point.index or 0) for month, point in world.releases[-1].get((kind, name), {}).items()}


def attack_coverage(world: World, name: str, score: Score) -> None:
    """Yearly share of each IKM, by linear programming over the classes of every month's coverage."""
    units = world.of(name)
    rows, limits = [], []
    for month, point in world.releases[-1].get(("volume", name), {}).items():
        if point.coverage:
            there = (world.seen[month, units] <= 11).astype(float)
            low, high = LIMITS[str(point.coverage)]
            rows += [there, -there]
            limits += [high, -low]
    if not rows:
        return
    share = world.made[:12, units].sum(axis=0) / world.made[:12, units].sum()
    for at in range(len(units)):
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(units))
            goal[at] = sign
            found = linprog(goal, A_ub=rows, b_ub=limits, A_eq=[np.ones(len(units))], b_eq=[1.0], bounds=(0, 1))
            ends.append(sign * found.fun if found.success else np.nan)
        score.add(share[at], sum(ends) / 2, 1 / len(units), bounds=(ends[0], ends[1]))


def attack_vintages(world: World, name: str, score: Score) -> None:
    """Growth of who came in between two releases, from the change of the month's figure at equal shares."""
    units = world.of(name)
    for release in range(1, 12):
        old, new = (world.releases[at].get(("volume", name), {}) for at in (release - 1, release))
        for month in old.keys() & new.keys() - {0}:
            came = units[world.seen[month, units] == release]
            before = new.get(month - 1)
            if not len(came) or before is None or not before.index or new[month].index == old[month].index:
                continue
            link = new[month].index / before.index
            gain = len(units) * (new[month].index / old[month].index - 1) / len(came)
            for unit in came:
                if world.made[month - 1, unit] > 0:
                    score.add(world.made[month, unit] / world.made[month - 1, unit], link * (1 + gain), link)


def attack_remainders(world: World, score: Score) -> None:
    """Growth of the IKM that are left of a series when those inside it are subtracted: sentra, KBLI divisions and
    groups of the region and of each other, weighted by the published shares."""
    levels = {name: last_index(world, name) for name in world.names}
    for month in range(13, MONTHS):
        known = [name for name in world.names if {month, month - 1} <= levels[name].keys()]
        for left, (whole, *inside) in remainders([world.part(name) for name in known]):
            before, now = (
                world.rest(whole, inside, {part.name: levels[part.name][at] for part in (whole, *inside)})
                for at in (month - 1, month)
            )
            if left and before > 0:
                link = levels[whole.name][month] / levels[whole.name][month - 1]
                add_growth(world, sorted(left), month, score, (max(now / before, 0), link))


def attack_revisions(world: World, score: Score) -> None:
    """Growth of who came in between two releases, from the change of a series less the changes of those inside it."""
    for release, (old, new) in enumerate(pairwise(world.releases), start=1):
        for month in range(1, MONTHS):
            revised = revisions_of(world, old, new, month)
            for left, (whole, *inside) in remainders([world.part(name) for name in revised]):
                came = [unit for unit in sorted(left) if world.seen[month, unit] == release]
                if came:
                    change = world.rest(whole, inside, revised) / len(came)
                    attack_newcomers(world, new["volume", whole.name], (whole.name, month, change), came, score)


def attack_newcomers(
    world: World, points: dict[int, Point], told: tuple[str, int, float], came: list[int], score: Score
) -> None:
    """`told`: a series, the month, and by how much each newcomer moved it, in points weighted by the series' share."""
    name, month, change = told
    before, now = points.get(month - 1), points[month]
    if before and before.index and now.index:
        link = now.index / before.index
        level = world.shares[name] * now.index / len(world.of(name))
        add_growth(world, came, month, score, (link * (1 + change / level), link))


def revisions_of(world: World, old: Any, new: Any, month: int) -> dict[str, float]:
    """Points by which a month that was released in both was revised, by name of the series."""
    changes = {}
    for name in world.names:
        before, now = (release.get(("volume", name), {}).get(month) for release in (old, new))
        if before and now:
            changes[name] = (now.index or 0) - (before.index or 0)
    return {name: change for name, change in changes.items() if change}


def aggregate_of(name: str) -> engine.By:
    if name == "all":
        return engine.By()
    return engine.By(cluster=True) if name.startswith("s") else engine.By(industry=len(name))


def add_growth(world: World, units: Iterable[int], month: int, score: Score, guesses: tuple[float, float]) -> None:
    """The growth of each unit that produced in the month before, beside the attacker's and the plain guess."""
    for unit in units:
        if world.made[month - 1, unit] > 0:
            score.add(world.made[month, unit] / world.made[month - 1, unit], *guesses)


def attack_births(world: World, name: str, score: Score) -> None:
    """A newborn IKM's month, from the ratio of the two kinds of index before and after its birth."""
    units, volume, same = world.of(name), last_index(world, name), last_index(world, name, "same_lines")
    mean = world.made[:12, units].sum() / 12
    for unit in units[world.born[units] > 0]:
        month = int(world.born[unit])
        if all(at in kind for kind in (volume, same) for at in (month - 1, month)):
            step = volume[month] / same[month] * same[month - 1] / volume[month - 1] - 1
            score.add(
                world.made[month, unit], step * mean * volume[month] / 100, mean * volume[month] / 100 / len(units)
            )


def attack_sums(world: World, name: str, month_score: Score, growth_score: Score, year_score: Score) -> None:
    """Bounds of each IKM's month by linear programming: the sentra's yearly total in rupiah given to the attacker, own
    figures known (of both, where it owns two), every release's rounding as an interval of the sum."""
    units = world.of(name)
    sizes = world.made[:12, units].sum(axis=0)
    own = world.owner[units] == world.owner[units[np.argmax(sizes)]]
    total, others = sizes.sum() / 12, ~own
    estimate: dict[int, tuple[float, float]] = {}
    for month, index in last_index(world, name).items():
        rest = total * index / 100 - world.made[month, units][own].sum()
        slack = total * (1.0 if abs(index - round(index)) < 1e-9 else 0.1) / 200
        count = int(others.sum())
        bounds = bounds_of_one(count, max(rest, 0), slack)
        guess = total * index / 100 / len(units)
        estimate[month] = (max(rest, 0) / count, guess)
        for unit in units[others]:
            month_score.add(world.made[month, unit], max(rest, 0) / count, guess, bounds=bounds)
    add_years(world, units[others], estimate, year_score)
    for month in estimate.keys() & {at + 1 for at in estimate}:
        (now, now_guess), (before, before_guess) = estimate[month], estimate[month - 1]
        if before > 0:
            add_growth(world, units[others], month, growth_score, (now / before, now_guess / before_guess))


def bounds_of_one(count: int, rest: float, slack: float) -> tuple[float, float]:
    """Least and greatest value of one of `count` numbers of at least 0 whose sum is `rest` give or take `slack`."""
    sums, ends = [np.ones(count), -np.ones(count)], []
    for sign in (1.0, -1.0):
        goal = np.zeros(count)
        goal[0] = sign
        found = linprog(goal, A_ub=sums, b_ub=[rest + slack, slack - rest], bounds=(0, None))
        ends.append(sign * found.fun if found.success else np.nan)
    return ends[0], ends[1]


def add_years(world: World, units: Iterable[int], estimate: dict[int, tuple[float, float]], score: Score) -> None:
    """The sum of each whole year of which every month is estimated."""
    for year in range(3):
        known = [estimate[month] for month in range(12 * year, 12 * year + 12) if month in estimate]
        if len(known) == 12:
            best, guess = (sum(column) for column in zip(*known, strict=True))
            for unit in units:
                score.add(world.made[12 * year : 12 * year + 12, unit].sum(), best, guess)
