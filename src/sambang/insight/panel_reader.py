"""Read reports as columns: the only module that reads them for the engine.
A panel contains the latest version of every report of the businesses within a region code, and every registered
business, including those that never report: a missing report is not zero, and a closed business stays in the panel with
zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db.models import Sum

from sambang.insight.base_period import base_within
from sambang.lib.region_code import in_region
from sambang.production.history import own_quantities, production_end, production_start
from sambang.production.models import ContractedWork, Price, Report, ReportLine, current_report
from sambang.production.panels import asked_businesses
from sambang.registry.models import Business
from sambang_stats import Period, first_day, month_of

UNKNOWN_INDUSTRY = "00000"
LINK_COLUMNS = ("gap", "volume", "volume_before")
READ_COLUMNS = ("report__business", "product_line", "report__month", "quantity", "value", *LINK_COLUMNS)
NOWHERE = "0"  # the region code of businesses without a known place
ENOUGH_BASE_MONTHS = 6  # of a base of a year


@dataclass(frozen=True)
class Reported:
    """The reports of one business, for its row of the engine's table of units."""

    first: date
    last: date
    base_months: int


@dataclass(frozen=True)
class PanelColumns:
    """The three input tables of the engine, and the metadata of a Run."""

    reports: pa.Table
    units: pa.Table
    prices: pa.Table
    base: Period
    count: int  # reports, not lines
    is_simulated: bool


def read_columns(region_code: str, *, until: date, chosen: Period | None = None) -> PanelColumns:
    """Read the panel of a region up to and including the month `until`. Values are in rupiah, quantities in the unit of
    each line. `chosen`: the base period that the council chose."""
    lines = ReportLine.objects.filter(
        current_report("report__"), in_region("report__business__region__code", region_code), report__month__lte=until
    ).exclude(report__business__region=NOWHERE)
    rows = list(
        lines.values_list(*READ_COLUMNS).order_by("report__month", "report__business", "product_line").iterator()
    )
    quantities, values = counted_figures(region_code, rows)
    reports = pa.table(
        {
            "unit": pa.array([str(row[0]) for row in rows], pa.string()),
            "product": pa.array([str(row[1]) for row in rows], pa.string()),
            "month": pa.array([row[2] for row in rows], pa.date32()),
            "quantity": pa.array(quantities, pa.float64()),
            "value": pa.array(values, pa.int64()),
            **{name: pa.array([row[at] for row in rows], pa.int64()) for at, name in enumerate(LINK_COLUMNS, start=5)},
        }
    )
    months = (rows[0][2], rows[-1][2]) if rows else (until, until)
    base = base_within(chosen, *(month_of(month) for month in months))
    latest = Report.objects.latest_version().filter(in_region("business__region__code", region_code), month__lte=until)
    return PanelColumns(
        reports=reports,
        units=read_unit_table(region_code, reported_by_unit(rows, base), least_months(base)),
        prices=read_prices(region_code),
        base=base,
        count=latest.count(),
        is_simulated=latest.filter(source=Report.Source.SIMULATION).exists(),
    )


def counted_figures(region_code: str, rows: Sequence[tuple[Any, ...]]) -> tuple[list[float], list[int | None]]:
    """Quantities and values of the rows of READ_COLUMNS, less what contractors made of them; prices stay the same."""
    quantities, values = [float(row[3]) for row in rows], [row[4] for row in rows]
    works = ContractedWork.objects.confirmed().filter(in_region("product_line__business__region__code", region_code))
    fees: dict[UUID, dict[int, float]] = defaultdict(dict)
    for line, month, fee in works.values_list("product_line", "month").annotate(Sum("fee")):
        fees[line][month_of(month)] = float(fee)
    rows_of_line: dict[UUID, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row[1] in fees:
            rows_of_line[row[1]].append(at)
    for line, places in rows_of_line.items():
        reported = [(month_of(rows[at][2]), quantities[at], values[at]) for at in places]
        for at, own in zip(places, own_quantities(reported, fees[line]), strict=True):
            if values[at] is not None and quantities[at]:
                values[at] = round(values[at] * own / quantities[at])
            quantities[at] = own
    return quantities, values


def read_prices(region_code: str) -> pa.Table:
    rows = list(
        Price.objects.filter(in_region("product_line__business__region__code", region_code))
        .values_list("product_line__business", "product_line", "year", "price")
        .iterator()
    )
    return pa.table(
        {
            "unit": pa.array([str(row[0]) for row in rows], pa.string()),
            "product": pa.array([str(row[1]) for row in rows], pa.string()),
            "year": pa.array([row[2] for row in rows], pa.int64()),
            "price": pa.array([row[3] for row in rows], pa.float64()),
        }
    )


def least_months(base: Period) -> int:
    """The number of reported months in the base period from which on a business's value is taken from its reports
    instead of the register."""
    return min(ENOUGH_BASE_MONTHS, max(1, len(base) // 2))


def reported_by_unit(rows: Sequence[tuple[Any, ...]], base: Period) -> dict[UUID, Reported]:
    months: dict[UUID, set[date]] = {}
    for unit, _product, month, *_figures in rows:
        months.setdefault(unit, set()).add(month)
    return {
        unit: Reported(
            min(unit_months), max(unit_months), sum(base.first <= month_of(month) <= base.last for month in unit_months)
        )
        for unit, unit_months in months.items()
    }


def read_unit_table(region_code: str, reported: Mapping[UUID, Reported], least: int) -> pa.Table:
    """Read the table of units. `least`: reported months in the base period from which on a business needs no value from
    the register."""
    businesses = (
        Business.objects.filter(in_region("region__code", region_code))
        .exclude(region=NOWHERE)
        .select_related("industry")
        .only("region", "industry__code", "cluster", "established", "closed_on", "annual_sales")
        .order_by("pk")
    )
    asked = asked_businesses(region_code)
    rows = [
        (*unit_row(business, reported.get(business.pk), least), int(asked is None or business.pk in asked))
        for business in businesses
    ]
    names = ("unit", "region", "industry", "cluster", "start", "end", "weight", "asked")
    kinds = (pa.string(),) * 4 + (pa.date32(), pa.date32(), pa.float64(), pa.int64())
    return pa.table(
        {
            name: pa.array([row[at] for row in rows], kind)
            for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
    )


def unit_row(business: Business, reported: Reported | None, least: int) -> tuple[object, ...]:
    first, last = (month_of(reported.first), month_of(reported.last)) if reported else (None, None)
    start = production_start(business.established, first)
    end = production_end(month_of(business.closed_on) if business.closed_on else None, start, last)
    trusted = reported is not None and reported.base_months >= least
    return (
        str(business.pk),
        business.region_id.ljust(10, "0"),
        business.industry.code if business.industry else UNKNOWN_INDUSTRY,
        str(business.cluster_id or ""),
        None if start is None else first_day(start),
        None if end is None else first_day(end),
        None if trusted or not business.annual_sales else float(business.annual_sales),
    )
