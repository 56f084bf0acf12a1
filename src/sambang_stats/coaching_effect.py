"""The conclusion about a coaching effect: tests and rules before an effect is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sambang_stats.distributions import NORMAL_80_ONE_SIDED, NORMAL_95, f_tail, t_tail
from sambang_stats.effect_season import SEASON_SIGNIFICANCE, remove_treated_season
from sambang_stats.effects import (
    Averages,
    Base,
    Control,
    Effect,
    GroupTime,
    PreTrend,
    Treatment,
    average,
    group_time_effects,
    pre_trend,
    randomisation_p,
)
from sambang_stats.errors import PanelError

MIN_CLUSTERS = 10
"""Treated and comparison clusters below which only randomisation inference is used."""
MAX_HALF_WIDTH = 0.15
"""Largest half width of an interval with a conclusion, in the outcome's unit (1 = the unit's mean before)."""
FAILED = 0.05
DRAWS = 999
"""Random reassignments for few clusters."""
POWER = NORMAL_95 + NORMAL_80_ONE_SIDED
"""Smallest detectable effect in standard errors: 5 % test, power 80 %."""


class Conclusion(StrEnum):
    RISE = "rise"
    FALL = "fall"
    NOT_SIGNIFICANT = "not_significant"
    TOO_WIDE = "too_wide"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class CoachingEffect:
    """An effect with its tests and its conclusion."""

    effects: GroupTime
    averages: Averages
    pre_trend: PreTrend | None
    p_value: float | None
    """p value of the randomisation test; None with enough clusters."""
    pre_trend_p: float | None
    """p value of the pre-trend test with the small-sample correction; the conclusion uses it."""
    detectable: float
    """Smallest effect that this panel detects with a power of 80 %."""
    conclusion: Conclusion


def estimate_coaching_effect(
    panel: Treatment,
    rng: np.random.Generator,
    *,
    control: Control = Control.NOT_YET,
    anticipation: int = 3,
    draws: int = DRAWS,
) -> CoachingEffect:
    """Estimate the effect and draw the conclusion. With few clusters ``rng`` reassigns treatment dates ``draws`` times.

    A significant seasonal pattern of the treated units alone is removed from the outcomes. A rise or fall must be
    significant both with and without that adjustment.
    """
    deseasoned = remove_treated_season(panel, anticipation)
    other = panel
    if deseasoned.p_value < SEASON_SIGNIFICANCE:
        panel = deseasoned.panel
    else:
        other = deseasoned.panel
    effects = group_time_effects(panel, control=control, anticipation=anticipation)
    averages = average(effects, panel)
    trend = pre_trend(effects)
    treated, compared = panel.sizes()
    if control is Control.NOT_YET:
        compared = max(compared, not_yet_treated(panel, anticipation))
    few = min(treated, compared) < MIN_CLUSTERS
    chance = randomisation_p(panel, control=control, anticipation=anticipation, draws=draws, rng=rng) if few else None
    small = small_sample(treated, len(np.unique(effects.group)))
    p_trend = small.p_value(trend) if trend else None
    conclusion = _conclusion(averages.simple, p_trend, chance, small)
    if conclusion in {Conclusion.RISE, Conclusion.FALL}:
        how = (control, anticipation)
        shuffles = (rng, draws) if few else None
        is_robust = robust_to_base(panel, how, averages.simple, shuffles)
        if is_robust and other is not panel:
            bases = ((Base.PERIOD, FAILED),)
            is_robust = robust_to_base(other, how, averages.simple, shuffles, bases)
        conclusion = conclusion if is_robust else Conclusion.INCONCLUSIVE
    return CoachingEffect(
        effects,
        averages,
        trend,
        chance,
        p_trend,
        POWER * averages.simple.error,
        conclusion,
    )


@dataclass(frozen=True)
class SmallSample:
    """Small-sample correction: influence functions treat group means as known, so errors are too small with few
    clusters."""

    factor: float
    freedom: float

    def p_value(self, trend: PreTrend) -> float:
        """p value of the pre-trend test by F instead of χ²; 1 without degrees of freedom."""
        if trend.freedom == 0:
            return 1.0
        return f_tail(trend.statistic / trend.freedom / self.factor**2, trend.freedom, self.freedom)

    def is_significant(self, effect: Effect) -> bool:
        """Whether the effect differs from zero at 5 %."""
        return self.p_of(effect) < FAILED

    def p_of(self, effect: Effect) -> float:
        """Two-sided p value of an effect; 1 without a standard error."""
        if not effect.error > 0:
            return 1.0
        return 2 * t_tail(abs(effect.estimate) / effect.error / self.factor, self.freedom)


def small_sample(treated: int, groups: int) -> SmallSample:
    """The correction for so many treated clusters: each group uses one degree of freedom."""
    freedom = max(treated - groups, 1)
    return SmallSample(float(np.sqrt(treated / freedom)), float(freedom))


def not_yet_treated(panel: Treatment, anticipation: int) -> int:
    """Number of comparison clusters of the first group that has a period before it."""
    first = [g for g in np.unique(panel.first) if g > panel.periods[0] + anticipation]
    later = panel.first > first[0] + anticipation if first else np.zeros(len(panel.first), dtype=bool)
    return len(np.unique(panel.cluster[later]))


def robust_to_base(
    panel: Treatment,
    how: tuple[Control, int],
    simple: Effect,
    shuffles: tuple[np.random.Generator, int] | None,
    bases: Sequence[tuple[Base, float]] = ((Base.MEDIAN, FAILED), (Base.TREND, 2 * FAILED)),
) -> bool:
    """Whether the effect is significant with the same sign against the median of the periods before and their trend.

    A dip before the anticipation period changes the base period; a lasting difference in growth changes the periods
    after it. With few clusters the pre-trend test detects neither. The effect is therefore tested against two bases,
    each robust to one of them: at 5 % two-sided against the median, one-sided against the trend. ``shuffles``: with
    few clusters, the generator and the number of reassignments. Returns False with too few periods before.
    """
    control, anticipation = how
    for base, level in bases:
        try:
            effects = group_time_effects(panel, control=control, anticipation=anticipation, base=base)
            against = average(effects, panel).simple
        except PanelError:
            return False
        if against.estimate * simple.estimate <= 0:
            return False
        if shuffles is not None:
            rng, draws = shuffles
            p = randomisation_p(panel, control=control, anticipation=anticipation, draws=draws, rng=rng, base=base)
        else:
            treated, groups = panel.sizes()[0], len(np.unique(effects.group))
            p = small_sample(treated, groups).p_of(against)
        if p >= level:
            return False
    return True


def _conclusion(simple: Effect, p_trend: float | None, chance: float | None, small: SmallSample) -> Conclusion:
    if p_trend is None or p_trend < FAILED:
        return Conclusion.INCONCLUSIVE
    if (simple.upper - simple.lower) / 2 > MAX_HALF_WIDTH:
        return Conclusion.TOO_WIDE
    sure = small.is_significant(simple) if chance is None else chance < FAILED
    if not sure:
        return Conclusion.NOT_SIGNIFICANT
    return Conclusion.RISE if simple.estimate > 0 else Conclusion.FALL
