"""Lebaran, seasonal adjustment and recovery against simulated truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from sambang_stats import By, Options, Period, Reason, Status, adjust, estimate_index, month_number, recover, x13
from sambang_stats.calendar import days_from_lebaran, lebaran, lebaran_regressors
from sambang_stats.distributions import chi2_tail, f_tail, t_quantile
from sambang_stats.recovery import around_lebaran, months_around
from sambang_stats.results import StatusReason
from sambang_stats.seasonal import Unadjusted, adjust_all, regress, residual_tests

from .panels import FIRST, make_panel, random_panel

# Decrees of the Minister of Religious Affairs and the joint decrees on public holidays.
OFFICIAL = {2019: (6, 5), 2020: (5, 24), 2021: (5, 13), 2022: (5, 2), 2023: (4, 22), 2024: (4, 10), 2025: (3, 31)}


@pytest.mark.parametrize("year", OFFICIAL)
def test_official_dates_of_lebaran(year):
    assert lebaran(year) == (dt.date(year, *OFFICIAL[year]),)


def test_far_years_come_from_umm_al_qura_and_2000_has_two():
    assert lebaran(2040)[0].year == 2040
    assert [day.month for day in lebaran(2000)] == [1, 12]


def test_days_are_counted_from_the_nearest_lebaran():
    away = days_from_lebaran(month_number("2022-05"))
    assert away[0] == -1
    assert away[1] == 0
    assert len(away) == 31


def test_regressors_have_no_season_of_their_own():
    months = np.arange(1990 * 12, 2050 * 12)
    means = lebaran_regressors(months, 21).reshape(-1, 12, 2).mean(axis=0)
    assert means == pytest.approx(0, abs=1e-12)


def _truth(months, seed):
    """A slump and slow recovery, season, school peak, +35 % for three weeks before Lebaran, -20 % after."""
    rng = np.random.default_rng(seed)
    count = len(months)
    trend = np.interp(np.arange(count), [0, 13, 15, 40, count], [1, 1, 0.55, 0.9, 1.0])
    trend = trend * np.exp(np.cumsum(rng.normal(0, 0.006, count)))
    near = np.array([((d >= -21) & (d <= 10)).any() for d in map(days_from_lebaran, months.tolist())])
    return 100 * trend, 100 * trend * _factors(months) * np.exp(rng.normal(0, 0.01, count)), near


def _factors(months):
    """Season, school peak and feast."""
    days = [days_from_lebaran(int(month)) for month in months]
    feast = [np.mean(np.where((d >= -21) & (d < 0), 1.35, np.where((d >= 0) & (d <= 10), 0.8, 1))) for d in days]
    return (1 + 0.15 * np.sin(2 * np.pi * (months % 12) / 12) + 0.2 * (months % 12 == 6)) * np.array(feast)


def _error(adjusted, trend, near):
    off = np.log(adjusted) - np.log(trend)
    return float(np.sqrt(((off - off.mean())[near] ** 2).mean()))


@pytest.mark.parametrize(("count", "method"), [(94, "x13"), (58, "x13"), (36, "x13")])
def test_lebaran_months_are_right_after_adjustment(count, method):
    months = FIRST + np.arange(count)
    errors, blind = [], []
    for seed in range(4):
        trend, observed, near = _truth(months, seed)
        smooth = adjust(months, observed)
        assert smooth.method == method
        assert smooth.observed == pytest.approx(smooth.adjusted * smooth.seasonal * smooth.holiday)
        assert smooth.stable is (count >= 60)
        assert (smooth.alternative is None) is smooth.stable
        errors.append(_error(smooth.adjusted, trend, near))
        blind.append(_error(adjust(months, observed, holidays=False).adjusted, trend, near))
    assert np.mean(errors) < 0.035
    assert np.mean(errors) < np.mean(blind) / 2


@pytest.mark.parametrize("count", [94, 58, 36, 30])
def test_the_regression_alone_is_as_good(count):
    months = FIRST + np.arange(count)
    errors = [
        _error(regress(months, y, True).adjusted, t, near) for t, y, near in (_truth(months, s) for s in range(4))
    ]
    assert np.mean(errors) < 0.04


def test_zero_and_missing_months_do_not_stop_the_adjustment():
    months = FIRST + np.arange(84)
    trend, observed, near = _truth(months, 1)
    observed[15:17] = 0
    observed[40] = np.nan
    smooth = adjust(months, observed)
    assert smooth.method == "regression"
    assert smooth.adjusted[15] == 0
    assert np.isnan(smooth.adjusted[40])
    good = np.isfinite(observed) & (observed > 0)
    assert _error(smooth.adjusted[good], trend[good], near[good]) < 0.03


def test_x13_begins_with_the_first_report():
    """Months in which a level is only carried, before anybody reports, say nothing about the season."""
    months = FIRST + np.arange(130)
    _trend, observed, _near = _truth(months, 1)
    observed[:60] = np.nan
    late, alone = adjust(months, observed), adjust(months[60:], observed[60:])
    assert (late.method, late.stable) == ("x13", alone.stable)
    assert late.adjusted[60:] == pytest.approx(alone.adjusted, rel=1e-12)
    assert np.isnan(late.adjusted[:60]).all()
    assert (late.seasonal[:60] == 1).all()


def test_the_carried_months_before_the_first_report_are_not_observed():
    quantity, reported = random_panel(4, lines=20, months=60)
    reported[:10, :30] = False
    panel = make_panel(quantity, reported, cluster=["late"] * 10 + ["early"] * 10)
    late = estimate_index(panel, Options(by=By(cluster=True)))["late"]
    assert np.isnan(late.observed[:30]).all()
    assert late.observed[30:] == pytest.approx(late.index[30:])
    assert np.isfinite(late.index).all()


def test_a_small_series_takes_the_nations_factors():
    months = FIRST + np.arange(84)
    _trend, observed, _ = _truth(months, 2)
    nation = adjust(months, observed)
    short = adjust(months[-15:], observed[-15:], lender=nation)
    assert short.method == "lent"
    assert short.seasonal == pytest.approx(nation.seasonal[-15:])
    small = adjust(months, observed * 1.1, lines=8, lender=nation)
    assert small.method == "shrunk"
    assert small.adjusted == pytest.approx(nation.adjusted * 1.1, rel=0.05)
    assert adjust(months[:15], observed[:15]).method == "none"


def test_what_is_left_is_found():
    months = FIRST + np.arange(84)
    _, observed, _ = _truth(months, 3)
    known = np.ones(84, dtype=bool)
    assert residual_tests(months, observed, known)["lebaran_left"] < 0.01
    assert adjust(months, observed).diagnostics["lebaran_left"] > 0.05


def _series(months=84):
    trend, observed, _ = _truth(FIRST + np.arange(months), 5)
    return trend, estimate_index(make_panel(np.round(observed * 100 * np.ones((12, 1)))))["all"]


def test_recovery_is_against_the_adjusted_mean_of_2019():
    trend, series = _series()
    month = month_number("2025-09")
    found = recover(series, month)
    assert found.against_mean == pytest.approx(100 * trend[month - FIRST] / trend[:12].mean(), rel=0.04)
    assert found.mean_lower <= found.against_mean <= found.mean_upper
    assert found.same_month == pytest.approx(100 * series.at(month).index / series.at(FIRST + 8).index)


def test_a_lebaran_month_has_no_comparison_by_the_calendar():
    trend, series = _series()
    month = month_number("2022-04")
    found = recover(series, month)
    truth = 100 * trend[month - FIRST] / trend[:12].mean()
    assert found.same_month is None
    assert found.against_mean == pytest.approx(truth, rel=0.05)
    assert abs(found.against_mean - truth) < abs(series.at(month).index - truth)


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023, 2024, 2025])
def test_around_lebaran_is_what_it_was_in_truth(year):
    """All of a feast against all of 2019's, wherever in the calendar it fell."""
    trend, series = _series()
    found = around_lebaran(series, month_number(f"{year}-07"), year=2019, adjusted=adjust(series.months, series.index))
    now, then = months_around(lebaran(year)[0]), months_around(lebaran(2019)[0])
    length = max(len(now), len(then))
    assert (found.first, found.last) == (now[0], now[0] + length - 1)
    rows = np.arange(now[0], now[0] + length) - FIRST
    truth = 100 * trend[rows].mean() / trend[then[0] - FIRST : then[0] - FIRST + length].mean()
    assert found.percent == pytest.approx(truth, rel=0.035)
    assert found.lower <= found.percent <= found.upper


def test_around_lebaran_is_silent_where_it_would_mislead():
    _, series = _series()
    smooth = adjust(series.months, series.index)
    assert around_lebaran(series, month_number("2019-07"), year=2019, adjusted=smooth) is None
    before_the_rest = month_number("2025-03")  # Lebaran was on the 31st: the year before's is the latest that ended
    assert around_lebaran(series, before_the_rest, year=2019, adjusted=smooth).last == month_number("2024-04")
    at = month_number("2025-03") - FIRST
    hidden = replace(series, statuses=(*series.statuses[:at], Status.NOT_ENOUGH, *series.statuses[at + 1 :]))
    assert around_lebaran(hidden, month_number("2025-07"), year=2019, adjusted=smooth) is None
    assert around_lebaran(series, month_number("2025-07"), year=2019, adjusted=replace(smooth, method="none")) is None


def test_recovery_says_why_it_is_silent():
    _, series = _series(20)
    assert recover(series, FIRST + 19).reason is Reason.TOO_SHORT_TO_ADJUST
    assert recover(series, FIRST + 19).against_mean is None
    _, series = _series()
    assert recover(series, FIRST + 40, base=Period.of_year(2018)).reason is Reason.BASE_YEAR_INCOMPLETE
    empty = replace(series, lines=np.where(series.months < FIRST + 2, 0, series.lines))
    assert recover(empty, FIRST + 40).reason is Reason.BASE_YEAR_INCOMPLETE
    unseen = replace(series, index=np.where(series.months < FIRST + 12, np.nan, series.index))
    assert recover(unseen, FIRST + 40).reason is Reason.BASE_YEAR_INCOMPLETE
    assert recover(series, FIRST - 1).reason is Reason.OUTSIDE_SERIES


@pytest.mark.parametrize("reason", list(StatusReason))
def test_recovery_of_a_month_without_a_figure_gives_the_cause_of_the_month(reason):
    _, series = _series(20)
    statuses, reasons = [Status.OK] * 20, [None] * 20
    statuses[18], reasons[18] = Status.NOT_ENOUGH, reason
    found = recover(replace(series, statuses=tuple(statuses), reasons=tuple(reasons)), FIRST + 18)
    assert (found.against_mean, found.status, found.reason) == (None, Status.NOT_ENOUGH, reason)


def test_a_long_series_with_few_months_of_production_is_short():
    """70 months of which 30 have production: not too few lines, but too few months."""
    _, series = _series(70)
    closed = (series.months >= FIRST + 20) & (series.months < FIRST + 60)
    index = np.where(closed, 0.0, series.index)
    found = recover(replace(series, index=index), FIRST + 69)
    assert found.reason is Reason.UNSTABLE_SHORT


def test_recovery_against_the_months_that_a_young_council_has_seen():
    """Begun in March: in May held against March and April as observed, and not called adjusted."""
    quantity = 100.0 + 10 * np.arange(3) * np.ones((12, 1))
    begun = month_number("2026-03")
    series = estimate_index(make_panel(quantity, first=begun), Options(base=Period(begun, begun + 1)))["all"]
    found = recover(series, begun + 2)
    assert found.against_mean == pytest.approx(100 * 120 / 105)
    assert (found.is_adjusted, found.status, found.reason) == (False, Status.THIN, Reason.TOO_SHORT_TO_ADJUST)
    assert recover(series, begun + 1).reason is Reason.MONTH_IN_BASE_YEAR


def test_distributions_against_printed_tables():
    assert t_quantile(5) == pytest.approx(2.0150, abs=5e-5)
    assert t_quantile(31) == pytest.approx(1.6955, abs=5e-5)
    assert f_tail(4.10, 2, 10) == pytest.approx(0.05, abs=1e-4)
    assert chi2_tail(11.0705, 5) == pytest.approx(0.05, abs=1e-6)


def test_every_year_of_the_calendar_has_a_lebaran():
    for year in range(1943, 2078):
        days = lebaran(year)
        assert 1 <= len(days) <= 2
        assert all(day.year == year for day in days)


def test_one_window_that_x13_cannot_fit_does_not_discard_the_others(monkeypatch):
    months = FIRST + np.arange(84)
    _, observed, _ = _truth(months, 3)
    whole = x13.run

    chosen = int(adjust(months, observed).diagnostics["window"])

    def failing(requests, store=None):
        found = whole(requests, store)
        error = x13.X13Error("no convergence")
        return [error if one.window == chosen else factors for one, factors in zip(requests, found, strict=True)]

    monkeypatch.setattr(x13, "run", failing)
    smooth = adjust(months, observed)
    assert smooth.method == "x13"
    assert smooth.diagnostics["window"] != chosen


def test_one_run_adjusts_many_series_as_one_each_and_the_unchanged_ones_not_again(monkeypatch):
    months = FIRST + np.arange(84)
    many = [Unadjusted(months, _truth(months, seed)[1]) for seed in range(3)]
    store = x13.FactorStore()
    together = adjust_all(many, store=store)
    for one, smooth in zip(many, together, strict=True):
        alone = adjust(months, one.observed)
        assert (smooth.adjusted == alone.adjusted).all()
        assert smooth.diagnostics == alone.diagnostics
        assert {"aicc", "q", "f_stable", "f_moving", "outliers"} <= set(smooth.diagnostics)
    changed = Unadjusted(months, many[0].observed * np.where(months == FIRST + 80, 1.2, 1.0))
    started = []
    whole = x13._run_program
    monkeypatch.setattr(x13, "_run_program", lambda requests: started.append(len(requests)) or whole(requests))
    again = x13.FactorStore(store.used)
    found = adjust_all([changed, *many[1:]], store=again)
    assert started == [1]
    assert (found[1].adjusted == together[1].adjusted).all()
    assert (found[0].seasonal != together[0].seasonal).any()
    assert len(again.used) == 3  # the factors of the series before its change are not kept


def test_a_series_that_the_program_refuses_does_not_stop_the_others():
    months = FIRST + np.arange(84)
    good, bad = (x13.Request(months, _truth(months, seed)[1], 21) for seed in (1, 2))
    bad.__dict__["specification"] = good.specification.replace("model=(0 1 1)", "modl=(0 1 1)")
    first, failed, last = x13.run([good, bad, x13.Request(months, good.observed, 14)])
    assert isinstance(failed, x13.X13Error)
    assert "ERROR" in str(failed)
    assert isinstance(first, x13.Factors) and isinstance(last, x13.Factors)


def test_a_program_that_does_not_end_is_an_error_of_its_own(monkeypatch):
    months = FIRST + np.arange(84)
    _, observed, _ = _truth(months, 3)
    monkeypatch.setattr(x13, "X13_TIMEOUT_SECONDS", 1e-6)
    [found] = x13.run([x13.Request(months, observed, 21)])
    assert isinstance(found, x13.X13Error)
    assert adjust(months, observed).method == "regression"


def test_the_interval_of_a_recovery_holds_the_error_of_the_season():
    """Full response: what is unknown is season and feast."""
    held, short = [], []
    for seed in range(12):
        months = FIRST + np.arange(84)
        _, observed, _ = _truth(months, seed)
        without = observed / _factors(months)
        quantity = np.round(observed[None, :] * 1000 * np.ones((40, 1)))
        series = estimate_index(make_panel(quantity))["all"]
        smooth = adjust(series.months, series.index)
        for month in range(FIRST + 72, FIRST + 84):
            found = recover(series, month, adjusted=smooth)
            truth = 100 * without[month - FIRST] / without[:12].mean()
            held.append(found.mean_lower <= truth <= found.mean_upper)
            short.append((found.mean_upper - found.mean_lower) / 2 / found.against_mean)
    assert np.mean(held) > 0.8
    assert np.mean(short) < 0.05


def test_season_that_is_left_makes_an_adjustment_unstable():
    months = FIRST + np.arange(84)
    _, observed, _ = _truth(months, 3)
    smooth = adjust(months, observed)
    left = replace(smooth, diagnostics=smooth.diagnostics | {"lebaran_left": 0.001}, stable=False)
    series = estimate_index(make_panel(np.round(observed[None, :] * 1000 * np.ones((40, 1)))))["all"]
    found = recover(series, FIRST + 80, adjusted=left)
    assert (found.status, found.reason) == (Status.THIN, Reason.SEASON_LEFT)
