"""The base of an index: rebasing, any run of months, a base that is not observed."""

from __future__ import annotations

import numpy as np
import pytest

from sambang_stats import Options, Period, Status, estimate_index, month_number, month_text, read_panel

from .panels import FIRST, make_panel, random_panel, refused, volume_index


def test_rebasing_changes_no_growth():
    panel = make_panel(*random_panel(4))
    first = estimate_index(panel, Options(base=Period.of_year(2019)))["all"].index
    second = estimate_index(panel, Options(base=Period.of_year(2020)))["all"].index
    assert second[12:24].mean() == pytest.approx(100)
    assert first[1:] / first[:-1] == pytest.approx(second[1:] / second[:-1], rel=1e-9)


def test_a_base_of_which_months_lie_before_the_reports_or_are_silent_is_not_sound():
    quantity = np.full((10, 24), 100.0)
    later = estimate_index(make_panel(quantity, first=FIRST + 5))["all"]
    assert not later.base_observed
    assert set(later.statuses) == {Status.THIN}
    reported = np.ones(quantity.shape, dtype=bool)
    reported[:, 3:6] = False
    silent = estimate_index(make_panel(quantity, reported))["all"]
    assert Status.OK not in silent.statuses
    chosen = Options(base=Period(FIRST + 5, FIRST + 16))
    assert set(estimate_index(make_panel(quantity, first=FIRST + 5), chosen)["all"].statuses) == {Status.OK}


def test_the_base_is_any_run_of_months():
    quantity, reported = random_panel(7)
    panel = make_panel(quantity, reported)
    year = volume_index(panel)
    for base in (Period(FIRST + 7, FIRST + 18), Period(FIRST + 14, FIRST + 15)):
        series = estimate_index(panel, Options(base=base))["all"]
        assert series.index[base.covers(series.months)].mean() == pytest.approx(100)
        assert series.index[1:] / series.index[:-1] == pytest.approx(year[1:] / year[:-1], rel=1e-9)


def test_periods_are_years_or_runs_of_months():
    assert Period.parse("2019") == Period(FIRST, FIRST + 11)
    assert Period.parse("2025-03:2026-02") == Period(month_number("2025-03"), month_number("2026-02"))
    assert [str(Period.parse(text)) for text in ("2019-01:2019-12", "2025-03")] == ["2019", "2025-03:2025-03"]
    assert Period.parse("2025-03:2026-02").year == 2025
    for text in ("2019-13", "", "2019:2020", "tahun"):
        with refused("tidak ada"):
            Period.parse(text)
    with refused("berakhir sebelum mulai"):
        Period.parse("2020-03:2020-02")


def test_an_unknown_base_year_is_refused():
    with refused("Tahun dasar 2017"):
        estimate_index(make_panel(*random_panel(1)), Options(base=Period.of_year(2017)))


@pytest.mark.parametrize(("first", "months"), [(3, 36), (5, 31), (8, 60)])
def test_unseen_months_of_the_base_are_estimated_from_the_season_of_the_others(first, months):
    calendar = (first + np.arange(months)) % 12
    season = 100 + 60 * np.sin(2 * np.pi * calendar / 12)
    quantity = np.outer(np.arange(1.0, 13), season)
    table = {
        "unit": np.repeat([f"u{line}" for line in range(12)], months),
        "product": ["kain"] * (12 * months),
        "month": [month_text(2019 * 12 + first + t) for t in range(months)] * 12,
        "quantity": quantity.ravel(),
        "value": quantity.ravel() * 1000,
    }
    series = estimate_index(read_panel(table))["all"]
    assert series.index == pytest.approx(season, rel=1e-6)
    assert Status.OK not in series.statuses
