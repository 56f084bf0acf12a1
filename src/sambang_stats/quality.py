"""Quality flags of reports that need review. Reports are flagged, never dropped or changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from sambang_stats.panel import Panel
from sambang_stats.results import Floats

SLIPS = {10: 0.10, 12: 0.08, 20: 0.10}
"""Factor of a unit error and the tolerance of its log: a digit too many, dozens (lusin) and scores (kodi)."""
JUMP = 3.5
"""A log change of more robust standard deviations than this is a jump."""
MIN_SPREAD = 0.20
"""Lower bound of the robust standard deviation of a line's log changes."""
COPIES = 3
"""Fewest equal positive reports in a row of which the repetitions are flagged."""


class Flag(IntFlag):
    """Quality flags of a report; they combine."""

    NONE = 0
    SLIP_10 = 1
    SLIP_12 = 2
    SLIP_20 = 4
    JUMP = 8
    COPY = 16
    """The same quantity as in the previous ``COPIES - 1`` months."""
    PRICE = 32
    """Value over quantity differs from the line's median price by a factor of five: value or unit is wrong."""
    BACK = 64
    """First report after a gap of more than twelve months: it has no link."""


@dataclass(frozen=True)
class Flags:
    """Flags of every report, in the order of the panel."""

    flag: NDArray[np.int64]
    usual: Floats
    """Usual quantity of the line: median of its three reports before, or after; NaN without any."""

    def rows(self, flag: Flag) -> NDArray[np.int64]:
        """Positions of the reports with the flag."""
        return np.flatnonzero(self.flag & int(flag))


def check_quality(panel: Panel) -> Flags:
    """Flag every report: factors 10, 12 and 20 either way, jumps, copies, prices, returns."""
    flag = np.zeros(len(panel.line), dtype=np.int64)
    usual = usual_quantity(panel)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(panel.quantity) - np.log(usual)
    is_finite = np.isfinite(change)
    change = np.where(is_finite, change, 0.0)
    jump = is_finite & (np.abs(change) > JUMP * np.maximum(_spread(panel, change, is_finite), MIN_SPREAD))
    for times, tolerance in SLIPS.items():
        near = np.abs(np.abs(change) - np.log(times)) < tolerance
        flag |= np.where(jump & near, int(Flag[f"SLIP_{times}"]), 0)
    flag |= np.where(jump & (flag == 0), int(Flag.JUMP), 0)
    flag |= np.where(_copies(panel), int(Flag.COPY), 0)
    flag |= np.where(_odd_prices(panel), int(Flag.PRICE), 0)
    same = np.r_[False, panel.line[1:] == panel.line[:-1]]
    gap = np.r_[0, np.diff(panel.month)]
    flag |= np.where(same & (gap > 12), int(Flag.BACK), 0)
    return Flags(flag, usual)


def usual_quantity(panel: Panel) -> Floats:
    """Median of the line's three positive reports before, for its first reports of the three after; ``(reports,)``."""
    before, after = _neighbours(panel, 1), _neighbours(panel, -1)
    few = np.isfinite(before).sum(axis=0) < 2
    chosen = np.where(few & (np.isfinite(after).sum(axis=0) >= 2), after, before)
    usual = np.full(len(panel.line), np.nan)
    some = np.isfinite(chosen).any(axis=0)
    usual[some] = np.nanmedian(chosen[:, some], axis=0)
    return usual


def _neighbours(panel: Panel, direction: int) -> Floats:
    """The three reports of the same line before (1) or after (-1), ``(3, reports)``; NaN if absent or zero."""
    rows = np.arange(len(panel.line))
    neighbours = np.full((3, len(rows)), np.nan)
    for i in range(3):
        place = rows - direction * (i + 1)
        there = (place >= 0) & (place < len(rows))
        place = np.where(there, place, 0)
        there &= (panel.line[place] == panel.line) & (panel.quantity[place] > 0)
        neighbours[i] = np.where(there, panel.quantity[place], np.nan)
    return neighbours


def _spread(panel: Panel, change: Floats, is_finite: NDArray[np.bool_]) -> Floats:
    """Normalised median absolute log change of each report's line; of the panel for a line with fewer than six."""
    lines = len(panel.line_unit)
    line, size = panel.line[is_finite], np.abs(change[is_finite])
    if len(size) == 0:
        return np.zeros(len(panel.line))
    order = np.lexsort((size, line))
    count = np.bincount(line, minlength=lines)
    start = np.cumsum(count) - count
    middle = np.minimum(start + count // 2, len(size) - 1)
    own = np.where(count >= 6, size[order][middle], np.median(size))
    spread: Floats = own[panel.line] / 0.6745
    return spread


def _copies(panel: Panel) -> NDArray[np.bool_]:
    """Flags of reports that repeat the positive quantity of the previous ``COPIES - 1`` months."""
    same = np.r_[False, (np.diff(panel.line) == 0) & (np.diff(panel.month) == 1) & (np.diff(panel.quantity) == 0)]
    same &= panel.quantity > 0
    run = np.arange(len(same)) - np.maximum.accumulate(np.where(same, 0, np.arange(len(same))))
    copied: NDArray[np.bool_] = run >= COPIES - 1
    return copied


def _odd_prices(panel: Panel) -> NDArray[np.bool_]:
    """Flags of reports whose price differs from the line's median by a factor of five or more."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(panel.value) - np.log(panel.quantity)
    is_finite = np.isfinite(log)
    lines = len(panel.line_unit)
    line = panel.line[is_finite]
    order = np.lexsort((log[is_finite], line))
    count = np.bincount(line, minlength=lines)
    start = np.cumsum(count) - count
    middle = np.full(lines, np.nan)
    some = count >= 3
    middle[some] = log[is_finite][order][(start + count // 2)[some]]
    odd: NDArray[np.bool_] = is_finite & (np.abs(np.where(is_finite, log, 0.0) - middle[panel.line]) > np.log(5))
    return odd
