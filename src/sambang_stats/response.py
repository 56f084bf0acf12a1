"""Who reported: response and coverage by month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.cells import GAPS
from sambang_stats.panel import NEVER, NO_END, Reports
from sambang_stats.results import Floats, Integers
from sambang_stats.sampling import asked_period


@dataclass(frozen=True)
class Response:
    """Who reported, ``(months, groups)``."""

    lines: Integers
    """Lines with a report."""
    units: Integers
    """Units with a report."""
    alive: Integers
    """Registered units alive."""
    reported_value: Floats
    alive_value: Floats

    @property
    def response(self) -> Floats:
        """Units that reported over those alive, 0 … 1; 0 where none lives."""
        return np.divide(self.units, self.alive, out=np.zeros(self.units.shape), where=self.alive > 0)

    @property
    def coverage(self) -> Floats:
        """By base-year value."""
        shape = self.alive_value.shape
        return np.divide(self.reported_value, self.alive_value, out=np.zeros(shape), where=self.alive_value > 0)


def measure_response(panel: Reports, group_of_unit: Integers, groups: int, weight: Floats) -> Response:
    """Response by month and any grouping of units; ``weight`` is each unit's base-year value, rupiah.

    Units count in the months in which they are asked (``asked_period``). A unit that reports before its registered
    start is alive: the report knows better.
    """
    first, until = asked_period(panel)
    units = replace(panel.units, start=np.maximum(panel.units.start, first), end=np.minimum(panel.units.end, until))
    asked = replace(panel, units=units)
    alive = alive_sum(asked, group_of_unit, groups, np.ones(len(weight)))
    alive_value = alive_sum(asked, group_of_unit, groups, weight)
    lines, reporting_units, value = (np.zeros((panel.months, groups)) for _ in range(3))
    for t, reporting in enumerate(panel.reporting_lines):
        lines[t] = np.bincount(group_of_unit, reporting, groups)
        month = panel.first_month + t
        here = np.flatnonzero((reporting > 0) & (month < units.end))
        reporting_units[t] = np.bincount(group_of_unit[here], minlength=groups)
        value[t] = np.bincount(group_of_unit[here], weight[here], groups)
        early = here[month < units.start[here]]
        alive[t] += np.bincount(group_of_unit[early], minlength=groups)
        alive_value[t] += np.bincount(group_of_unit[early], weight[early], groups)
    return Response(
        lines=lines.astype(np.int64),
        units=reporting_units.astype(np.int64),
        alive=np.rint(alive).astype(np.int64),
        reported_value=value,
        alive_value=alive_value,
    )


def linked_coverage(panel: Reports, group: Integers, groups: int, weight: Floats) -> Floats:
    """Value of the units whose report links to an earlier one over that of all in the level, ``(months, groups)``.

    A unit that began within the panel enters the level with its first report: before and in that month it is neither
    silent nor linked.
    """
    there, start = panel.reporting_lines > 0, panel.units.start
    first = np.where(there.any(axis=0), panel.first_month + there.argmax(axis=0), NO_END)
    joined = np.where(start > panel.first_month, first + 1, start)
    members = replace(panel, units=replace(panel.units, start=joined))
    alive, linked = alive_sum(members, group, groups, weight), np.zeros((panel.months, groups))
    last = np.full(len(weight), NEVER - GAPS)
    for t, reporting in enumerate(there):
        rows = np.flatnonzero(reporting & (t - last <= GAPS) & (panel.first_month + t < panel.units.end))
        linked[t] = np.bincount(group[rows], weight[rows], groups)
        last[reporting] = t
    return np.divide(linked, alive, out=np.zeros(alive.shape), where=alive > 0)


def alive_sum(panel: Reports, group: Integers, groups: int, number: Floats, until: Integers | None = None) -> Floats:
    """Sum of ``number`` over the units alive in each month, ``(months, groups)``; ``until``: other ends than theirs."""
    months = panel.months
    start = np.clip(panel.units.start - panel.first_month, 0, months)
    end = np.clip((panel.units.end if until is None else until) - panel.first_month, 0, months)
    size = (months + 1) * groups

    def summed(number: Floats) -> Floats:
        change = np.bincount(start * groups + group, number, size) - np.bincount(end * groups + group, number, size)
        return np.cumsum(change.reshape(months + 1, groups), axis=0)[:months]

    # Where nobody is left, what rounding leaves of the sum is not somebody's.
    return np.where(summed(np.ones(len(number))) > 0, summed(number), 0.0)


def closed_from(panel: Reports) -> Integers:
    """Each unit's first month without production for good, ``(units,)``.

    NO_END while it lives, and where it produced on after its registered closure.
    """
    return np.where(panel.last_production_month < panel.units.end, panel.units.end, NO_END)


def last_reports(panel: Reports) -> Integers:
    """Each unit's last month with a report, from the panel's first, 0; of one without reports, -1."""
    there = panel.reporting_lines[::-1] > 0
    return np.where(there.any(axis=0), panel.months - 1 - there.argmax(axis=0), -1)


def latest(number: Integers, group: Integers, groups: int) -> Integers:
    """The largest number of each group, ``(groups,)``; 0 where there is none."""
    found = np.zeros(groups, dtype=np.int64)
    np.maximum.at(found, group, number)
    return found


def silent_closures(panel: Reports, group: Integers, groups: int, weight: Floats) -> Floats:
    """Share of the value alive the month before that closed without a report to link to, ``(months, groups)``.

    Units that closed without ever having reported, or not within twelve months: their loss is known from
    the register alone.
    """
    months = panel.months
    units, last = panel.units, last_reports(panel)
    last = np.where(last >= 0, panel.first_month + last, NEVER)
    closed = (units.end > panel.first_month) & (units.end <= panel.last_month) & (last < units.end - GAPS)
    at = (units.end[closed] - panel.first_month) * groups + group[closed]
    gone = np.bincount(at, weight[closed], months * groups).reshape(months, groups)
    before = np.roll(alive_sum(panel, group, groups, weight), 1, axis=0)
    return np.clip(np.divide(gone, before, out=np.zeros(gone.shape), where=(gone > 0) & (before > 0)), 0, 1)
