"""What may be said of an effect: the rules that keep a headline honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sambang_stats.distributions import NORMAL_80_ONE_SIDED, NORMAL_95, f_tail, t_tail
from sambang_stats.effect_season import THERE, free_of_season
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

LEAST_CLUSTERS = 10
"""Treated and comparison clusters below which only randomisation inference is used."""
WIDEST = 0.15
"""Half an interval beyond which there is no headline, in the outcome's unit (1 = the own mean before)."""
FAILED = 0.05
DRAWS = 999
"""Random reassignments where clusters are few."""
POWER = NORMAL_95 + NORMAL_80_ONE_SIDED
"""Smallest detectable effect in standard errors: 5 % test, power 80 %."""


class Verdict(StrEnum):
    """The conclusion about a coaching effect."""

    RISE = "rise"
    FALL = "fall"
    NOT_SIGNIFICANT = "not_significant"
    TOO_WIDE = "too_wide"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class CoachingEffect:
    """Everything that is printed about an effect."""

    effects: GroupTime
    averages: Averages
    pre_trend: PreTrend | None
    p_value: float | None
    """Of the randomisation test, where there are few clusters."""
    pre_trend_p: float | None
    """The pre-trend's, for a limited number of clusters; the verdict goes by it."""
    detectable: float
    """Smallest effect that this panel would have shown four times in five."""
    treated_clusters: int
    compared_clusters: int
    verdict: Verdict


def estimate_coaching_effect(
    panel: Treatment,
    rng: np.random.Generator,
    *,
    control: Control = Control.NOT_YET,
    anticipation: int = 3,
    draws: int = DRAWS,
) -> CoachingEffect:
    """Estimate and judge; ``rng`` shuffles treatment dates ``draws`` times where clusters are few.

    Outcomes are freed of a season that only the visited have. A rise or fall must also be there without that, and with
    it where the season is not significant.
    """
    freed = free_of_season(panel, anticipation)
    other = panel
    if freed.p_value < THERE:
        panel = freed.panel
    else:
        other = freed.panel
    effects = group_time_effects(panel, control=control, anticipation=anticipation)
    averages = average(effects, panel)
    trend = pre_trend(effects)
    treated, compared = panel.sizes()
    if control is Control.NOT_YET:
        compared = max(compared, not_yet_treated(panel, anticipation))
    few = min(treated, compared) < LEAST_CLUSTERS
    chance = randomisation_p(panel, control=control, anticipation=anticipation, draws=draws, rng=rng) if few else None
    small = small_sample(treated, len(np.unique(effects.group)))
    p_trend = small.p_value(trend) if trend else None
    verdict = _verdict(averages.simple, p_trend, chance, small)
    if verdict in {Verdict.RISE, Verdict.FALL}:
        how = (control, anticipation)
        shuffles = (rng, draws) if few else None
        is_robust = robust_to_base(panel, how, averages.simple, shuffles)
        if is_robust and other is not panel:
            bases = ((Base.PERIOD, FAILED),)
            is_robust = robust_to_base(other, how, averages.simple, shuffles, bases)
        verdict = verdict if is_robust else Verdict.INCONCLUSIVE
    return CoachingEffect(
        effects,
        averages,
        trend,
        chance,
        p_trend,
        POWER * averages.simple.error,
        treated,
        compared,
        verdict,
    )


@dataclass(frozen=True)
class SmallSample:
    """Influence functions take each group's mean for known; with few clusters their errors are too small."""

    factor: float
    freedom: float

    def p_value(self, trend: PreTrend) -> float:
        """Of the pre-trend test, F in place of χ²; 1 where there is nothing to test."""
        if trend.freedom == 0:
            return 1.0
        return f_tail(trend.statistic / trend.freedom / self.factor**2, trend.freedom, self.freedom)

    def is_significant(self, effect: Effect) -> bool:
        """Not zero at 5 %."""
        return self.p_of(effect) < FAILED

    def p_of(self, effect: Effect) -> float:
        """Two-sided p of an effect; 1 where it has no error."""
        if not effect.error > 0:
            return 1.0
        return 2 * t_tail(abs(effect.estimate) / effect.error / self.factor, self.freedom)


def small_sample(treated: int, groups: int) -> SmallSample:
    """One degree of freedom is spent on each group of the treated clusters."""
    freedom = max(treated - groups, 1)
    return SmallSample(float(np.sqrt(treated / freedom)), float(freedom))


def not_yet_treated(panel: Treatment, anticipation: int) -> int:
    """Comparison clusters for the first group that has a period before it."""
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

    A dip that began earlier than the anticipation allows for moves the one base period; a lasting difference in growth
    moves the months after. With few clusters neither shows in a test of the single effects before, so the effect itself
    is taken against bases that the one or the other does not move: at 5 % two-sided against the median, one-sided
    against the trend. ``shuffles``: where clusters are few, the generator and how often they are shuffled. False where
    too few periods lie before.
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


def _verdict(simple: Effect, p_trend: float | None, chance: float | None, small: SmallSample) -> Verdict:
    if p_trend is None or p_trend < FAILED:
        return Verdict.INCONCLUSIVE
    if (simple.upper - simple.lower) / 2 > WIDEST:
        return Verdict.TOO_WIDE
    sure = small.is_significant(simple) if chance is None else chance < FAILED
    if not sure:
        return Verdict.NOT_SIGNIFICANT
    return Verdict.RISE if simple.estimate > 0 else Verdict.FALL
