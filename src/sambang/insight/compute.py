"""From reports to published figures: the only caller of the engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext_noop

import sambang_stats as engine
from sambang.insight.disclosure import suppression_of
from sambang.insight.first_estimates import (
    Corrected,
    correct_newest_month,
    is_first_estimate,
    past_first_estimates,
    series_key,
)
from sambang.insight.models import Point, Series
from sambang.insight.panel_reader import Columns, read_columns
from sambang.insight.season import Lenders, adjust_series
from sambang.lib.months import first_of_month
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.models import Cluster
from sambang_stats.calendar import days_from_lebaran
from sambang_stats.recovery import around_lebaran

BASE_YEAR = 2019
KINDS = {Series.Kind.VOLUME: engine.Kind.VOLUME, Series.Kind.SAME_LINES: engine.Kind.SAME_LINES}
BORROWED_FROM = {
    engine.Source.DISTRICT: gettext_noop("kecamatan"),
    engine.Source.REGENCY: gettext_noop("kabupaten/kota"),
    engine.Source.REGENCY_BROAD: gettext_noop("kabupaten/kota, industri sejenis"),
    engine.Source.PROVINCE: gettext_noop("provinsi, industri sejenis"),
    engine.Source.NATION: gettext_noop("nasional, industri sejenis"),
}


@dataclass(frozen=True)
class Computed:
    """Unsaved rows: each series with its points."""

    columns: Columns
    series: list[tuple[Series, list[Point]]]


def compute_region(region_code: str, *, today: date) -> Computed:
    """Indices of a region, of its sentra, and of its regencies where it is wider than one. Raises PanelError."""
    columns = read_columns(region_code, until=first_of_month(today), base_year=BASE_YEAR)
    return Computed(columns, list(compute_series(region_code, columns, today=today)))


def compute_series(region_code: str, columns: Columns, *, today: date) -> Iterator[tuple[Series, list[Point]]]:
    panel = engine.read_panel(columns.reports, columns.units)
    stored = engine.read_stored_links(panel, columns.reports, columns.prices)
    years = range(panel.first_month // 12, panel.last_month // 12 + 1)
    base_year = BASE_YEAR if BASE_YEAR in years else years[0]
    lenders = Lenders(panel, stored, base_year)
    suppression = suppression_of(panel, base_year, is_regency=RegionCode(region_code).is_within_regency)
    scopes = [
        (by, to_series, by.names(panel.units), suppression.months_by_series(by))
        for by, to_series in aggregates(region_code)
    ]
    for kind, engine_kind in KINDS.items():
        estimates: list[Estimate] = []
        for by, to_series, names, suppressed in scopes:
            options = engine.Options(by=by, base=engine.Period.of_year(base_year), kind=engine_kind)
            for name, found in engine.estimate_index(panel, options, stored).items():
                row = to_series(name)
                if row is not None:
                    row.kind = kind
                    estimates.append(Estimate(row, found, names, suppressed.get(name, set())))
        past = past_first_estimates(region_code, kind, today=today)
        corrected = correct_newest_month([(series_key(one.row), one.found) for one in estimates], past, today=today)
        for one, figure in zip(estimates, corrected, strict=True):
            adjusted = adjust_series(figure.found, one.names, lenders)
            fill_series(one, figure, adjusted, today=today)
            yield one.row, points_of(one, figure, adjusted, today=today)


@dataclass(frozen=True)
class Estimate:
    """A series to publish, with its estimate and the months that disclosure control suppresses."""

    row: Series
    found: engine.Series
    names: np.ndarray  # of the series that each unit of the panel belongs to
    suppressed: set[int]  # months


def aggregates(region_code: str) -> Iterator[tuple[engine.By, Callable[[str], Series | None]]]:
    """Which aggregates are computed, and the row for each of their names; None is not published: no sentra, or
    another region's."""
    places = {
        str(cluster): code
        for cluster, code in Cluster.objects.filter(in_region("region__code", region_code)).values_list("pk", "region")
    }
    yield engine.By(), lambda _name: Series(region_code=region_code)
    if not RegionCode(region_code).is_within_regency:
        yield engine.By(region=4), lambda name: Series(region_code=name)
    yield (
        engine.By(cluster=True),
        lambda name: Series(cluster_id=name, region_code=places[name]) if name in places else None,
    )


def fill_series(one: Estimate, figure: Corrected, adjusted: engine.Adjusted, *, today: date) -> None:
    """Set what the series says of its newest full published month: recovery, its interval and its reason."""
    row, found = one.row, figure.found
    row.base_year, row.units = found.base_year, found.units
    row.is_stable, row.adjustment = adjusted.stable, adjusted.method
    enough = [
        int(month)
        for month, status in zip(found.months, found.statuses, strict=True)
        if status is not engine.Status.NOT_ENOUGH
    ]
    published = [month for month in enough if month not in one.suppressed]
    full = [month for month in published if month < engine.month_of(today)] or published
    if not full:
        row.reason = Series.Reason.SUPPRESSED if enough else Series.Reason.NOT_ENOUGH_REPORTS
        return
    recovery = engine.recover(found, full[-1], base=found.base, adjusted=adjusted)
    row.recovery_month = engine.first_day(full[-1])
    row.recovery = finite(recovery.against_mean)
    row.recovery_lower, row.recovery_upper = finite(recovery.mean_lower), finite(recovery.mean_upper)
    row.reason = Series.Reason(recovery.reason) if recovery.reason else ""
    fill_lebaran_recovery(row, found, full, adjusted)


def points_of(one: Estimate, figure: Corrected, adjusted: engine.Adjusted, *, today: date) -> list[Point]:
    """The months of a series, those that disclosure control suppresses without their figures."""
    points = [
        to_point(one.row, point, float(smooth))
        for point, smooth in zip(figure.found.points(), adjusted.adjusted, strict=True)
    ]
    for point in points:
        month = engine.month_of(point.month)
        point.is_first_estimate = is_first_estimate(point.month, today)
        if month in one.suppressed:
            suppress(point)
        elif month == figure.month and point.index is not None:
            point.uncorrected = figure.uncorrected
    return points


def suppress(point: Point) -> None:
    """Take the figures out; a month without a figure keeps its status."""
    if point.index is None:
        return
    point.index = point.lower = point.upper = point.adjusted = None
    point.status = Point.Status.SUPPRESSED


def fill_lebaran_recovery(row: Series, found: engine.Series, published: list[int], adjusted: engine.Adjusted) -> None:
    """Set the recovery of the latest Lebaran whose months are all published, against the base year's."""
    around = around_lebaran(found, published[-1], year=found.base_year, adjusted=adjusted)
    if around is None or not set(range(around.first, around.last + 1)) <= set(published):
        return
    row.lebaran_recovery, row.lebaran_month = finite(around.percent), engine.first_day(around.last)
    row.lebaran_lower, row.lebaran_upper = finite(around.lower), finite(around.upper)


def lebaran_months(first: date, last: date) -> list[date]:
    """The months that hold 1 Syawal."""
    numbers = range(engine.month_of(first), engine.month_of(last) + 1)
    return [engine.first_day(month) for month in numbers if (days_from_lebaran(month) == 0).any()]


def to_point(row: Series, point: engine.Point, adjusted: float) -> Point:
    """A month as it is published: no figure where there is not enough data."""
    shown = point.status is not engine.Status.NOT_ENOUGH
    return Point(
        series=row,
        month=engine.first_day(point.month),
        index=finite(point.index) if shown else None,
        lower=finite(point.lower) if shown else None,
        upper=finite(point.upper) if shown else None,
        adjusted=finite(adjusted) if shown else None,
        response=point.response,
        coverage=point.coverage,
        lines=point.lines,
        borrowed=BORROWED_FROM.get(point.source, ""),
        status=point_status(point) if shown and math.isfinite(point.index) else Point.Status.NOT_ENOUGH,
    )


def point_status(point: engine.Point) -> Point.Status:
    if point.status is engine.Status.OK:
        return Point.Status.FIRM
    return Point.Status.BORROWED if point.borrowed > engine.PublicationLimits().most_borrowed else Point.Status.THIN


def finite(value: float | None) -> float | None:
    """None for what is missing, NaN or infinite."""
    return float(value) if value is not None and np.isfinite(value) else None
