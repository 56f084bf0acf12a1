"""Simulated truth: small runs of what bench/accuracy.py measures at length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sambang_stats import estimate_index
from sambang_stats.coaching_effect import Conclusion, estimate_coaching_effect
from sambang_stats.effect_season import remove_treated_season
from sambang_stats.effects import (
    NEVER_TREATED,
    Base,
    Control,
    Treatment,
    average,
    group_time_effects,
    pre_trend,
    randomisation_p,
    read_treatment,
)

from .panels import refused
from .truth import SCENARIOS, coached_after_a_bad_quarter, matched_with_last_month, simulate


@pytest.mark.parametrize("scenario", SCENARIOS.values())
def test_error_and_coverage(scenario):
    rng = np.random.default_rng(5)
    ours, theirs, held = [], [], []
    for _ in range(12):
        truth = simulate(scenario, 36, rng)
        series = estimate_index(truth.panel())["all"]
        ours.append(np.mean((series.index / truth.index - 1) ** 2))
        theirs.append(np.mean((matched_with_last_month(truth) / truth.index - 1) ** 2))
        held.append(np.mean((series.lower <= truth.index) & (truth.index <= series.upper)))
    allowed = 0.55 if scenario == "badly" else 0.4
    assert np.sqrt(np.mean(ours)) < allowed * np.sqrt(np.mean(theirs))
    assert 0.80 < np.mean(held) < 0.985


def test_lines_that_report_rarely_and_grow_faster_are_not_filled_by_the_others():
    """In a large cell the silent are filled by the lines that report as rarely; else the bias exceeds the interval."""
    rng = np.random.default_rng(7)
    held, off = [], []
    for _ in range(4):
        truth = simulate("small", 4000, rng)
        series = estimate_index(truth.panel())["all"]
        held.append(np.mean((series.lower <= truth.index) & (truth.index <= series.upper)))
        off.append(np.log(series.index[-6:] / truth.index[-6:]))
    assert np.mean(held) > 0.8
    assert abs(np.mean(off)) < 0.003


def test_no_effect_is_claimed_after_a_bad_quarter():
    """With the month before as base a dip that passes by itself looks like an effect; three months before, not."""
    rng = np.random.default_rng(3)
    conclusions, found, naive = [], [], []
    for _ in range(20):
        panel = coached_after_a_bad_quarter(rng)
        short = group_time_effects(panel, control=Control.NOT_YET, anticipation=0)
        naive.append(average(short, panel).simple.estimate)
        coaching = estimate_coaching_effect(panel, rng)
        found.append(coaching.averages.simple.estimate)
        conclusions.append(coaching.conclusion)
    assert np.mean(naive) > 0.10
    assert abs(np.mean(found)) < 0.01
    assert sum(v in {Conclusion.RISE, Conclusion.FALL} for v in conclusions) <= 4


def test_a_true_effect_is_found():
    rng = np.random.default_rng(4)
    coaching = estimate_coaching_effect(coached_after_a_bad_quarter(rng, effect=0.15), rng)
    assert coaching.conclusion is Conclusion.RISE
    assert coaching.averages.simple.lower < 0.15 < coaching.averages.simple.upper
    assert coaching.detectable < 0.06


def test_a_failed_pre_trend_is_inconclusive():
    rng = np.random.default_rng(6)
    panel = coached_after_a_bad_quarter(rng)
    rising = panel.outcome + 0.02 * panel.periods * (panel.first != NEVER_TREATED)[:, None]
    coaching = estimate_coaching_effect(Treatment(panel.periods, rising, panel.first, panel.cluster), rng)
    assert coaching.conclusion is Conclusion.INCONCLUSIVE
    assert coaching.pre_trend_p < 0.05


def test_few_clusters_speak_by_randomisation_only():
    rng = np.random.default_rng(7)
    coaching = estimate_coaching_effect(coached_after_a_bad_quarter(rng, clusters=12), rng)
    assert coaching.p_value is not None
    assert 0 < coaching.p_value <= 1


def test_randomisation_is_uniform_without_an_effect():
    rng = np.random.default_rng(8)
    first = np.array([3, 3, 3, NEVER_TREATED, NEVER_TREATED, NEVER_TREATED, NEVER_TREATED])
    p = [
        randomisation_p(
            Treatment(np.arange(6), rng.normal(0, 1, (7, 6)), first, np.arange(7)),
            control=Control.NEVER,
            anticipation=0,
            draws=99,
            rng=rng,
        )
        for _ in range(60)
    ]
    assert np.mean(np.array(p) <= 0.1) < 0.25
    assert 0.35 < np.mean(p) < 0.65


def test_two_by_two_is_the_difference_of_differences():
    outcome = np.array([[1.0, 4.0], [2.0, 6.0], [1.0, 2.0], [3.0, 5.0]])
    panel = Treatment(np.array([1, 2]), outcome, np.array([2, 2, NEVER_TREATED, NEVER_TREATED]), np.arange(4))
    effects = group_time_effects(panel, control=Control.NEVER, anticipation=0)
    assert effects.estimate.tolist() == [3.5 - 1.5]
    assert effects.effect(0).error == pytest.approx(np.sqrt(0.25 / 2 + 0.25 / 2))
    assert pre_trend(effects) is None
    assert (
        estimate_coaching_effect(panel, np.random.default_rng(1), anticipation=0).conclusion is Conclusion.INCONCLUSIVE
    )


@pytest.mark.parametrize(("clusters", "runs"), [(8, (4, 6)), (16, (6, 8)), (40, (4, 4, 5, 7))])
def test_a_dip_longer_than_the_anticipation_is_no_effect(clusters, runs):
    """The dip begins four to eight months before the visit and passes by itself."""
    rng = np.random.default_rng(11)
    claimed = 0
    for months in runs:
        panel = coached_after_a_bad_quarter(rng, clusters=clusters, dip=months)
        claimed += estimate_coaching_effect(panel, rng).conclusion in {Conclusion.RISE, Conclusion.FALL}
    assert claimed == 0


@pytest.mark.parametrize("dip", [3, 6, 9, 12])
def test_the_median_before_is_not_moved_by_a_dip_of_up_to_a_year(dip):
    """Four of eight are visited after so many months at 80 % of their level, and are back at it when visited."""
    periods = np.arange(40)
    first = np.array([28] * 4 + [NEVER_TREATED] * 4)
    outcome = np.ones((8, 40))
    outcome[:4, 28 - dip : 28] = 0.8
    panel = Treatment(periods, outcome, first, np.arange(8))
    against = group_time_effects(panel, control=Control.NOT_YET, anticipation=3, base=Base.MEDIAN)
    assert against.estimate == pytest.approx(0)


def test_a_lasting_difference_in_growth_is_no_effect():
    rng = np.random.default_rng(12)
    claimed = 0
    for _ in range(4):
        panel = coached_after_a_bad_quarter(rng)
        faster = panel.outcome + 0.006 * panel.periods * (panel.first != NEVER_TREATED)[:, None]
        found = estimate_coaching_effect(replace(panel, outcome=faster), rng)
        claimed += found.conclusion in {Conclusion.RISE, Conclusion.FALL}
    assert claimed <= 1


def test_nobody_to_compare_with():
    panel = Treatment(np.array([1, 2]), np.ones((2, 2)), np.array([1, 1]), np.arange(2))
    with refused("Tidak ada efek yang dapat dihitung"):
        group_time_effects(panel, control=Control.NEVER, anticipation=0)
    unit = np.array(["a", "b"], dtype=object)
    with refused("Tidak ada unit yang dibina"):
        read_treatment(unit, np.array([1, 1]), np.ones(2), np.array([NEVER_TREATED, NEVER_TREATED]), unit)


@pytest.mark.parametrize("effect", [0.0, 0.12])
def test_a_larger_lebaran_of_the_visited_is_no_effect_and_hides_none(effect):
    rng = np.random.default_rng(13)
    conclusions = [
        estimate_coaching_effect(coached_after_a_bad_quarter(rng, feast=0.3, effect=effect), rng).conclusion
        for _ in range(12)
    ]
    claimed = sum(conclusion in {Conclusion.RISE, Conclusion.FALL} for conclusion in conclusions)
    assert claimed >= 9 if effect else claimed <= 1
    assert Conclusion.FALL not in conclusions


def test_periods_that_are_no_calendar_months_have_no_season():
    rng = np.random.default_rng(14)
    panel = coached_after_a_bad_quarter(rng)
    first = np.where(panel.first == NEVER_TREATED, NEVER_TREATED, panel.first - panel.periods[0])
    numbered = replace(panel, periods=np.arange(len(panel.periods)), first=first)
    assert remove_treated_season(numbered, 3).panel is numbered
    assert remove_treated_season(panel, 3).panel is not panel
