"""CPU time, memory and disk of `sambang index` for a file of a whole nation's regencies.

    python -m bench.index_of_file [--units 1100000] [--months 36]

Writes made-up reports month by month, the order that keeps no line together, as Parquet and as CSV, and runs the
command on each in a process of its own. The two results must be the same bytes. Writes bench/results/index_of_file.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from bench.synthetic_reports import CELLS_A_DISTRICT, CELLS_A_PROVINCE, CELLS_A_REGENCY, LINES_A_CELL

from sambang_stats.reading import PROVINCES

RESULTS = Path(__file__).parent / "results" / "index_of_file.md"
FIRST_YEAR = 2019


def make(folder: Path, units: int, months: int) -> int:
    """``reports.parquet``, ``reports.csv`` and ``units.parquet``; how many reports."""
    rng = np.random.default_rng(1)
    village = np.arange(units) // LINES_A_CELL
    codes = np.array([_code(number) for number in range(int(village[-1]) + 1)], dtype=object)
    names = pa.array([f"U{number:07d}" for number in range(units)])
    empty = pa.nulls(units, pa.string())
    register = {"unit": names, "region": codes[village], "industry": ["14111"] * units, "start": empty, "end": empty}
    pq.write_table(pa.table(register | {"weight": rng.lognormal(17, 1, units)}), folder / "units.parquet")
    size, price = rng.lognormal(4, 1, units), np.round(rng.lognormal(10, 0.7, units))
    texts = dict.fromkeys(("unit", "product", "month"), pa.string())
    schema = pa.schema(texts | dict.fromkeys(("quantity", "value"), pa.float64()))
    count = 0
    plain = pa_csv.WriteOptions(quoting_style="none")
    with (
        pq.ParquetWriter(folder / "reports.parquet", schema) as parquet,
        pa_csv.CSVWriter(folder / "reports.csv", schema, write_options=plain) as text,
    ):
        for t in range(months):
            here = np.flatnonzero(rng.random(units) < 0.76)
            made = np.round(size[here] * rng.lognormal(0, 0.3, len(here)))
            month = f"{FIRST_YEAR + t // 12}-{t % 12 + 1:02d}"
            columns = [names.take(pa.array(here)), ["baju"] * len(here), [month] * len(here), made, made * price[here]]
            table = pa.table([pa.array(column) for column in columns], schema=schema)
            parquet.write_table(table)
            text.write_table(table)
            count += len(here)
    return count


def _code(village: int) -> str:
    """Ten digits."""
    province, village = divmod(village, CELLS_A_PROVINCE)
    regency, village = divmod(village, CELLS_A_REGENCY)
    district, village = divmod(village, CELLS_A_DISTRICT)
    return f"{sorted(PROVINCES)[province]}{regency + 1:02d}{district + 1:02d}{village + 2001:04d}"


def run(folder: Path, kind: str) -> str:
    """One row of the table."""
    out = folder / "out" / f"{kind}.parquet"
    out.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "sambang_stats", "index", str(folder / f"reports.{kind}")]
    command += ["--units", str(folder / "units.parquet"), "--by", "region:4,industry:2", "--out", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    most = [0]
    watch = threading.Thread(target=_watch, args=(process, out.parent, most))
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.join()
    if process.returncode:
        raise RuntimeError(f"{kind}: exit code {process.returncode}")
    size = (folder / f"reports.{kind}").stat().st_size / 1e9
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6
    return f"| {kind} | {size:.2f} | {cpu:.0f} | {time.perf_counter() - began:.0f} | {peak:.2f} | {most[0] / 1e9:.2f} |"


def _watch(process: subprocess.Popen[bytes], folder: Path, most: list[int]) -> None:
    """The most bytes that lay beside the result."""
    while process.returncode is None:
        held = 0
        for file in folder.glob(".sambang-*/*/*"):
            try:
                held += file.stat().st_size
            except FileNotFoundError:
                continue
        most[0] = max(most[0], held)
        time.sleep(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=1_100_000)
    parser.add_argument("--months", type=int, default=36)
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-index-") as name:
        folder = Path(name)
        count = make(folder, asked.units, asked.months)
        rows = [run(folder, kind) for kind in ("parquet", "csv")]
        same = (folder / "out" / "parquet.parquet").read_bytes() == (folder / "out" / "csv.parquet").read_bytes()
    assert same, "the two results differ"
    text = f"""# Index of a file

`python -m bench.index_of_file --units {asked.units} --months {asked.months}`: {count:,} reports of {asked.units:,}
units, month by month, each regency's two-digit industries with their intervals; {dt.datetime.now(dt.UTC):%Y-%m-%d},
{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the beginning and
{os.getloadavg()[0]:.1f} at the end.

| reports as | GB | CPU s | wall s | peak memory GB | laid away on disk GB |
|---|---|---|---|---|---|
{chr(10).join(rows)}

Both results are the same bytes. Memory grows with units, lines and cells, not with reports:
`docs/decisions/0023-out-of-core-index.md`.
"""
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
