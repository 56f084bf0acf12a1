"""What is done by pieces where a panel is large gives the same numbers as all at once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from sambang_stats import By, Options, estimate_index, month_text
from sambang_stats.files import read_table

from .panels import FIRST, make_panel


def _panel(lines=40, months=26):
    rng = np.random.default_rng(7)
    quantity = np.round(rng.lognormal(4, 1, (lines, 1)) * rng.lognormal(0, 0.3, (lines, months))) + 1
    end = [month_text(FIRST + 20)] * 5 + [None] * (lines - 5)
    start = [None] * (lines - 4) + [month_text(FIRST + 3)] * 4
    reported = rng.random(quantity.shape) < 0.7
    reported[:5, 20:] = False
    reported[-4:, :3] = False
    region = np.resize(["3404072003", "3404072004", "3402082001"], lines)
    return make_panel(quantity, reported, start=start, end=end, region=region)


def test_by_pieces(monkeypatch):
    options = Options(by=By(region=4))
    at_once = estimate_index(_panel(), options)
    for module in ("panel", "index", "grouped"):
        monkeypatch.setattr(f"sambang_stats.{module}.CHUNK", 150)
    for module in ("chain", "series"):
        monkeypatch.setattr(f"sambang_stats.{module}.MOST_COLUMNS", 2)
    by_pieces = estimate_index(_panel(), options)
    assert list(at_once) == list(by_pieces) == ["3402", "3404"]
    for name, series in at_once.items():
        for field in dataclasses.fields(series):
            one, other = getattr(series, field.name), getattr(by_pieces[name], field.name)
            assert one == pytest.approx(other, rel=1e-12) if isinstance(one, np.ndarray) else one == other, field.name


def test_some_lines_of_a_panel_keep_its_months():
    panel = _panel()
    lines = np.array([3, 7, 39])
    some = panel.only(lines)
    assert (some.first_month, some.last_month) == (panel.first_month, panel.last_month)
    here = np.isin(panel.line, lines)
    assert np.array_equal(lines[some.line], panel.line[here])
    assert np.array_equal(some.quantity, panel.quantity[here])
    assert np.array_equal(some.line_unit[some.line], panel.line_unit[panel.line[here]])


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_each_distinct_text_is_held_once(tmp_path, name):
    table = pa.table({"unit": ["a", "b", "a", None], "quantity": [1.0, 2.0, 3.0, 4.0]})
    write = pa_csv.write_csv if name.endswith("csv") else pq.write_table
    write(table, tmp_path / name)
    found = read_table(tmp_path / name)
    assert pa.types.is_dictionary(found["unit"].type)
    assert found["unit"].to_pylist() == ["a", "b", "a", None]
