"""CPU time of adjusting one series of many, as `compute` does: X-13's process included, which runs once for all.

    python -m bench.adjust [--series 50]

Writes bench/results/adjust.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
from pathlib import Path

import numpy as np
from tests.engine.test_season import _truth as season_truth

from sambang_stats import adjust
from sambang_stats.seasonal import Unadjusted, adjust_all

RESULTS = Path(__file__).parent / "results" / "adjust.md"
LONGEST = 15
"""CPU ms a series may take."""
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def cpu(who: int) -> float:
    """CPU seconds of this process, or of those that it ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def measure(months: int, series: int) -> tuple[float, float, str]:
    """CPU ms a series of this process and of X-13's, and the method."""
    made = [season_truth(2019 * 12 + np.arange(months), seed) for seed in range(series)]
    period = 2019 * 12 + np.arange(months)
    adjust(period, made[0][1])  # the calendar is read once
    started = [cpu(who) for who in PROCESSES]
    methods = {found.method for found in adjust_all([Unadjusted(period, observed) for _, observed, _ in made])}
    own, child = (1000 * (cpu(who) - before) / series for who, before in zip(PROCESSES, started, strict=True))
    return own, child, ", ".join(sorted(methods))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=50)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    rows = []
    for months in (36, 60, 94):
        own, child, methods = measure(months, chosen.series)
        rows.append(f"| {months} | {methods} | {own:.1f} | {child:.1f} | {own + child:.1f} |")
    head = (
        f"# Adjusting a series\n\n`python -m bench.adjust --series {chosen.series}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}"
    )
    where = (
        f"{os.cpu_count()} cores, load {load:.1f}. X-13 runs once for all series; {LONGEST} CPU ms a series are "
        "allowed."
    )
    table = "| months | method | own CPU ms | CPU ms of X-13 | CPU ms a series |\n|---|---|---|---|---|\n" + "\n".join(
        rows
    )
    RESULTS.write_text(f"{head}, {where}\n\n{table}\n")
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
