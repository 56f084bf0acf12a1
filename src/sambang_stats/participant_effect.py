"""The effect of a course or an action on the businesses that took part, compared within their own sentra.

A sentra's shocks, season and Lebaran are common to its participants and to the others, so the participants are
compared with the businesses of the same sentra that never took part. A sentra with fewer than two of those is left
out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.coaching_effect import (
    DRAWS,
    FAILED,
    CoachingEffect,
    Conclusion,
    estimate_coaching_effect,
)
from sambang_stats.effects import NEVER_TREATED, Base, Control, Treatment, simple_effect
from sambang_stats.errors import PanelError, Problem
from sambang_stats.results import Integers

MIN_PARTICIPANTS = 10
"""Matched participants, and businesses compared with them, below which nothing is concluded."""
MIN_COMPARED = 2
"""Businesses that never took part, in a sentra, for its participants to be matched."""


@dataclass(frozen=True)
class ParticipantEffect:
    """The effect on the matched participants. Units and clusters of ``effect`` are businesses."""

    effect: CoachingEffect
    """Its conclusion holds for the randomisation within sentra too."""
    p_value: float
    """Share of the random reassignments within sentra whose effect is at least as large."""
    participants: int
    compared: int
    unmatched: int
    """Participants whose sentra has too few others."""
    too_few: bool
    """Whether nothing is concluded because of MIN_PARTICIPANTS; the detectable effect is still known."""


def estimate_participant_effect(
    panel: Treatment, rng: np.random.Generator, *, anticipation: int = 3, draws: int = DRAWS
) -> ParticipantEffect:
    """Estimate the effect; ``panel.cluster`` is the sentra of each business. Raises PanelError if nobody is matched.

    A rise or fall must be significant by the errors of ``estimate_coaching_effect`` and its robustness tests, and by
    ``draws`` reassignments of the dates among the businesses of each sentra.
    """
    matched = matched_rows(panel)
    chosen = Treatment(panel.periods, panel.outcome[matched], panel.first[matched], panel.cluster[matched])
    took_part = chosen.first != NEVER_TREATED
    participants, compared = int(took_part.sum()), int((~took_part).sum())
    unmatched = int((panel.first != NEVER_TREATED).sum()) - participants
    if not participants:
        raise PanelError(Problem.NO_COMPARISON)
    few = min(participants, compared) < MIN_PARTICIPANTS
    effect = estimate_coaching_effect(
        less_own_sentra(chosen), rng, control=Control.NEVER, anticipation=anticipation, draws=1 if few else draws
    )
    p_value = 1.0 if few else p_within_sentra(chosen, rng, anticipation=anticipation, draws=draws)
    if few:
        effect = replace(effect, conclusion=Conclusion.INCONCLUSIVE)
    elif effect.conclusion in {Conclusion.RISE, Conclusion.FALL} and p_value >= FAILED:
        effect = replace(effect, conclusion=Conclusion.NOT_SIGNIFICANT)
    return ParticipantEffect(effect, p_value, participants, compared, unmatched, few)


def matched_rows(panel: Treatment) -> Integers:
    """The rows of the sentra with a participant and at least MIN_COMPARED businesses that never took part."""
    took_part = panel.first != NEVER_TREATED
    sizes = panel.clusters
    inside = np.bincount(panel.cluster[took_part], minlength=sizes)
    others = np.bincount(panel.cluster[~took_part], minlength=sizes)
    return np.flatnonzero(((inside > 0) & (others >= MIN_COMPARED))[panel.cluster])


def less_own_sentra(panel: Treatment) -> Treatment:
    """Outcomes less the mean of the sentra's businesses that never took part in the same period; each business is its
    own cluster.

    Those businesses' own deviations are scaled so that a pooled comparison has the error of the mean over the
    participants of the differences within sentra: a sentra with many participants and few others weighs what its few
    others are worth. A period in which fewer than MIN_COMPARED of them report has no outcome.
    """
    took_part = panel.first != NEVER_TREATED
    outcome = np.full(panel.outcome.shape, np.nan)
    participants, compared = took_part.sum(), (~took_part).sum()
    for sentra in np.unique(panel.cluster):
        rows = panel.cluster == sentra
        inside, others = rows & took_part, rows & ~took_part
        is_observed = np.isfinite(panel.outcome[others])
        count = is_observed.sum(axis=0)
        mean = np.where(is_observed, panel.outcome[others], 0.0).sum(axis=0) / np.maximum(count, 1)
        mean[count < MIN_COMPARED] = np.nan
        size = len(is_observed)
        share = inside.sum() / participants * compared / size
        outcome[inside] = panel.outcome[inside] - mean
        outcome[others] = share * np.sqrt(size / (size - 1)) * (panel.outcome[others] - mean)
    return Treatment(panel.periods, outcome, panel.first, np.arange(len(outcome)))


def p_within_sentra(panel: Treatment, rng: np.random.Generator, *, anticipation: int, draws: int) -> float:
    """Share of the random reassignments of the dates within sentra whose effect is at least as large as the observed
    one. Exact if within a sentra anybody could have taken part. ``panel`` contains matched rows only."""
    how = (Control.NEVER, Base.PERIOD)
    observed = abs(simple_effect(less_own_sentra(panel), how, anticipation))
    as_large, rows = 1, np.argsort(panel.cluster, kind="stable")
    for _ in range(draws):
        first = np.empty_like(panel.first)
        first[rows] = panel.first[np.lexsort((rng.random(len(rows)), panel.cluster))]
        again = simple_effect(less_own_sentra(replace(panel, first=first)), how, anticipation)
        as_large += abs(again) >= observed - 1e-12
    return as_large / (draws + 1)
