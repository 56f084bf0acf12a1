"""Accuracy of the engine against simulated truth: errors, coverage of the intervals, false claims of effects.

    python -m bench.accuracy [--only where,coached] [--runs 400] [--coverage-runs 300] [--rough-runs 20]
        [--sampled-runs 10] [--effect-runs 1000] [--seed 1]

Writes bench/results/accuracy.md. About twenty minutes of one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bench.hard_scenarios import hard_scenarios
from bench.peer_methods import PEERS
from bench.sampled_panels import survey_panels
from tests.engine.test_season import _error as season_error
from tests.engine.test_season import _truth as season_truth
from tests.engine.truth import (
    SCENARIOS,
    coached_after_a_bad_quarter,
    last_value_carried,
    simulate,
)

from sambang_stats import Options, adjust, estimate_index
from sambang_stats.coaching_effect import Conclusion, estimate_coaching_effect
from sambang_stats.effects import Control, average, group_time_effects
from sambang_stats.seasonal import regress

FEW_DRAWS = 199
"""Shuffles of the randomisation test in the bench; the command's are more."""
ROUGH = """Root mean square log error, %, of the index of 36 lines of which nine in ten report, over {runs} runs each
(bench/hard_scenarios.py); the other methods know the same prices as the engine. Then: months called ok, how often their
90 % interval holds the truth, the number of conclusions (naik, turun, pulih) from ok months, and the share of wrong
ones. Unregistered births and missing months of zero have two explanations: the more probable one is estimated, and no
month is ok once their share passes 10 %."""
COACHED = f"""Sentra of 6 lines, half of them visited after a bad quarter; {FEW_DRAWS} shuffles where few sentra
leave only the randomisation test. *Claimed* of no effect is wrong; of +10 and more points it is the power."""
SAMPLED = (
    """{runs} runs each; strata by regency, industry and size; the standard deviation of a unit is taken as 50 %."""
)
RESULTS = Path(__file__).parent / "results" / "accuracy.md"
SENTRA = (60, 16, 8)
EFFECTS: dict[str, dict[str, float]] = {
    "no effect": {},
    "no effect, a dip of four months": {"dip": 4},
    "no effect, a dip of six months": {"dip": 6},
    "no effect, a dip of eight months": {"dip": 8},
    "no effect, growing by 0.6 points a month faster": {"growth": 0.006},
    "no effect, a larger Lebaran by 30 points": {"feast": 0.3},
    "+10 points": {"effect": 0.1},
    "+20 points": {"effect": 0.2},
    "+12 points, a larger Lebaran by 30 points": {"effect": 0.12, "feast": 0.3},
}
MATCHED, ENGINE = "matched sample", "**engine**"
RIVALS = {
    **{name: lambda truth, peer=peer: peer(truth.quantity, truth.reported) for name, peer in PEERS.items()},
    "last value carried": last_value_carried,
    "chain by gap": lambda truth: estimate_index(truth.panel(), Options(line_means=False))["all"].index,
    ENGINE: lambda truth: estimate_index(truth.panel())["all"].index,
}


def errors(runs: int, seed: int) -> list[str]:
    """Root mean square error in per cent of a 36-month index of 36 lines, and ours over the second rival's."""
    rows = ["| reports missing | " + " | ".join(RIVALS) + " | engine ÷ matched |", "|---|" + "---|" * (len(RIVALS) + 1)]
    for name, scenario in SCENARIOS.items():
        rng = np.random.default_rng(seed)
        squares: dict[str, list[float]] = {rival: [] for rival in RIVALS}
        for _ in range(runs):
            truth = simulate(scenario, 36, rng)
            for rival, estimate in RIVALS.items():
                squares[rival].append(float(np.mean((estimate(truth) / truth.index - 1) ** 2)))
        roots = {rival: float(np.sqrt(np.mean(values))) for rival, values in squares.items()}
        share = roots[ENGINE] / roots[MATCHED]
        rows.append(f"| {name} | " + " | ".join(f"{100 * root:.1f}" for root in roots.values()) + f" | {share:.2f} |")
        say(rows[-1])
    return rows


def coverage(runs: int, seed: int) -> list[str]:
    """Share of the months of all runs in which the 90 % interval holds the truth."""
    rows = ["| reports missing | lines | runs | interval holds, % | half width, % |", "|---|---|---|---|---|"]
    for name, scenario in SCENARIOS.items():
        for lines in (36, 300, 5000):
            rng = np.random.default_rng(seed)
            held, width = [], []
            for _ in range(runs):
                truth = simulate(scenario, lines, rng)
                series = estimate_index(truth.panel())["all"]
                held.append(float(np.mean((series.lower <= truth.index) & (truth.index <= series.upper))))
                width.append(float(np.mean((series.upper - series.lower) / 2 / series.index)))
            share, half = 100 * np.mean(held), 100 * np.mean(width)
            rows.append(f"| {name} | {lines} | {runs} | {share:.1f} | {half:.1f} |")
            say(rows[-1])
    return rows


def effects(runs: int, seed: int) -> list[str]:
    """What is said of a coaching that followed a bad quarter."""
    head = ["visited sentra", "sentra", "runs", "estimate, base month before", "estimate, 3 months' anticipation"]
    rows = ["| " + " | ".join([*head, "claimed, %", "not conclusive, %"]) + " |", "|---" * (len(head) + 2) + "|"]
    for sentra in SENTRA:
        for title, chosen in EFFECTS.items():
            rng = np.random.default_rng(seed)
            naive, found, claimed, inconclusive = [], [], 0, 0
            for _ in range(runs):
                panel = coached_after_a_bad_quarter(rng, clusters=sentra, **chosen)
                short = group_time_effects(panel, control=Control.NOT_YET, anticipation=0)
                naive.append(average(short, panel).simple.estimate)
                coaching = estimate_coaching_effect(panel, rng, draws=FEW_DRAWS)
                found.append(coaching.averages.simple.estimate)
                claimed += coaching.conclusion in {Conclusion.RISE, Conclusion.FALL}
                inconclusive += coaching.conclusion is Conclusion.INCONCLUSIVE
            means = f"{100 * np.mean(naive):+.1f} | {100 * np.mean(found):+.1f}"
            shares = f"{100 * claimed / runs:.1f} | {100 * inconclusive / runs:.1f}"
            rows.append(f"| {title} | {sentra} | {runs} | {means} | {shares} |")
            say(rows[-1])
    return rows


def seasons(runs: int) -> list[str]:
    """Error of the adjusted series in the months that Lebaran touches, per cent."""
    rows = ["| months | without the Lebaran regressors | with | the regression alone |", "|---|---|---|---|"]
    for count in (94, 58, 36):
        blind, seeing, alone = [], [], []
        for seed in range(runs):
            months = 2019 * 12 + np.arange(count)
            trend, observed, near = season_truth(months, seed)
            blind.append(season_error(adjust(months, observed, holidays=False).adjusted, trend, near))
            seeing.append(season_error(adjust(months, observed).adjusted, trend, near))
            alone.append(season_error(regress(months, observed, True).adjusted, trend, near))
        means = (100 * np.mean(column) for column in (blind, seeing, alone))
        rows.append(f"| {count} | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")
        say(rows[-1])
    return rows


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--coverage-runs", type=int, default=300)
    parser.add_argument("--effect-runs", type=int, default=1000)
    parser.add_argument("--rough-runs", type=int, default=20)
    parser.add_argument("--sampled-runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="sections to measure anew, by the first word of their titles, joined by commas")
    chosen = parser.parse_args()
    only = [word.strip().lower() for word in (chosen.only or "").split(",") if word]
    sections = _stored_sections() if only else {}
    for title, (note, measure) in _sections(chosen).items():
        if not only or title.split()[0].lower() in only:
            sections[title] = _section(title, note, measure)
    RESULTS.write_text("# Accuracy\n\n" + "\n".join(sections.values()))


def _sections(chosen: argparse.Namespace) -> dict[str, tuple[str, Callable[[], list[str]]]]:
    """Title of each section, the note under it, and what measures its table."""
    seed = chosen.seed
    return {
        "Error of the index": (
            f"Root mean square error, %, of a 36-month index of 36 lines; {chosen.runs} runs.",
            lambda: errors(chosen.runs, seed),
        ),
        "Where reality is rough": (
            ROUGH.format(runs=chosen.rough_runs),
            lambda: hard_scenarios(chosen.rough_runs, seed),
        ),
        "A panel of units that are asked": (
            SAMPLED.format(runs=chosen.sampled_runs),
            lambda: survey_panels(chosen.sampled_runs),
        ),
        "Coverage of the 90 % interval": ("36 months in each run.", lambda: coverage(chosen.coverage_runs, seed)),
        "Coached after a bad quarter": (COACHED, lambda: effects(chosen.effect_runs, seed)),
        "Lebaran months, adjusted": ("True effect +35 / -20 %.", lambda: seasons(30)),
    }


def _section(title: str, note: str, measure: Callable[[], list[str]]) -> str:
    """One section with its table, and when and where it was measured."""
    started, load = time.process_time(), os.getloadavg()[0]
    rows = measure()
    where = (
        f"Measured {dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} "
        f"cores, load {load:.1f}, {time.process_time() - started:.0f} CPU s."
    )
    return f"## {title}\n\n{note}\n\n" + "\n".join(rows) + f"\n\n{where}\n"


def _stored_sections() -> dict[str, str]:
    """The sections that the results have now."""
    parts = RESULTS.read_text().split("\n## ")[1:] if RESULTS.exists() else []
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


if __name__ == "__main__":
    main()
