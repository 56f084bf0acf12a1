"""Formulas that are needed in SQL, in arrays and for one number agree on random data."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sambang_stats.cells import run_on_duckdb
from sambang_stats.prices import line_prices, previous_year_prices, price_for
from sambang_stats.volume import VOLUME_SQL, volume, volumes

from .panels import FIRST, make_panel


def test_volume_in_sql_in_arrays_and_of_one_report():
    rng = np.random.default_rng(3)
    quantity = np.r_[rng.integers(0, 10**7, 5000) / 1000, 0.5, 1.5, 2.5, 0.0, 12.345]
    price = np.r_[rng.lognormal(9, 3, 5000), 1.0, 1.0, 1.0, 7.0, 1000.0]
    statement = f"SELECT {VOLUME_SQL.format(quantity='quantity', price='price')} AS volume FROM reports"
    in_sql = run_on_duckdb(statement, {"reports": pa.table({"quantity": quantity, "price": price})})
    expected = [volume(q, p) for q, p in zip(quantity.tolist(), price.tolist(), strict=True)]
    assert volumes(quantity, price).tolist() == expected
    assert in_sql["volume"].to_pylist() == expected
    assert expected[-5:] == [1, 2, 3, 0, 12345]


def test_prices_of_one_line_are_those_of_the_panel_where_they_are_observed():
    rng = np.random.default_rng(4)
    quantity, price = rng.integers(1, 500, (20, 48)).astype(float), rng.integers(500, 9000, (20, 48)).astype(float)
    reported = rng.random((20, 48)) < 0.8
    panel = make_panel(quantity, reported, price=price)
    of_panel = previous_year_prices(panel, np.zeros(20, dtype=np.int64))
    checked = 0
    for line in range(20):
        rows = panel.line == line
        reports = zip(panel.month[rows], panel.quantity[rows], panel.value[rows], strict=True)
        own = line_prices((int(month), float(made), int(value)) for month, made, value in reports)
        for year in range(FIRST // 12, FIRST // 12 + 4):
            known, carried = price_for(year, own)
            at = year - of_panel.first_year
            assert of_panel.carried[line, at] == carried
            if not carried:
                assert known == pytest.approx(of_panel.price[line, at], rel=1e-12)
                checked += 1
    assert checked == 60
