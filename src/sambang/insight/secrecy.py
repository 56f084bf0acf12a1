"""What must not be published, since a reader could tell one business's production from it.

By month, of those that reported: fewer than three, or two that are nearly all of it. And by subtraction: a whole less its
published parts is what was not published, and that must not be too few either; else the smallest part is held back too, or
the whole where it has only one part to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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

    def hidden_months(self, by: engine.By) -> dict[str, set[int]]:
        """By series of an aggregate: the months whose reports come from too few. Months without any are not hidden."""
        panel = self.panel
        names, group = np.unique(by.names(panel.units), return_inverse=True)
        months = panel.last_month - panel.first_month + 1
        pairs = np.unique((panel.month - panel.first_month) * len(panel.units) + panel.line_unit[panel.line])
        when, who = pairs // len(panel.units), pairs % len(panel.units)
        cell = (group[who] * months + when).astype(np.int64)
        hidden = sensitive_cells(cell, self.weight[who], len(names) * months).reshape(len(names), months)
        hidden[np.isin(names, list(self.sentra if by.cluster else self.regions))] = True
        return {
            str(name): {panel.first_month + int(t) for t in np.flatnonzero(hidden[g])} for g, name in enumerate(names)
        }


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
    return Secrecy(panel, weight, frozenset(regions), frozenset(sentra))


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
