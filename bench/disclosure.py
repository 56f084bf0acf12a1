"""The attacker: how near the released figures bring a reader to one IKM's month, growth and year.

    python -m bench.disclosure [--seeds 3]

A simulated regency of sentra of 2 to 60 IKM, 36 months, a release in each of the last twelve, through the release
policy of `sambang.insight` without its database. The attacker is the largest owner of each sentra: knows its own
figures, who reported when, and keeps every release. Every attack stands beside guessing from the published total.
Writes bench/results/disclosure.md.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
import numpy as np
import pyarrow as pa
from scipy.optimize import linprog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
django.setup()

import sambang_stats as engine  # noqa: E402
from sambang.insight.compute import Scope, figures_to_release, points_of  # noqa: E402
from sambang.insight.disclosure import Contributions, suppression_of  # noqa: E402
from sambang.insight.first_estimates import Corrected  # noqa: E402
from sambang.insight.models import Point, Series, ShareClass  # noqa: E402
from sambang.insight.release import EarlierReleases, Released, key_of  # noqa: E402
from sambang_stats.index import unit_weights  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "disclosure.md"
SIZES = (2, 3, 4, 5, 6, 8, 12, 20, 60)
MONTHS, FIRST = 36, 2019 * 12
NEAR = 0.20
LIMITS = {"under_50": (0.0, 0.5), "50_75": (0.5, 0.75), "75_90": (0.75, 0.9), "over_90": (0.9, 1.0)}
SCOPES = (engine.By(), engine.By(cluster=True))
HEADER = (
    "`python -m bench.disclosure --seeds {seeds}`. Sentra of {sizes} IKM in one regency, 36 months, twelve releases. "
    "Near: within 20 % of the truth. Certain: bounds narrower than 20 % on either side."
)
PRODUCTS = "No series by product or industry is released, so one maker of a product is in no sum of its own."
type Releases = list[dict[tuple[str, str], dict[int, Point]]]  # by (kind, series): points by month from 0


@dataclass
class World:
    """`made` and `seen` are ``(months, units)``: production, and the release at which the report is in (99: never)."""

    sentra: np.ndarray
    owner: np.ndarray
    made: np.ndarray
    seen: np.ndarray
    born: np.ndarray
    releases: Releases = field(default_factory=list)

    def of(self, name: str) -> np.ndarray:
        return np.flatnonzero(self.sentra == name)


def simulate(rng: np.random.Generator) -> World:
    sentra = np.array([f"s{size:02d}" for size in SIZES for _ in range(size)], dtype=object)
    units = len(sentra)
    owner = np.arange(units)
    for size in SIZES[4:]:
        first = int(np.flatnonzero(sentra == f"s{size:02d}")[0])
        owner[first + 1] = owner[first]  # one owner of two
    born = np.where(rng.random(units) < 0.08, rng.integers(14, MONTHS, units), 0)
    own_level, common = rng.normal(0, 0.05, (MONTHS, units)), rng.normal(0, 0.05, (MONTHS, 1))
    level = np.cumsum(own_level + common, axis=0) + rng.normal(0, 0.35, (MONTHS, units))
    made = np.round(100 * np.exp(rng.normal(0, 0.6, units) + level))
    made[np.arange(MONTHS)[:, None] < born] = 0
    regular = np.maximum(0, np.arange(MONTHS) - 24)[:, None]
    late = rng.choice([0, 1, 2, 99], p=[0.72, 0.13, 0.05, 0.10], size=(MONTHS, units))
    seen = np.where(late == 99, 99, regular + late)
    seen[np.arange(MONTHS)[:, None] < born] = 99
    return World(sentra, owner, made, seen, born)


def panel_of(world: World, release: int) -> engine.Panel:
    month, unit = np.nonzero(world.seen <= release)
    last = 24 + release
    month, unit = month[month <= last], unit[month <= last]
    names = [f"u{at:04d}" for at in range(len(world.sentra))]
    days = [engine.first_day(FIRST + int(at)) for at in month]
    quantity = world.made[month, unit]
    reports = {
        "unit": [names[at] for at in unit],
        "product": ["p"] * len(unit),
        "month": pa.array(days, pa.date32()),
        "quantity": quantity,
        "value": pa.array((quantity * 1000).astype(np.int64)),
    }
    size = len(names)
    starts = [engine.first_day(FIRST + int(at)) if at else date(2015, 1, 1) for at in world.born]
    units = {
        "unit": names,
        "region": ["3404072003"] * size,
        "industry": ["14111"] * size,
        "cluster": list(world.sentra),
        "start": pa.array(starts, pa.date32()),
        "end": pa.array([None] * size, pa.date32()),
        "weight": pa.array([None] * size, pa.float64()),
    }
    return engine.read_panel(pa.table(reports), pa.table(units))


def moment(release: int) -> datetime:
    return datetime(2021 + release // 12, release % 12 + 1, 15, tzinfo=UTC)


def publish(world: World) -> None:
    """Every release, each keeping of the one before what the policy says."""
    released: dict[Any, Released] = {}
    for release in range(12):
        panel = panel_of(world, release)
        when, who = np.nonzero(world.seen[: 25 + release] <= release)
        given = Contributions(
            panel,
            world.owner,
            unit_weights(panel, engine.Period.of_year(2019)),
            when,
            who,
            world.made[when, who] * 1000.0,
        )
        arrivals: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
        for month, unit in zip(*np.nonzero(world.seen <= release), strict=True):
            arrivals[FIRST + int(month)].append((f"u{unit:04d}", moment(int(world.seen[month, unit]))))
        earlier = EarlierReleases(dict(released), arrivals)
        found: dict[tuple[str, str], dict[int, Point]] = {}
        for one, points in _series(panel, given, earlier, release):
            shown = {engine.month_of(point.month): point for point in points if point.index is not None}
            released[key_of(one.row)] = Released(one.row.released_on, 2019, shown)
            found[str(one.row.kind), one.name] = {month - FIRST: point for month, point in shown.items()}
        world.releases.append(found)


def _series(
    panel: Any, given: Contributions, earlier: EarlierReleases, release: int
) -> Iterator[tuple[Any, list[Point]]]:
    suppression, now = suppression_of(given, is_regency=True), moment(release)
    for by in SCOPES:
        suppressed, births = suppression.months_by_series(by), suppression.births_by_series(by)
        scope = Scope(by, lambda name: None, by.names(panel.units), suppressed, births, given)
        for kind in Series.Kind.values:
            options = engine.Options(by=by, base=engine.Period.of_year(2019), kind=engine.Kind(kind.replace("_", "-")))
            for name, estimate in engine.estimate_index(panel, options).items():
                row = Series(kind=kind, region_code="3404", cluster_id=name if by.cluster else None)
                one = scope.estimate(row, name, estimate)
                figures = figures_to_release(one, Corrected(estimate), given, earlier, today=now.date())
                adjusted: Any = SimpleNamespace(adjusted=figures.found.index)
                yield one, points_of(one, Corrected(estimate), figures, adjusted, today=now.date(), now=now)


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
    units = world.of(name) if name != "all" else np.arange(len(world.sentra))
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


def attack_cells(world: World, score: Score) -> None:
    """Growth of the IKM of sentra without figures, from the regency less the published sentra by numbers of IKM."""
    total = last_index(world, "all")
    parts = {name: last_index(world, name) for name in np.unique(world.sentra)}
    for month in range(13, MONTHS):
        hidden = [name for name, known in parts.items() if not {month, month - 1} <= known.keys()]
        if not {month, month - 1} <= total.keys() or not hidden:
            continue
        rest = [
            len(world.sentra) * total[at] - sum(len(world.of(n)) * parts[n][at] for n in parts if n not in hidden)
            for at in (month - 1, month)
        ]
        if rest[0] > 0:
            units = np.flatnonzero(np.isin(world.sentra, hidden))
            add_growth(world, units, month, score, (max(rest[1] / rest[0], 0), total[month] / total[month - 1]))


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


def run(seeds: int) -> tuple[dict[str, Score], dict[str, tuple[int, int]]]:
    scores: dict[str, Score] = defaultdict(Score)
    shown: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for seed in range(seeds):
        world = simulate(np.random.default_rng(seed))
        publish(world)
        for name in ("all", *np.unique(world.sentra)):
            attack_vintages(world, name, scores["growth, differencing releases"])
            shown[name][0] += len(world.releases[-1].get(("volume", name), {}))
            shown[name][1] += MONTHS
            if name != "all":
                attack_coverage(world, name, scores["year, linear programming over coverage classes"])
                attack_births(world, name, scores["month of a newborn, two kinds of index"])
                attack_sums(
                    world,
                    name,
                    scores["month, own figures and linear programming"],
                    scores["growth, own figures subtracted"],
                    scores["year, own figures subtracted"],
                )
        attack_cells(world, scores["growth, regency less its sentra"])
    return scores, {name: (row[0], row[1]) for name, row in shown.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    scores, shown = run(seeds)
    assert set(LIMITS) == set(ShareClass.values)
    lines = [
        "# Disclosure",
        "",
        HEADER.format(seeds=seeds, sizes=", ".join(map(str, SIZES))),
        "",
        "| attack | targets | near | near by guessing | median error | by guessing | certain |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, score in scores.items():
        if not score.attack:
            lines.append(f"| {name} | 0 | – | – | – | – | 0 |")
            continue
        attack, guess = np.array(score.attack), np.array(score.guess)
        lines.append(
            f"| {name} | {len(attack)} | {(attack < NEAR).mean():.0%} | {(guess < NEAR).mean():.0%} | "
            f"{np.median(attack):.0%} | {np.median(guess):.0%} | {score.certain} |"
        )
    lines += ["", "| series | months with a released index |", "|---|---|"]
    lines += [
        f"| {'regency' if name == 'all' else f'sentra of {int(name[1:])}'} | {count / all_months:.0%} |"
        for name, (count, all_months) in shown.items()
    ]
    lines += [
        "",
        "No series by product or industry is released, so one maker of a product is in no sum of its own.",
        "",
    ]
    RESULTS.write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
