"""Seasonal and Lebaran adjustment; the school year is part of the season.

From 60 months and 30 lines: X-13ARIMA-SEATS. 36 to 59 months: X-13 with the regression as alternative, *belum stabil*.
Shorter or smaller series: own factors shrunk to those of the nation's industry. All others, also with zeros and gaps:
a regression of the log index on month dummies and Lebaran windows, in first differences with a moving-average error,
so that slumps and recoveries belong to the trend and not to the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sambang_stats import x13
from sambang_stats.calendar import WINDOWS, lebaran_regressors
from sambang_stats.distributions import f_tail
from sambang_stats.results import LEFT, Adjusted, FactorError, Floats, Integers

MIN_SEASONAL_MONTHS = 24
"""Two of every calendar month, the least for an estimate of the season."""
X13_MONTHS = 36
STABLE_MONTHS = 60
STABLE_LINES = 30
LENT_SPREAD = 0.10
"""Standard deviation of a small series' log factors around those of its industry."""
THETAS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
"""Moving-average parameters tried: 0 a random walk, near 1 a straight trend with noise."""


@dataclass(frozen=True)
class Unadjusted:
    """A monthly series without gaps in ``months``; NaN and zero months are left out of the fit."""

    months: Integers
    observed: Floats
    lines: int | None = None
    """Number of lines of the series; None: enough."""
    lender: Adjusted | None = None
    """The adjusted series of the nation's industry for the same months, whose factors are used for a series that is
    too short or too small."""

    @property
    def is_observed(self) -> NDArray[np.bool_]:
        observed: NDArray[np.bool_] = np.isfinite(self.observed) & (self.observed > 0)
        return observed

    @property
    def first(self) -> int:
        """Position of the first observed month; X-13 begins there."""
        return int(self.is_observed.argmax())

    @property
    def is_small(self) -> bool:
        return self.lines is not None and self.lines < STABLE_LINES

    @property
    def is_weak(self) -> bool:
        """Whether it is too small or too short for X-13."""
        return self.is_small or int(self.is_observed.sum()) < X13_MONTHS


def adjust(
    months: Integers,
    observed: Floats,
    *,
    holidays: bool = True,
    lines: int | None = None,
    lender: Adjusted | None = None,
) -> Adjusted:
    """Adjust one series. Without the months and without a lender the result is the observed series with method
    ``none``."""
    [adjusted] = adjust_all([Unadjusted(months, observed, lines, lender)], holidays=holidays)
    return adjusted


def adjust_all(
    series: Sequence[Unadjusted], *, holidays: bool = True, store: x13.FactorStore | None = None
) -> list[Adjusted]:
    """Adjust many series, by one run of X-13 for those that are not in ``store``."""
    adjusted = [_without_x13(one, holidays) for one in series]
    rows = [row for row, one in enumerate(series) if _is_for_x13(one)]
    requests = [_request(series[row], adjusted[row]) for row in rows]
    for row, request, answer in zip(rows, requests, x13.run(requests, store), strict=True):
        factors = _of_another_window(request, store) if isinstance(answer, x13.X13Error) else answer
        if factors is not None:
            adjusted[row] = _by_x13(series[row], adjusted[row], factors)
    return adjusted


def _is_for_x13(one: Unadjusted) -> bool:
    return not one.is_weak and bool(one.is_observed[one.first :].all()) and x13.available()


def _request(one: Unadjusted, own: Adjusted) -> x13.Request:
    return x13.Request(one.months[one.first :], one.observed[one.first :], int(own.diagnostics["window"]))


def _without_x13(one: Unadjusted, holidays: bool) -> Adjusted:
    """The adjustment by the lender or the regression; the observed series where there is neither."""
    months, observed = one.months, one.observed
    own = regress(months, observed, holidays) if one.is_observed.sum() >= MIN_SEASONAL_MONTHS else None
    if one.lender is not None and one.is_weak:
        return _with_lender(months, observed, one.lender, own)
    if own is None:
        nothing = np.ones(len(months))
        return Adjusted(months, observed, observed, nothing, nothing, "none", False, {})
    return replace(own, stable=own.stable and not one.is_small)


def _by_x13(one: Unadjusted, own: Adjusted, factors: x13.Factors) -> Adjusted:
    """X-13's factors, with the window of Lebaran that the regression ``own`` chose: ``own`` stays beside it until the
    series is stable."""
    seasonal, holiday = (np.r_[np.ones(one.first), given] for given in (factors.seasonal, factors.holiday))
    adjusted = one.observed / (seasonal * holiday)
    tests = residual_tests(one.months, adjusted, one.is_observed) | {"window": float(factors.window)}
    stable = int(one.is_observed.sum()) >= STABLE_MONTHS and min(tests["season_left"], tests["lebaran_left"]) >= LEFT
    return Adjusted(
        months=one.months,
        observed=one.observed,
        adjusted=adjusted,
        seasonal=seasonal,
        holiday=holiday,
        method="x13",
        stable=stable,
        diagnostics=factors.diagnostics | tests,
        factor_error=own.factor_error,
        alternative=None if stable else own.adjusted,
    )


def _of_another_window(failed: x13.Request, store: x13.FactorStore | None) -> x13.Factors | None:
    """The factors with the window nearest to the one that the program could not fit; None where there is none."""
    others = sorted(WINDOWS, key=lambda days: abs(days - failed.window)) if failed.window else ()
    for window in others:
        if window != failed.window:
            [factors] = x13.run([replace(failed, window=window)], store)
            if isinstance(factors, x13.Factors):
                return factors
    return None


@dataclass(frozen=True)
class Fit:
    """One generalised least squares fit of the differenced log series."""

    coefficients: Floats
    aicc: float
    theta: float
    residual: float
    white_x: Floats
    """The whitened regressors, the drift last."""
    unbiased: float
    """Variance of the whitened residuals."""

    @property
    def covariance(self) -> Floats:
        of_all = self.unbiased * np.linalg.pinv(self.white_x.T @ self.white_x)
        count = len(self.coefficients)
        return of_all[:count, :count]


def regress(months: Integers, observed: Floats, holidays: bool) -> Adjusted:
    """Adjustment by the regression alone; needs at least ``MIN_SEASONAL_MONTHS`` known months."""
    is_observed = np.isfinite(observed) & (observed > 0)
    log = np.log(np.where(is_observed, observed, 1.0))
    dummies = month_dummies(months)
    candidates = [(0, np.zeros((len(months), 0)))]
    if holidays:
        candidates += [(window, lebaran_regressors(months, window)) for window in WINDOWS]
    middle = candidates[len(candidates) // 2][1]
    tried = [fit_differences(log, np.hstack([dummies, middle]), is_observed, theta) for theta in THETAS]
    chosen = min(tried, key=lambda fit: fit.aicc)
    fits = [
        (
            chosen if feast is middle else fit_differences(log, np.hstack([dummies, feast]), is_observed, chosen.theta),
            window,
            feast,
        )
        for window, feast in candidates
    ]
    best, window, feast = min(fits, key=lambda tried: tried[0].aicc)
    seasonal = np.exp(dummies @ best.coefficients[: dummies.shape[1]])
    holiday = np.exp(feast @ best.coefficients[dummies.shape[1] :])
    adjusted = observed / (seasonal * holiday)
    diagnostics = {"window": float(window), "aicc": best.aicc, "theta": best.theta, "residual": best.residual}
    diagnostics |= residual_tests(months, adjusted, is_observed)
    return Adjusted(
        months=months,
        observed=observed,
        adjusted=adjusted,
        seasonal=seasonal,
        holiday=holiday,
        method="regression",
        stable=int(is_observed.sum()) >= STABLE_MONTHS
        and min(diagnostics["season_left"], diagnostics["lebaran_left"]) >= LEFT,
        diagnostics=diagnostics,
        factor_error=FactorError(np.hstack([dummies, feast]), best.covariance),
    )


def _with_lender(months: Integers, observed: Floats, lender: Adjusted, own: Adjusted | None) -> Adjusted:
    """The lender's factors; own log factors have the weight ``n / (n + 36)`` for n known months."""
    place = {int(month): i for i, month in enumerate(lender.months)}
    rows = np.array([place.get(int(month), -1) for month in months])
    if (rows < 0).any():
        raise ValueError("the lender does not cover all months of the series")
    count = int((np.isfinite(observed) & (observed > 0)).sum())
    share = count / (count + X13_MONTHS) if own is not None else 0.0
    seasonal, holiday = lender.seasonal[rows], lender.holiday[rows]
    if own is not None:
        seasonal = seasonal ** (1 - share) * own.seasonal**share
        holiday = holiday ** (1 - share) * own.holiday**share
    adjusted = observed / (seasonal * holiday)
    method = "lent" if own is None else "shrunk"
    error = _lent_error(lender, rows, own, share)
    return Adjusted(months, observed, adjusted, seasonal, holiday, method, False, {"own_share": share}, error)


def _lent_error(lender: Adjusted, rows: Integers, own: Adjusted | None, share: float) -> FactorError | None:
    """Error of factors that come partly from another series."""
    lent = lender.factor_error
    if lent is None:
        return None
    regressors, covariance = lent.regressors[rows], (1 - share) ** 2 * lent.covariance
    if own is not None and own.factor_error is not None:
        mine = own.factor_error
        regressors = np.hstack([regressors, mine.regressors])
        size = len(covariance)
        joined = np.zeros((regressors.shape[1],) * 2)
        joined[:size, :size], joined[size:, size:] = covariance, share**2 * mine.covariance
        covariance = joined
    return FactorError(regressors, covariance, (1 - share) * LENT_SPREAD)


def month_dummies(months: Integers) -> Floats:
    """Eleven contrasts that sum to zero over the year, ``(months, 11)``: December is minus the others."""
    dummies = np.zeros((len(months), 11))
    month = months % 12
    for m in range(11):
        dummies[:, m] = (month == m).astype(float) - (month == 11)
    return dummies


def fit_differences(log: Floats, regressors: Floats, is_observed: np.ndarray, theta: float) -> Fit:
    """GLS of differences on differenced regressors and a drift; the error is MA(1) with ``theta``.

    Differences run between neighbouring known months. ``aicc`` counts theta and the variance.
    """
    rows = np.flatnonzero(is_observed)
    step = np.diff(rows).astype(float)
    y = np.diff(log[rows])
    x = np.column_stack([np.diff(regressors[rows], axis=0), step])
    whitening = _whitening(theta, tuple(step.tolist()))
    white_x, white_y, coefficients, dropped = remove_level_shifts(whitening @ x, whitening @ y)
    left = white_y - white_x @ coefficients
    n, k = len(y), x.shape[1] + 2 + dropped
    variance = max(float(left @ left) / n, 1e-30)
    deviance = n * np.log(variance) - 2 * float(np.log(np.diag(whitening)).sum())
    penalty = 2 * k + 2 * k * (k + 1) / max(n - k - 1, 1)
    unbiased = variance * n / max(n - x.shape[1] - dropped, 1)
    count = regressors.shape[1]
    return Fit(coefficients[:count], deviance + penalty, theta, float(np.sqrt(variance)), white_x, unbiased)


@lru_cache(maxsize=64)
def _whitening(theta: float, step: tuple[float, ...]) -> Floats:
    """The lower triangular matrix that turns the MA(1) errors of differences over ``step`` months into white noise;
    series of one period share it."""
    covariance = np.diag(np.array(step) * (1 - theta) ** 2 + 2 * theta)
    off = np.full(len(step) - 1, -theta)
    covariance += np.diag(off, 1) + np.diag(off, -1)
    inverse: Floats = np.tril(np.linalg.inv(np.linalg.cholesky(covariance)))
    return inverse


WORST_CONDITION = 1e8
"""Condition number of the normal equations up to which they are solved; beyond, ``lstsq`` is used."""


def _least_squares(x: Floats, y: Floats) -> Floats:
    """Coefficients of a regression: by the normal equations, five times as fast as ``lstsq``, where ``x`` is well
    conditioned."""
    gram = x.T @ x
    coefficients: Floats
    try:
        inverse = np.linalg.inv(gram)
    except np.linalg.LinAlgError:
        inverse = np.full_like(gram, np.inf)
    if np.abs(gram).max() * np.abs(inverse).max() < WORST_CONDITION:
        coefficients = inverse @ (x.T @ y)
    else:
        coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    return coefficients


MAX_BREAKS = 6
BREAK = 4.0
"""Median absolute deviations (normalised) beyond which a month is a break and gets its own dummy."""


TIE = 1e-9
"""Relative difference of two shocks below which they are equal."""


def remove_level_shifts(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, int]:
    """Rows of a whitened regression with single large shocks set to zero, its coefficients, and how many rows.

    A shock of the (nearly) differenced error is a level shift: the first months of a pandemic, a closure.
    """
    x, y, dropped = x.copy(), y.copy(), 0
    coefficients = _least_squares(x, y)
    while dropped < MAX_BREAKS and len(y) - dropped > x.shape[1] + 6:
        left = np.abs(y - x @ coefficients)
        positive = np.sort(left[left > 0])
        count = len(positive)
        scale = float(positive[(count - 1) // 2] + positive[count // 2]) / 2 / 0.6745 if count else 0.0
        worst = int((left >= left.max() * (1 - TIE)).argmax())  # the first: rounding does not choose among equals
        if scale < 1e-9 or left[worst] < BREAK * scale:
            break
        x[worst], y[worst] = 0.0, 0.0
        dropped += 1
        coefficients = _least_squares(x, y)
    return x, y, coefficients, dropped


def residual_tests(months: Integers, adjusted: Floats, is_observed: np.ndarray) -> dict[str, float]:
    """p values of F tests for season and Lebaran in the differences of the adjusted series."""
    rows = np.flatnonzero(is_observed)
    y = np.diff(np.log(adjusted[rows]))
    step = np.diff(rows).astype(float)[:, None]
    dummies = np.diff(month_dummies(months)[rows], axis=0)
    feast = np.diff(lebaran_regressors(months, 21)[rows], axis=0)
    return {
        "season_left": _f_test(y, step, np.hstack([step, dummies])),
        "lebaran_left": _f_test(y, step, np.hstack([step, feast])),
    }


def _f_test(y: Floats, small: Floats, large: Floats) -> float:
    def left(x: Floats) -> float:
        residual = y - x @ _least_squares(x, y)
        return float(residual @ residual)

    more, below = large.shape[1] - small.shape[1], len(y) - large.shape[1]
    rest = left(large)
    if below < 1 or rest < 1e-20:
        return 1.0
    return f_tail(max(left(small) - rest, 0.0) / more / (rest / below), more, below)
