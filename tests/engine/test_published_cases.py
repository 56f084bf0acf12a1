"""Numbers that others printed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sambang_stats import By, Options, Period, estimate_index, read_panel
from sambang_stats.calendar import calendar_means, less_long_run, share_of_window

from .bilateral import FORMULAS, fisher
from .elementary import Tree, price_indices
from .panels import read_case


def _ppi_manual():
    rows = read_case("A_ppi_manual/input.csv")
    periods = sorted({int(row["period"]) for row in rows})
    prices = {t: np.array([float(r["price"]) for r in rows if int(r["period"]) == t]) for t in periods}
    quantities = {t: np.array([float(r["quantity"]) for r in rows if int(r["period"]) == t]) for t in periods}
    return prices, quantities


@pytest.mark.parametrize("name", FORMULAS)
def test_ppi_manual(name):
    prices, quantities = _ppi_manual()
    expected = read_case("A_ppi_manual/expected_fixed_base_price.csv")
    assert len(expected) == 5
    for row in expected:
        t = int(row["period"])
        found = FORMULAS[name](prices[1], prices[t], quantities[1], quantities[t])
        assert found == pytest.approx(float(row[name]), abs=0.5001e-4)


def test_fisher_price_times_fisher_volume_is_the_value_ratio():
    prices, quantities = _ppi_manual()
    price = fisher(prices[1], prices[5], quantities[1], quantities[5])
    volume = fisher(quantities[1], quantities[5], prices[1], prices[5])
    assert price * volume == pytest.approx(prices[5] @ quantities[5] / (prices[1] @ quantities[1]))


def test_beef_and_chicken():
    """42.00 over 40.00: last year's prices value both sides."""
    rows = read_case("H_abs_beef_chicken/input.csv")
    expected = {row["measure"]: float(row["value"]) for row in read_case("H_abs_beef_chicken/expected.csv")}
    reports = {
        "unit": ["peternak"] * 4,
        "product": [row["product"] for row in rows],
        "month": [f"{2018 + int(row['period'])}-06" for row in rows],
        "quantity": [float(row["quantity"]) for row in rows],
        "value": [1000 * float(row["quantity"]) * float(row["price"]) for row in rows],
    }
    series = estimate_index(read_panel(reports), Options(by=By(), base=Period.of_year(2019)))["all"]
    assert series.index[0] == pytest.approx(100)
    assert series.index[-1] == pytest.approx(100 * expected["laspeyres_volume_index"], abs=1e-9)


def test_easter_regressor_of_the_census_bureau():
    """Eight days before Easter, centred on the calendar means of 500 years; 1990: 15 April, 1991: 31 March."""
    expected = read_case("F_genhol_easter8/expected.csv")
    years = range(1600, 2100)
    every = np.arange(1600 * 12, 2100 * 12)
    windows = [(_easter(year) - dt.timedelta(days=8), 8) for year in years]
    long_run = calendar_means(share_of_window(every, windows))
    months = np.array([int(row["year"]) * 12 + int(row["month"]) - 1 for row in expected])
    found = less_long_run(share_of_window(months, windows), months, long_run)
    assert len(expected) == 18
    assert found == pytest.approx([float(row["value"]) for row in expected], abs=0.5001e-3)


def _easter(year: int) -> dt.date:
    """Gregorian computus (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def _piar():
    """Prices (products, periods), the business of each, the tree of businesses."""
    rows = read_case("C_piar/ms_prices.csv")
    weights = read_case("C_piar/ms_weights.csv")
    periods = sorted({row["period"] for row in rows})
    names = [row["business"] for row in weights]
    owner = {int(row["product"]): names.index(row["business"]) for row in rows}
    products = sorted(owner)
    price = np.full((len(products), len(periods)), np.nan)
    for row in rows:
        if row["price"] != "NA":
            price[products.index(int(row["product"])), periods.index(row["period"])] = float(row["price"])
    groups = np.array([int(row["classification"]) - 11 for row in weights])
    tree = Tree((groups, np.zeros(len(names), dtype=np.int64)), np.array([float(row["weight"]) for row in weights]))
    return price, np.array([owner[product] for product in products]), tree, names, periods


@pytest.mark.parametrize(
    ("file", "carry", "scale"), [("expected_ms_readme", False, 1), ("expected_ms_overall_mean", True, 100)]
)
def test_piar(file, carry, scale):
    price, business, tree, names, periods = _piar()
    found = price_indices(price, business, tree, carry=carry)
    rows = {"1": found.levels[1][0], "11": found.levels[0][0], "12": found.levels[0][1]}
    rows |= dict(zip(names, found.business, strict=True))
    expected = read_case(f"C_piar/{file}.csv")
    assert len(expected) == 32
    for row in expected:
        value = scale * rows[row["level"]][periods.index(row["period"])]
        assert value == pytest.approx(float(row["index"]), abs=1e-8 * scale), row
