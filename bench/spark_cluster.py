"""A Spark cluster of a master and two workers on the loopback: reads reports from Parquet, links and sums them.

    python -m bench.spark_cluster [--units 200000] [--months 36]

In the environment of tools/engine-on-spark, with Java 17. Holds the cells against DuckDB's and writes
bench/results/spark_cluster.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from bench.synthetic_reports import make

from sambang_stats.cells import LINK, Cells, add, cells_digest
from sambang_stats.sql_runners import SparkRunner

RESULTS = Path(__file__).parent / "results" / "spark_cluster.md"
MASTER = "spark://127.0.0.1:17077"
NATION = 121_000_000
"""Reports of 4.4 million lines over 36 months."""
STATEMENT = f"""
    SELECT cell, month, gap, CAST(COUNT(*) AS BIGINT) AS matched, CAST(SUM(volume) AS BIGINT) AS num,
        CAST(SUM(volume_before) AS BIGINT) AS den
    FROM ({LINK}) AS linked GROUP BY cell, month, gap
"""


@dataclass(frozen=True)
class Measured:
    """One run of the statement."""

    cells: Cells
    wall: float
    workers_cpu: float
    driver_cpu: float


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[None]:
    """A master and workers of one core each."""
    import pyspark

    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class")]
    nodes = [["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "17077"]]
    nodes += [["org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "2g", MASTER]] * workers
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder / "work")}
    with ExitStack() as running, (folder / "log").open("w") as log:
        for node in nodes:
            where = ["--webui-port", "0"]
            process = running.enter_context(
                subprocess.Popen([*command, node[0], *where, *node[1:]], stdout=log, stderr=log, env=environment)
            )
            running.callback(process.terminate)
            time.sleep(10)
        yield


def executors_cpu() -> float:
    """CPU seconds of this user's executors so far."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes():
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return total / os.sysconf("SC_CLK_TCK")


def on_spark(folder: Path, workers: int) -> Measured:
    """The statement on so many workers; the session is started, and its executors warmed, before."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("sambang").master(MASTER).config("spark.ui.enabled", "false")
    builder = builder.config("spark.cores.max", str(workers)).config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.executor.memory", "1536m").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.range(10_000_000).selectExpr("sum(id)").collect()
    runner = SparkRunner(session, folder)
    cpu, own, wall = executors_cpu(), time.process_time(), time.perf_counter()
    tables = {name: folder / f"{name}.parquet" for name in ("reports", "prices")}
    found = _cells(runner.run_on_files(STATEMENT, tables))
    measured = Measured(found, time.perf_counter() - wall, executors_cpu() - cpu, time.process_time() - own)
    session.stop()
    return measured


def on_duckdb(folder: Path) -> Measured:
    """The same statement on DuckDB."""
    own, wall = time.process_time(), time.perf_counter()
    with duckdb.connect(config={"temp_directory": str(folder / "duckdb")}) as connection:
        for name in ("reports", "prices"):
            connection.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
        found = _cells(connection.sql(STATEMENT).to_arrow_table())
    return Measured(found, time.perf_counter() - wall, 0.0, time.process_time() - own)


def _cells(table: pa.Table) -> Cells:
    names = ("cell", "month", "gap", "matched", "num", "den")
    return add(*(np.asarray(table[name].to_numpy(), dtype=np.int64) for name in names))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=36)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = make(folder, chosen.units, chosen.months)
        runs = {"DuckDB": on_duckdb(folder)}
        for workers in (1, 2):
            with cluster(workers, folder):
                runs[f"Spark, {workers} worker{'s' if workers > 1 else ''} of one core"] = on_spark(folder, workers)
    rows = [
        f"| {name} | {run.wall:.1f} | {run.workers_cpu:.1f} | {run.driver_cpu:.1f} | `{cells_digest(run.cells)[:16]}` |"
        for name, run in runs.items()
    ]
    two = runs["Spark, 2 workers of one core"]
    cpu = two.workers_cpu / count * NATION
    same = len({cells_digest(run.cells) for run in runs.values()}) == 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    RESULTS.write_text(
        f"# Spark's own cluster\n\n`python -m bench.spark_cluster --units {chosen.units} --months {chosen.months}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load:.1f}: {count:,} reports in Parquet to "
        f"{len(two.cells):,} cells. The workers read the files; the session receives the cells.\n\n"
        "| engine | wall s | CPU s of the workers | CPU s of the session | hash of the cells |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n{'One hash.' if same else 'THEY DIFFER.'} Memory of this process: {memory:.1f} GB at most.\n\n"
        f"A nation of {NATION:,} reports is {cpu:,.0f} CPU s of workers at this rate: {cpu / 600:.1f} cores for "
        "ten minutes, with 1.5 GB each. DuckDB on one machine needs "
        f"{runs['DuckDB'].driver_cpu / count * NATION:,.0f} CPU s; Spark is for reports that lie on several machines.\n"
    )
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
