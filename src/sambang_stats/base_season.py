"""The mean of a base period with unobserved months, which are estimated from the seasonal pattern of the observed
ones."""

from __future__ import annotations

import numpy as np

from sambang_stats.months import Period
from sambang_stats.results import Floats, Integers
from sambang_stats.seasonal import MIN_SEASONAL_MONTHS, month_dummies, regress


def base_correction(months: Integers, index: Floats, base: Period) -> tuple[float, float]:
    """The ratio of the mean of the whole base period to the mean of its observed months, and the variance of its
    logarithm.

    ``index``: of one series. Returns 1 and 0 if all months are observed, or if the series is too short to estimate its
    season."""
    inside, observed = base.covers(months), np.isfinite(index) & (index > 0)
    every = np.arange(base.first, base.last + 1)
    unseen = every[(every < months[0]) | (every > months[-1])]
    if not len(unseen) or int(observed.sum()) < MIN_SEASONAL_MONTHS or not (observed & inside).any():
        return 1.0, 0.0
    own = regress(months, index, holidays=False)
    error = own.factor_error
    assert error is not None
    season = dict(zip((months % 12).tolist(), own.seasonal.tolist(), strict=True))
    seen = observed & inside
    level = float(np.mean(own.adjusted[seen]))
    missing = level * sum(season.get(int(month) % 12, 1.0) for month in unseen)
    share = len(unseen) / len(every)
    factor = (float(index[seen].mean()) * int(inside.sum()) + missing) / len(every) / float(index[inside].mean())
    contrast = share * (month_dummies(unseen).mean(axis=0) - month_dummies(months[seen]).mean(axis=0))
    return factor, float(contrast @ error.covariance @ contrast)
