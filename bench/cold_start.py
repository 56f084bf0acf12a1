"""CPU milliseconds of commands that start from nothing: `sambang --help`, and `sambang index` on a tiny file.

    python -m bench.cold_start [--repeats 9]

Each repeat is a process of its own; the least counts, because another process on the machine only adds. Writes
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
LIMITS = {"sambang --help": 250, "sambang index": 450}  # CPU ms, both halves of the process
BEFORE = {"sambang --help": 655, "sambang index": 952}  # commit 9da1526


def write_reports(path: Path) -> None:
    """Eight units with a product each, 24 months."""
    months = [f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13)]
    rows = [
        f"U{unit},baju,{month},{50 + 7 * at % 11 + unit},{50_000 * (50 + unit)}"
        for unit in range(8)
        for at, month in enumerate(months)
    ]
    path.write_text("\n".join(["unit,product,month,quantity,value", *rows, ""]), encoding="utf-8")


def cpu_milliseconds(line: list[str]) -> float:
    """User and system time of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(line, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--repeats", type=int, default=9)
    repeats = options.parse_args().repeats
    with tempfile.TemporaryDirectory() as name:
        reports = Path(name) / "laporan.csv"
        write_reports(reports)
        start = [sys.executable, "-m", "sambang"]
        lines = {
            "sambang --help": [*start, "--help"],
            "sambang index": [*start, "index", str(reports), "--out", str(Path(name) / "indeks.csv")],
        }
        least = {key: min(cpu_milliseconds(line) for _repeat in range(repeats)) for key, line in lines.items()}
    table = [
        f"| `{key}` | {BEFORE[key]} | {found:.0f} | {LIMITS[key]} | {'yes' if found < LIMITS[key] else '**no**'} |"
        for key, found in least.items()
    ]
    text = (
        f"# Cold start\n\n`python -m bench.cold_start --repeats {repeats}`: {datetime.now(UTC):%Y-%m-%d}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python "
        f"{platform.python_version()}; least CPU ms of {repeats} processes. Before: commit 9da1526.\n\n"
        "| command | before | now | limit | holds |\n|---|---|---|---|---|\n" + "\n".join(table) + "\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return int(any(found >= LIMITS[key] for key, found in least.items()))


if __name__ == "__main__":
    sys.exit(main())
