"""The hash of all cells on every SQL engine that is available; it must be equal.

    DATABASE_URL=postgresql://… python -m bench.cell_hash

DuckDB and SQLite always, PostgreSQL where DATABASE_URL names one, Spark where it is installed. Writes
bench/results/cell_hash.md.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from tests.engine.test_cells import _panel, on_sqlite

from sambang_stats.cells import SqlRunner, cells_digest, link, run_on_duckdb, sum_links
from sambang_stats.sql_runners import sql_runner_named

RESULTS = Path(__file__).parent / "results" / "cell_hash.md"
LINES = 400


def on_postgresql(address: str) -> SqlRunner:
    """Temporary tables of one connection; nothing stays."""
    import psycopg

    def run(statement: str, tables: dict[str, pa.Table]) -> pa.Table:
        with psycopg.connect(address) as connection:
            for name, table in tables.items():
                kinds = [
                    "double precision" if pa.types.is_floating(table[column].type) else "bigint"
                    for column in table.column_names
                ]
                columns = ", ".join(f"{column} {kind}" for column, kind in zip(table.column_names, kinds, strict=True))
                connection.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
                with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                    for row in zip(*(table[column].to_pylist() for column in table.column_names), strict=True):
                        copy.write_row(row)
            cursor = connection.execute(statement)
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall()
        return pa.table({name: pa.array([row[i] for row in rows], pa.int64()) for i, name in enumerate(names)})

    return run


def engines() -> dict[str, SqlRunner]:
    found: dict[str, SqlRunner] = {"DuckDB": run_on_duckdb, "SQLite": on_sqlite}
    address = os.environ.get("DATABASE_URL", "")
    if address.startswith("postgres"):
        found["PostgreSQL"] = on_postgresql(address)
    if importlib.util.find_spec("pyspark"):
        found["Spark"] = sql_runner_named("spark")
    return found


def main() -> None:
    panel, cell = _panel(lines=LINES), np.arange(LINES) % 13
    hashes = {}
    for name, engine in engines().items():
        linked = link(panel, cell, engine)
        hashes[name] = cells_digest(sum_links(linked, linked.cell, engine))
    same = len(set(hashes.values())) == 1
    report = [
        f"# One hash\n\n`python -m bench.cell_hash`, {dt.datetime.now(dt.UTC):%Y-%m-%d}, {len(panel.line):,} reports.\n"
    ]
    report.append("| engine | sha256 of all cells |\n|---|---|")
    report += [f"| {name} | `{value}` |" for name, value in hashes.items()]
    report.append(f"\n{'One hash.' if same else 'THEY DIFFER.'}")
    RESULTS.write_text("\n".join(report) + "\n")
    print(RESULTS.read_text())
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
