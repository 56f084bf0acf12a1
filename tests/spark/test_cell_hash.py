"""The same statements on Spark. Run by tools/engine-on-spark, in an environment of its own; everything else passes
by here."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sambang_stats import Options, estimate_index, read_panel
from sambang_stats.cells import SUM_LINKS, SqlRunner, cells_digest, link, run_on_duckdb, sum_links
from sambang_stats.sql_runners import sql_runner_named

MONTHS, UNITS = 40, 60


@pytest.fixture(scope="module")
def spark() -> SqlRunner:
    return sql_runner_named("spark")


@pytest.fixture(scope="module")
def tables() -> tuple[pa.Table, pa.Table]:
    """Made-up reports with months missing, zeros, births and closures."""
    rng = np.random.default_rng(5)
    unit, month = np.divmod(np.flatnonzero(rng.random(UNITS * MONTHS) < 0.8), MONTHS)
    quantity = rng.integers(0, 60, len(unit)).astype(float)
    reports = {
        "unit": [f"u{number}" for number in unit],
        "product": ["kain"] * len(unit),
        "month": [f"{2019 + number // 12}-{number % 12 + 1:02d}" for number in month],
        "quantity": quantity,
        "value": quantity * rng.integers(900, 1100, len(unit)),
    }
    last = {number: month[unit == number].max() for number in range(UNITS)}
    ended = [last[number] + 1 if number % 7 == 3 and last[number] < MONTHS - 1 else None for number in range(UNITS)]
    units = {
        "unit": [f"u{number}" for number in range(UNITS)],
        "region": [f"34040{1 + number % 3}2001" for number in range(UNITS)],
        "industry": ["14111" if number % 2 else "13134" for number in range(UNITS)],
        "start": [None] * UNITS,
        "end": [None if end is None else f"{2019 + end // 12}-{end % 12 + 1:02d}" for end in ended],
        "weight": [None] * UNITS,
    }
    return pa.table(reports), pa.table(units)


def test_all_cells_have_one_hash(spark, tables):
    panel = read_panel(*tables)
    cell = np.arange(len(panel.line_unit)) % 5
    hashes = []
    for engine in (run_on_duckdb, spark):
        linked = link(panel, cell, engine)
        hashes.append(cells_digest(sum_links(linked, linked.cell, engine)))
    assert hashes[0] == hashes[1]


def test_the_index_is_the_same_to_the_last_digit(spark, tables):
    panel = read_panel(*tables)
    ours, theirs = (estimate_index(panel, Options(engine=engine))["all"] for engine in (run_on_duckdb, spark))
    assert np.array_equal(ours.index, theirs.index) and np.array_equal(ours.upper, theirs.upper)


def test_volumes_beyond_doubles_are_exact(spark):
    rows = {"cell": [1, 1], "month": [24_000] * 2, "gap": [1, 1], "volume": [2**53 + 1] * 2, "volume_before": [1, 0]}
    assert spark(SUM_LINKS, {"linked": pa.table(rows)})["num"].to_pylist() == [2 * (2**53 + 1)]
