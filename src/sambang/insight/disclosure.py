"""Disclosure control: which series and months are suppressed, since they would reveal one business's production.

Primary: a month in which fewer than three businesses reported, or in which two are nearly all of it (the p % rule of
`sambang_stats.disclosure`). Secondary: a total less its published parts is the rest, which must not be sensitive
either; else the smallest part is suppressed too, or the total where it has only one part left. Both hold for a series
as a whole and for each month among the businesses that reported in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from django.db.models import Sum

import sambang_stats as engine
from sambang.production.models import ReportLine
from sambang.registry.models import Cluster
from sambang_stats.disclosure import sensitive_cells
from sambang_stats.index import unit_weights
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class Suppression:
    """The panel's units with their yearly value, and the series that are suppressed."""

    panel: engine.Panel
    weight: Floats
    regions: frozenset[str]  # region codes of four digits, "all" for everything
    sentra: frozenset[str]
    months: Mapping[str, set[int]]  # suppressed by subtraction in some months only, by name of region or sentra

    def months_by_series(self, by: engine.By) -> dict[str, set[int]]:
        """The suppressed months of each series of an aggregate. Months without any report are not suppressed."""
        panel = self.panel
        names, group = np.unique(by.names(panel.units), return_inverse=True)
        months = panel.last_month - panel.first_month + 1
        when, who = reporters(panel)
        cell = (group[who] * months + when).astype(np.int64)
        suppressed = sensitive_cells(cell, self.weight[who], len(names) * months).reshape(len(names), months)
        suppressed[np.isin(names, list(self.sentra if by.cluster else self.regions))] = True
        return {
            str(name): {panel.first_month + int(t) for t in np.flatnonzero(suppressed[g])}
            | self.months.get(str(name), set())
            for g, name in enumerate(names)
        }


def reporters(panel: engine.Panel) -> tuple[Integers, Integers]:
    """(month counted from the panel's first, unit) of every unit that reported in a month, by month."""
    pairs = np.unique((panel.month - panel.first_month) * len(panel.units) + panel.line_unit[panel.line])
    return pairs // len(panel.units), pairs % len(panel.units)


def suppression_of(panel: engine.Panel, base_year: int, *, is_regency: bool) -> Suppression:
    """`is_regency`: everything in the panel is one regency, so that "all" is its name."""
    weight = unit_weights(panel, engine.Period.of_year(base_year))
    regency = engine.By(region=4).names(panel.units)
    regions: set[str] = set()
    sentra: set[str] = set()
    for code in np.unique(regency):
        rows = regency == code
        parts, total = secondary_suppression(panel.units.cluster[rows], weight[rows])
        sentra |= parts
        if total:
            regions.add("all" if is_regency else str(code))
    if not is_regency:
        parts, total = secondary_suppression(regency, weight)
        regions |= parts | ({"all"} if total else set())
    return Suppression(
        panel, weight, frozenset(regions), frozenset(sentra), suppressed_by_subtraction(panel, weight, is_regency)
    )


def suppressed_by_subtraction(panel: engine.Panel, weight: Floats, is_regency: bool) -> dict[str, set[int]]:
    """By name, the months suppressed by subtraction among their reporters: a regency less its sentra, all less the
    regencies."""
    regency = engine.By(region=4).names(panel.units)
    codes, number = np.unique(regency, return_inverse=True)
    when, who = reporters(panel)
    found: dict[str, set[int]] = defaultdict(set)
    order = np.lexsort((number[who], when))
    when, who = when[order], who[order]
    for rows in _runs(when * len(codes) + number[who]):
        month, units = panel.first_month + int(when[rows][0]), who[rows]
        parts, total = secondary_suppression(panel.units.cluster[units], weight[units])
        for name in parts | ({"all" if is_regency else str(regency[units[0]])} if total else set()):
            found[name].add(month)
    for rows in _runs(when) if not is_regency else ():
        month, units = panel.first_month + int(when[rows][0]), who[rows]
        parts, total = secondary_suppression(regency[units], weight[units])
        for name in parts | ({"all"} if total else set()):
            found[name].add(month)
    return found


def _runs(sorted_keys: Integers) -> Iterator[slice]:
    """Runs of equal keys."""
    ends = [*(np.flatnonzero(np.diff(sorted_keys)) + 1), len(sorted_keys)]
    for start, end in pairwise([0, *ends]):
        if end > start:
            yield slice(int(start), int(end))


def secondary_suppression(part: np.ndarray, weight: Floats) -> tuple[set[str], bool]:
    """The parts of a total to suppress, and whether to suppress the total. `part` names each unit's part; the part ""
    is not published."""
    names, number = np.unique(part, return_inverse=True)
    number = number.astype(np.int64)
    total = np.bincount(number, weight, len(names))
    shown = ~sensitive_cells(number, weight, len(names)) & (names != "")
    while not shown.all() and is_sensitive(weight[~shown[number]]):
        if shown.sum() <= 1:
            return {str(name) for name in names[~shown]} - {""}, bool(shown.any())
        shown[np.argmin(np.where(shown, total, np.inf))] = False
    return {str(name) for name in names[~shown]} - {""}, False


def too_few_reported(cluster: Cluster, month: date) -> bool:
    """Whether a sentra's month is sensitive by the current reports' volumes."""
    lines = ReportLine.objects.filter(report__business__cluster=cluster, report__month=month, report__replaced_by=None)
    made = lines.values("report__business").annotate(made=Sum("volume")).values_list("made", flat=True)
    return not made or is_sensitive(np.array([float(one or 0) for one in made]))


def is_sensitive(weight: Floats) -> bool:
    together: Integers = np.zeros(len(weight), dtype=np.int64)
    return bool(sensitive_cells(together, weight, 1)[0])
