"""CPU time of adjusting one series, X-13's process included.

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

RESULTS = Path(__file__).parent / "results" / "adjust.md"
LONGEST = 15
"""CPU ms a series may take."""


def cpu() -> float:
    """CPU seconds of this process and of those that it ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(months: int, series: int) -> tuple[float, str]:
    """CPU ms a series, and the method."""
    made = [season_truth(2019 * 12 + np.arange(months), seed) for seed in range(series)]
    period = 2019 * 12 + np.arange(months)
    adjust(period, made[0][1])  # the calendar is read once
    started = cpu()
    methods = {adjust(period, observed).method for _, observed, _ in made}
    return 1000 * (cpu() - started) / series, ", ".join(sorted(methods))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=50)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    rows = []
    for months in (36, 60, 94):
        spent, methods = measure(months, chosen.series)
        rows.append(f"| {months} | {methods} | {spent:.1f} |")
    head = (
        f"# Adjusting a series\n\n`python -m bench.adjust --series {chosen.series}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}"
    )
    where = f"{os.cpu_count()} cores, load {load:.1f}. X-13 runs once a series; {LONGEST} ms are allowed."
    table = "| months | method | CPU ms a series |\n|---|---|---|\n" + "\n".join(rows)
    RESULTS.write_text(f"{head}, {where}\n\n{table}\n")
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
