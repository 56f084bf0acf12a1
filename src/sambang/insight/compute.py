"""Compute the published figures from the reports: the only caller of the engine's estimation."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.utils.translation import gettext_noop

import sambang_stats as engine
from sambang.insight.aggregations import KINDS, ScopeEstimate, aggregates, estimates_of
from sambang.insight.disclosure import read_contributions
from sambang.insight.first_estimates import (
    CorrectedSeries,
    correct_newest_month,
    is_first_estimate,
    past_first_estimates,
)
from sambang.insight.joint_release import figures_to_release
from sambang.insight.linked_tables import DIVISION, tables_of_panel
from sambang.insight.models import Point, Series
from sambang.insight.panel_reader import PanelColumns, read_columns
from sambang.insight.release import (
    Releasable,
    is_withheld,
    read_earlier_releases,
    release_figures,
    release_recovery,
)
from sambang.insight.season import Lenders, stored_factors
from sambang.lib.months import first_of_month
from sambang_stats.recovery import around_lebaran
from sambang_stats.x13 import FactorStore

BORROWED_FROM = {
    engine.Source.DISTRICT: gettext_noop("kecamatan"),
    engine.Source.REGENCY: gettext_noop("kabupaten/kota"),
    engine.Source.REGENCY_BROAD: gettext_noop("kabupaten/kota, industri sejenis"),
    engine.Source.PROVINCE: gettext_noop("provinsi, industri sejenis"),
    engine.Source.NATION: gettext_noop("nasional, industri sejenis"),
}


@dataclass(frozen=True)
class Computation:
    """Unsaved rows: the series and their points."""

    columns: PanelColumns
    series: list[tuple[Series, list[Point]]]


def compute_region(region_code: str, *, today: date, now: datetime, chosen: engine.Period | None = None) -> Computation:
    """Compute the indices of a region and of its sentra, and above a regency of its regencies. `chosen`: the base
    period that the council chose. Raises PanelError."""
    columns = read_columns(region_code, until=first_of_month(today), chosen=chosen)
    with stored_factors(region_code) as factors:
        return Computation(columns, list(compute_series(region_code, columns, factors, today=today, now=now)))


def compute_series(
    region_code: str, columns: PanelColumns, factors: FactorStore, *, today: date, now: datetime
) -> Iterator[tuple[Series, list[Point]]]:
    panel = engine.read_panel(columns.reports, columns.units)
    stored = engine.read_stored_links(panel, columns.reports, columns.prices)
    contributions = read_contributions(panel, columns.reports, columns.base)
    earlier = read_earlier_releases(region_code)
    past = past_first_estimates(region_code, today=today)
    rows = dict(aggregates(region_code))
    tables = tables_of_panel(contributions, rows, earlier)
    indices = engine.estimate_indices(panel, list(rows), list(KINDS), engine.Method(base=columns.base), stored)
    lenders = Lenders(panel.units, indices[DIVISION, engine.Kind.VOLUME], factors)
    for kind in KINDS:
        estimates = list(estimates_of(rows, {by: indices[by, kind] for by in rows}, tables))
        corrected = correct_newest_month([(one.row.key, one.series) for one in estimates], past, today=today)
        released = figures_to_release(estimates, corrected, earlier, tables, today=today)
        adjustments = lenders.adjust(
            (figures.series, estimate.members) for estimate, figures in zip(estimates, released, strict=True)
        )
        for estimate, correction, figures, adjusted in zip(estimates, corrected, released, adjustments, strict=True):
            fill_series(estimate, figures, adjusted, today=today)
            yield estimate.row, points_of(estimate, correction, figures, adjusted, today=today, now=now)


def fill_series(estimate: ScopeEstimate, figures: Releasable, adjusted: engine.Adjusted, *, today: date) -> None:
    """Set the series' fields about its newest full published month: recovery, its interval and its reason."""
    row, series = estimate.row, figures.series
    row.base_first, row.base_last = engine.first_day(series.base.first), engine.first_day(series.base.last)
    row.units = series.units
    row.is_stable, row.adjustment = adjusted.stable, adjusted.method
    enough = sorted(set(series.months.tolist()) - estimate.not_enough)
    published = [month for month in enough if month not in estimate.suppressed]
    row.share = estimate.share if published else None
    full = [month for month in published if month < engine.month_of(today)] or published
    if not full:
        row.reason = Series.Reason.SUPPRESSED if enough else withheld_reason(estimate, today=today)
        return
    recovery = engine.recover(series, full[-1], base=series.base, adjusted=adjusted)
    row.recovery_month = engine.first_day(full[-1])
    row.season_error_month = adjusted.log_error(full[-1], engine.Period(full[-1] - 1, full[-1] - 1))
    row.season_error_year = adjusted.log_error(full[-1], engine.Period(full[-1] - 12, full[-1] - 12))
    row.recovery = finite(recovery.against_mean)
    row.recovery_lower, row.recovery_upper = finite(recovery.mean_lower), finite(recovery.mean_upper)
    row.reason = Series.Reason(recovery.reason) if recovery.reason else ""
    fill_lebaran_recovery(row, without(series, estimate.suppressed), full, adjusted)
    release_recovery(row, estimate.owners.get(full[-1], 0))


def withheld_reason(estimate: ScopeEstimate, *, today: date) -> Series.Reason:
    """Why the newest full month of a series without any figure has none, as far as the release policy allows."""
    months = estimate.series.months.tolist()
    newest = max((month for month in months if month < engine.month_of(today)), default=months[-1])
    reason = estimate.series.reasons[months.index(newest)]
    if reason is None or is_withheld(Point.Reason(reason), estimate.owners.get(newest, 0)):
        return Series.Reason.NOT_ENOUGH_DATA
    return Series.Reason(reason)


def without(series: engine.Series, suppressed: Collection[int]) -> engine.Series:
    """The series with the suppressed months, those of the base period included, marked as having too few data."""
    statuses = tuple(
        engine.Status.NOT_ENOUGH if int(month) in suppressed else status
        for month, status in zip(series.months, series.statuses, strict=True)
    )
    return replace(series, statuses=statuses)


def points_of(
    estimate: ScopeEstimate,
    correction: CorrectedSeries,
    figures: Releasable,
    adjusted: engine.Adjusted,
    *,
    today: date,
    now: datetime,
) -> list[Point]:
    """The points of a series after applying the release policy; `now`: the time at which the reports were read."""
    points = []
    for estimated, smooth in zip(figures.series.points(), adjusted.adjusted, strict=True):
        point = to_point(estimate.row, estimated, float(smooth))
        point.is_first_estimate = is_first_estimate(point.month, today)
        released_point = figures.unrevised.get(estimated.month)
        point.as_of = released_point.as_of if released_point else now
        if estimated.month in estimate.suppressed:
            suppress(point)
        elif released_point:
            point.uncorrected = released_point.uncorrected
        elif estimated.month == correction.month and point.index is not None:
            point.uncorrected = correction.uncorrected
        owners = estimate.owners.get(estimated.month, 0)
        release_figures(point, owners, response=estimated.response, coverage=estimated.coverage)
        if released_point and point.index is not None:
            point.response, point.coverage, point.lines = (
                released_point.response,
                released_point.coverage,
                released_point.lines,
            )
            point.reason = released_point.reason
        is_published = estimate.row.released_on is not None and point.index is not None
        point.was_released = is_published or estimated.month in figures.before
        points.append(point)
    return points


def suppress(point: Point) -> None:
    """Delete the figures of the point; its status stays."""
    if point.index is None:
        return
    point.index = point.lower = point.upper = point.adjusted = None
    point.status = Point.Status.SUPPRESSED


def fill_lebaran_recovery(row: Series, series: engine.Series, published: list[int], adjusted: engine.Adjusted) -> None:
    """Set the recovery of the newest Lebaran whose months are all published, relative to the base period's Lebaran."""
    around = around_lebaran(series, published[-1], year=series.base_year, adjusted=adjusted)
    if around is None or not set(range(around.first, around.last + 1)) <= set(published):
        return
    row.lebaran_recovery, row.lebaran_month = finite(around.percent), engine.first_day(around.last)
    row.lebaran_lower, row.lebaran_upper = finite(around.lower), finite(around.upper)


def to_point(row: Series, point: engine.Point, adjusted: float) -> Point:
    """The unsaved point of a month, without a figure if there are too few data."""
    is_published = point.status is not engine.Status.NOT_ENOUGH
    return Point(
        series=row,
        month=engine.first_day(point.month),
        index=finite(point.index) if is_published else None,
        lower=finite(point.lower) if is_published else None,
        upper=finite(point.upper) if is_published else None,
        adjusted=finite(adjusted) if is_published and row.is_adjusted else None,
        lines=point.lines,
        borrowed=BORROWED_FROM.get(point.source, ""),
        status=point_status(point) if is_published and math.isfinite(point.index) else Point.Status.NOT_ENOUGH,
        reason=Point.Reason(point.reason) if point.reason else "",
    )


def point_status(point: engine.Point) -> Point.Status:
    if point.status is engine.Status.OK:
        return Point.Status.FIRM
    return Point.Status.BORROWED if point.borrowed > engine.PublicationLimits().most_borrowed else Point.Status.THIN


def finite(value: float | None) -> float | None:
    """The value, or None if it is missing, NaN or infinite."""
    return float(value) if value is not None and np.isfinite(value) else None
