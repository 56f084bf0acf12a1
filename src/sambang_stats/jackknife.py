"""Variance of an index under nonresponse: delete-a-group jackknife of the links that bridge missing months."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS
from sambang_stats.distributions import t_quantile
from sambang_stats.panel import NO_END, Reports
from sambang_stats.response import alive_sum
from sambang_stats.results import Floats, Integers

BY_LINE_BELOW = 200
"""Aggregates with fewer lines use the delete-one jackknife: each line is a group."""
GROUPS = 32


def jackknife_groups(aggregate_of_line: Integers) -> Integers:
    """Jackknife group of every line, ``(lines,)``: its rank in a small aggregate, else a hash into ``GROUPS`` groups.

    Knuth's multiplicative hash of the line's number in integers below 2**63: equal on every SQL engine.
    """
    lines = len(aggregate_of_line)
    size = np.bincount(aggregate_of_line)
    order = np.argsort(aggregate_of_line, kind="stable")
    rank = np.empty(lines, dtype=np.int64)
    rank[order] = np.arange(lines) - np.repeat(np.cumsum(size) - size, size)
    number = np.arange(lines, dtype=np.int64)
    hashed = (number * 2_654_435_761 % (1 << 32)) >> 27
    return np.where(size[aggregate_of_line] < BY_LINE_BELOW, rank, hashed)


NEVER_REPORTED = 0
"""Index in the gap axis for units that never reported, or not within the last ``GAPS`` months."""


class JackknifeVariance:
    """Running variance of jackknife replicates (Welford), ``(gaps, months, aggregates)``.

    ``[g]``: variance of ``log I[t] / I[t - g]``; ``[NEVER_REPORTED]``: variance of ``log I[t]``, base year 100.
    """

    def __init__(self, months: int, lines: Integers) -> None:
        """``lines``: how many each aggregate has."""
        self.groups = np.where(lines < BY_LINE_BELOW, lines, GROUPS)
        """How many jackknife groups each aggregate has."""
        self.mean = np.zeros((GAPS + 1, months, len(lines)))
        self.squares = np.zeros(self.mean.shape)
        self.seen = 0

    def take(self, group: int, replicate: Floats) -> None:
        """Add the replicate that leaves out ``group``, ``(months, aggregates)``; aggregates without that group ignore
        it."""
        self.seen += 1
        has_group = group < self.groups
        log = np.log(np.where(replicate > 0, replicate, 1.0))
        moves = np.stack([log] + [log - _earlier(log, gap) for gap in range(1, GAPS + 1)])
        off = np.where(has_group, moves - self.mean, 0.0)
        self.mean += off / self.seen
        self.squares += off * np.where(has_group, moves - self.mean, 0.0)

    def limits(self, index: Floats, factor: Floats, base: NDArray[np.bool_], further: Floats) -> tuple[Floats, Floats]:
        """Lower and upper 90 % limits, ``(months, aggregates)``: symmetric in ``log``, never negative; 0 and infinity
        with one jackknife group.

        ``factor``: result of ``variance_factor_by_gap``. A missing line has the error of the link since its last
        report; reported values have no error. ``base``: flags of the months whose mean is 100; their errors enter
        every month. ``further``: variance of ``log I`` from other causes.
        """
        share = np.maximum(self.groups - 1, 0) / np.maximum(self.groups, 1)
        own = (factor * share * self.squares).sum(axis=0)
        of_base = own[base].sum(axis=0) / max(int(base.sum()), 1) ** 2
        error = np.sqrt(own + of_base + further)
        quantile = np.array([t_quantile(int(groups) - 1) for groups in self.groups])
        with np.errstate(invalid="ignore", over="ignore"):
            width = np.where(error > 0, quantile * error, 0.0)
            width = np.where((index > 0) | np.isnan(index), width, 0.0)
            return index * np.exp(-width), index * np.exp(width)


def _earlier(log: Floats, gap: int) -> Floats:
    """The table shifted by ``gap`` months; rows before the first month repeat the first month."""
    return log[np.maximum(np.arange(len(log)) - gap, 0)]


def variance_factor_by_gap(
    panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats
) -> Floats:
    """Factor from the variance of a link over gap ``g`` to the variance of the index, ``(gaps, months, groups)``.

    ``linked``: reports that are linked to the base, ``(months, units)``; other reports count as missing. ``group``:
    the group of each unit and the number of groups. ``weight``: base-year value ``w`` of each unit. With ``f`` and
    ``m`` the reported and missing shares of the value, the factor is ``f**2 * sum(w**2, missing at g) / sum(w**2,
    reported) + m * m_g``: the own variance of the missing lines, and the sampling variance of the reported lines from
    which they are imputed. With equal values it is ``m``, the textbook's ``1 - coverage``.
    """
    value = missing_by_gap(panel, linked, group, weight)
    square = missing_by_gap(panel, linked, group, weight**2)
    alive, alive_square = (alive_sum(panel, *group, w) for w in (weight, weight**2))
    share = np.divide(value, alive, out=np.zeros(value.shape), where=alive > 0)
    silent = share.sum(axis=0)
    reported_square = alive_square - square.sum(axis=0)
    some = reported_square > 1e-12 * alive_square
    by_themselves = np.divide(square, reported_square, out=np.zeros(square.shape), where=some)
    factor: Floats = by_themselves * (1 - silent) ** 2 + silent * share
    return factor


def missing_by_gap(panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats) -> Floats:
    """Sum of ``weight`` over the open units without a report, ``(gaps, months, groups)``. Arguments as for
    ``variance_factor_by_gap``.

    ``[g]``: last report ``g`` months ago, 1 … ``GAPS``; ``[NEVER_REPORTED]``: earlier, or no report yet.
    """
    months, (of_unit, groups) = panel.months, group
    silent = np.zeros((GAPS + 1, months, groups))
    last, last_of_all = np.full(len(weight), -1), panel.last_reports
    until = np.maximum(panel.units.end - panel.first_month, last_of_all)
    for t, reporting in enumerate(linked):
        quiet = np.flatnonzero(~reporting & (last >= 0) & (t < until))
        gap = t - last[quiet]
        gap[gap > GAPS] = NEVER_REPORTED
        at = gap * groups + of_unit[quiet]
        silent[:, t] = np.bincount(at, weight[quiet], (GAPS + 1) * groups).reshape(-1, groups)
        last[reporting] = t
    silent[NEVER_REPORTED] += _before_first(panel, linked, group, weight)
    return silent


def _before_first(panel: Reports, linked: NDArray[np.bool_], group: tuple[Integers, int], weight: Floats) -> Floats:
    """Value of the open units before their first report, ``(months, groups)``."""
    first = np.where(linked.any(axis=0), panel.first_month + linked.argmax(axis=0), NO_END)
    until = np.minimum(panel.units.end, np.maximum(first, panel.units.start))
    return alive_sum(panel, *group, weight, until)
