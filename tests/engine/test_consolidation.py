"""Lines that are linked: products that turn over, changes of the unit of measure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sambang_stats import Status, StatusReason, estimate_index, month_text, read_panel
from sambang_stats.unit_changes import line_ratios

from .panels import FIRST, make_panel

MONTHS = 36


def turnover_panel(life: int, every: int, seed: int, *, valued: bool):
    """Eight units; every few months each brings a model out that sells less each month of its life. Output is constant
    apart from a fall by half in the third year. Returns the panel and the output by month."""
    rng = np.random.default_rng(seed)
    rows = []
    total = np.zeros(MONTHS)
    for unit in range(8):
        offset, size = int(rng.integers(every)), float(rng.lognormal(5, 0.7))
        for t in range(MONTHS):
            ages = [t - begin for begin in range(offset - 10 * life, t + 1, every) if t - begin < life]
            shares = np.array([life - age for age in ages], dtype=float)
            made = size * (0.5 if t >= 24 else 1.0) * shares / shares.sum()
            total[t] += made.sum()
            for age, quantity in zip(ages, made, strict=True):
                rows.append((f"u{unit}", f"m{t - age}", month_text(FIRST + t), round(quantity, 3)))
    unit, product, month, quantity = zip(*rows, strict=True)
    value = [1000 * number for number in quantity] if valued else [None] * len(rows)
    columns = {"unit": unit, "product": product, "month": month, "quantity": quantity, "value": value}
    return read_panel(columns), total


@settings(max_examples=20, deadline=None)
@given(life=st.integers(2, 12), seed=st.integers(0, 1000), valued=st.booleans())
def test_where_products_turn_over_the_unit_is_the_line(life, seed, valued):
    panel, total = turnover_panel(life, max(1, life // 3), seed, valued=valued)
    series = estimate_index(panel)["all"]
    assert series.index == pytest.approx(100 * total / total[:12].mean(), rel=0.002)


def test_a_product_that_returns_every_season_lasts():
    """A second product of three months a year is no turnover: the lines stay products."""
    quantity = np.full((12, MONTHS), 100.0)
    season = np.isin(np.arange(MONTHS) % 12, (3, 4, 5))
    rows = [(f"u{i % 6}", "p" if i < 6 else "s", t) for i in range(12) for t in range(MONTHS) if i < 6 or season[t]]
    unit, product, month = zip(*rows, strict=True)
    columns = {"unit": unit, "product": product, "month": [month_text(FIRST + t) for t in month]}
    panel = read_panel(columns | {"quantity": [quantity[0, t] for t in month], "value": [None] * len(rows)})
    assert set(estimate_index(panel)["all"].lines[1:3]) == {6}
    assert estimate_index(panel)["all"].index == pytest.approx(100)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), ratio=st.sampled_from([10, 12, 20, 144, 1000]), fewer=st.booleans())
def test_a_unit_change_that_the_price_shows_is_mended(seed, ratio, fewer):
    """Some lines change from pieces to scores or back at any month, for ever or for some months."""
    rng = np.random.default_rng(seed)
    quantity = np.round(5000 * rng.lognormal(0, 0.5, (10, 1)) * rng.lognormal(0, 0.2, (10, MONTHS)))
    told, price = quantity.copy(), np.full(quantity.shape, 1000.0)
    for line in range(4):
        begin = int(rng.integers(3, 30))
        until = MONTHS if rng.random() < 0.5 else begin + int(rng.integers(1, 5))
        factor = 1 / ratio if fewer else ratio
        told[line, begin:until] *= factor
        price[line, begin:until] /= factor
    total = quantity.sum(axis=0)
    found = estimate_index(make_panel(told, price=price))["all"]
    assert found.index == pytest.approx(100 * total / total[:12].mean(), rel=1e-4)
    assert set(found.statuses) == {Status.OK}


def test_a_unit_change_without_prices_does_not_move_the_index_and_is_not_sound():
    quantity = np.full((10, MONTHS), 4000.0)
    quantity[:3, 20:] /= 20
    series = estimate_index(make_panel(quantity, price=np.nan))["all"]
    assert series.index == pytest.approx(100)
    assert set(series.statuses[:20]) == {Status.OK}
    assert set(series.reasons[20:]) == {StatusReason.DOUBTFUL_UNIT}


def test_a_slip_of_one_month_without_prices_is_left_out():
    quantity = np.full((10, MONTHS), 4000.0)
    quantity[2, 20] *= 12
    assert estimate_index(make_panel(quantity, price=np.nan))["all"].index == pytest.approx(100)


def test_a_collapse_of_everybody_is_production():
    """All fall to a twelfth and return: with prices sound, without prices the same figure and not sound."""
    quantity = np.full((10, MONTHS), 4000.0)
    quantity[:, 15:20] /= 12
    for price, status in ((1000.0, Status.OK), (np.nan, Status.THIN)):
        series = estimate_index(make_panel(quantity, price=price))["all"]
        assert series.index[15:20] == pytest.approx(100 / 12, abs=0.01)
        assert series.index[20:] == pytest.approx(100)
        assert set(series.statuses[15:20]) == {status}


def test_ratios_of_a_line_that_changes_twice():
    log = np.log(np.array([100, 100, 100, 5, 5, 5, 100 / 12, 100 / 12, 100, 100], dtype=float))
    ratio, certain = line_ratios(log, np.full(10, np.nan))
    assert np.exp(ratio) == pytest.approx([1, 1, 1, 20, 20, 20, 20, 20, 1, 1])
    assert certain.tolist() == [True] * 3 + [False] * 5 + [True] * 2
