"""How sure an index is: delete-a-group jackknife of the links over which silence is bridged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS
from sambang_stats.distributions import t_quantile
from sambang_stats.panel import NO_END, Reports
from sambang_stats.response import alive_sum, last_reports
from sambang_stats.results import Floats, Integers

BY_LINE_BELOW = 200
"""Aggregates with fewer lines leave out one line at a time."""
GROUPS = 32


def jackknife_groups(aggregate_of_line: Integers) -> Integers:
    """Group of every line: its rank in a small aggregate, else 32 groups by a portable hash.

    Knuth's multiplicative hash of the line's number, in integers below 2**63: no engine's ``hash()``.
    """
    lines = len(aggregate_of_line)
    size = np.bincount(aggregate_of_line)
    order = np.argsort(aggregate_of_line, kind="stable")
    rank = np.empty(lines, dtype=np.int64)
    rank[order] = np.arange(lines) - np.repeat(np.cumsum(size) - size, size)
    number = np.arange(lines, dtype=np.int64)
    hashed = (number * 2_654_435_761 % (1 << 32)) >> 27
    return np.where(size[aggregate_of_line] < BY_LINE_BELOW, rank, hashed)


def groups_of(aggregate_of_line: Integers, count: int) -> Integers:
    """Number of jackknife groups of each aggregate, ``(count,)``."""
    size = np.bincount(aggregate_of_line, minlength=count)
    return np.where(size < BY_LINE_BELOW, size, GROUPS)


NEVER = 0
"""Place among the gaps of what never reported, or not within the last twelve months."""


class JackknifeVariance:
    """Running variance of jackknife replicates (Welford), ``(gaps, months, aggregates)``.

    At gap ``g`` the variance of ``log I[t] / I[t - g]``; at ``NEVER`` that of ``log I[t]``, base year 100.
    """

    def __init__(self, shape: tuple[int, int], groups: Integers) -> None:
        self.groups = groups
        self.mean = np.zeros((GAPS + 1, *shape))
        self.squares = np.zeros((GAPS + 1, *shape))
        self.seen = 0

    def take(self, group: int, replicate: Floats) -> None:
        """Count the replicate without ``group``; aggregates that have no such group pass over it."""
        self.seen += 1
        here = group < self.groups
        log = np.log(np.where(replicate > 0, replicate, 1.0))
        moves = np.stack([log] + [log - _earlier(log, gap) for gap in range(1, GAPS + 1)])
        off = np.where(here, moves - self.mean, 0.0)
        self.mean += off / self.seen
        self.squares += off * np.where(here, moves - self.mean, 0.0)

    def relative_error(self, factor: Floats, base: NDArray[np.bool_]) -> Floats:
        """Standard error of ``log I``, ``(months, aggregates)``.

        ``factor``: of ``variance_factor_by_gap``: silent lines err by the link over the time since they last
        reported; the reported value has no error. ``base``: the months whose mean is 100; their
        errors reach every month.
        """
        share = np.maximum(self.groups - 1, 0) / np.maximum(self.groups, 1)
        own = (factor * share * self.squares).sum(axis=0)
        of_base = own[base].sum(axis=0) / max(int(base.sum()), 1) ** 2
        return np.sqrt(own + of_base)


def _earlier(log: Floats, gap: int) -> Floats:
    """The table ``gap`` months before; the first month where that is before the table."""
    return log[np.maximum(np.arange(len(log)) - gap, 0)]


def variance_factor_by_gap(
    panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats
) -> Floats:
    """Factor on the variance of a link over gap ``g`` that gives the error's, ``(gaps, months, groups)``.

    ``linked``: reports that are linked to the base, ``(months, units)``; others count as silence. ``group``: of each
    unit, and how many. With ``w`` the units' base-year values, ``f`` and ``m`` the shares of it that reported and
    that are silent: ``f**2 * sum(w**2, silent at g) / sum(w**2, reported) + m * m_g``: what the silent lines do by
    themselves, and what the reported ones' sampling does to all that was filled from them. Equal values make it
    ``m``, the textbook's ``1 - coverage``.
    """
    value = silent_by_gap(panel, linked, group, weight)
    square = silent_by_gap(panel, linked, group, weight**2)
    alive, alive_square = (alive_sum(panel, *group, w) for w in (weight, weight**2))
    share = np.divide(value, alive, out=np.zeros(value.shape), where=alive > 0)
    silent = share.sum(axis=0)
    reported_square = alive_square - square.sum(axis=0)
    some = reported_square > 1e-12 * alive_square
    by_themselves = np.divide(square, reported_square, out=np.zeros(square.shape), where=some)
    factor: Floats = by_themselves * (1 - silent) ** 2 + silent * share
    return factor


def silent_by_gap(panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats) -> Floats:
    """Sum of ``weight`` over the units alive but silent, ``(gaps, months, groups)``; arguments as above.

    ``[g]`` last reported ``g`` months ago, 1 … 12; ``[NEVER]`` longer ago, or not yet.
    """
    months, (of_unit, groups) = panel.months, group
    silent = np.zeros((GAPS + 1, months, groups))
    last, last_of_all = np.full(len(weight), -1), last_reports(panel)
    until = np.maximum(panel.units.end - panel.first_month, last_of_all)
    for t, reporting in enumerate(linked):
        quiet = np.flatnonzero(~reporting & (last >= 0) & (t < until))
        gap = t - last[quiet]
        gap[gap > GAPS] = NEVER
        at = gap * groups + of_unit[quiet]
        silent[:, t] = np.bincount(at, weight[quiet], (GAPS + 1) * groups).reshape(-1, groups)
        last[reporting] = t
    silent[NEVER] += _before_first(panel, linked, group, weight)
    return silent


def _before_first(panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats) -> Floats:
    """Value of the units alive that have not reported yet, ``(months, groups)``."""
    first = np.where(linked.any(axis=0), panel.first_month + linked.argmax(axis=0), NO_END)
    until = np.minimum(panel.units.end, np.maximum(first, panel.units.start))
    return alive_sum(panel, *group, weight, until)


def interval(index: Floats, error: Floats, groups: Integers) -> tuple[Floats, Floats]:
    """90 % limits on the ratio scale: an index is never negative. With one group: 0 … inf."""
    quantile = np.array([t_quantile(int(g) - 1) for g in groups])
    with np.errstate(invalid="ignore", over="ignore"):
        width = np.where(error > 0, quantile * error, 0.0)
        width = np.where((index > 0) | np.isnan(index), width, 0.0)
        return index * np.exp(-width), index * np.exp(width)
