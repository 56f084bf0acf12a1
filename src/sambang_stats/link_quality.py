"""Quality of the links behind an index: reports not linked to the base, seasonal nonresponse, doubtful units.

The response rate does not show them. Each is a share of the value of the open units; it widens the interval or lowers
the status below ``ok`` (``docs/method.md``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.cells import GAPS
from sambang_stats.distributions import NORMAL_90
from sambang_stats.months import Period
from sambang_stats.panel import Reports
from sambang_stats.response import alive_sum
from sambang_stats.results import Floats, Integers

MAX_SHARE = 0.95
"""Upper bound of the unknown share in the variance."""


@dataclass(frozen=True)
class LinkQuality:
    """Shares of the value of the open units, 0 … 1, ``(months, groups)``."""

    unlinked: Floats
    """Units that report but are not linked to the base by gaps of at most ``GAPS`` months, and units of a cell in which
    nobody has reported for more than ``GAPS`` months."""
    seasonal: Floats
    """Units without reports in the same calendar months every year."""
    doubtful: Floats
    """Units whose unit of measure or total is doubtful in the month."""
    cut: Floats
    """The part of ``doubtful`` whose reports were removed from their line."""

    def variance(self, index: Floats) -> Floats:
        """Variance of ``log I``, ``(months, groups)``. ``index``: base 100.

        The 90 % interval covers both explanations: units that are not linked to the base are old or new, seasonal
        nonresponse is zero production or not, and a line whose reports were removed ended or continued."""
        share = self.unlinked + self.seasonal + self.cut
        level = np.where(index > 0, np.clip(index / 100, 0.1, 1.0), 1.0)
        return (np.log1p(-np.minimum(share / level, MAX_SHARE)) / NORMAL_90) ** 2


def link_to_base(panel: Reports, base: Period, cell: Integers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Reports of units that are linked to the base, ``(months, units)``, and the open units of which nothing links to
    the base: they report without a link, or are in a silent cell. ``cell``: of each unit."""
    linked = _linked_reports(panel, base)
    open_units = panel.first_month + np.arange(panel.months)[:, None] < panel.units.end
    unknown = (panel.reporting_lines > 0) & ~linked | _units_of_silent_cells(panel, cell)
    return linked, unknown & open_units


def _linked_reports(panel: Reports, base: Period) -> NDArray[np.bool_]:
    """Reports of units that are linked to the base by gaps of at most ``GAPS`` months, ``(months, units)``.

    A unit that started after the base, or was drawn into the panel after it, is linked from its first report on, if
    that is at most ``GAPS`` months after its start.
    """
    reported = panel.reporting_lines > 0
    months = panel.first_month + np.arange(panel.months)
    inside = base.covers(months)
    first_base, last_base = int(inside.argmax()), panel.months - 1 - int(inside[::-1].argmax())
    linked = reported & inside[:, None]
    begin = np.maximum(panel.units.start, panel.asked_period[0])
    start, late = begin - panel.first_month, begin > max(base.first, panel.first_month)
    last = np.where(late, start, np.iinfo(np.int32).min // 2)
    for t in range(first_base, panel.months):
        linked[t] |= reported[t] & (t - last <= GAPS) & (t >= last)
        last = np.where(linked[t], t, last)
    following = np.full(len(start), np.iinfo(np.int32).max // 2)
    for t in range(last_base, -1, -1):
        linked[t] |= reported[t] & (following - t <= GAPS)
        following = np.where(linked[t], t, following)
    return linked


def _units_of_silent_cells(panel: Reports, cell: Integers) -> NDArray[np.bool_]:
    """Units that are asked and belong to a cell that has reported, but not in the last ``GAPS`` months and the month
    itself, ``(months, units)``: only other cells tell anything of it."""
    first, until = panel.asked_period
    begin = np.maximum(panel.units.start, first)
    last = np.full(int(cell.max()) + 1, -1)
    silent = np.zeros((panel.months, len(cell)), dtype=bool)
    for t, reporting in enumerate(panel.reporting_lines):
        last[cell[reporting > 0]] = t
        month = panel.first_month + t
        silent[t] = ((last >= 0) & (t - last > GAPS))[cell] & (begin <= month) & (month < until)
    return silent


def measure_link_quality(
    panel: Reports,
    group: tuple[Integers, int],
    weight: Floats,
    unknown: NDArray[np.bool_],
    doubtful: Integers,
    seasonal: NDArray[np.bool_],
) -> LinkQuality:
    """``group``: the group of each unit and the number of groups. ``weight``: base-year value of each unit, rupiah.
    ``unknown``: of ``link_to_base``. ``doubtful``: ``LineChanges.doubtful``. ``seasonal``: units with seasonal
    nonresponse."""
    of_unit, groups = group
    alive = alive_sum(panel, of_unit, groups, weight)
    seasonal_value = alive_sum(panel, of_unit, groups, np.where(seasonal, weight, 0.0))
    unlinked = np.stack([np.bincount(of_unit[row], weight[row], groups) for row in unknown])
    wrong, cut = (_doubtful_value(panel, group, weight, rows) for rows in (doubtful, doubtful[doubtful[:, 3] > 0]))

    def share(value: Floats) -> Floats:
        return np.divide(value, alive, out=np.zeros(alive.shape), where=alive > 0)

    return LinkQuality(share(unlinked), share(seasonal_value), share(wrong), share(cut))


def _doubtful_value(panel: Reports, group: tuple[Integers, int], weight: Floats, doubtful: Integers) -> Floats:
    """Value of the doubtful units by month, ``(months, groups)``; a unit counts once."""
    of_unit, groups = group
    units, number = np.unique(doubtful[:, 0], return_inverse=True)
    marked = np.zeros((panel.months + 1, len(units)), dtype=np.int64)
    np.add.at(marked, (doubtful[:, 1] - panel.first_month, number), 1)
    np.add.at(marked, (doubtful[:, 2] - panel.first_month + 1, number), -1)
    flagged = np.cumsum(marked, axis=0)[:-1] > 0
    return np.stack([np.bincount(of_unit[units[row]], weight[units[row]], groups) for row in flagged])
