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
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
import numpy as np
import pyarrow as pa

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
django.setup()

from bench.disclosure_attacks import (  # noqa: E402
    LIMITS,
    MONTHS,
    NEAR,
    Score,
    World,
    attack_births,
    attack_coverage,
    attack_remainders,
    attack_revisions,
    attack_sums,
    attack_vintages,
)

import sambang_stats as engine  # noqa: E402
from sambang.insight.compute import Scope, figures_to_release, points_of  # noqa: E402
from sambang.insight.disclosure import Contributions, suppression_of  # noqa: E402
from sambang.insight.first_estimates import Corrected  # noqa: E402
from sambang.insight.linked_tables import (  # noqa: E402
    INDUSTRIES,
    months_of_industries,
    tables_of,
)
from sambang.insight.models import Point, Series, ShareClass  # noqa: E402
from sambang.insight.release import EarlierReleases, Released, key_of  # noqa: E402
from sambang_stats.index import unit_weights  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "disclosure.md"
SIZES = (2, 3, 4, 5, 6, 8, 12, 20, 60)
FIRST = 2019 * 12
BASE = engine.Period.of_year(2019)
SCOPES = (engine.By(), engine.By(cluster=True), *INDUSTRIES)
TRADES = ("14111", "14120", "16299", "31001", "10710")
HEADER = (
    "`python -m bench.disclosure --seeds {seeds}`. Sentra of {sizes} IKM in one regency, 36 months, twelve releases. "
    "Near: within 20 % of the truth. Certain: bounds narrower than 20 % on either side."
)
PRODUCTS = "No series by product is released, so one maker of a product is in no sum of its own."


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
    # Most makers of a sentra are of one trade, a few of another: groups and sentra overlap.
    trade = np.array([TRADES[SIZES.index(int(name[1:])) % len(TRADES)] for name in sentra], dtype=object)
    other = rng.random(units) < 0.15
    trade[other] = rng.choice(TRADES, int(other.sum()))
    return World(sentra, owner, made, seen, born, trade)


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
        "industry": list(world.trade),
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
            unit_weights(panel, BASE),
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
            released[key_of(one.row)] = Released(one.row.released_on, BASE, shown)
            found[str(one.row.kind), one.name] = {month - FIRST: point for month, point in shown.items()}
            world.shares[one.name] = one.share
        world.releases.append(found)


def _series(
    panel: Any, given: Contributions, earlier: EarlierReleases, release: int
) -> Iterator[tuple[Any, list[Point]]]:
    suppression, now = suppression_of(given, is_regency=True), moment(release)
    suppressed = {by: suppression.months_by_series(by) for by in SCOPES if by not in INDUSTRIES}
    of_industries = months_of_industries(given, suppressed)
    tables = tables_of(panel.units, list(suppressed))
    for kind in Series.Kind.values:
        estimates = []
        for by in SCOPES:
            births = suppression.births_by_series(by)
            scope = Scope(by, lambda name: None, suppressed.get(by, of_industries), births, given)
            options = engine.Options(by=by, base=BASE, kind=engine.Kind(kind.replace("_", "-")))
            for name, estimate in engine.estimate_index(panel, options).items():
                row = Series(kind=kind, region_code="3404", cluster_id=name if by.cluster else None)
                row.industry = name if by in INDUSTRIES else ""
                estimates.append(scope.estimate(row, name, estimate))
        corrected = [Corrected(one.found) for one in estimates]
        released = figures_to_release(estimates, corrected, earlier, tables, today=now.date())
        for one, figure, figures in zip(estimates, corrected, released, strict=True):
            adjusted: Any = SimpleNamespace(adjusted=figures.found.index)
            yield one, points_of(one, figure, figures, adjusted, today=now.date(), now=now)


def run(seeds: int) -> tuple[dict[str, Score], dict[str, tuple[int, int]]]:
    scores: dict[str, Score] = defaultdict(Score)
    shown: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for seed in range(seeds):
        world = simulate(np.random.default_rng(seed))
        publish(world)
        for name in world.names:
            attack_vintages(world, name, scores["growth, differencing releases"])
            line = name if name == "all" or name.startswith("s") else f"{len(name)} digits of KBLI"
            shown[line][0] += len(world.releases[-1].get(("volume", name), {}))
            shown[line][1] += MONTHS
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
        attack_remainders(world, scores["growth, a series less those inside it"])
        attack_revisions(world, scores["growth, a revision less those inside it"])
    return scores, {name: (row[0], row[1]) for name, row in shown.items()}


def series_name(name: str) -> str:
    if name == "all":
        return "regency"
    return f"sentra of {int(name[1:])}" if name.startswith("s") else f"by {name}"


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
    lines += [f"| {series_name(name)} | {count / all_months:.0%} |" for name, (count, all_months) in shown.items()]
    lines += [
        "",
        PRODUCTS,
        "",
    ]
    RESULTS.write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
