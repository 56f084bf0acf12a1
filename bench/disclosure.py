"""Disclosure risk: how closely the released figures determine one IKM's month, growth and year.

    python -m bench.disclosure [--seeds 3]

A simulated province of two regencies with sentra of 2 to 60 IKM, 36 months, and a release in each of the last twelve by
the Runs of both regencies and of the province, in alternating order and with alternating bases, through the release
policy of `sambang.insight` without its database. The attacker keeps every release, knows who reported when, and as the
largest owner of a sentra its own figures. Every attack stands beside guessing from the published total. Writes
bench/results/disclosure.md.
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
from scipy.stats import t as student_t

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
django.setup()

from bench.disclosure_attacks import ATTACKS, NEAR, UNRELEASED_ATTACKS, Attacks, Score  # noqa: E402
from bench.disclosure_prices import PRICE_ATTACKS  # noqa: E402
from bench.disclosure_world import FIRST, MONTHS, PROVINCE, RELEASES, SIZES, World, simulate  # noqa: E402

import sambang_stats as engine  # noqa: E402
from sambang.insight.aggregations import KINDS, ToSeries, estimates_of  # noqa: E402
from sambang.insight.compute import points_of  # noqa: E402
from sambang.insight.disclosure import Contributions  # noqa: E402
from sambang.insight.first_estimates import CorrectedSeries  # noqa: E402
from sambang.insight.joint_release import figures_to_release  # noqa: E402
from sambang.insight.linked_tables import INDUSTRIES, tables_of_panel  # noqa: E402
from sambang.insight.models import Point, Series  # noqa: E402
from sambang.insight.release import EarlierReleases, LastRelease  # noqa: E402
from sambang_stats.index import unit_weights  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "disclosure.md"
BASES = (engine.Period.of_year(2019), engine.Period.of_year(2020))
HEADER = (
    "`python -m bench.disclosure --seeds {seeds}`. Sentra of {sizes} IKM in two regencies of one province, {months} "
    "months, {releases} releases, each by the Runs of both regencies and of the province in alternating order and with "
    "alternating bases. Near: within 20 % of the truth. Certain: bounds narrower than 20 % on either side that hold "
    "the truth. Guessing: from the published total."
)
UNRELEASED_PROVINCES = 30
NOTES = (
    "No series by product is released, so one maker of a product is in no sum of its own; who is alone in a KBLI group "
    "is among the targets. Between two release days readers get the same release every night. Contributions to growth "
    "are made of released figures alone; the attack on them subtracts the named ones, as a reader would. The coaching "
    f"drawing and prices are attacked in {UNRELEASED_PROVINCES} such provinces. *Half-way*: the mean of the attack's "
    "figure and the guess, for attackers who trust neither. An owner's guess divides the total less its share of the "
    "base among the others; a stranger's divides it among all, and is nearer to neither. Where an owner's figure is "
    "nearer than a stranger's guess, it is so by what the owner knows of itself, not by what is released."
)


def panel_of(world: World, units: np.ndarray, release: int) -> engine.Panel:
    """Of some units, as the reports stand at a release."""
    month, unit = np.nonzero(world.seen <= release)
    keep = (month <= 24 + release) & np.isin(unit, units)
    month, unit = month[keep], unit[keep]
    quantity = world.made[month, unit]
    reports = {
        "unit": [world.name(at) for at in unit],
        "product": ["p"] * len(unit),
        "month": pa.array([engine.first_day(FIRST + int(at)) for at in month], pa.date32()),
        "quantity": quantity,
        "value": pa.array((quantity * 1000).astype(np.int64)),
    }
    starts = [engine.first_day(FIRST + int(at)) if at else date(2015, 1, 1) for at in world.born[units]]
    rows = {
        "unit": [world.name(at) for at in units],
        "region": [f"{code}072003" for code in world.regency[units]],
        "industry": list(world.trade[units]),
        "cluster": list(world.sentra[units]),
        "start": pa.array(starts, pa.date32()),
        "end": pa.array([None] * len(units), pa.date32()),
        "weight": pa.array([None] * len(units), pa.float64()),
    }
    return engine.read_panel(pa.table(reports), pa.table(rows))


def moment(release: int) -> datetime:
    return datetime(2021 + release // 12, release % 12 + 1, 15, tzinfo=UTC)


def aggregates(code: str) -> dict[engine.By, ToSeries]:
    rows: dict[engine.By, ToSeries] = {
        engine.By(): lambda _name: Series(region_code=code),
        engine.By(cluster=True): lambda name: Series(region_code=name[:4], cluster_id=name),
    }
    if code == PROVINCE:
        rows[engine.By(region=4)] = lambda name: Series(region_code=name)
    for by in INDUSTRIES:
        rows[by] = lambda name: Series(region_code=code, industry=name)
    return rows


def publish(world: World) -> None:
    """Every release, each keeping of the one before what the policy says."""
    released: dict[Any, LastRelease] = {}
    regencies = sorted(set(world.regency))
    for release in range(RELEASES):
        codes = [*regencies, PROVINCE] if release % 2 else [PROVINCE, *regencies]
        for code in codes:
            base = BASES[(release + (code == PROVINCE)) % 2]
            for row, points in run_council(world, code, base, (released, release)):
                shown = {engine.month_of(point.month): point for point in points if point.index is not None}
                ever = {engine.month_of(point.month) for point in points if point.was_released}
                released[row.key] = LastRelease(row.released_on, row.base, shown, code, frozenset(ever))
        world.releases.append(
            {
                (kind, cluster or "/".join(filter(None, (code, industry)))): (
                    one.base,
                    {month - FIRST: point for month, point in one.points.items()},
                )
                for (kind, code, cluster, industry), one in released.items()
            }
        )


def run_council(
    world: World, code: str, base: engine.Period, known: tuple[dict[Any, LastRelease], int]
) -> Iterator[tuple[Series, list[Point]]]:
    """The series that a council's Run releases."""
    released, release = known
    units = world.of(code)
    panel, now = panel_of(world, units, release), moment(release)
    there = world.seen[: 25 + release, units] <= release
    when, who = np.nonzero(there)
    made = world.made[when, units[who]] * 1000.0
    given = Contributions(panel, world.owner[units], unit_weights(panel, base), when, who, made)
    arrivals: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for month, unit in zip(when, units[who], strict=True):
        arrivals[FIRST + int(month)].append((world.name(unit), moment(int(world.seen[month, unit]))))
    within = {key: one for key, one in released.items() if key[1].startswith(code)}
    earlier = EarlierReleases(code, within, arrivals)
    rows = aggregates(code)
    tables = tables_of_panel(given, rows, earlier)
    for kind in KINDS:
        options = {by: engine.Options(by=by, base=base, kind=kind) for by in rows}
        indices = {by: engine.estimate_index(panel, options[by]) for by in rows}
        estimates = list(estimates_of(rows, indices, tables))
        corrected = [CorrectedSeries(one.series) for one in estimates]
        figures = figures_to_release(estimates, corrected, earlier, tables, today=now.date())
        for one, before, figure in zip(estimates, corrected, figures, strict=True):
            if one.row.released_on is None:
                continue
            adjusted: Any = SimpleNamespace(adjusted=figure.series.index)
            one.row.base_first, one.row.base_last = engine.first_day(base.first), engine.first_day(base.last)
            yield one.row, points_of(one, before, figure, adjusted, today=now.date(), now=now)


def run(seeds: int) -> tuple[dict[str, list[Score]], dict[str, tuple[int, int]]]:
    """The scores of each attack, one of each world, and how many months of each series were shown."""
    scores: dict[str, list[Score]] = defaultdict(list)
    shown: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for seed in range(seeds):
        world = simulate(np.random.default_rng(seed))
        publish(world)
        for name in world.names:
            line = series_name(name)
            shown[line][0] += len(world.points(-1, name))
            shown[line][1] += MONTHS
        attack(world, ATTACKS, scores)
    for seed in range(UNRELEASED_PROVINCES):
        attack(simulate(np.random.default_rng(seed)), UNRELEASED_ATTACKS | PRICE_ATTACKS, scores)
    return scores, {name: (row[0], row[1]) for name, row in shown.items()}


def attack(world: World, attacks: Attacks, scores: dict[str, list[Score]]) -> None:
    for name, run_attack in attacks.items():
        score = Score()
        run_attack(world, score)
        scores[name].append(score)


def series_name(name: str) -> str:
    code, _slash, industry = name.partition("/")
    if industry:
        return f"{'province' if code == PROVINCE else 'regency'} by {len(industry)} digits of KBLI"
    if name == PROVINCE:
        return "province"
    return f"sentra of {int(name[5:])}" if "s" in name else "regency"


def table(scores: dict[str, list[Score]]) -> Iterator[str]:
    yield (
        "| attack | targets | near | near by guessing | nearer by, 95 % interval | half-way nearer by "
        "| median error | by guessing | certain |"
    )
    yield "|---" * 9 + "|"
    for name, of_worlds in scores.items():
        attack, guess = (np.concatenate([getattr(one, side) for one in of_worlds]) for side in ("attack", "guess"))
        if not len(attack):
            yield f"| {name} | 0 | – | – | – | – | – | – | 0 |"
            continue
        yield (
            f"| {name} | {len(attack)} | {(attack < NEAR).mean():.1%} | {(guess < NEAR).mean():.1%} | "
            f"{advantage(of_worlds, 'attack')} | {advantage(of_worlds, 'halfway')} | {np.median(attack):.0%} | "
            f"{np.median(guess):.0%} | {sum(one.certain for one in of_worlds)} |"
        )


def advantage(of_worlds: list[Score], side: str) -> str:
    """By how many points more targets are near than by guessing, as a 95 % interval: a ratio estimator over worlds,
    since the targets of one world are not independent."""
    targets = np.array([len(one.attack) for one in of_worlds], dtype=float)
    gains = np.array(
        [float(np.sum(np.array(getattr(one, side)) < NEAR) - np.sum(np.array(one.guess) < NEAR)) for one in of_worlds]
    )
    worlds, ratio = len(of_worlds), gains.sum() / targets.sum()
    if worlds < 2:
        return "–"
    error = np.sqrt(worlds / (worlds - 1) * np.sum((gains - ratio * targets) ** 2)) / targets.sum()
    half = student_t.ppf(0.975, worlds - 1) * error
    return f"{100 * (ratio - half):+.1f} to {100 * (ratio + half):+.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    scores, shown = run(seeds)
    sizes = ", ".join(map(str, sorted({size for of_regency in SIZES.values() for size in of_regency})))
    lines = [
        "# Disclosure",
        "",
        HEADER.format(seeds=seeds, sizes=sizes, months=MONTHS, releases=RELEASES),
        "",
        *table(scores),
        "",
        "| series | months with a released index |",
        "|---|---|",
    ]
    lines += [
        f"| {name} | {count / all_months:.0%} |"
        for name, (count, all_months) in sorted(shown.items(), key=lambda item: (item[0].split(" of ")[0], item[1][1]))
    ]
    lines += ["", NOTES, ""]
    RESULTS.write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
