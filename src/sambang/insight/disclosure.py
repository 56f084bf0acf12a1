"""What must not be published, since a reader could tell one business's production from it.

By month, of those that reported: fewer than three, or two that are nearly all of it. And by subtraction: a whole less its
published parts is what was not published, and that must not be too few either; else the smallest part is held back too, or
the whole where it has only one part to show. Both for the series and for each of its months: who stayed silent in one
leaves others alone in it.
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
from sambang.production.models import Line
from sambang.registry.models import Cluster
from sambang_stats.disclosure import sensitive_cells
from sambang_stats.index import unit_weights
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class Secrecy:
    """The panel's units with their yearly value, and what is held back wholly."""

    panel: engine.Panel
    weight: Floats
    regions: frozenset[str]  # region codes of four digits, "all" for everything
    sentra: frozenset[str]
    months: Mapping[str, set[int]]  # what is held back by subtraction in some months only, by name of region or sentra

    def hidden_months(self, by: engine.By) -> dict[str, set[int]]:
        """By series of an aggregate: the months whose reports come from too few. Months without any are not hidden."""
        panel = self.panel
        names, group = np.unique(by.names(panel.units), return_inverse=True)
        months = panel.last_month - panel.first_month + 1
        when, who = reporters(panel)
        cell = (group[who] * months + when).astype(np.int64)
        hidden = sensitive_cells(cell, self.weight[who], len(names) * months).reshape(len(names), months)
        hidden[np.isin(names, list(self.sentra if by.cluster else self.regions))] = True
        return {
            str(name): {panel.first_month + int(t) for t in np.flatnonzero(hidden[g])}
            | self.months.get(str(name), set())
            for g, name in enumerate(names)
        }


def reporters(panel: engine.Panel) -> tuple[Integers, Integers]:
    """(month counted from the panel's first, unit) of everybody who reported anything in it, by month."""
    pairs = np.unique((panel.month - panel.first_month) * len(panel.units) + panel.line_unit[panel.line])
    return pairs // len(panel.units), pairs % len(panel.units)


def secrecy_of(panel: engine.Panel, base_year: int, *, is_regency: bool) -> Secrecy:
    """`is_regency`: everything in the panel is one regency, so that "all" is its name."""
    weight = unit_weights(panel, base_year)
    regency = engine.By(region=4).names(panel.units)
    regions: set[str] = set()
    sentra: set[str] = set()
    for code in np.unique(regency):
        rows = regency == code
        held, whole = protect(panel.units.cluster[rows], weight[rows])
        sentra |= held
        if whole:
            regions.add("all" if is_regency else str(code))
    if not is_regency:
        held, whole = protect(regency, weight)
        regions |= held | ({"all"} if whole else set())
    return Secrecy(panel, weight, frozenset(regions), frozenset(sentra), months_held_back(panel, weight, is_regency))


def months_held_back(panel: engine.Panel, weight: Floats, is_regency: bool) -> dict[str, set[int]]:
    """The same subtraction among those who reported in a month: regency less its sentra, the whole less its regencies."""
    regency = engine.By(region=4).names(panel.units)
    codes, number = np.unique(regency, return_inverse=True)
    when, who = reporters(panel)
    found: dict[str, set[int]] = defaultdict(set)
    order = np.lexsort((number[who], when))
    when, who = when[order], who[order]
    for rows in _runs(when * len(codes) + number[who]):
        month, units = panel.first_month + int(when[rows][0]), who[rows]
        held, whole = protect(panel.units.cluster[units], weight[units])
        for name in held | ({"all" if is_regency else str(regency[units[0]])} if whole else set()):
            found[name].add(month)
    for rows in _runs(when) if not is_regency else ():
        month, units = panel.first_month + int(when[rows][0]), who[rows]
        held, whole = protect(regency[units], weight[units])
        for name in held | ({"all"} if whole else set()):
            found[name].add(month)
    return found


def _runs(sorted_keys: Integers) -> Iterator[slice]:
    """The stretches of equal keys."""
    ends = [*(np.flatnonzero(np.diff(sorted_keys)) + 1), len(sorted_keys)]
    for start, end in pairwise([0, *ends]):
        if end > start:
            yield slice(int(start), int(end))


def protect(part: np.ndarray, weight: Floats) -> tuple[set[str], bool]:
    """Parts of a whole to hold back, and whether to hold back the whole. `part` names each unit's part; "" is published
    by nobody."""
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
    """Of a sentra's reports of a month as they are now, by what they say was made."""
    told = Line.objects.filter(report__business__cluster=cluster, report__month=month, report__replaced_by=None)
    made = told.values("report__business").annotate(made=Sum("volume")).values_list("made", flat=True)
    return not made or is_sensitive(np.array([float(one or 0) for one in made]))


def is_sensitive(weight: Floats) -> bool:
    together: Integers = np.zeros(len(weight), dtype=np.int64)
    return bool(sensitive_cells(together, weight, 1)[0])
