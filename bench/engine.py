"""Speed of the engine: each competitor in a process of its own, relative to only scanning the columns.

    python -m bench.engine [--units 1100000 | --nation] [--months 36]

CPU seconds count, the machine may be busy. Writes bench/results/engine.md, with --nation engine-nation.md. What the
contestants do stands in bench/engine_competitors.py, the made-up reports in bench/synthetic_reports.py.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from bench.engine_competitors import CONTESTANTS, Answer, Competitor
from bench.synthetic_reports import make

from sambang_stats.cells import cells_digest

RESULTS = Path(__file__).parent / "results"
NATION = 4_400_000

Used = dict[str, float | str]


def measure(contestant: Competitor, folder: Path) -> Used:
    """Run one contestant in a process of its own."""
    return json.loads(_run(["--only", contestant.name, "--folder", str(folder)]))


def _run(arguments: Sequence[str]) -> str:
    """The last line that a process of this program prints."""
    command = [sys.executable, "-m", "bench.engine", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()[-1]


def run_competitors(contestant: Competitor, folder: Path) -> Used:
    """What it finds ready is not timed, nor the imports that come late."""
    pa.table({"a": [1]})["a"].to_numpy()
    ready = contestant.prepare(folder)
    cpu, wall = time.process_time(), time.perf_counter()
    answer = contestant.run(folder, ready)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"cpu": cpu, "wall": wall, "gigabytes": peak} | _results(answer)


def _results(answer: Answer) -> Used:
    """The hash of the cells; p50 and p99 of many small times, ms. Not timed."""
    if answer.cells is not None:
        return {"hash": cells_digest(answer.cells)}
    if answer.milliseconds is not None:
        return {"half": float(answer.milliseconds[0]), "most": float(answer.milliseconds[1])}
    return {}


def table_of(found: dict[str, Used], part: str) -> list[str]:
    base = float(found["scan"]["cpu"])
    small = any("most" in found[c.name] for c in CONTESTANTS if c.part == part)
    head = "| work | p50 CPU ms | p99 CPU ms | peak GB |" if small else "| work | CPU s | × scan | wall s | peak GB |"
    rows = [f"## {part}\n", head, "|---" * (head.count("|") - 1) + "|"]
    for contestant in CONTESTANTS:
        used = found[contestant.name]
        if contestant.part == part or (contestant.name == "scan" and not small):
            rows.append(row_of(contestant.title, used, base, small=small))
    hashes = [found[c.name]["hash"] for c in CONTESTANTS if c.part == part and "hash" in found[c.name]]
    if hashes:
        rows.append(f"\n{len(hashes)} of them give all cells: {len(set(hashes))} different hash(es).")
    return rows


def row_of(title: str, used: Used, base: float, *, small: bool) -> str:
    if not used:
        return f"| {title} | left out: more memory than this machine has | | | |"
    memory = f"{float(used['gigabytes']):.2f}"
    if small:
        return f"| {title} | {used['half']:.2f} | {used['most']:.2f} | {memory} |"
    cpu, wall = float(used["cpu"]), float(used["wall"])
    return f"| {title} | {cpu:.3f} | {cpu / base:.2f} | {wall:.3f} | {memory} |"


def report(found: dict[str, Used], chosen: argparse.Namespace, reports: int, load: float) -> str:
    rebuild, month = float(found["fold"]["cpu"]), float(found["month"]["cpu"])
    text = (
        f"# Engine\n\n`python -m bench.engine {'--nation' if chosen.nation else f'--units {chosen.units}'} "
        f"--months {chosen.months}`: {reports:,} reports, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{load:.1f} at the beginning and {os.getloadavg()[0]:.1f} at the end: others work on the machine, "
        "compare within "
        "one run. Each contestant in turn, in a process of its own; every line has its own price, so volumes do not "
        "repeat.\n\n"
    )
    for part in dict.fromkeys(contestant.part for contestant in CONTESTANTS):
        text += "\n".join(table_of(found, part)) + "\n\n"
    return f"{text}A month is {100 * month / rebuild:.1f} % of a rebuild.\n"


def main() -> None:
    by_name = {contestant.name: contestant for contestant in CONTESTANTS}
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=1_100_000)
    parser.add_argument("--nation", action="store_true")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--only", choices=["make", *by_name])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.only == "make":
        print(make(chosen.folder, chosen.units, chosen.months))
        return
    if chosen.only:
        print(json.dumps(run_competitors(by_name[chosen.only], chosen.folder)))
        return
    chosen.units = NATION if chosen.nation else chosen.units
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-bench-") as name:
        folder = Path(name)
        # Its peak memory must not be inherited by the contestants.
        sizes = ["--units", str(chosen.units), "--months", str(chosen.months)]
        count = int(_run(["--only", "make", "--folder", name, *sizes]))
        found = {}
        for contestant in CONTESTANTS:
            found[contestant.name] = measure(contestant, folder) if chosen.units <= contestant.most_units else {}
            print(contestant.name, found[contestant.name], file=sys.stderr, flush=True)
    text = report(found, chosen, count, load)
    (RESULTS / ("engine-nation.md" if chosen.nation else "engine.md")).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
