"""False claims and power of the effect of a course on its participants, by simulation.

    python -m bench.participant_effect [--runs 200] [--seed 1]

Writes bench/results/participant_effect.md. About five minutes of one core.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

import numpy as np

from sambang_stats.calendar import lebaran_regressors
from sambang_stats.coaching_effect import Conclusion, estimate_coaching_effect
from sambang_stats.effects import NEVER_TREATED, Control, Treatment
from sambang_stats.participant_effect import estimate_participant_effect

MONTHS = 36
PERIODS = 2019 * 12 + np.arange(MONTHS)
DRAWS = 199
RESULTS = Path(__file__).parent / "results" / "participant_effect.md"
SIZES = {"8 sentra, 5 of 20 IKM each": (8, 20, 5), "3 sentra, 6 of 24 IKM each": (3, 24, 6)}
SCENARIOS: dict[str, dict[str, float]] = {
    "no effect": {},
    "no effect, IKM came after a dip of three months": {"dip": 3},
    "no effect, IKM came after a dip of six months": {"dip": 6},
    "no effect, participants grow by 0.6 points a month faster": {"growth": 0.006},
    "no effect, participants have a larger Lebaran by 30 points": {"feast": 0.3},
    "no effect, most participants in sentra that recover": {"sentra": 0.01},
    "+10 points": {"effect": 0.1},
    "+20 points": {"effect": 0.2},
    "+30 points, after a dip of three months": {"effect": 0.3, "dip": 3},
}
INTRODUCTION = f"""Sentra with shocks of their own (random walk, sd 2 points a month, and a season), IKM with a lasting
walk (sd 2) and 15 points of noise a month, 15 % of reports missing, one course in month 18 to 24 of 36; {DRAWS}
reassignments within sentra. *Claimed* of no effect is a false claim; of an effect it is the power. *Pooled* compares
all participants with all others, without matching by sentra. *Detectable* is the smallest effect that the page shows
as visible four times in five; *holds* is the share of 95 % intervals with the truth."""


def simulated(rng: np.random.Generator, size: tuple[int, int, int], **chosen: float) -> Treatment:
    """IKM by sentra; those of the course are drawn within each. ``chosen``: ``effect``, ``dip`` (months before the
    course), ``growth`` and ``feast`` of the participants; with ``sentra``, half of the sentra grow by that much a month
    and send twice as many as the others."""
    effect, growth, feast, sentra = (chosen.get(name, 0.0) for name in ("effect", "growth", "feast", "sentra"))
    dip = int(chosen.get("dip", 0))
    sentras, members, learners = size
    cluster = np.repeat(np.arange(sentras), members)
    time_ = np.arange(MONTHS)
    shock = np.cumsum(rng.normal(0, 0.02, (sentras, MONTHS)), axis=1) + 0.15 * np.sin(2 * np.pi * time_ / 12)
    outcome = 1 + shock[cluster] + np.cumsum(rng.normal(0, 0.02, (len(cluster), MONTHS)), axis=1)
    first = np.full(len(cluster), NEVER_TREATED)
    start = int(rng.integers(18, 25))
    for s in range(sentras):
        recovers = bool(sentra) and s % 2 == 0
        outcome[cluster == s] += sentra * recovers * time_
        count = learners * (1 + recovers)
        for i in rng.choice(np.flatnonzero(cluster == s), count, replace=False):
            first[i] = PERIODS[0] + start
            outcome[i, start - dip : start] -= 0.2
            outcome[i, start:] += effect
            outcome[i] += growth * time_ + feast * lebaran_regressors(PERIODS, 21)[:, 0]
    outcome += rng.normal(0, 0.15, outcome.shape)
    outcome[rng.random(outcome.shape) < 0.15] = np.nan
    return Treatment(PERIODS, outcome, first, cluster)


def measured(size: tuple[int, int, int], chosen: dict[str, float], runs: int, seed: int) -> str:
    """Cells of one row: estimate, claims, the pooled comparison's claims, refusals, detectable effect, coverage."""
    rng = np.random.default_rng(seed)
    truth = chosen.get("effect", 0.0)
    claims = pooled = inconclusive = inside = 0
    estimates, detectable = [], []
    for _ in range(runs):
        panel = simulated(rng, size, **chosen)
        result = estimate_participant_effect(panel, rng, draws=DRAWS)
        simple = result.effect.averages.simple
        estimates.append(simple.estimate)
        detectable.append(result.effect.detectable)
        inside += simple.lower <= truth <= simple.upper
        claims += result.effect.conclusion in {Conclusion.RISE, Conclusion.FALL}
        inconclusive += result.effect.conclusion in {Conclusion.INCONCLUSIVE, Conclusion.TOO_WIDE}
        alone = Treatment(panel.periods, panel.outcome, panel.first, np.arange(len(panel.first)))
        other = estimate_coaching_effect(alone, rng, control=Control.NEVER, draws=DRAWS)
        pooled += other.conclusion in {Conclusion.RISE, Conclusion.FALL}
    shares = (100 * count / runs for count in (claims, pooled, inconclusive, inside))
    mean, least = 100 * float(np.mean(estimates)), 100 * float(np.mean(detectable))
    return f"{mean:+.1f} | " + " | ".join(f"{share:.1f}" for share in shares) + f" | {least:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = time.perf_counter()
    head = ["", "estimate", "claimed, %", "claimed pooled, %", "not conclusive, %", "holds, %", "detectable"]
    lines = [f"# Effect on the participants\n\n{INTRODUCTION}\n"]
    for title, size in SIZES.items():
        lines += [f"## {title}\n", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        for name, scenario in SCENARIOS.items():
            lines.append(f"| {name} | {measured(size, scenario, chosen.runs, chosen.seed)}")
            print(lines[-1], flush=True)
        lines.append("")
    spent = time.perf_counter() - begun
    lines.append(
        f"{chosen.runs} runs a row, seed {chosen.seed}, {spent:.0f} s; Python {platform.python_version()}, "
        f"numpy {np.__version__}, {os.cpu_count()} cores."
    )
    RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
