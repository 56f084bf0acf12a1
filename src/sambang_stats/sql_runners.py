"""Where the two SQL statements run: DuckDB inside the process, or Spark, the same text."""

from __future__ import annotations

import importlib.util
from typing import Any

import pyarrow as pa

from sambang_stats.cells import SqlRunner, run_on_duckdb
from sambang_stats.errors import PanelError, Problem


def sql_runner_named(name: str) -> SqlRunner:
    """``duckdb`` or ``spark``; raises PanelError where Spark is not installed."""
    if name == "duckdb":
        return run_on_duckdb
    if importlib.util.find_spec("pyspark") is None:
        raise PanelError(Problem.SPARK_NOT_INSTALLED)
    return spark_runner(_session())


def spark_runner(session: Any) -> SqlRunner:
    """Runs statements on a Spark session; tables go in and out as Arrow."""

    def run(statement: str, tables: dict[str, pa.Table]) -> pa.Table:
        for name, table in tables.items():
            session.createDataFrame(table).createOrReplaceTempView(name)
        return session.sql(statement).toArrow()

    return run


def _session() -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("sambang").master("local[2]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    for key, setting in settings.items():
        builder = builder.config(key, setting)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
