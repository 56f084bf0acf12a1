"""Cells of every jackknife group on Spark: the workers read reports from Parquet, link and sum them; only sums return.

The driver keeps no report in memory; the cells equal those of ``jackknife_cells`` exactly.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from sambang_stats.cells import LINK, Cells, add, ends
from sambang_stats.panel import Panel, Reports
from sambang_stats.prices import Prices
from sambang_stats.progress import Progress, Stage
from sambang_stats.results import Integers
from sambang_stats.sql_runners import SparkRunner, write_part

LINK_AND_SUM = f"""
    SELECT jackknife_group, cell, month, gap, CAST(COUNT(*) AS BIGINT) AS matched,
        CAST(SUM(volume) AS BIGINT) AS num, CAST(SUM(volume_before) AS BIGINT) AS den
    FROM (
        SELECT g.jackknife_group AS jackknife_group, l.cell AS cell, l.month AS month, l.gap AS gap,
            l.volume AS volume, l.volume_before AS volume_before
        FROM ({LINK}) AS l
        JOIN line_groups AS g ON g.line = l.line
        UNION ALL
        SELECT jackknife_group, cell, month, gap, volume, volume_before FROM ends
    ) AS links
    GROUP BY jackknife_group, cell, month, gap
"""  # noqa: S608 - a statement of our own is filled in
SPARK_TABLES = ("reports", "prices", "line_groups", "ends")


def sum_on_spark(
    panel: Reports, codes: tuple[Integers, Integers], prices: Prices, spark: SparkRunner, progress: Progress | None
) -> dict[int, Cells]:
    """Cells of every jackknife group. ``codes``: cell and group of each line."""
    done = 0
    with tempfile.TemporaryDirectory(prefix="spark-", dir=spark.folder) as place:
        for number, (lines, some) in enumerate(panel.chunks()):
            for name, table in _tables(some, lines, codes, prices.select_lines(lines)).items():
                write_part(table, Path(place) / name, number)
            done += len(lines)
            if progress:
                progress(Stage.LINK, done, len(codes[0]))
        sums = spark.run_on_files(LINK_AND_SUM, {name: Path(place) / name for name in SPARK_TABLES})
    names = ("jackknife_group", "cell", "month", "gap", "matched", "num", "den")
    group, *columns = (np.asarray(sums[name].to_numpy(), dtype=np.int64) for name in names)
    order = np.argsort(group, kind="stable")
    ends = np.flatnonzero(np.diff(group[order])) + 1
    parts = np.split(order, ends) if len(order) else []
    return {int(group[rows[0]]): add(*(column[rows] for column in columns)) for rows in parts}


def _tables(panel: Panel, lines: Integers, codes: tuple[Integers, Integers], prices: Prices) -> dict[str, pa.Table]:
    """The input tables of LINK_AND_SUM for some lines, numbered as in the whole panel."""
    cell, group = codes
    line, month, gap, volume, volume_before = ends(panel, prices)
    years = prices.price.shape[1]
    of_line, valued_in = np.repeat(lines, years), np.tile(prices.first_year + np.arange(years), len(lines))
    return {
        "reports": pa.table(
            {
                "line": lines[panel.line],
                "cell": cell[lines[panel.line]],
                "month": panel.month,
                "valued_in": panel.month // 12,
                "quantity": panel.quantity,
            }
        ),
        "prices": pa.table({"line": of_line, "valued_in": valued_in, "price": prices.price.ravel()}),
        "line_groups": pa.table({"line": lines, "jackknife_group": group[lines]}),
        "ends": pa.table(
            {
                "jackknife_group": group[lines[line]],
                "cell": cell[lines[line]],
                "month": month,
                "gap": gap,
                "volume": volume,
                "volume_before": volume_before,
            }
        ),
    }
