"""Engines for the two SQL statements: DuckDB in this process, or Spark; both run the same text."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sambang_stats.cells import SqlRunner, run_on_duckdb
from sambang_stats.errors import PanelError, Problem

MASTER = "SPARK_MASTER"
"""Environment variable with the address of Spark's master."""
LOCAL = "local[*]"


def sql_runner_named(name: str, *, master: str | None = None, folder: Path | None = None) -> SqlRunner:
    """``duckdb`` or ``spark``; raises PanelError where Spark is not installed.

    ``master``: address of Spark's master; default: the environment variable, else this machine. ``folder``: folder for
    the workers' tables, which every worker reaches by the same path.
    """
    if name == "duckdb":
        return run_on_duckdb
    if importlib.util.find_spec("pyspark") is None:
        raise PanelError(Problem.SPARK_NOT_INSTALLED)
    return SparkRunner(_session(master or os.environ.get(MASTER) or LOCAL), folder or Path(tempfile.gettempdir()))


@dataclass(frozen=True)
class SparkRunner:
    """Runs statements on a Spark session. The workers read the tables from Parquet; only results come back."""

    session: Any
    folder: Path

    def __call__(self, statement: str, tables: dict[str, pa.Table]) -> pa.Table:
        """Run a statement over tables in memory."""
        with tempfile.TemporaryDirectory(prefix="spark-", dir=self.folder) as place:
            for name, table in tables.items():
                write_part(table, Path(place) / name, 0)
            return self.run_on_files(statement, {name: Path(place) / name for name in tables})

    def run_on_files(self, statement: str, tables: dict[str, Path]) -> pa.Table:
        """Run a statement over folders or files of Parquet."""
        for name, path in tables.items():
            self.session.read.parquet(path.absolute().as_uri()).createOrReplaceTempView(name)
        return self.session.sql(statement).toArrow()


def write_part(table: pa.Table, folder: Path, number: int) -> None:
    """One file of a table that is a folder of them."""
    folder.mkdir(exist_ok=True)
    pq.write_table(table, folder / f"{number:06d}.parquet", compression="lz4")


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("sambang").master(master)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    for key, setting in settings.items():
        builder = builder.config(key, setting)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
