"""Cells: additive, mergeable, exact, and the same from every engine that reads the two statements."""

from __future__ import annotations

import sqlite3

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sambang_stats.cells import GAPS, ZERO, add, cells_digest, link, merge, sum_link_rows, sum_links, sum_ordered_links
from sambang_stats.sql_runners import sql_runner_named

from .panels import FIRST, make_panel, refused


def on_sqlite(statement: str, tables: dict[str, pa.Table]) -> pa.Table:
    connection = sqlite3.connect(":memory:")
    for name, table in tables.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(table.column_names)})")
        marks = ", ".join("?" * table.num_columns)
        rows = zip(*(table[column].to_pylist() for column in table.column_names), strict=True)
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    cursor = connection.execute(statement)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    connection.close()
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


def _panel(seed=1, lines=40, months=40):
    rng = np.random.default_rng(seed)
    quantity = rng.integers(0, 400, (lines, months)) / 4
    reported = rng.random(quantity.shape) < 0.6
    reported[0, 3:20] = False
    price = rng.uniform(900, 1100, quantity.shape)
    end = [None] * (lines - 4) + ["2021-01"] * 4
    start = ["2020-01"] * 6 + [None] * (lines - 6)
    return make_panel(quantity, reported, price=price, start=start, end=end)


def test_cell_hash_from_duckdb_and_sqlite():
    panel = _panel()
    cell = np.arange(40) % 3
    duck, lite = link(panel, cell), link(panel, cell, on_sqlite)
    assert cells_digest(sum_links(duck, duck.cell)) == cells_digest(sum_links(lite, lite.cell, on_sqlite))


def test_cells_agree_with_a_loop_over_the_reports():
    quantity = np.array([[10.0, 0, 20, 40], [5, 5, 0, 10]])
    reported = np.array([[True, False, True, True], [True, True, True, True]])
    linked = link(make_panel(quantity, reported), np.zeros(2, dtype=np.int64))
    cells = sum_links(linked, linked.cell)
    rows = list(zip(*(c.tolist() for c in (cells.month, cells.gap, cells.count, cells.num, cells.den)), strict=True))
    assert rows == [
        (FIRST + 1, 1, 1, 5000, 5000),
        (FIRST + 2, 2, 1, 20000, 10000),
        (FIRST + 2, ZERO + 1, 1, 0, 5000),
        (FIRST + 3, 1, 1, 40000, 20000),
        (FIRST + 3, 2, 1, 10000, 5000),
    ]


def test_gaps_over_twelve_months_link_to_nothing_and_zeros_are_no_gap():
    """A line silent from month 1 to 14, one at zero from month 1 to 14; both make the same before and after."""
    quantity = np.full((2, 20), 10.0)
    quantity[1, 1:15] = 0
    reported = np.ones(quantity.shape, dtype=bool)
    reported[0, 1:15] = False
    linked = link(make_panel(quantity, reported), np.zeros(2, dtype=np.int64))
    back = linked.month == FIRST + 15
    assert linked.line[back].tolist() == [1]
    assert (linked.gap[back], linked.volume[back], linked.volume_before[back]) == ([15], [10_000], [10_000])
    assert linked.gap[linked.line == 0].max() <= GAPS


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_split_and_merge_change_nothing(seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 5, (6, 200))
    shard = rng.integers(0, 4, 200)
    whole = add(*rows)
    shards = [add(*rows[:, shard == i]) for i in rng.permutation(4)]
    assert merge(*shards).equals(whole)
    assert merge(merge(shards[0], shards[1]), merge(shards[2], shards[3])).equals(whole)
    assert merge(whole, add(*rows[:3], *-rows[3:])).cell.tolist() == []


def test_sums_beyond_doubles_are_exact():
    big = 2**53 + 1
    cells = add(*np.array([[0, 0], [FIRST, FIRST], [1, 1], [1, 1], [big, big], [0, 1]]))
    assert cells.num.tolist() == [2 * big]


def test_spark_is_asked_for_politely(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with refused(r"pasang sambang\[spark\]"):
        sql_runner_named("spark")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_streamed_sums_equal_sums_at_once(seed):
    """In order, in any order, however the stream is cut; narrow columns."""
    rng = np.random.default_rng(seed)
    rows = {
        "cell": rng.integers(0, 4, 300).astype(np.int32),
        "month": rng.integers(FIRST, FIRST + 3, 300).astype(np.int16),
        "gap": rng.integers(-14, 15, 300).astype(np.int8),
        "volume": rng.integers(0, 2**50, 300),
        "volume_before": rng.integers(0, 2**50, 300),
    }
    table = pa.table(rows)
    expected = cells_digest(sum_link_rows(table))
    ordered = table.sort_by([("cell", "ascending"), ("month", "ascending"), ("gap", "ascending")])
    for one in (table, ordered):
        assert cells_digest(sum_ordered_links(_streamed(one, int(rng.integers(1, 60))))) == expected
    assert len(sum_ordered_links(_streamed(table.slice(0, 0), 60))) == 0
    assert len(sum_ordered_links([])) == 0


def _streamed(table, rows):
    for batch in table.to_batches(max_chunksize=rows):
        yield [column.to_numpy() for column in batch.columns]
