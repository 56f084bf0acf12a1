"""Simulated truth: panels whose every month is known, and ways of staying silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sambang_stats import Panel
from sambang_stats.calendar import lebaran_regressors
from sambang_stats.effects import NEVER_TREATED, Treatment

from .panels import make_panel

MONTHS = 36
PERIODS = 2021 * 12 + np.arange(MONTHS)
SCENARIOS = {
    "at random, 85 % in": "random85",
    "at random, 60 % in": "random60",
    "silent when it goes badly": "badly",
    "silent off season": "season",
    "small lines report rarely and grow faster": "small",
}


@dataclass(frozen=True)
class Truth:
    """``quantity`` and ``reported`` are ``(lines, months)``."""

    quantity: np.ndarray
    reported: np.ndarray

    @property
    def index(self) -> np.ndarray:
        total = self.quantity.sum(axis=0)
        return 100 * total / total[:12].mean()

    def panel(self) -> Panel:
        return make_panel(self.quantity, self.reported, weight=self.quantity[:, :12].sum(axis=1) * 1000)


def simulate(scenario: str, lines: int, rng: np.random.Generator) -> Truth:
    """A slump and half a recovery, a season, lognormal lines that wander and jitter."""
    size = rng.lognormal(0, 0.8, (lines, 1))
    month = np.arange(MONTHS)
    season = 1 + 0.25 * np.sin(2 * np.pi * month / 12)
    path = np.interp(month, [0, 13, 15, 24, 36], [1, 1, 0.55, 0.75, 0.9])
    wander = np.cumsum(rng.normal(0, 0.05, (lines, MONTHS)), axis=1)
    small = size < np.median(size)
    growth = 0.01 * small * month if scenario == "small" else 0.0
    jitter = rng.normal(0, 0.25, (lines, MONTHS))
    quantity = np.round(1000 * size * path * season * np.exp(wander + jitter + growth)) + 1
    return Truth(quantity, rng.random(quantity.shape) < _willing(scenario, jitter, season, small))


def _willing(scenario: str, jitter: np.ndarray, season: np.ndarray, small: np.ndarray) -> np.ndarray:
    """Chance that a line reports a month."""
    if scenario == "random60":
        return np.full(jitter.shape, 0.6)
    if scenario == "badly":
        return np.clip(0.75 + 0.8 * jitter, 0.15, 0.97)
    if scenario == "season":
        return np.broadcast_to(np.clip(0.7 + 1.0 * (season - 1), 0.2, 0.97), jitter.shape)
    if scenario == "small":
        return np.where(small, 0.45, 0.95) * np.ones(jitter.shape)
    return np.full(jitter.shape, 0.85)


def sum_of_what_came_in(truth: Truth) -> np.ndarray:
    return _rebased((truth.quantity * truth.reported).sum(axis=0))


def matched_with_last_month(truth: Truth) -> np.ndarray:
    both = truth.reported[:, 1:] & truth.reported[:, :-1]
    now, before = (truth.quantity[:, 1:] * both).sum(axis=0), (truth.quantity[:, :-1] * both).sum(axis=0)
    return _rebased(np.cumprod(np.r_[1.0, now / before]))


def last_value_carried(truth: Truth) -> np.ndarray:
    carried = np.where(truth.reported, truth.quantity, np.nan)
    for t in range(1, carried.shape[1]):
        carried[:, t] = np.where(np.isnan(carried[:, t]), carried[:, t - 1], carried[:, t])
    first = np.nanmean(carried, axis=1, keepdims=True)
    return _rebased(np.where(np.isnan(carried), first, carried).sum(axis=0))


def _rebased(level: np.ndarray) -> np.ndarray:
    return 100 * level / level[:12].mean()


def coached_after_a_bad_quarter(
    rng: np.random.Generator,
    *,
    effect: float = 0.0,
    clusters: int = 60,
    dip: int = 3,
    growth: float = 0.0,
    feast: float = 0.0,
) -> Treatment:
    """Sentra of six lines over 36 months; a visit follows a dip of ``dip`` months, the dip passes by itself.

    The visited grow by ``growth`` a month, and by ``feast`` in the months before Lebaran, more than the others.
    """
    lines = 6
    cluster = np.repeat(np.arange(clusters), lines)
    level = 1 + np.cumsum(rng.normal(0, 0.01, (clusters, MONTHS)), axis=1)
    visit = np.where(np.arange(clusters) % 2 == 0, rng.choice([15, 18, 21, 24], clusters), NEVER_TREATED)
    for c in range(clusters):
        if visit[c] != NEVER_TREATED:
            level[c, visit[c] - dip : visit[c]] -= 0.12
            level[c, visit[c] :] += effect
            level[c] += growth * np.arange(MONTHS) + feast * lebaran_regressors(PERIODS, 21)[:, 0]
    outcome = level[cluster] + rng.normal(0, 0.12, (clusters * lines, MONTHS))
    first = np.where(visit == NEVER_TREATED, NEVER_TREATED, visit + PERIODS[0])
    return Treatment(PERIODS, outcome, first[cluster], cluster)
