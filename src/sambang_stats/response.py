"""Response and coverage by month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.cells import GAPS
from sambang_stats.panel import NO_END, NO_MONTH, Reports
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class Response:
    """Reporting units, ``(months, groups)``."""

    lines: Integers
    """Lines with a report."""
    units: Integers
    """Units with a report."""
    alive: Integers
    """Registered units that are open."""
    reported_value: Floats
    alive_value: Floats
    closed_from: Integers
    """First month in which every unit has closed, ``(groups,)``."""

    @property
    def response(self) -> Floats:
        """Units with a report divided by open units, 0 … 1; 0 without open units."""
        return np.divide(self.units, self.alive, out=np.zeros(self.units.shape), where=self.alive > 0)

    @property
    def coverage(self) -> Floats:
        """The response weighted by base-year value, 0 … 1; 0 without open value."""
        shape = self.alive_value.shape
        return np.divide(self.reported_value, self.alive_value, out=np.zeros(shape), where=self.alive_value > 0)


def measure_response(panel: Reports, group_of_unit: Integers, groups: int, weight: Floats) -> Response:
    """Response by month and group, ``(months, groups)``. ``weight``: base-year value of each unit, rupiah.

    A unit counts in the months in which it is in the survey panel (``Reports.asked_period``). A unit that reports
    before its registered start counts as open from that report on.
    """
    first, until = panel.asked_period
    units = replace(panel.units, start=np.maximum(panel.units.start, first), end=np.minimum(panel.units.end, until))
    asked = replace(panel, units=units)
    alive = alive_sum(asked, group_of_unit, groups, np.ones(len(weight)))
    alive_value = alive_sum(asked, group_of_unit, groups, weight)
    lines, reporting_units, value = (np.zeros((panel.months, groups)) for _ in range(3))
    for t, reporting in enumerate(panel.reporting_lines):
        lines[t] = np.bincount(group_of_unit, reporting, groups)
        month = panel.first_month + t
        open_rows = np.flatnonzero((reporting > 0) & (month < units.end))
        reporting_units[t] = np.bincount(group_of_unit[open_rows], minlength=groups)
        value[t] = np.bincount(group_of_unit[open_rows], weight[open_rows], groups)
        early = open_rows[month < units.start[open_rows]]
        alive[t] += np.bincount(group_of_unit[early], minlength=groups)
        alive_value[t] += np.bincount(group_of_unit[early], weight[early], groups)
    return Response(
        lines=lines.astype(np.int64),
        units=reporting_units.astype(np.int64),
        alive=np.rint(alive).astype(np.int64),
        reported_value=value,
        alive_value=alive_value,
        closed_from=_closed_from(panel, group_of_unit, groups),
    )


@dataclass(frozen=True)
class LinkedResponse:
    """The shares of a value that reports link and that closures end, by month and group."""

    coverage: Floats
    """``(months, groups)``: of the units whose report links to an earlier one."""
    gone: Floats
    """``(months, groups)``: that closed with no report to link to."""
    closed_from: Integers
    """First month in which every unit has closed, ``(groups,)``."""


def measure_links(panel: Reports, group: Integers, groups: int, weight: Floats) -> LinkedResponse:
    """``group``: of each unit. ``weight``: base-year value of each unit."""
    return LinkedResponse(
        _linked_coverage(panel, group, groups, weight),
        _unlinked_closures(panel, group, groups, weight),
        _closed_from(panel, group, groups),
    )


def _linked_coverage(panel: Reports, group: Integers, groups: int, weight: Floats) -> Floats:
    """Value of the units whose report links to an earlier one, divided by the value in the level, ``(months, groups)``.

    A unit that started within the panel enters the level with its first report; until the end of that month it counts
    neither as missing nor as linked.
    """
    there, start = panel.reporting_lines > 0, panel.units.start
    first = np.where(there.any(axis=0), panel.first_month + there.argmax(axis=0), NO_END)
    joined = np.where(start > panel.first_month, first + 1, start)
    members = replace(panel, units=replace(panel.units, start=joined))
    alive, linked = alive_sum(members, group, groups, weight), np.zeros((panel.months, groups))
    last = np.full(len(weight), NO_MONTH - GAPS)
    for t, reporting in enumerate(there):
        rows = np.flatnonzero(reporting & (t - last <= GAPS) & (panel.first_month + t < panel.units.end))
        linked[t] = np.bincount(group[rows], weight[rows], groups)
        last[reporting] = t
    return np.divide(linked, alive, out=np.zeros(alive.shape), where=alive > 0)


def alive_sum(panel: Reports, group: Integers, groups: int, number: Floats, until: Integers | None = None) -> Floats:
    """Sum of ``number`` over the open units of each month, ``(months, groups)``. ``until``: ends that replace
    ``panel.units.end``."""
    months = panel.months
    start = np.clip(panel.units.start - panel.first_month, 0, months)
    end = np.clip((panel.units.end if until is None else until) - panel.first_month, 0, months)
    size = (months + 1) * groups

    def summed(number: Floats) -> Floats:
        change = np.bincount(start * groups + group, number, size) - np.bincount(end * groups + group, number, size)
        return np.cumsum(change.reshape(months + 1, groups), axis=0)[:months]

    # Without open units the sum is exactly 0, not a rounding error.
    return np.where(summed(np.ones(len(number))) > 0, summed(number), 0.0)


def _closed_from(panel: Reports, group: Integers, groups: int) -> Integers:
    """First month in which every unit of each group has closed, ``(groups,)``; 0 for an empty group."""
    closed = np.zeros(groups, dtype=np.int64)
    np.maximum.at(closed, group, panel.closed_from)
    return closed


def _unlinked_closures(panel: Reports, group: Integers, groups: int, weight: Floats) -> Floats:
    """Share of the previous month's open value that closed without a report to link to, ``(months, groups)``.

    These units never reported, or not within ``GAPS`` months before the closure: only the register shows their loss.
    """
    months = panel.months
    units, last = panel.units, panel.last_reports
    last = np.where(last >= 0, panel.first_month + last, NO_MONTH)
    closed = (units.end > panel.first_month) & (units.end <= panel.last_month) & (last < units.end - GAPS)
    at = (units.end[closed] - panel.first_month) * groups + group[closed]
    closed_weight = np.bincount(at, weight[closed], months * groups).reshape(months, groups)
    before = np.roll(alive_sum(panel, group, groups, weight), 1, axis=0)
    return np.clip(
        np.divide(closed_weight, before, out=np.zeros(closed_weight.shape), where=(closed_weight > 0) & (before > 0)),
        0,
        1,
    )
