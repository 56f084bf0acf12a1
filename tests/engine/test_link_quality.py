"""What a full response does not show takes the status ``ok`` away."""

from __future__ import annotations

import numpy as np
import pytest

from sambang_stats import By, Options, Status, StatusReason, estimate_index, month_text

from .panels import FIRST, make_panel

MONTHS = 48


def grown_while_silent(silent_until: int):
    """Six units in each of two sentra; those of the first are silent from month 15 and have halved when they return."""
    quantity = np.full((12, MONTHS), 1000.0)
    quantity[:6, 16:] = 500
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:6, 15:silent_until] = False
    return quantity, reported


@pytest.mark.parametrize("months", [13, 14, 20])
def test_a_silence_beyond_the_longest_gap_is_remembered(months):
    panel = make_panel(*grown_while_silent(15 + months), cluster=["s1"] * 6 + ["s2"] * 6)
    by_sentra = estimate_index(panel, Options(by=By(cluster=True)))
    after = slice(15 + months, None)
    assert set(by_sentra["s1"].statuses[after]) == {Status.NOT_ENOUGH}
    assert set(by_sentra["s1"].reasons[after]) == {StatusReason.NOT_LINKED_TO_BASE}
    assert set(by_sentra["s2"].statuses) == {Status.OK}
    marks = {StatusReason.NOT_LINKED_TO_BASE, StatusReason.WIDE_INTERVAL}
    assert set(estimate_index(panel)["all"].reasons[15 + 12 :]) <= marks


@pytest.mark.parametrize("months", [12, 13, 20])
def test_a_cell_that_is_silent_for_over_a_year_is_not_known(months):
    """Only from the thirteenth month on; a single silent unit is estimated from its cell."""
    quantity, reported = (table[:, : 15 + months] for table in grown_while_silent(MONTHS))
    whole = estimate_index(make_panel(quantity, reported, cluster=["s1"] * 6 + ["s2"] * 6))["all"]
    assert StatusReason.NOT_LINKED_TO_BASE not in whole.reasons[: 15 + 12]
    assert set(whole.reasons[15 + 12 :]) <= {StatusReason.NOT_LINKED_TO_BASE}
    reported[1:6] = True
    one = estimate_index(make_panel(quantity, reported, cluster=["s1"] * 6 + ["s2"] * 6))["all"]
    assert set(one.statuses) == {Status.OK}


def test_a_late_report_restores_the_link():
    quantity, reported = grown_while_silent(35)
    reported[:6, 25] = True
    series = estimate_index(make_panel(quantity, reported, cluster=["s1"] * 6 + ["s2"] * 6))["all"]
    assert series.index[35:] == pytest.approx(75)
    assert set(series.statuses[35:]) == {Status.OK}


@pytest.mark.parametrize("season", [(2, 3, 4), (5,), (0, 1, 10, 11)])
def test_units_that_are_silent_in_the_same_season_every_year_are_not_sound(season):
    """Do they make nothing then, or not report? The engine cannot know."""
    rng = np.random.default_rng(1)
    quantity = np.round(1000 * rng.lognormal(0, 0.3, (12, MONTHS)))
    off = np.isin(np.arange(MONTHS) % 12, season)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:6, off] = False
    series = estimate_index(make_panel(quantity, reported))["all"]
    assert Status.OK not in series.statuses
    told = np.where(reported, quantity, 0.0)
    as_told = estimate_index(make_panel(told))["all"]
    assert set(as_told.statuses) == {Status.OK}
    assert series.index == pytest.approx(as_told.index)
    assert (series.upper[off] - series.lower[off] > 40).all()


def test_random_silence_is_not_seasonal():
    rng = np.random.default_rng(2)
    quantity = np.round(1000 * rng.lognormal(0, 0.1, (60, MONTHS)))
    series = estimate_index(make_panel(quantity, rng.random(quantity.shape) < 0.7))["all"]
    assert StatusReason.SEASONAL_SILENCE not in series.reasons


def test_old_units_that_begin_to_report_after_the_base_are_not_linked_to_it():
    """Begun before and enrolled late, or born and not registered so: the level since the base is unknown."""
    quantity = np.full((12, MONTHS), 1000.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[8:, :20] = False
    series = estimate_index(make_panel(quantity, reported))["all"]
    assert set(series.reasons[20:]) == {StatusReason.NOT_LINKED_TO_BASE}
    start = [None] * 8 + [month_text(FIRST + 20)] * 4
    assert set(estimate_index(make_panel(quantity, reported, start=start))["all"].statuses) == {Status.OK}


def test_scattered_beginnings_that_the_register_does_not_know_are_most_probably_births():
    """Those that begin together, or whose value the register knows, were enrolled; neither is called sound."""
    starts = [14, 18, 23, 27]
    quantity = np.full((12, MONTHS), 1000.0)
    reported = np.ones(quantity.shape, dtype=bool)
    for line, start in enumerate(starts):
        reported[line, :start] = False
    series = estimate_index(make_panel(quantity, reported))["all"]
    assert series.index[[0, 15, 30]] == pytest.approx([100, 100 * 9 / 8, 150])
    assert Status.OK not in series.statuses[18:]
    assert (series.lower[30:] <= 100.5).all()
    valued = estimate_index(make_panel(quantity, reported, weight=[1e7] * 12))["all"]
    assert valued.index == pytest.approx(100)
    reported[:4] = True
    reported[:4, :20] = False
    assert estimate_index(make_panel(quantity, reported))["all"].index == pytest.approx(100)


@pytest.mark.parametrize("stopped", [1, 3, 5])
def test_missing_report_between_zeros_counts_as_zero(stopped):
    """And a forgotten month between two of production is production."""
    rng = np.random.default_rng(3)
    quantity = np.round(1000 * rng.lognormal(0, 1, (40, 1)) * np.ones(MONTHS))
    quantity[: 10 * stopped // 2, 15:20] = 0
    reported = rng.random(quantity.shape) < 0.85
    reported[:, :12] = True
    series = estimate_index(make_panel(quantity, reported))["all"]
    total = quantity.sum(axis=0)
    inside = slice(16, 19)
    assert series.index[inside] == pytest.approx(100 * (total / total[0])[inside], abs=3)


def test_coverage_counts_what_a_silent_unit_makes_now():
    """A unit of a twelfth of the base grows to 90 % of the month and falls silent."""
    quantity = np.full((12, MONTHS), 1000.0)
    quantity[0, 20:] = 100_000
    reported = np.ones(quantity.shape, dtype=bool)
    reported[0, 30:33] = False
    series = estimate_index(make_panel(quantity, reported))["all"]
    assert set(series.statuses[30:33]) == {Status.NOT_ENOUGH}
    assert set(series.statuses[33:]) == {Status.OK}
