"""How fast is the engine? Every contestant in turn, each in a process of its own, against only scanning the columns.

    python -m bench.engine [--units 1100000 | --nation] [--months 36]

CPU seconds count, the machine may be busy. Writes bench/results/engine.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sambang_stats.cells import LINK, PART, Cells, add, digest, part_rows
from sambang_stats.chain import Rules, Window, chain, lay_out
from sambang_stats.ledger import Line, report

RESULTS = Path(__file__).parent / "results" / "engine.md"
FIRST = 2021 * 12
NATION = 4_400_000
LINES_A_CELL = 66

Columns = list[np.ndarray]


def make(folder: Path, units: int, months: int, seed: int = 1) -> int:
    """reports.parquet (by line) and linked.parquet (by cell, month, gap); how many reports."""
    rng = np.random.default_rng(seed)
    line = np.arange(units)
    cell = line // LINES_A_CELL
    size = rng.lognormal(4, 1, units)
    last, before = np.full(units, -1), np.zeros(units)
    reports = _writer(folder / "reports-by-month.parquet", ("line", "cell", "month", "valued_in", "quantity"))
    linked = _writer(folder / "linked-by-month.parquet", ("line", "cell", "month", "gap", "volume", "volume_before"))
    count = 0
    for t in range(months):
        here = np.flatnonzero(rng.random(units) < 0.76)
        quantity = np.round(size[here] * rng.lognormal(0, 0.3, len(here)))
        month = np.full(len(here), FIRST + t)
        reports([here, cell[here], month, month // 12, quantity])
        follows = last[here] >= 0
        rows = here[follows]
        volumes = [np.floor(1000 * quantity[follows]).astype(np.int64), np.floor(1000 * before[rows]).astype(np.int64)]
        linked([rows, cell[rows], month[follows], t - last[rows], *volumes])
        last[here], before[here] = t, quantity
        count += len(here)
    reports(None)
    linked(None)
    for name, order in (("reports", "line, month"), ("linked", "cell, month, gap")):
        duckdb.sql(
            f"COPY (SELECT * FROM '{folder}/{name}-by-month.parquet' ORDER BY {order}) "
            f"TO '{folder}/{name}.parquet' (FORMAT parquet, COMPRESSION lz4_raw)"
        )
        (folder / f"{name}-by-month.parquet").unlink()
    newest = f"SELECT * FROM '{folder}/linked.parquet' WHERE month = {FIRST + months - 1}"
    duckdb.sql(f"COPY ({newest}) TO '{folder}/newest.parquet' (FORMAT parquet, COMPRESSION lz4_raw)")
    return count


def _writer(path: Path, names: tuple[str, ...]) -> Callable[[list[np.ndarray] | None], None]:
    kept: list[pq.ParquetWriter] = []

    def write(columns: list[np.ndarray] | None) -> None:
        if columns is None:
            kept[0].close()
            return
        table = pa.table(dict(zip(names, columns, strict=True)))
        if not kept:
            kept.append(pq.ParquetWriter(path, table.schema))
        kept[0].write_table(table)

    return write


def scan(folder: Path) -> Columns:
    """The least that anything can do: read the columns and add them up."""
    row = duckdb.sql(
        f"SELECT SUM(cell + month + gap + volume + volume_before) FROM '{folder}/linked.parquet'"
    ).fetchall()[0]
    return list(map(np.atleast_1d, row))


def by_part(folder: Path) -> Columns:
    """The engine: PART on linked rows."""
    return _cells(_part_of(f"'{folder}/linked.parquet'"))


def one_month(folder: Path) -> Columns:
    """The newest month only, from a file of its own as it came in."""
    return _cells(_part_of(f"'{folder}/newest.parquet'"))


def by_lag(folder: Path) -> Columns:
    """LINK over all reports, then PART."""
    prices = "(SELECT DISTINCT line, valued_in, CAST(1000.0 AS DOUBLE) AS price FROM reports)"
    text = LINK.replace("FROM reports", f"FROM '{folder}/reports.parquet'")
    text = text.replace("JOIN prices", f"JOIN {prices.replace('FROM reports', f"FROM '{folder}/reports.parquet'")}")
    return _cells(PART.replace("FROM linked", f"FROM ({text}) AS linked"))


def by_months(folder: Path) -> Columns:
    """Neighbouring months joined pair by pair: adjacent links only, so worse."""
    row = duckdb.sql(f"""
        SELECT COUNT(*), SUM(num) FROM (
            SELECT a.cell, a.month, COUNT(*), SUM(a.quantity * 1000) AS num, SUM(b.quantity * 1000)
            FROM '{folder}/reports.parquet' a JOIN '{folder}/reports.parquet' b
                ON a.line = b.line AND a.month = b.month + 1
            GROUP BY a.cell, a.month)
    """).fetchall()[0]
    return list(map(np.atleast_1d, row))


def by_pandas(folder: Path) -> Columns:
    import pandas as pd

    frame = pd.read_parquet(folder / "linked.parquet", columns=["cell", "month", "gap", "volume", "volume_before"])
    frame = frame[frame.gap <= 12]
    sums = frame.groupby(["cell", "month", "gap"]).agg(
        n=("volume", "size"), num=("volume", "sum"), den=("volume_before", "sum")
    )
    return list(sums.reset_index().to_numpy().T)


def by_polars(folder: Path) -> Columns:
    import polars as pl

    rows = pl.scan_parquet(folder / "linked.parquet").filter(pl.col("gap") <= 12).group_by("cell", "month", "gap")
    sums = rows.agg(pl.len().alias("n"), pl.col("volume").sum(), pl.col("volume_before").sum())
    return list(sums.collect(engine="streaming").to_numpy().T)


def _part_of(rows: str) -> str:
    return PART.replace("FROM linked", f"FROM {rows} AS linked")


def _cells(statement: str) -> Columns:
    with duckdb.connect() as connection:
        table = connection.sql(statement).to_arrow_table()
    return [table[name].to_numpy() for name in table.column_names]


CONTESTANTS: dict[str, tuple[str, Callable[[Path], Columns]]] = {
    "scan": ("only scanning the columns", scan),
    "part": ("**PART on linked rows, DuckDB**", by_part),
    "month": ("**one month added**", one_month),
    "polars": ("Polars streaming on linked rows", by_polars),
    "pandas": ("pandas on linked rows", by_pandas),
    "months": ("months joined pair by pair", by_months),
    "lag": ("`LAG` over everything", by_lag),
}


def measure(name: str, folder: Path) -> dict[str, float | str]:
    """Run one contestant in a process of its own."""
    if name in {"pandas", "polars"} and importlib.util.find_spec(name) is None:
        return {}
    return json.loads(_run(["--only", name, "--folder", str(folder)]))


def _run(arguments: list[str]) -> str:
    """The last line that a process of this program prints."""
    command = [sys.executable, "-m", "bench.engine", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout.splitlines()[-1]


def contest(name: str, folder: Path) -> None:
    _cells("SELECT 1 AS cell, 1 AS month, 1 AS gap, 1 AS matched, 1 AS num, 1 AS den")  # imports that come late
    cpu, wall = time.process_time(), time.perf_counter()
    found = CONTESTANTS[name][1](folder)
    used = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "found": _digest(found),
    }
    print(json.dumps(used))


def _digest(columns: Columns) -> str:
    """Not timed: one hash of the cells in order; of anything else, nothing."""
    return digest(add(*(np.asarray(column, dtype=np.int64) for column in columns))) if len(columns) == 6 else ""


def chain_nation(cells: int = 60_000, months: int = 36) -> float:
    """CPU seconds to chain so many cells of so many months with six gaps each."""
    rng = np.random.default_rng(1)
    keys = np.array([(g, t) for t in range(1, months) for g in range(1, 7) if g <= t])
    cell = np.repeat(np.arange(cells), len(keys))
    gap, month = np.tile(keys[:, 0], cells), np.tile(keys[:, 1], cells) + FIRST
    volume = rng.integers(1, 10**9, (2, len(cell)))
    table = Cells(cell, month, gap, np.full(len(cell), 9), volume[0], volume[1])
    began = time.process_time()
    parts = lay_out(table, Window(cells, FIRST, months))
    chain(
        parts,
        Rules(
            0,
            np.zeros(cells, dtype=bool),
            np.ones(cells),
            np.ones((months, cells)),
            np.zeros((months, cells)),
            np.full(cells, months),
            True,
        ),
        None,
    )
    return time.process_time() - began


def one_report(folder: Path, events: int = 3000) -> tuple[float, float]:
    """CPU milliseconds (p50, p99) from a report to its cell's new index, all the cells of the panel in memory."""
    rng = np.random.default_rng(2)
    live = {(c, m, g): [n, a, b] for c, m, g, n, a, b in zip(*_columns(folder), strict=True)}
    keys: dict[int, set[tuple[int, int, int]]] = {}
    for key in live:
        keys.setdefault(key[0], set()).add(key)
    prices = dict.fromkeys(range(2021, 2026), 1000.0)
    took = []
    for _ in range(events):
        cell = int(rng.integers(len(keys)))
        line = Line(cell, prices, (FIRST + 30, FIRST + 33), (5.0, 7.0))
        began = time.process_time()
        _, changes = report(line, FIRST + 35, float(rng.integers(1, 50)))
        for change in changes:
            key = (change.cell, change.month, change.gap)
            row = live.setdefault(key, [0, 0, 0])
            keys[cell].add(key)
            for i, added in enumerate((change.count, change.num, change.den)):
                row[i] += added
        rows = np.array([(0, m, g, *live[c, m, g]) for c, m, g in sorted(keys[cell])], dtype=np.int64)
        parts = lay_out(Cells(*rows.T), Window(1, FIRST, 36))
        chain(
            parts,
            Rules(0, np.zeros(1, dtype=bool), np.ones(1), np.ones((36, 1)), np.zeros((36, 1)), np.full(1, 36), True),
            None,
        )
        took.append(1000 * (time.process_time() - began))
    return float(np.percentile(took, 50)), float(np.percentile(took, 99))


def _columns(folder: Path) -> list[list[int]]:
    table = part_rows(
        pq.read_table(folder / "linked.parquet", columns=["cell", "month", "gap", "volume", "volume_before"])
    )
    return [c.tolist() for c in (table.cell, table.month, table.gap, table.count, table.num, table.den)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=1_100_000)
    parser.add_argument("--nation", action="store_true")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--only", choices=["make", *CONTESTANTS])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.only == "make":
        print(make(chosen.folder, chosen.units, chosen.months))
        return
    if chosen.only:
        contest(chosen.only, chosen.folder)
        return
    units = NATION if chosen.nation else chosen.units
    with tempfile.TemporaryDirectory(prefix="sambang-bench-") as name:
        folder = Path(name)
        # Its peak memory must not be inherited by the contestants.
        sizes = ["--units", str(units), "--months", str(chosen.months)]
        count = int(_run(["--only", "make", "--folder", str(folder), *sizes]))
        RESULTS.write_text(table_of(folder, units, chosen.months, count))
    print(RESULTS.read_text())


def table_of(folder: Path, units: int, months: int, count: int) -> str:
    found = {name: measure(name, folder) for name in CONTESTANTS}
    base = float(found["scan"]["cpu"])
    lines = [
        (
            f"# Engine\n\n`python -m bench.engine --units {units} --months {months}`: {count:,} reports, "
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f} (others work on the machine: compare within one run).\n"
        ),
        "| work | CPU s | × scan | wall s | peak GB |\n|---|---|---|---|---|",
    ]
    for name, (title, _) in CONTESTANTS.items():
        used = found[name]
        if not used:
            lines.append(f"| {title} | not installed | | | |")
            continue
        cpu, wall, memory = (float(used[key]) for key in ("cpu", "wall", "gigabytes"))
        lines.append(f"| {title} | {cpu:.2f} | {cpu / base:.2f} | {wall:.2f} | {memory:.2f} |")
    same = {found[name]["found"] for name in ("part", "pandas", "polars", "lag") if found[name]}
    half, most = one_report(folder)
    share = 100 * float(found["month"]["cpu"]) / float(found["part"]["cpu"])
    lines.append(
        f"\nAll cells by PART, `LAG`, pandas and Polars (those installed): {len(same)} different hash(es). "
        f"A month is {share:.1f} % of a rebuild. 60,000 cells of 36 months chained in {chain_nation():.2f} CPU s. "
        f"One report to its cell's new index, cells in memory, commit not counted: "
        f"p50 {half:.2f}, p99 {most:.2f} CPU ms."
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
