"""Adjusted series: without season, school year and Lebaran.

Regression of the log index on month dummies and the Lebaran windows, in first differences with a
moving-average error, so that slumps and recoveries stay in the trend and out of the factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sambang_stats.calendar import WINDOWS, lebaran_regressors
from sambang_stats.results import Adjusted, Floats, Integers

LEAST_MONTHS = 24
"""Two of every calendar month; below, nothing can be said about the season."""
STABLE_MONTHS = 60
THETAS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
"""Moving-average parameters tried: 0 a random walk, near 1 a straight trend with noise."""


@dataclass(frozen=True)
class Fit:
    """One generalised least squares fit of the differenced log series."""

    coefficients: Floats
    aicc: float
    theta: float
    residual: float


def adjust(months: Integers, observed: Floats, *, holidays: bool = True) -> Adjusted:
    """Adjust a monthly series; ``observed`` positive where known, months without a hole.

    Months at zero or NaN are left out of the fit and get the other months' factors. Shorter than
    24 months, or fewer than 24 known: returned as observed with method ``none``.
    """
    known = np.isfinite(observed) & (observed > 0)
    nothing = np.ones(len(months))
    if known.sum() < LEAST_MONTHS:
        return Adjusted(months, observed, observed, nothing, nothing, "none", False, {})
    log = np.log(np.where(known, observed, 1.0))
    dummies = month_dummies(months)
    candidates = (
        [(n, lebaran_regressors(months, n)) for n in WINDOWS] if holidays else [(0, np.zeros((len(months), 0)))]
    )
    fits = [
        (fit_differences(log, np.hstack([dummies, feast]), known, theta), window, feast)
        for window, feast in candidates
        for theta in THETAS
    ]
    best, window, feast = min(fits, key=lambda tried: tried[0].aicc)
    season = dummies @ best.coefficients[: dummies.shape[1]]
    seasonal = np.exp(season)
    holiday = np.exp(feast @ best.coefficients[dummies.shape[1] :])
    return Adjusted(
        months=months,
        observed=observed,
        adjusted=observed / (seasonal * holiday),
        seasonal=seasonal,
        holiday=holiday,
        method="regression",
        stable=int(known.sum()) >= STABLE_MONTHS,
        diagnostics={"window": float(window), "aicc": best.aicc, "theta": best.theta, "residual": best.residual},
    )


def month_dummies(months: Integers) -> Floats:
    """Eleven contrasts that sum to zero over the year, ``(months, 11)``: December is minus the others."""
    dummies = np.zeros((len(months), 11))
    month = months % 12
    for m in range(11):
        dummies[:, m] = (month == m).astype(float) - (month == 11)
    return dummies


def fit_differences(log: Floats, regressors: Floats, known: np.ndarray, theta: float) -> Fit:
    """GLS of differences on differenced regressors and a drift; the error is MA(1) with ``theta``.

    Differences run between neighbouring known months. ``aicc`` counts theta and the variance.
    """
    rows = np.flatnonzero(known)
    step = np.diff(rows).astype(float)
    y = np.diff(log[rows])
    x = np.column_stack([np.diff(regressors[rows], axis=0), step])
    covariance = np.diag(step * (1 - theta) ** 2 + 2 * theta)
    off = np.full(len(y) - 1, -theta)
    covariance += np.diag(off, 1) + np.diag(off, -1)
    root = np.linalg.cholesky(covariance)
    white_x, white_y = np.linalg.solve(root, x), np.linalg.solve(root, y)
    coefficients, *_ = np.linalg.lstsq(white_x, white_y, rcond=None)
    left = white_y - white_x @ coefficients
    n, k = len(y), x.shape[1] + 2
    variance = max(float(left @ left) / n, 1e-30)
    deviance = n * np.log(variance) + 2 * float(np.log(np.diag(root)).sum())
    penalty = 2 * k + 2 * k * (k + 1) / max(n - k - 1, 1)
    return Fit(coefficients[:-1], deviance + penalty, theta, float(np.sqrt(variance)))
