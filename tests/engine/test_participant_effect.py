"""The effect on participants: against the same differences in plain Python, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from bench.participant_effect import SIZES, simulated

from sambang_stats.coaching_effect import Conclusion
from sambang_stats.effects import NEVER_TREATED, Base, Control, Treatment, simple_effect
from sambang_stats.errors import PanelError
from sambang_stats.participant_effect import (
    estimate_participant_effect,
    less_own_sentra,
    matched_rows,
    p_within_sentra,
)

PERIODS = np.arange(8)
HOW = (Control.NEVER, Base.PERIOD)


def panel(rng: np.random.Generator, sizes: list[tuple[int, int]], effect: float = 0.0) -> Treatment:
    """Sentra with (participants from month 6, others), without missing reports."""
    cluster = np.repeat(np.arange(len(sizes)), [sum(size) for size in sizes])
    first = np.concatenate([[6] * inside + [NEVER_TREATED] * others for inside, others in sizes])
    outcome = rng.normal(1, 0.1, (len(cluster), 8)) + rng.normal(0, 1, (len(sizes), 8))[cluster]
    outcome[first == 6, 6:] += effect
    return Treatment(PERIODS, outcome, first, cluster)


def by_hand(chosen: Treatment, base: int) -> float:
    """Mean over participants and months 6 and 7 of the change since the base less that of the sentra's others."""
    found = []
    for row in np.flatnonzero(chosen.first == 6):
        others = np.flatnonzero((chosen.cluster == chosen.cluster[row]) & (chosen.first == NEVER_TREATED))
        for month in (6, 7):
            theirs = sum(chosen.outcome[other, month] - chosen.outcome[other, base] for other in others) / len(others)
            found.append(chosen.outcome[row, month] - chosen.outcome[row, base] - theirs)
    return sum(found) / len(found)


@pytest.mark.parametrize("sizes", [[(2, 3), (5, 2)], [(1, 9)], [(4, 4), (1, 2), (3, 12)]])
def test_equals_the_differences_within_sentra(sizes: list[tuple[int, int]]) -> None:
    chosen = panel(np.random.default_rng(1), sizes, effect=0.3)
    assert simple_effect(less_own_sentra(chosen), HOW, 3) == pytest.approx(by_hand(chosen, 2), abs=1e-12)


def test_the_error_is_that_of_the_differences_within_sentra() -> None:
    """Over many panels the standard error agrees with the spread of the estimates."""
    sizes, rng = [(12, 4), (2, 20), (6, 10)], np.random.default_rng(2)
    found = []
    for _ in range(300):
        result = estimate_participant_effect(panel(rng, sizes), rng, draws=1)
        found.append((result.effect.averages.simple.estimate, result.effect.averages.simple.error))
    estimates, errors = np.array(found).T
    assert errors.mean() == pytest.approx(estimates.std(), rel=0.2)


def test_sentra_without_two_others_are_left_out() -> None:
    chosen = panel(np.random.default_rng(3), [(3, 1), (2, 4), (0, 5)])
    assert matched_rows(chosen).tolist() == [4, 5, 6, 7, 8, 9]
    result = estimate_participant_effect(chosen, np.random.default_rng(3))
    assert (result.participants, result.compared, result.unmatched, result.too_few) == (2, 4, 3, True)
    assert result.effect.conclusion is Conclusion.INCONCLUSIVE
    assert result.effect.detectable > 0
    with pytest.raises(PanelError):
        estimate_participant_effect(panel(np.random.default_rng(3), [(3, 1)]), np.random.default_rng(3))


def test_reassignment_stays_within_sentra() -> None:
    """One participant among four has four possible assignments: a clear effect has a p value of about a quarter."""
    chosen = panel(np.random.default_rng(4), [(1, 3)], effect=9.0)
    assert p_within_sentra(chosen, np.random.default_rng(4), anticipation=3, draws=400) == pytest.approx(0.25, abs=0.07)


@pytest.mark.parametrize(("effect", "least", "most"), [(0.0, 0, 1), (0.3, 5, 10)])
def test_no_effect_is_claimed_and_a_large_one_is_found(effect: float, least: int, most: int) -> None:
    rng = np.random.default_rng(5)
    claimed = 0
    for _ in range(10):
        chosen = simulated(rng, SIZES["8 sentra, 5 of 20 IKM each"], effect=effect, dip=3)
        conclusion = estimate_participant_effect(chosen, rng, draws=99).effect.conclusion
        claimed += conclusion in {Conclusion.RISE, Conclusion.FALL}
    assert least <= claimed <= most
