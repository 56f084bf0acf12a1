"""Quality flags, planning measures, disclosure control, first estimates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sambang_stats import PanelError
from sambang_stats.disclosure import AtomSums, is_sensitive, sensitive_cells
from sambang_stats.first_estimate import correct_first_estimates
from sambang_stats.planning import Klassen, klassen, location_quotient, shift_share
from sambang_stats.quality import Flag, check_quality

from .panels import make_panel


def _lines(seed=1, lines=10, months=24):
    rng = np.random.default_rng(seed)
    return np.round(200 * rng.lognormal(0, 0.15, (lines, months)))


@pytest.mark.parametrize(("times", "flag"), [(10, Flag.SLIP_10), (12, Flag.SLIP_12), (20, Flag.SLIP_20)])
@pytest.mark.parametrize("up", [True, False])
def test_a_unit_slip_is_named(times, flag, up):
    quantity = _lines()
    quantity[3] = np.round(200 + np.arange(24) % 3)
    quantity[3, 15] = 200 * times if up else 200 / times
    panel = make_panel(quantity)
    found = check_quality(panel)
    assert found.rows(flag).tolist() == [3 * 24 + 15]
    assert found.usual[3 * 24 + 15] == pytest.approx(200, abs=2)


def test_a_jump_is_no_slip_and_good_reports_carry_no_mark():
    quantity = _lines()
    assert check_quality(make_panel(quantity)).flag.sum() == 0
    quantity[2, 10] *= 5
    found = check_quality(make_panel(quantity))
    assert found.rows(Flag.JUMP).tolist() == [2 * 24 + 10]
    assert (found.flag > 0).sum() == 1


def test_copies_of_last_month_and_zeros_that_are_none():
    quantity = _lines()
    quantity[1, 5:9] = 250
    quantity[4, 5:9] = 0
    assert check_quality(make_panel(quantity)).rows(Flag.COPY).tolist() == [24 + 7, 24 + 8]


def test_an_odd_price_and_a_return_after_a_year():
    quantity = _lines()
    price = np.full(quantity.shape, 1000.0)
    price[6, 4] = 12_000
    reported = np.ones(quantity.shape, dtype=bool)
    reported[7, 3:18] = False
    found = check_quality(make_panel(quantity, reported, price=price))
    assert len(found.rows(Flag.PRICE)) == 1
    assert len(found.rows(Flag.BACK)) == 1


def test_location_quotients():
    region, nation = np.array([30.0, 70.0]), np.array([100.0, 900.0])
    assert location_quotient(region, nation) == pytest.approx([3.0, 70 / 90])
    assert location_quotient(nation, nation) == pytest.approx(1)
    with pytest.raises(PanelError):
        location_quotient(np.zeros(2), nation)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_shift_share_adds_up(seed):
    rng = np.random.default_rng(seed)
    before, after, nation_before, nation_after = rng.uniform(1, 100, (4, 5))
    parts = shift_share((before, after), (nation_before, nation_after))
    assert parts.total == pytest.approx(after - before)
    same = shift_share((before, before * 1.1), (before, before * 1.1))
    assert same.mix == pytest.approx(0, abs=1e-9)
    assert same.competitive == pytest.approx(0, abs=1e-9)


def test_klassen_by_words():
    assert klassen((0.05, 0.04), (0.3, 0.2)) is Klassen.ADVANCED
    assert klassen((0.03, 0.04), (0.3, 0.2)) is Klassen.PRESSED
    assert klassen((0.05, 0.04), (0.1, 0.2)) is Klassen.PROMISING
    assert klassen((0.03, 0.04), (0.1, 0.2)) is Klassen.LAGGING


def test_a_union_of_atoms_is_sensitive_as_one_cell_of_their_units():
    """Owners of several units, in one atom or in several; unions of any atoms, without units too."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(300):
        units, atoms = int(rng.integers(1, 12)), int(rng.integers(1, 6))
        atom, owner = rng.integers(0, atoms, units), rng.integers(0, 8, units)
        value = rng.choice([0.0, 1.0, 10.0, 100.0], units)
        sums = AtomSums.of(atom, owner, value, atoms)
        union = np.flatnonzero(rng.random(atoms) < 0.6)
        rows = np.isin(atom, union)
        found.append(sums.is_sensitive(union))
        assert found[-1] == is_sensitive(owner[rows], value[rows])
    assert 50 < sum(found) < 250


def test_cells_of_few_or_of_one_large_unit_are_sensitive():
    cell = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 4, 5, 5, 5, 5])
    value = np.array([5.0, 5, 5, 100, 5, 9, 10, 10, 9, 8, 7, 3, 100, 90, 11, 9])
    owner = np.arange(len(cell))
    assert sensitive_cells(cell, owner, value, 6).tolist() == [True, True, False, False, True, False]
    assert sensitive_cells(cell, owner, value, 6, least=3).tolist() == [False, True, False, False, True, False]


def test_two_businesses_of_one_owner_are_one_unit():
    cell = np.zeros(5, dtype=np.int64)
    value = np.array([10.0, 10, 10, 10, 10])
    assert not sensitive_cells(cell, np.array([0, 1, 2, 3, 3]), value, 1)[0]
    assert sensitive_cells(cell, np.array([0, 1, 2, 2, 2]), value, 1)[0]
    large = np.array([50.0, 50, 9, 10, 100])  # 100 and 100 of one owner each, 19 of two others
    assert sensitive_cells(cell, np.array([0, 0, 1, 2, 3]), large, 1)[0]


def test_the_first_estimate_loses_its_bias_and_error():
    """Early reporters understate by 5 %, some cells more; noise of 3 %."""
    rng = np.random.default_rng(2)
    bias = 0.05 + rng.normal(0, 0.03, 80)
    final = rng.lognormal(4.6, 0.2, (19, 80))
    flash = final * np.exp(-bias + rng.normal(0, 0.03, final.shape))
    corrected, error = correct_first_estimates(flash[-1], flash[:-1], final[:-1])
    before, after = np.log(flash[-1] / final[-1]), np.log(corrected / final[-1])
    assert abs(after.mean()) < 0.01 < abs(before.mean())
    assert np.sqrt((after**2).mean()) < 0.65 * np.sqrt((before**2).mean())
    assert error.mean() == pytest.approx(0.03, rel=0.3)
    unknown, _ = correct_first_estimates(np.array([100.0]), np.full((3, 1), np.nan), np.full((3, 1), np.nan))
    assert unknown == pytest.approx([100])
