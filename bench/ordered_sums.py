"""The engine's sums over files whose rows are ordered by cell, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from bench.synthetic_reports import LINES_A_CELL

from sambang_stats.cells import MEMORY, Cells, add

CELLS_AT_ONCE = 1000
COLUMNS = ("cell", "month", "gap", "count", "num", "den")


def by_ordered_runs(folder: Path, statement: str) -> Cells:
    """The engine's statement as `sambang index` runs it: some cells with all of their rows at a time."""
    found = []
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder)}) as connection:
        connection.execute("SET parquet_metadata_cache = true")
        [(last,)] = connection.sql(f"SELECT MAX(cell) FROM '{folder}/linked.parquet'").fetchall()
        [(lines,)] = connection.sql(f"SELECT MAX(line) FROM '{folder}/prices.parquet'").fetchall()
        for first in range(0, last + 1, CELLS_AT_ONCE):
            few = f"cell BETWEEN {first} AND {first + CELLS_AT_ONCE - 1}"
            theirs = f"line BETWEEN {first * LINES_A_CELL} AND {min((first + CELLS_AT_ONCE) * LINES_A_CELL - 1, lines)}"
            for name, rows in (("linked", few), ("reports", few), ("prices", theirs)):
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM '{folder}/{name}.parquet' WHERE {rows}")
            columns = connection.sql(statement).to_arrow_table().columns
            found.append(add(*(np.asarray(column.to_numpy(), dtype=np.int64) for column in columns)))
    return _joined(found)


def _joined(found: list[Cells]) -> Cells:
    """Neighbouring cells as one table, column by column: never two tables of all cells."""
    columns = [[getattr(some, name) for some in found] for name in COLUMNS]
    found.clear()
    return Cells(*(np.concatenate(columns.pop(0)) for _ in range(6)))
