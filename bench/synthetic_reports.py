"""Synthetic reports of production, none of zero, for bench/engine.py: of the lines 76 in 100 report each month."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST = 2021 * 12
LINES_A_CELL = 66
CELLS_A_DISTRICT, CELLS_A_REGENCY, CELLS_A_PROVINCE = 10, 130, 1_700

KEYS = {"line": pa.int32(), "cell": pa.int32(), "month": pa.int16()}
REPORTS = pa.schema(KEYS | {"valued_in": pa.int16(), "quantity": pa.float64(), "price": pa.float64()})
PRICES = pa.schema({"line": pa.int32(), "valued_in": pa.int16(), "price": pa.float64()})
LINKED = pa.schema(KEYS | {"gap": pa.int8(), "volume": pa.int64(), "volume_before": pa.int64()})
"""Columns as narrow as what they hold."""


def make(folder: Path, units: int, months: int, seed: int = 1) -> int:
    """How many reports. In the folder then:

    ``reports.parquet`` by line and month, ``prices.parquet`` of their lines; ``linked.parquet`` by cell, month and gap;
    of the last month's linked rows ``early.parquet``, one line in ten, and ``newest.parquet``, the others.
    """
    rng = np.random.default_rng(seed)
    cell = np.arange(units) // LINES_A_CELL
    size, price = rng.lognormal(4, 1, units), np.round(rng.lognormal(10, 0.7, units))
    last, before = np.full(units, -1), np.zeros(units)
    reports, linked = (
        _writer(folder / "reports-by-month.parquet", REPORTS),
        _writer(folder / "by-month.parquet", LINKED),
    )
    count = 0
    for t in range(months):
        here = np.flatnonzero(rng.random(units) < 0.76)
        quantity = np.maximum(np.round(size[here] * rng.lognormal(0, 0.3, len(here))), 1)
        month = np.full(len(here), FIRST + t)
        reports([here, cell[here], month, month // 12, quantity, price[here]])
        follows = last[here] >= 0
        rows = here[follows]
        volumes = [np.floor(price[rows] * made).astype(np.int64) for made in (quantity[follows], before[rows])]
        linked([rows, cell[rows], month[follows], t - last[rows], *volumes])
        last[here], before[here] = t, quantity
        count += len(here)
    reports(None)
    linked(None)
    _copy(folder / "reports-by-month.parquet", folder / "reports.parquet", "ORDER BY line, month")
    _copy(folder / "by-month.parquet", folder / "linked.parquet", "ORDER BY cell, month, gap")
    years = np.unique(np.arange(FIRST, FIRST + months) // 12)
    prices = _writer(folder / "prices.parquet", PRICES)
    prices([np.repeat(np.arange(units), len(years)), np.tile(years, units), np.repeat(price, len(years))])
    prices(None)
    newest = f"WHERE month = {FIRST + months - 1} AND line % 10"
    _copy(folder / "linked.parquet", folder / "early.parquet", f"{newest} = 0 ORDER BY cell, month, gap")
    _copy(folder / "linked.parquet", folder / "newest.parquet", f"{newest} <> 0 ORDER BY cell, month, gap")
    for name in ("reports-by-month", "by-month"):
        (folder / f"{name}.parquet").unlink()
    return count


def _copy(source: Path, target: Path, rows: str) -> None:
    with duckdb.connect(config={"memory_limit": "6GB", "temp_directory": str(target.parent / "sorting")}) as connection:
        connection.sql(f"COPY (SELECT * FROM '{source}' {rows}) TO '{target}' (FORMAT parquet, COMPRESSION lz4_raw)")


def _writer(path: Path, schema: pa.Schema) -> Callable[[list[np.ndarray] | None], None]:
    file = pq.ParquetWriter(path, schema)

    def write(columns: list[np.ndarray] | None) -> None:
        if columns is None:
            file.close()
        else:
            arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
            file.write_table(pa.table(arrays, schema=schema))

    return write
