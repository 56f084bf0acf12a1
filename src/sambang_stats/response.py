"""Who reported: response and coverage by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sambang_stats.cells import GAPS
from sambang_stats.panel import Panel
from sambang_stats.results import Floats, Integers

NEVER = -GAPS
"""Before any month of any panel."""


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
        return np.divide(self.units, self.alive, out=np.zeros(self.units.shape), where=self.alive > 0)

    @property
    def coverage(self) -> Floats:
        """By base-year value."""
        shape = self.alive_value.shape
        return np.divide(self.reported_value, self.alive_value, out=np.zeros(shape), where=self.alive_value > 0)


def measure_response(panel: Panel, group_of_unit: Integers, groups: int, weight: Floats) -> Response:
    """Response by month and any grouping of units; ``weight`` is each unit's base-year value."""
    months = panel.last_month - panel.first_month + 1
    t = panel.month - panel.first_month
    unit = panel.line_unit[panel.line]
    size = (months, groups)
    lines = np.bincount(t * groups + group_of_unit[unit], minlength=months * groups).reshape(size)
    pair = np.unique(t * len(panel.units) + unit)
    when, who = pair // len(panel.units), pair % len(panel.units)
    lives = panel.first_month + when < panel.units.end[who]
    when, who = when[lives], who[lives]
    at = when * groups + group_of_unit[who]
    # A unit that reports before its registered start is alive: the report knows better.
    early = panel.first_month + when < panel.units.start[who]
    alive = alive_sum(panel, group_of_unit, groups, np.ones(len(weight)))
    value = alive_sum(panel, group_of_unit, groups, weight)
    alive += np.bincount(at[early], minlength=months * groups).reshape(size)
    value += np.bincount(at[early], weight[who[early]], months * groups).reshape(size)
    return Response(
        lines=lines.astype(np.int64),
        units=np.bincount(at, minlength=months * groups).reshape(size).astype(np.int64),
        alive=np.rint(alive).astype(np.int64),
        reported_value=np.bincount(at, weight[who], months * groups).reshape(size),
        alive_value=value,
    )


def alive_sum(panel: Panel, group: Integers, groups: int, number: Floats) -> Floats:
    """Sum of ``number`` over the units alive in each month, ``(months, groups)``."""
    months = panel.last_month - panel.first_month + 1
    start = np.clip(panel.units.start - panel.first_month, 0, months)
    end = np.clip(panel.units.end - panel.first_month, 0, months)
    size = (months + 1) * groups
    change = np.bincount(start * groups + group, number, size) - np.bincount(end * groups + group, number, size)
    return np.cumsum(change.reshape(months + 1, groups), axis=0)[:months]


def silent_closures(panel: Panel, group: Integers, groups: int, weight: Floats) -> Floats:
    """Share of the value alive the month before that closed without a report to link to, ``(months, groups)``.

    Units that closed without ever having reported, or not within twelve months: their loss is told by
    the register alone.
    """
    months = panel.last_month - panel.first_month + 1
    units, last = panel.units, np.full(len(weight), NEVER)
    np.maximum.at(last, panel.line_unit[panel.line], panel.month)
    closed = (units.end > panel.first_month) & (units.end <= panel.last_month) & (last < units.end - GAPS)
    at = (units.end[closed] - panel.first_month) * groups + group[closed]
    gone = np.bincount(at, weight[closed], months * groups).reshape(months, groups)
    before = np.roll(alive_sum(panel, group, groups, weight), 1, axis=0)
    return np.clip(np.divide(gone, before, out=np.zeros(gone.shape), where=(gone > 0) & (before > 0)), 0, 1)
