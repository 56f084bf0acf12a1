"""CPU time of commands from a cold start: `sambang --help`, and `sambang index` on a small file.

    python -m bench.cold_start --before CHECKOUT [--repeats 9]

CHECKOUT: the commit before, with its `.venv`. Both are measured in one run, in turn, because processors differ. Each
repeat is a process of its own; the least counts, because another process on the machine only adds. Writes
bench/results/cold_start.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "cold_start.md"
ROOT = Path(__file__).parents[1]
# Shares of the CPU of before: 250 of 655 and 450 of 952 ms on the machine where the promise was made.
SHARES = {"sambang --help": 250 / 655, "sambang index": 450 / 952}


def write_reports(path: Path) -> None:
    """Eight units with a product each, 24 months."""
    months = [f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13)]
    rows = [
        f"U{unit},baju,{month},{50 + 7 * at % 11 + unit},{50_000 * (50 + unit)}"
        for unit in range(8)
        for at, month in enumerate(months)
    ]
    path.write_text("\n".join(["unit,product,month,quantity,value", *rows, ""]), encoding="utf-8")


def cpu_milliseconds(checkout: Path, *words: str) -> float:
    """User and system time of one process of a checkout's command."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    line = [str(checkout / ".venv/bin/python"), "-m", "sambang", *words]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(line, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def least(checkouts: list[Path], repeats: int, *words: str) -> list[float]:
    """Of each checkout, measured in turn."""
    found = [[cpu_milliseconds(checkout, *words) for checkout in checkouts] for _repeat in range(repeats)]
    return [min(side) for side in zip(*found, strict=True)]


def commit_of(checkout: Path) -> str:
    line = ["git", "-C", str(checkout), "rev-parse", "--short=7", "HEAD"]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--repeats", type=int, default=9)
    options.add_argument("--before", type=Path, required=True)
    chosen = options.parse_args()
    sides, repeats = [chosen.before.resolve(), ROOT], chosen.repeats
    with tempfile.TemporaryDirectory() as name:
        reports = Path(name) / "laporan.csv"
        write_reports(reports)
        found = {
            "sambang --help": least(sides, repeats, "--help"),
            "sambang index": least(sides, repeats, "index", str(reports), "--out", str(Path(name) / "indeks.csv")),
        }
    table = [
        f"| `{key}` | {before:.0f} | {after:.0f} | {after / before:.2f} | {SHARES[key]:.2f} | "
        f"{'yes' if after < SHARES[key] * before else '**no**'} |"
        for key, (before, after) in found.items()
    ]
    text = (
        f"# Cold start\n\n`python -m bench.cold_start --before CHECKOUT --repeats {repeats}`: "
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}, Python {platform.python_version()}; least CPU ms of {repeats} processes. "
        f"{commit_of(sides[0])} before, {commit_of(ROOT)} after.\n\n"
        "| command | before | now | ratio | limit | holds |\n|---|---|---|---|---|---|\n" + "\n".join(table) + "\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return int(any(after >= SHARES[key] * before for key, (before, after) in found.items()))


if __name__ == "__main__":
    sys.exit(main())
