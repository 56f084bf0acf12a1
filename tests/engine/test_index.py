"""The index: identities, closures, births, borrowing, weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sambang_stats import By, Kind, Options, Source, Status, estimate_index, month_number, month_text

from .panels import FIRST, make_panel, random_panel, volume_index

BOTH = pytest.mark.parametrize("kind", list(Kind))


@BOTH
def test_nothing_changes(kind):
    quantity, reported = random_panel(1)
    same = np.repeat(quantity[:, :1], quantity.shape[1], axis=1)
    assert volume_index(make_panel(same, reported), kind) == pytest.approx(100)


@BOTH
@settings(max_examples=15, deadline=None)
@given(growth=st.floats(-0.03, 0.03), seed=st.integers(0, 1000))
def test_proportion_in_proportion_out(kind, growth, seed):
    """All lines on one path: the index is that path, whatever is missing."""
    quantity, reported = random_panel(seed)
    path = (1 + growth) ** np.arange(quantity.shape[1])
    panel = make_panel(quantity[:, :1] * 1000 * path, reported)
    assert volume_index(panel, kind) == pytest.approx(100 * path / path[:12].mean(), rel=1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), months=st.integers(13, 40))
def test_exact_where_everybody_reports(seed, months):
    """Without missing reports and at constant prices the index is the ratio of totals."""
    quantity, _ = random_panel(seed, months=months)
    total = quantity.sum(axis=0)
    panel = make_panel(quantity)
    assert volume_index(panel) == pytest.approx(100 * total / total[:12].mean(), rel=1e-9)
    series = estimate_index(panel)["all"]
    assert series.lower == pytest.approx(series.index)
    assert series.upper == pytest.approx(series.index)


def test_corrects_itself_when_a_line_returns():
    """Whatever was missed before: once all report again the level is the ratio of totals."""
    quantity, reported = random_panel(5, lines=12, months=12)
    reported[:, -1] = True
    total = quantity.sum(axis=0)
    series = estimate_index(make_panel(quantity, reported))["all"]
    assert series.index[-1] / series.index[0] == pytest.approx(total[-1] / total[0], rel=1e-9)


def test_agrees_with_filling_line_by_line():
    """Oracle of the chain: fill every missing report by the cell's link, take the ratio of sums (one price year)."""
    quantity, reported = random_panel(9, lines=10, months=12)
    imputed = np.where(reported, quantity, np.nan)
    level = [1.0]
    for t in range(1, 12):
        here = reported[:, t]
        link = imputed[here, t].sum() / imputed[here, t - 1].sum()
        imputed[~here, t] = imputed[~here, t - 1] * link
        level.append(imputed[:, t].sum() / imputed[:, 0].sum())
    found = estimate_index(make_panel(quantity, reported), Options(line_means=False))["all"].index
    assert found / found[0] == pytest.approx(level, rel=1e-9)


def test_parts_make_wholes():
    quantity, _ = random_panel(3, lines=12, months=24)
    region = ["3404072003"] * 6 + ["3402082001"] * 6
    weight = quantity[:, :12].sum(axis=1) * 1000
    panel = make_panel(quantity, region=region, weight=weight)
    parts = estimate_index(panel, Options(by=By(region=4)))
    value = [weight[6:].sum(), weight[:6].sum()]
    assert sorted(parts) == ["3402", "3404"]
    together = (parts["3402"].index[:12] * value[0] + parts["3404"].index[:12] * value[1]) / sum(value)
    assert volume_index(panel)[:12] == pytest.approx(together)


def test_order_of_the_rows_changes_nothing():
    quantity, reported = random_panel(6)
    backwards = make_panel(quantity, reported)
    again = make_panel(quantity[::-1], reported[::-1])
    assert volume_index(again) == pytest.approx(volume_index(backwards), rel=1e-12)


@BOTH
def test_a_closure_counts_as_zero_and_never_as_missing(kind):
    quantity = np.full((10, 24), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:5, 18:] = False
    end = ["2020-07"] * 5 + [None] * 5
    series = estimate_index(make_panel(quantity, reported, end=end), Options(kind=kind))["all"]
    assert series.index[17] == pytest.approx(100)
    assert series.index[18:] == pytest.approx(50)
    assert series.response[20] == 1
    silent = estimate_index(make_panel(quantity, reported), Options(kind=kind))["all"]
    assert silent.index[18:] == pytest.approx(100)
    assert silent.response[20] == 0.5


@BOTH
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_sentra_that_closed_altogether_makes_nothing_and_that_is_known(kind, seed):
    """Silent for months or years before, closed one by one or together, born in the panel: zero, exactly."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 8))
    quantity, reported = random_panel(seed, lines=count + 8, months=36)
    end = np.full(count, rng.integers(14, 36)) if rng.random() < 0.5 else rng.integers(14, 36, count)
    start = [None] * (count + 8)
    for unit in range(count):
        reported[unit, end[unit] - rng.choice([0, 2, 5, 14]) :] = False
        if rng.random() < 0.3:
            start[unit] = month_text(FIRST + 2)
            reported[unit, :2] = False
    reported[-1, -1] = True
    ends = [month_text(FIRST + int(month)) for month in end] + [None] * 8
    cluster = ["closed"] * count + ["alive"] * 8
    panel = make_panel(quantity, reported, cluster=cluster, start=start, end=ends)
    closed = estimate_index(panel, Options(by=By(cluster=True), kind=kind))["closed"]
    after = slice(int(end.max()), None)
    assert set(closed.index[after]) == set(closed.upper[after]) == {0.0}
    assert set(closed.statuses[after]) == {Status.OK}
    assert (closed.index[: end.min()] > 0).any()


def test_a_unit_that_produced_on_after_its_closure_did_not_close():
    quantity = np.full((12, 24), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    end = ["2020-03"] * 6 + [None] * 6
    panel = make_panel(quantity, reported, cluster=["s1"] * 6 + ["s2"] * 6, end=end)
    assert estimate_index(panel, Options(by=By(cluster=True)))["s1"].index[14:] == pytest.approx(100)


def test_births_count_in_the_volume_and_not_among_the_same_lines():
    quantity = np.full((12, 24), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[10:, :14] = False
    start = [None] * 10 + ["2020-03"] * 2
    panel = make_panel(quantity, reported, start=start)
    volume, same = volume_index(panel), volume_index(panel, Kind.SAME_LINES)
    assert volume[:14] == pytest.approx(100)
    assert volume[14:] == pytest.approx(120)
    assert same == pytest.approx(100)


@BOTH
def test_a_closure_without_any_report_is_read_from_the_register(kind):
    quantity = np.full((10, 24), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:2] = False
    end = ["2020-07"] * 2 + [None] * 8
    found = volume_index(make_panel(quantity, reported, end=end, weight=[1.2e6] * 10), kind)
    assert found[:18] == pytest.approx(100)
    assert found[18:] == pytest.approx(80)


def _churn(seed):
    """400 lines of which 60 in 100 report; a fifth closes at month 14, a sixth of the others is born at month 18."""
    rng = np.random.default_rng(seed)
    quantity = np.round(1000 * rng.lognormal(0, 0.5, (400, 1)) * rng.lognormal(0, 0.1, (400, 30)))
    quantity[:80, 14:] = 0
    quantity[340:, :18] = 0
    reported = rng.random(quantity.shape) < 0.6
    reported[:80, 14:] = False
    reported[340:, :18] = False
    end = ["2020-03"] * 80 + [None] * 320
    start = [None] * 340 + ["2020-07"] * 60
    return quantity, make_panel(quantity, reported, start=start, end=end)


def test_closures_and_births_do_not_speak_for_the_silent():
    """They are known for certain: matched like the others they would count for more than they are."""
    off = []
    for seed in range(6):
        quantity, panel = _churn(seed)
        total = quantity.sum(axis=0)
        truth = 100 * total / total[:12].mean()
        found = volume_index(panel)
        off.append(np.log([found[14:18].mean() / truth[14:18].mean(), found[-6:].mean() / truth[-6:].mean()]))
    assert np.mean(off, axis=0) == pytest.approx([0, 0], abs=0.015)


def test_an_old_unit_new_to_the_panel_is_no_birth():
    quantity = np.full((12, 24), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[10:, :14] = False
    assert volume_index(make_panel(quantity, reported)) == pytest.approx(100)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_births_while_somebody_is_silent_count_once(seed):
    """Constant lines: each birth adds its own production, whoever is silent in that month; in an old cell and a new."""
    rng = np.random.default_rng(seed)
    born = rng.integers(13, 24, 8)
    quantity = np.repeat(np.round(100 * rng.lognormal(1, 1, (16, 1))) + 1, 36, axis=1)
    reported = rng.random(quantity.shape) < 0.6
    reported[:8, :12] = reported[:, 30:] = True
    industry = ["14111"] * 12 + ["15201"] * 4
    start: list[str | None] = [None] * 8
    for line, month in enumerate(born, start=8):
        reported[line, :month], reported[line, month] = False, True
        start.append(month_text(FIRST + int(month)))
    total = quantity[:8, 0].sum() + [quantity[8:][born <= t, 0].sum() for t in range(36)]
    series = estimate_index(make_panel(quantity, reported, industry=industry, start=start))["all"]
    assert series.index == pytest.approx(100 * total / total[0], rel=1e-6)


def test_a_whole_new_cell_adds_its_production():
    quantity = np.full((12, 36), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[6:, :14] = False
    region = ["3404072003"] * 6 + ["3402082001"] * 6
    start = [None] * 6 + ["2020-03"] * 6
    weight = [1200 * 1000.0] * 6 + [None] * 6
    panel = make_panel(quantity, reported, start=start, region=region, weight=weight)
    assert volume_index(panel)[14:] == pytest.approx(200)
    assert volume_index(panel, Kind.SAME_LINES) == pytest.approx(100)


def test_everybody_stops_and_begins_again():
    quantity = np.full((8, 24), 100.0)
    quantity[:, 15:18] = 0
    found = volume_index(make_panel(quantity))
    assert found[15:18] == pytest.approx(0)
    assert found[18:] == pytest.approx(100)


@BOTH
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_closed_cell_returns_to_its_level(kind, seed):
    """Some stop at once, some a month or two earlier or later, for months or over a year; zeros and reports are
    forgotten. Zero is exact while all are closed, and the level after is the ratio of totals."""
    rng = np.random.default_rng(seed)
    count, length = int(rng.integers(5, 15)), int(rng.integers(3, 18))
    quantity = np.tile(np.round(100 * rng.lognormal(1, 1, (count, 1))) + 1, (1, 40))
    begin = 12 + rng.integers(0, 3, count)
    until = 15 + length + rng.integers(0, 3, count)
    for line in range(count):
        quantity[line, begin[line] : until[line]] = 0
    reported = np.ones(quantity.shape, dtype=bool)
    forgotten = rng.random((count, length)) < 0.2
    reported[:, 15 : 15 + length] = ~forgotten
    reported[0, 15 : 15 + length] = True
    found = volume_index(make_panel(quantity, reported), kind)
    assert found[: begin.min()] == pytest.approx(100)
    assert set(found[15 : 15 + length]) == {0.0}
    total = quantity.sum(axis=0)
    assert found == pytest.approx(100 * total / total[0], rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_zeros_and_lines_that_begin_at_zero_keep_the_ratio_of_totals(seed):
    """Everybody reports: exact, whoever stops, returns or makes something for the first time."""
    rng = np.random.default_rng(seed)
    quantity, _ = random_panel(seed)
    quantity[rng.random(quantity.shape) < 0.4] = 0
    quantity[0] = 50
    total = quantity.sum(axis=0)
    assert volume_index(make_panel(quantity)) == pytest.approx(100 * total / total[:12].mean(), rel=1e-9)


def test_a_return_that_is_half_reported_is_measured_by_the_lines_that_report():
    """Nine of ten stop; when all are back, a changing half of them reports."""
    rng = np.random.default_rng(3)
    quantity = np.tile(np.round(100 * rng.lognormal(2, 1, (10, 1))) + 1, (1, 36))
    quantity[:9, 14:20] = 0
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:, 20:] = rng.random((10, 16)) < 0.5
    reported[0, 20:] = True
    assert volume_index(make_panel(quantity, reported))[20:] == pytest.approx(100)


def test_prices_do_not_move_a_volume():
    quantity, reported = random_panel(8, months=36)
    price = 1000 * 1.25 ** (np.arange(36) // 12)
    assert volume_index(make_panel(quantity, reported, price=price)) == pytest.approx(
        volume_index(make_panel(quantity, reported)), rel=1e-5
    )


def test_a_small_cell_borrows_and_says_from_where():
    quantity, _ = random_panel(2, lines=12, months=24)
    region = ["3404072003"] * 3 + ["3404072001"] * 9
    series = estimate_index(make_panel(quantity, region=region), Options(by=By(region=10)))
    small, large = series["3404072003"], series["3404072001"]
    assert set(small.sources[1:]) == {Source.DISTRICT}
    assert set(large.sources) == {Source.OWN}
    assert small.borrowed[1:] == pytest.approx(1)
    assert small.statuses[5] is Status.NOT_ENOUGH


def test_a_silent_cell_moves_with_its_neighbours():
    quantity = 100 * np.ones((12, 24)) * np.linspace(1, 2, 24)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:6, 5:9] = False
    region = ["3404072003"] * 6 + ["3404072001"] * 6
    series = estimate_index(make_panel(quantity * 100, reported, region=region), Options(by=By(region=10)))
    silent = series["3404072003"]
    assert silent.index == pytest.approx(series["3404072001"].index, rel=1e-4)
    assert silent.sources[6] is Source.DISTRICT
    assert silent.lines[6] == 0
    assert silent.statuses[6] is Status.NOT_ENOUGH
    assert silent.statuses[12] is Status.OK


def test_units_that_never_report_weigh_and_lower_the_coverage():
    quantity = np.full((10, 14), 100.0)
    reported = np.ones(quantity.shape, dtype=bool)
    reported[5:] = False
    series = estimate_index(make_panel(quantity, reported, weight=[1e6] * 5 + [3e6] * 5))["all"]
    assert series.coverage == pytest.approx(0.25)
    assert series.response == pytest.approx(0.5)
    assert series.imputed == pytest.approx(0.75)
    assert series.units == 10


def test_nought_in_the_register_does_not_silence_who_reports():
    quantity = np.full((10, 14), 100.0)
    series = estimate_index(make_panel(quantity, weight=[0.0] * 10))["all"]
    assert series.index == pytest.approx(100)
    assert series.coverage == pytest.approx(1)


def test_no_chain_drift_over_equal_years():
    rng = np.random.default_rng(11)
    season = rng.lognormal(0, 0.6, (10, 12))
    quantity = np.tile(np.round(1000 * season), (1, 6))
    found = volume_index(make_panel(quantity))
    assert found[-12:] == pytest.approx(found[:12])


def test_at_finds_a_month():
    series = estimate_index(make_panel(*random_panel(1)))["all"]
    assert series.at(FIRST + 3).month == month_number("2019-04")
    assert series.at(FIRST - 1) is None
