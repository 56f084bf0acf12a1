"""LQ, shift-share and Klassen of the areas of a council by KBLI division, from the numbers of IKM at two year ends.

The reference is the whole region of the council: a regency for its districts, a province for its regencies. An IKM
without a year of establishment or without KBLI is not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.insight.industry_names import DIVISION_DIGITS, industry_name
from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.registry.models import Business, Region
from sambang.registry.reporting_period import businesses_existing_at_end_of
from sambang_stats.planning import Klassen, klassen, location_quotient, shift_share

KLASSEN_LABELS: dict[Klassen, Any] = {
    Klassen.ADVANCED: _("maju dan tumbuh cepat"),
    Klassen.PRESSED: _("maju tetapi tertekan"),
    Klassen.PROMISING: _("berpotensi berkembang"),
    Klassen.LAGGING: _("relatif tertinggal"),
}


@dataclass(frozen=True)
class PlanningRow:
    """One industry in one area. `before` and `after`: IKM at the two year ends; the parts of the change are None for an
    industry that the reference lacked before, `klassen` also for one that the area lacked."""

    area: str
    industry: str
    before: int
    after: int
    location_quotient: float
    national: float | None
    mix: float | None
    competitive: float | None
    klassen: Any


@dataclass(frozen=True)
class PlanningTables:
    rows: list[PlanningRow]
    counted: int  # IKM of the reference at the last year end
    left_out: int  # open IKM without a year of establishment or without KBLI


def planning_tables(council: Council, person: Person, *, first: int, last: int) -> PlanningTables:
    businesses = Business.objects.visible_to(person).filter(
        in_region("region__code", council.region_code), erased_at=None
    )
    complete = Q(established__isnull=False, industry__isnull=False)
    left_out = businesses.exclude(complete).filter(closed_on=None).count()
    counts = _counts(businesses.filter(complete), council, first=first, last=last)
    industries = sorted({industry for by_industry in counts.values() for industry in by_industry})
    areas = np.array([[counts[area][industry] for industry in industries] for area in counts])
    names = dict(Region.objects.filter(code__in=list(counts)).values_list("code", "name"))
    if not areas.size or not areas[..., 1].sum():
        return PlanningTables([], 0, left_out)
    reference = areas.sum(axis=0)
    rows = [
        row
        for code, area in sorted(zip(counts, areas, strict=True), key=lambda pair: (names.get(pair[0], ""), pair[0]))
        if area[:, 1].sum()
        for row in _area_rows(names.get(code, code), industries, area, reference)
    ]
    return PlanningTables(rows, int(reference[:, 1].sum()), left_out)


def _counts(businesses: QuerySet[Business], council: Council, *, first: int, last: int) -> dict[str, dict[str, Any]]:
    """The numbers of IKM at the two year ends, as an array of two, by area and KBLI division."""
    level = min(one for one in Level if one > RegionCode(council.region_code).level)
    existing = businesses_existing_at_end_of
    at_ends = {"before": Count("pk", filter=existing(first)), "after": Count("pk", filter=existing(last))}
    counts: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(lambda: np.zeros(2)))
    for region, kbli, *pair in businesses.order_by().values_list("region", "industry__code").annotate(**at_ends):
        counts[RegionCode(region).at(level)][kbli[:DIVISION_DIGITS]] += pair
    return counts


def _area_rows(name: str, industries: Sequence[str], area: Any, reference: Any) -> list[PlanningRow]:
    """The industries that the area has or had. Columns of the arrays: before, after."""
    before, after = area.T
    reference_before, reference_after = reference.T
    quotients = location_quotient(after, reference_after)
    earlier = reference_before > 0
    parts: dict[int, tuple[float, float, float]] = {}
    if before[earlier].sum():
        shift = shift_share((before[earlier], after[earlier]), (reference_before[earlier], reference_after[earlier]))
        components = zip(shift.national, shift.mix, shift.competitive, strict=True)
        parts = dict(zip(np.flatnonzero(earlier).tolist(), components, strict=True))
    rows = []
    for number, industry in enumerate(industries):
        if not area[number].any():
            continue
        national, mix, competitive = parts.get(number, (None, None, None))
        row = PlanningRow(
            area=name,
            industry=str(industry_name(industry)),
            before=int(before[number]),
            after=int(after[number]),
            location_quotient=float(quotients[number]),
            national=national,
            mix=mix,
            competitive=competitive,
            klassen=_klassen(area, reference, number),
        )
        rows.append(row)
    return rows


def _klassen(area: Any, reference: Any, number: int) -> Any:
    """The label of the class by growth of the industry and its share at the end; "" without a number before."""
    if not area[number, 0] or not reference[number, 0]:
        return ""
    growth = tuple(float(table[number, 1] / table[number, 0]) for table in (area, reference))
    level = tuple(float(table[number, 1] / table[:, 1].sum()) for table in (area, reference))
    return KLASSEN_LABELS[klassen((growth[0], growth[1]), (level[0], level[1]))]
