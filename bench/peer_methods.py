"""Other index methods on simulated panels: quantities ``(lines, months)`` and flags of the reported ones -> index.

Each ignores prices, births and closures unless its formula covers them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def rebased(level: Floats) -> Floats:
    """The first twelve months at a mean of 100."""
    mean = np.nanmean(level[:12])
    return 100 * level / mean if mean > 0 else np.full(len(level), np.nan)


def naive_sum(quantity: Floats, reported: Flags) -> Floats:
    """Sum of what came in."""
    return rebased(np.where(reported, quantity, 0.0).sum(axis=0))


def matched_sample(quantity: Floats, reported: Flags) -> Floats:
    """Chain of month-on-month ratios over the lines of both months."""
    both = reported[:, 1:] & reported[:, :-1]
    now, before = ((quantity[:, at] * both).sum(axis=0) for at in (slice(1, None), slice(None, -1)))
    return rebased(np.cumprod(np.r_[1.0, np.divide(now, before, out=np.ones(len(now)), where=before > 0)]))


def geks(quantity: Floats, reported: Flags) -> Floats:
    """Geometric mean over all months of the paths through them, each a ratio over the lines of both months."""
    q = np.where(reported, quantity, 0.0)
    now = q.T @ reported  # [t, s]: production of t over the lines that also report s
    ratio = np.divide(now, now.T, out=np.full(now.shape, np.nan), where=(now > 0) & (now.T > 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.exp(np.nanmean(np.log(ratio), axis=1))
    return rebased(np.where(q.sum(axis=0) > 0, level, 0.0))


def two_way_fill(quantity: Floats, reported: Flags) -> Floats:
    """Line and month effects fitted to what came in (as in TRIM), silent months filled by their product."""
    q = np.where(reported, quantity, 0.0)
    line, month = np.ones(len(q)), np.ones(q.shape[1])
    for _ in range(60):
        weight = reported @ month
        line = np.divide(q.sum(axis=1), weight, out=np.zeros(len(q)), where=weight > 0)
        weight = line @ reported
        month = np.divide(q.sum(axis=0), weight, out=month, where=weight > 0)
    return rebased(np.where(reported, quantity, line[:, None] * month).sum(axis=0))


PEERS = {
    "naive sum": naive_sum,
    "matched sample": matched_sample,
    "GEKS": geks,
    "two-way fill": two_way_fill,
}
