"""From reports to published figures: the only caller of the engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext_noop

import sambang_stats as engine
from sambang.insight.disclosure import secrecy_of
from sambang.insight.first_estimates import (
    Corrected,
    correct_first_figures,
    is_first_figure,
    key_of,
    past_first_figures,
)
from sambang.insight.models import Point, Series
from sambang.insight.panel_reader import Columns, read_columns
from sambang.insight.season import Lenders, adjusted_of
from sambang.lib.months import first_of_month
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
    secrecy = secrecy_of(panel, base_year, is_regency=len(region_code) >= 4)
    within = [(by, row_of, by.names(panel.units), secrecy.hidden_months(by)) for by, row_of in scopes(region_code)]
    for kind, engine_kind in KINDS.items():
        every: list[Estimated] = []
        for by, row_of, names, hidden in within:
            options = engine.Options(by=by, base_year=base_year, kind=engine_kind)
            for name, found in engine.estimate_index(panel, options, stored).items():
                row = row_of(name)
                if row is not None:
                    row.kind = kind
                    every.append(Estimated(row, found, names, hidden.get(name, set())))
        past = past_first_figures(region_code, kind, today=today)
        corrected = correct_first_figures([(key_of(one.row), one.found) for one in every], past, today=today)
        for one, figure in zip(every, corrected, strict=True):
            adjusted = adjusted_of(figure.found, one.names, lenders)
            yield one.row, describe(one, figure, adjusted, today=today)


@dataclass(frozen=True)
class Estimated:
    """A series to publish, and what of it is not."""

    row: Series
    found: engine.Series
    names: np.ndarray  # of the series that each unit of the panel belongs to
    hidden: set[int]  # months


def scopes(region_code: str) -> Iterator[tuple[engine.By, Callable[[str], Series | None]]]:
    """Which aggregates, and the row that each of their names makes; None is not published: no sentra, or another
    region's."""
    places = {
        str(cluster): code
        for cluster, code in Cluster.objects.filter(region__code__startswith=region_code).values_list("pk", "region")
    }
    yield engine.By(), lambda _name: Series(region_code=region_code)
    if len(region_code) < 4:
        yield engine.By(region=4), lambda name: Series(region_code=name)
    yield (
        engine.By(cluster=True),
        lambda name: Series(cluster_id=name, region_code=places[name]) if name in places else None,
    )


def describe(one: Estimated, figure: Corrected, adjusted: engine.Adjusted, *, today: date) -> list[Point]:
    """Fill in what the series says of itself; return its months."""
    row, found, hidden = one.row, figure.found, one.hidden
    row.base_year, row.units = found.base_year, found.units
    row.is_stable, row.adjustment = adjusted.stable, adjusted.method
    shown = [
        int(month)
        for month, status in zip(found.months, found.statuses, strict=True)
        if status is not engine.Status.NOT_ENOUGH and int(month) not in hidden
    ]
    full = [month for month in shown if month < engine.month_of(today)] or shown
    if full:
        recovery = engine.recover(found, full[-1], year=found.base_year, adjusted=adjusted)
        row.recovery_month = engine.first_day(full[-1])
        row.recovery = number(recovery.against_mean)
        row.recovery_lower, row.recovery_upper = number(recovery.mean_lower), number(recovery.mean_upper)
        row.reason = Series.Reason(recovery.reason) if recovery.reason else ""
        around_a_lebaran(row, found, full, adjusted)
    else:
        could = any(status is not engine.Status.NOT_ENOUGH for status in found.statuses)
        row.reason = Series.Reason.SUPPRESSED if could else Series.Reason.NOT_ENOUGH_REPORTS
    points = [
        point_row(row, point, float(smooth)) for point, smooth in zip(found.points(), adjusted.adjusted, strict=True)
    ]
    for point in points:
        month = engine.month_of(point.month)
        point.is_flash = is_first_figure(point.month, today)
        if month in hidden:
            hide(point)
        elif month == figure.month and point.index is not None:
            point.uncorrected = figure.uncorrected
    return points


def hide(point: Point) -> None:
    """Say that there is a figure and that it is held back; where there is none, leave that as it is."""
    if point.index is None:
        return
    point.index = point.lower = point.upper = point.adjusted = None
    point.status = Point.Status.HIDDEN


def around_a_lebaran(row: Series, found: engine.Series, shown: list[int], adjusted: engine.Adjusted) -> None:
    """The latest Lebaran whose months are all published, against the base year's."""
    around = around_lebaran(found, shown[-1], year=found.base_year, adjusted=adjusted)
    if around is None or not set(range(around.first, around.last + 1)) <= set(shown):
        return
    row.lebaran_recovery, row.lebaran_month = number(around.percent), engine.first_day(around.last)
    row.lebaran_lower, row.lebaran_upper = number(around.lower), number(around.upper)


def lebaran_months(first: date, last: date) -> list[date]:
    """The months that hold 1 Syawal."""
    numbers = range(engine.month_of(first), engine.month_of(last) + 1)
    return [engine.first_day(month) for month in numbers if (days_from_lebaran(month) == 0).any()]


def point_row(row: Series, point: engine.Point, adjusted: float) -> Point:
    """A month as it is published: no figure where there is not enough data."""
    shown = point.status is not engine.Status.NOT_ENOUGH
    return Point(
        series=row,
        month=engine.first_day(point.month),
        index=number(point.index) if shown else None,
        lower=number(point.lower) if shown else None,
        upper=number(point.upper) if shown else None,
        adjusted=number(adjusted) if shown else None,
        response=point.response,
        coverage=point.coverage,
        lines=point.lines,
        borrowed=BORROWED_FROM.get(point.source, ""),
        status=status_of(point) if shown and math.isfinite(point.index) else Point.Status.NOT_ENOUGH,
    )


def status_of(point: engine.Point) -> Point.Status:
    if point.status is engine.Status.OK:
        return Point.Status.FIRM
    return Point.Status.BORROWED if point.borrowed > engine.PublicationLimits().most_borrowed else Point.Status.THIN


def number(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
