"""The attacks of `bench.disclosure` on the released figures of a simulated province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from bench.disclosure_world import FIRST, MONTHS, RELEASES, World
from scipy.optimize import linprog

from sambang.insight.coaching import ANTICIPATION, CoachingPanel, group_paths, relative_volume
from sambang.insight.linked_tables import remainders
from sambang_stats.effects import NEVER_TREATED, Treatment

NEAR = 0.20
LIMITS = {"under_50": (0.0, 0.5), "50_75": (0.5, 0.75), "75_90": (0.75, 0.9), "over_90": (0.9, 1.0)}
UNBOUNDED = (-np.inf, np.inf)
JOINT_MONTHS = range(24, MONTHS - 2)  # of the joint linear programme: nearly everybody is in
MAX_JOINT = 12  # IKM of a sentra whose members are bounded one by one
VISITED = ("3404s08", "3404s12", "3402s09")
FIRST_VISIT = 18  # months since the first


@dataclass
class Score:
    """Relative errors of an attack, of the guess, and of the mean of both, of the same targets."""

    attack: list[float] = field(default_factory=list)
    halfway: list[float] = field(default_factory=list)
    guess: list[float] = field(default_factory=list)
    certain: int = 0

    def add(self, truth: float, attack: float, guess: float, *, bounds: tuple[float, float] = UNBOUNDED) -> None:
        if truth > 0 and np.isfinite(attack):
            self.attack.append(abs(attack - truth) / truth)
            self.halfway.append(abs((attack + guess) / 2 - truth) / truth)
            self.guess.append(abs(guess - truth) / truth)
            low, high = bounds
            self.certain += low <= truth <= high and (high - low) / 2 < NEAR * truth

    def add_growth(
        self, world: World, units: Iterable[int], months: tuple[int, int], told: tuple[float, float]
    ) -> None:
        """The growth of each unit between two months, beside the attacker's and the plain guess."""
        before, now = months
        for unit in units:
            if world.made[before, unit] > 0:
                self.add(world.made[now, unit] / world.made[before, unit], *told)


type Attacks = dict[str, Callable[[World, Score], None]]


def attack_vintages(world: World, score: Score) -> None:
    """Growth of who came in between two releases, from the change of the month's figure at equal shares."""
    for name in world.names:
        units = world.of(name)
        for release in range(1, RELEASES):
            old, new = world.index(release - 1, name), world.index(release, name)
            for month in old.keys() & new.keys() - {0}:
                came = units[world.seen[month, units] == release]
                if not len(came) or not new.get(month - 1) or abs(new[month] - old[month]) < 1e-6:
                    continue
                link = new[month] / new[month - 1]
                gain = len(units) * (new[month] / old[month] - 1) / len(came)
                score.add_growth(world, came, (month - 1, month), (link * (1 + gain), link))


def attack_coverage(world: World, score: Score) -> None:
    """Yearly share of each IKM, by linear programming over the classes of every month's coverage."""
    for name in world.names:
        units = world.of(name)
        rows, limits = [], []
        for month, point in world.points(-1, name).items():
            if point.coverage and len(units) < 2 * MAX_JOINT:
                there = (world.seen[month, units] < RELEASES).astype(float)
                low, high = LIMITS[str(point.coverage)]
                rows += [there, -there]
                limits += [high, -low]
        if rows:
            share = world.made[:12, units].sum(axis=0) / world.made[:12, units].sum()
            for at in range(len(units)):
                low, high = bounds_of(at, np.array(rows), np.array(limits), np.ones((1, len(units))), np.ones(1))
                score.add(share[at], (low + high) / 2, 1 / len(units), bounds=(low, high))


def bounds_of(
    at: int, above: np.ndarray, limits: np.ndarray, equal: np.ndarray, sums: np.ndarray
) -> tuple[float, float]:
    """Least and greatest value of one of several numbers of at least 0, by two linear programmes."""
    goal = np.zeros(equal.shape[1] if len(equal) else above.shape[1])
    ends = []
    for sign in (1.0, -1.0):
        goal[at] = sign
        some = {"A_eq": equal, "b_eq": sums} if len(equal) else {}
        found = linprog(goal, A_ub=above, b_ub=limits, bounds=(0, None), **some)
        ends.append(sign * found.fun if found.success else np.nan)
    return ends[0], ends[1]


def attack_joint(world: World, score: Score) -> None:
    """Each IKM's month by linear programming over all released sums that hold it, each with its rounding and 5 % for
    the silent; totals of 2019 in rupiah given to the attacker, who is the largest owner of the sentra."""
    last = {name: world.index(-1, name) for name in world.names}
    for sentra in world.sentra_names:
        units = world.of(sentra)
        if len(units) > MAX_JOINT:
            continue
        holding = [name for name in world.names if set(units) & set(world.of(name))]
        insider = world.insider(sentra)
        for month in JOINT_MONTHS:
            sums = {name: last[name][month] for name in holding if month in last[name]}
            if sums:
                attack_month(world, score, (sentra, month, insider), sums)


def attack_month(world: World, score: Score, at: tuple[str, int, np.ndarray], sums: dict[str, float]) -> None:
    sentra, month, insider = at
    atoms, member = blocks_of(world, sentra, list(sums))
    rows, limits = [], []
    for name, index in sums.items():
        total = world.made[:12, world.of(name)].sum() / 12
        row = np.array([float(len(units) and set(units) <= set(world.of(name))) for units in atoms])
        slack = total * (0.005 + 0.05 * index / 100)
        rows += [row, -row]
        limits += [total * index / 100 + slack, slack - total * index / 100]
    for number, units in enumerate(atoms):
        if set(units) <= set(insider):
            own = np.eye(len(atoms))[number]
            rows += [own, -own]
            limits += [world.made[month, units].sum(), -world.made[month, units].sum()]
    guess = [world.made[:12, units].sum() / 12 * 1.0 for units in atoms]
    equal = np.array([len(units) for units in atoms], dtype=float)
    base = sums.get(sentra, np.mean(list(sums.values())))
    plain = base / 100 * world.made[:12, world.of(sentra)].sum() / 12 / len(world.of(sentra))
    nearest = nearest_to(equal * plain, np.array(rows[::2]), (np.array(limits[::2]) - np.array(limits[1::2])) / 2)
    assert len(guess) == len(nearest)
    for unit in set(world.of(sentra)) - set(insider):
        number = member[unit]
        bounds = bounds_of(number, np.array(rows), np.array(limits), np.zeros((0, 0)), np.zeros(0))
        score.add(world.made[month, unit], max(float(nearest[number]), 0), plain, bounds=bounds)


def blocks_of(world: World, sentra: str, names: list[str]) -> tuple[list[np.ndarray], dict[int, int]]:
    """The units that no released series divides, one by one within the sentra; and the block of each unit there."""
    own = set(world.of(sentra).tolist())
    inside = {name: set(world.of(name).tolist()) for name in names}
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for unit in range(len(world.sentra)):
        key = (unit if unit in own else None, *(unit in inside[name] for name in names))
        blocks[key].append(unit)
    atoms = [np.array(units) for units in blocks.values()]
    return atoms, {int(units[0]): at for at, units in enumerate(atoms) if units[0] in own}


def nearest_to(guess: np.ndarray, rows: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """The numbers nearest to a guess that have the given sums (least squares)."""
    found: np.ndarray = guess + np.linalg.pinv(rows) @ (sums - rows @ guess)
    return found


def attack_remainders(world: World, score: Score) -> None:
    """Growth of the IKM that are left of a series when those inside it are subtracted: sentra, regencies, divisions and
    groups of each region; each month's newest figure of any release, weighted by the exact shares."""
    levels = world.ever
    for month in range(13, MONTHS):
        known = [name for name in world.names if {month, month - 1} <= levels[name].keys()]
        for left, (whole, *inside) in remainders([world.part(name) for name in known]):
            before, now = (
                world.rest(whole, inside, {part.name: levels[part.name][at] for part in (whole, *inside)})
                for at in (month - 1, month)
            )
            if left and before > 0:
                link = levels[whole.name][month] / levels[whole.name][month - 1]
                score.add_growth(world, sorted(left), (month - 1, month), (max(now / before, 0), link))


def attack_revisions(world: World, score: Score) -> None:
    """Growth of who came in between two releases, from the change of a series less the changes of those inside it."""
    for release in range(1, RELEASES):
        old, new = ({name: world.index(at, name) for name in world.names} for at in (release - 1, release))
        for month in range(1, MONTHS):
            changes = changes_of(old, new, month)
            for left, (whole, *inside) in remainders([world.part(name) for name in changes]):
                came = [unit for unit in sorted(left) if world.seen[month, unit] == release]
                before, now = new[whole.name].get(month - 1), new[whole.name][month]
                if came and before:
                    change = world.rest(whole, inside, changes) / len(came)
                    level = world.shares[whole.name] * now / len(world.of(whole.name))
                    link = now / before
                    score.add_growth(world, came, (month - 1, month), (link * (1 + change / level), link))


def changes_of(old: dict[str, dict[int, float]], new: dict[str, dict[int, float]], month: int) -> dict[str, float]:
    """Points by which a month that was released in both was revised, by series."""
    known = [name for name in new if month in new[name] and month in old[name]]
    changes = {name: new[name][month] - old[name][month] for name in known}
    return {name: change for name, change in changes.items() if abs(change) > 1e-6}


def attack_births(world: World, score: Score) -> None:
    """A newborn IKM's month, from the ratio of the two kinds of index before and after its birth."""
    for name in world.names:
        units, volume, same = world.of(name), world.index(-1, name), world.index(-1, name, "same_lines")
        mean = world.made[:12, units].sum() / 12
        for unit in units[world.born[units] > 0]:
            month = int(world.born[unit])
            if all(kind.get(at) for kind in (volume, same) for at in (month - 1, month)):
                step = volume[month] / same[month] * same[month - 1] / volume[month - 1] - 1
                level = mean * volume[month] / 100
                score.add(world.made[month, unit], step * level, level / len(units))


def attack_own(world: World, months: Score, growths: Score, years: Score, *, as_stranger: bool = False) -> None:
    """An owner, of two IKM where it has two, subtracts its own from the released sum; the rest in equal parts. The
    owner's guess knows its share of the base, without which an index is no rupiah, but not its month; the stranger's
    divides the sum among all."""
    for name in world.names:
        units = world.of(name)
        others = np.setdiff1d(units, world.insider(name))
        total, base_of_others = (world.made[:12, which].sum() / 12 for which in (units, others))
        mean = total / len(units) if as_stranger else base_of_others / max(len(others), 1)
        estimate: dict[int, tuple[float, float]] = {}
        for month, index in world.index(-1, name).items():
            rest = max(total * index / 100 - world.made[month, np.setdiff1d(units, others)].sum(), 0)
            estimate[month] = (rest / max(len(others), 1), mean * index / 100)
            for unit in others:
                months.add(world.made[month, unit], *estimate[month])
        for month in estimate.keys() & {at + 1 for at in estimate}:
            (now, now_guess), (before, before_guess) = estimate[month], estimate[month - 1]
            if before > 0:
                growths.add_growth(world, others, (month - 1, month), (now / before, now_guess / before_guess))
        for year in range(3):
            add_year(world, years, others, [estimate.get(month) for month in range(12 * year, 12 * year + 12)], year)


def add_year(
    world: World, score: Score, units: np.ndarray, months: list[tuple[float, float] | None], year: int
) -> None:
    """A year of each unit, where every month of it is estimated."""
    known = [month for month in months if month is not None]
    if len(known) == 12:
        best, guess = (sum(column) for column in zip(*known, strict=True))
        for unit in units:
            score.add(world.made[12 * year : 12 * year + 12, unit].sum(), best, guess)


def attack_base_mean(world: World, score: Score) -> None:
    """What each made in the suppressed months of the base together: twelve hundred less the months that are shown."""
    for name in world.names:
        units, shown = world.of(name), world.index(-1, name)
        hidden = [month for month in range(12) if month not in shown]
        if not hidden or len(hidden) == 12:
            continue
        total = world.made[:12, units].sum() / 12
        rest = total * (1200 - sum(shown[month] for month in range(12) if month in shown)) / 100
        reported = (world.seen[hidden][:, units] < RELEASES).any(axis=0)
        others = np.setdiff1d(units[reported], world.insider(name))
        own = world.made[hidden][:, np.setdiff1d(units, others)].sum()
        for unit in others:
            guess = total * len(hidden) / len(units)
            score.add(world.made[hidden, unit].sum(), max(rest - own, 0) / len(others), guess)


def both_known(figures: dict[str, dict[int, float]], month: int) -> dict[str, dict[int, float]]:
    """The series with a figure in the month and a year before."""
    return {name: points for name, points in figures.items() if {month, month - 12} <= points.keys()}


def attack_contributions(world: World, score: Score) -> None:
    """A year's growth of the others, of whom no contribution is named: the growth of the regency less those that are,
    by shares in whole per cent."""
    for code in ("3402", "3404"):
        whole = world.index(-1, code)
        named = [name for name in world.sentra_names if name.startswith(code)]
        figures = {name: world.index(-1, name) for name in named}
        for month in range(24, MONTHS):
            if {month, month - 12} <= whole.keys():
                subtract_named(world, score, (code, month, whole), both_known(figures, month))


def subtract_named(
    world: World, score: Score, at: tuple[str, int, dict[int, float]], known: dict[str, dict[int, float]]
) -> None:
    code, month, whole = at
    share = {name: round(100 * world.shares[name] / world.shares[code]) for name in known}
    left = np.setdiff1d(world.of(code), np.concatenate([[-1], *(world.of(name) for name in known)]))
    rest, start, end = 100 - sum(share.values()), whole[month - 12], whole[month]
    told = sum(share[name] * (points[month] - points[month - 12]) / start for name, points in known.items())
    if rest > 0 and len(left):
        growth = 1 + (100 * (end / start - 1) - told) / rest
        score.add_growth(world, left.astype(int), (month - 12, month), (max(growth, 0), end / start))


def attack_coaching(world: World, score: Score) -> None:
    """What who came in made, relative to its own mean before the visits, from the change of a drawn mean between two
    releases times the number of lines."""
    drawn = [coaching_means(world, release) for release in range(RELEASES)]
    for release, (old, new) in enumerate(pairwise(drawn), start=1):
        for key in old.keys() & new.keys():
            group, month = key
            rows = group_rows(world, group)
            came = rows[(world.seen[month, rows] == release)]
            there = int((world.seen[month, rows] <= release).sum())
            if len(came) and old[key] != new[key]:
                told = (new[key] * there - old[key] * (there - len(came))) / len(came)
                for unit in came:
                    mean = world.made[: FIRST_VISIT - ANTICIPATION, unit].mean()
                    if mean > 0:
                        score.add(world.made[month, unit] / mean, max(told, 0) / 100, new[key] / 100)


def group_rows(world: World, group: int) -> np.ndarray:
    rows: np.ndarray = np.flatnonzero(np.isin(world.sentra, VISITED) == (group == 0))
    return rows


def coaching_means(world: World, release: int) -> dict[tuple[int, int], float]:
    """The drawn means by group (0 visited) and month."""
    made = np.where(world.seen <= release, world.made, np.nan)[: 25 + release].T
    periods = np.arange(len(made[0])) + FIRST
    outcomes = []
    for row in made:
        by_month = {FIRST + at: float(value) for at, value in enumerate(row) if np.isfinite(value)}
        relative = relative_volume(by_month, periods, FIRST + FIRST_VISIT - ANTICIPATION)
        outcomes.append(np.full(len(row), np.nan) if relative is None else relative)
    first = np.where(np.isin(world.sentra, VISITED), FIRST + FIRST_VISIT, NEVER_TREATED)
    cluster = np.unique(world.sentra, return_inverse=True)[1]
    panel = CoachingPanel(Treatment(periods, np.array(outcomes), first, cluster), world.owner)
    return {
        (group, month - FIRST): value
        for group, path in enumerate(group_paths(panel))
        for month, value in zip(path.months, path.values, strict=True)
    }


def own_figures(number: int, *, as_stranger: bool = False) -> Callable[[World, Score], None]:
    """One of the three scores of `attack_own`."""

    def attack(world: World, score: Score) -> None:
        three = [Score(), Score(), Score()]
        three[number] = score
        attack_own(world, *three, as_stranger=as_stranger)

    return attack


ATTACKS: Attacks = {
    "growth, differencing releases": attack_vintages,
    "growth, a revision less those inside it": attack_revisions,
    "growth, a series less those inside it": attack_remainders,
    "growth over a year, contributions subtracted": attack_contributions,
    "month, linear programming over all sums": attack_joint,
    "month, own figures subtracted": own_figures(0),
    "growth, own figures subtracted": own_figures(1),
    "year, own figures subtracted": own_figures(2),
    "month, own figures subtracted, beside a stranger's guess": own_figures(0, as_stranger=True),
    "year, own figures subtracted, beside a stranger's guess": own_figures(2, as_stranger=True),
    "month of a newborn, two kinds of index": attack_births,
    "suppressed months of the base, from its mean": attack_base_mean,
    "year, linear programming over coverage classes": attack_coverage,
}
UNRELEASED_ATTACKS: Attacks = {"month, coaching drawing of two releases": attack_coaching}
"""Attacks that need no released series."""
