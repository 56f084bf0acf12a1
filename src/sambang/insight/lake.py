"""Reports as columns: the only place that reads them for the engine.

A panel holds the latest version of every report of the businesses within a region code, and every registered business,
those that never report included: missing is not zero, and who closed stays in as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pyarrow as pa

from sambang.base.months import first_of_month, shift
from sambang.production.models import Line, Report
from sambang.registry.models import Business

UNKNOWN_INDUSTRY = "00000"
NOWHERE = "0"  # the region of what has no known place yet
ENOUGH_BASE_MONTHS = 6  # reported in the base year: then reports, not the register, say what a business is worth


@dataclass(frozen=True)
class Reported:
    """What one business has reported, for its row in the register of units."""

    first: date
    last: date
    base_months: int


@dataclass(frozen=True)
class Columns:
    """The engine's two tables, and what a Run says of them."""

    reports: pa.Table
    units: pa.Table
    count: int  # reports, not lines
    is_simulated: bool


def read_columns(region_code: str, *, until: date, base_year: int) -> Columns:
    """The panel of a region, up to and with the month `until`. Rupiah and quantities in the lines' own units."""
    lines = Line.objects.filter(
        report__replaced_by=None, report__month__lte=until, report__business__region__code__startswith=region_code
    ).exclude(report__business__region=NOWHERE)
    rows = list(
        lines.values_list("report__business", "product_line", "report__month", "quantity", "value")
        .order_by("report__month", "report__business", "product_line")
        .iterator()
    )
    reports = pa.table({
        "unit": pa.array([str(row[0]) for row in rows], pa.string()),
        "product": pa.array([str(row[1]) for row in rows], pa.string()),
        "month": pa.array([row[2] for row in rows], pa.date32()),
        "quantity": pa.array([float(row[3]) for row in rows], pa.float64()),
        "value": pa.array([row[4] for row in rows], pa.int64()),
    })  # fmt: skip
    latest = Report.objects.latest_version().filter(month__lte=until, business__region__code__startswith=region_code)
    return Columns(
        reports=reports,
        units=read_units(region_code, reported_by_unit(rows, base_year)),
        count=latest.count(),
        is_simulated=latest.filter(source=Report.Source.SIMULATION).exists(),
    )


def reported_by_unit(rows: Sequence[tuple[UUID, UUID, date, object, object]], base_year: int) -> dict[UUID, Reported]:
    months: dict[UUID, set[date]] = {}
    for unit, _product, month, _quantity, _value in rows:
        months.setdefault(unit, set()).add(month)
    return {
        unit: Reported(min(known), max(known), sum(month.year == base_year for month in known))
        for unit, known in months.items()
    }


def read_units(region_code: str, reported: Mapping[UUID, Reported]) -> pa.Table:
    businesses = (
        Business.objects.filter(region__code__startswith=region_code)
        .exclude(region=NOWHERE)
        .select_related("industry")
        .only("region", "industry__code", "cluster", "established", "closed_on", "annual_sales")
        .order_by("pk")
    )
    rows = [unit_row(business, reported.get(business.pk)) for business in businesses]
    names = ("unit", "region", "industry", "cluster", "start", "end", "weight")
    kinds = (pa.string(),) * 4 + (pa.date32(), pa.date32(), pa.float64())
    return pa.table({
        name: pa.array([row[at] for row in rows], kind) for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    })  # fmt: skip


def unit_row(business: Business, reported: Reported | None) -> tuple[object, ...]:
    start = begins(business, reported)
    end = ends(business, reported)
    if start and end and end < start:
        end = start
    trusted = reported is not None and reported.base_months >= ENOUGH_BASE_MONTHS
    return (
        str(business.pk),
        business.region_id.ljust(10, "0"),
        business.industry.code if business.industry else UNKNOWN_INDUSTRY,
        str(business.cluster_id or ""),
        start,
        end,
        None if trusted or not business.annual_sales else float(business.annual_sales),
    )


def begins(business: Business, reported: Reported | None) -> date | None:
    """First month of production; None where it is old or not known. In the year it was founded, its first report says
    the month."""
    if not business.established:
        return None
    founded = date(business.established, 1, 1)
    if reported and reported.first.year <= business.established:
        return reported.first
    return founded


def ends(business: Business, reported: Reported | None) -> date | None:
    """First month without production; the month of closing itself counts where it was still reported."""
    if business.closed_on is None:
        return None
    closing = first_of_month(business.closed_on)
    return max(closing, shift(reported.last, 1)) if reported else closing
