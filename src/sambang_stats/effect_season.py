"""Outcomes adjusted for a seasonal and Lebaran pattern that visited units have in addition to that of the others.
A pattern that all units share cancels in the comparison. A larger one in the visited units does not, if the months
after the visit contain more or fewer feasts than those before. It is estimated from the periods before any effect and
from the comparison units, and removed if it is significant."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.calendar import lebaran_regressors
from sambang_stats.distributions import f_tail
from sambang_stats.effects import NEVER_TREATED, Treatment
from sambang_stats.results import Floats

FIRST_CALENDAR_MONTH = 1943 * 12
"""Periods from this number on are calendar months; smaller period numbers have no season."""
MIN_MONTHS_BEFORE = 12
"""Fewest months before the first visit for an estimate of the season."""
WINDOW = 21
SWEEPS = 40
SEASON_SIGNIFICANCE = 0.10
"""p value below which the seasonal pattern of the visited units is significant."""


@dataclass(frozen=True)
class DeseasonedOutcome:
    """``panel`` without the visited units' additional season; ``p_value`` of the hypothesis that there is none, 1 if
    untestable."""

    panel: Treatment
    p_value: float


def remove_treated_season(panel: Treatment, anticipation: int) -> DeseasonedOutcome:
    """Regress the outcome on unit and period effects and, for the visited units, on a yearly wave and Lebaran."""
    first = panel.first[panel.first != NEVER_TREATED]
    periods = panel.periods
    monthly = periods[0] >= FIRST_CALENDAR_MONTH and bool((np.diff(periods) == 1).all())
    if not monthly or len(first) == 0 or first.min() - anticipation - periods[0] < MIN_MONTHS_BEFORE:
        return DeseasonedOutcome(panel, 1.0)
    angle = 2 * np.pi * periods / 12
    season = np.column_stack([np.cos(angle), np.sin(angle), lebaran_regressors(periods, WINDOW)])
    visited = (panel.first != NEVER_TREATED)[:, None]
    used = np.isfinite(panel.outcome) & ~(visited & (periods >= panel.first[:, None] - anticipation))
    outcome = _demeaned(np.where(used, panel.outcome, 0.0), used)
    regressors = np.stack([_demeaned(np.where(used, visited * column, 0.0), used) for column in season.T])
    gram = np.einsum("kit,lit->kl", regressors, regressors)
    if np.linalg.matrix_rank(gram) < len(gram):
        return DeseasonedOutcome(panel, 1.0)
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ np.einsum("kit,it->k", regressors, outcome)
    left = outcome - np.einsum("kit,k->it", regressors, coefficients)
    scores = np.zeros((panel.clusters, len(gram)))
    np.add.at(scores, panel.cluster, np.einsum("kit,it->ik", regressors, left))
    covariance = inverse @ scores.T @ scores @ inverse
    below = panel.clusters - len(gram) - 1
    if below < 1 or np.linalg.matrix_rank(covariance) < len(gram):
        return DeseasonedOutcome(panel, 1.0)
    statistic = float(coefficients @ np.linalg.solve(covariance, coefficients)) / len(gram)
    p_value = f_tail(statistic * below / panel.clusters, len(gram), below)
    return DeseasonedOutcome(replace(panel, outcome=panel.outcome - visited * (season @ coefficients)), p_value)


def _demeaned(table: Floats, used: np.ndarray) -> Floats:
    """Without unit and period means over the used entries, computed by alternating projections."""
    for _ in range(SWEEPS):
        for axis in (0, 1):
            count = np.maximum(used.sum(axis=axis, keepdims=True), 1)
            table = np.where(used, table - table.sum(axis=axis, keepdims=True) / count, 0.0)
    return table
