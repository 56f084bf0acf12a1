"""Compute the published figures from the reports: the only caller of the engine's estimation."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.utils.translation import gettext_noop

import sambang_stats as engine
from sambang.insight.aggregations import ScopeEstimate, aggregates, not_enough, scopes_of
from sambang.insight.base_period import base_days
from sambang.insight.disclosure import Contributions, read_contributions
from sambang.insight.first_estimates import (
    CorrectedSeries,
    correct_newest_month,
    is_first_estimate,
    past_first_estimates,
    series_key,
)
from sambang.insight.joint_release import RevisedSeries, defer_joint_revisions
from sambang.insight.linked_tables import (
    DIVISION,
    INDUSTRIES_OF_REGENCY,
    Part,
    Tables,
    aggregates_beside,
    tables_of_panel,
)
from sambang.insight.models import Point, Series
from sambang.insight.panel_reader import PanelColumns, read_columns
from sambang.insight.release import (
    Arrivals,
    EarlierReleases,
    NewValues,
    Releasable,
    Revisers,
    SeriesKey,
    is_withheld,
    key_of,
    read_earlier_releases,
    release_figures,
    release_recovery,
    restore_released,
    revisers_of,
)
from sambang.insight.season import Lenders, stored_factors
from sambang.lib.months import first_of_month
from sambang_stats.recovery import around_lebaran
from sambang_stats.x13 import FactorStore

ENGINE_KINDS = {Series.Kind.VOLUME: engine.Kind.VOLUME, Series.Kind.SAME_LINES: engine.Kind.SAME_LINES}
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
    scopes = list(scopes_of(dict(aggregates(region_code)), contributions, earlier))
    tables = tables_of_panel(panel.units, aggregates_beside(scope.by for scope in scopes))
    method = engine.Method(base=columns.base)
    indices = engine.estimate_indices(panel, [scope.by for scope in scopes], list(engine.Kind), method, stored)
    lenders = Lenders(panel.units, indices[DIVISION, engine.Kind.VOLUME], factors)
    for kind, engine_kind in ENGINE_KINDS.items():
        estimates: list[ScopeEstimate] = []
        for scope in scopes:
            for name, estimated in indices[scope.by, engine_kind].items():
                row = scope.to_series(name)
                if row is not None:
                    row.kind = kind
                    estimates.append(scope.estimate(row, name, estimated))
        past = past_first_estimates(region_code, kind, today=today)
        corrected = correct_newest_month(
            [(series_key(estimate.row), estimate.series) for estimate in estimates], past, today=today
        )
        released = figures_to_release(estimates, corrected, earlier, tables, today=today)
        adjustments = lenders.adjust(
            (figures.series, estimate.names) for estimate, figures in zip(estimates, released, strict=True)
        )
        for estimate, correction, figures, adjusted in zip(estimates, corrected, released, adjustments, strict=True):
            fill_series(estimate, figures, adjusted, today=today)
            points = points_of(estimate, correction, figures, adjusted, today=today, now=now)
            before = earlier.ever_released(key_of(estimate.row))
            mark_released(points, is_release=estimate.row.released_on is not None, before=before)
            yield estimate.row, points


def figures_to_release(
    estimates: Sequence[ScopeEstimate],
    corrected: Sequence[CorrectedSeries],
    earlier: EarlierReleases,
    tables: Tables,
    *,
    today: date,
) -> list[Releasable]:
    """The figures of each series; in a release, months that must not be revised keep their released figures. Sets
    `released_on`."""
    revisers: dict[SeriesKey, Revisers] = {}
    revised: list[RevisedSeries] = []
    as_of: dict[int, datetime] = {}
    elsewhere = [part for part in tables.parts if part.by in INDUSTRIES_OF_REGENCY]
    for estimate in estimates:
        key, part = key_of(estimate.row), tables.part(estimate.by, estimate.name)
        released = earlier.by_key.get(key)
        if not earlier.is_due(key, today):
            elsewhere.append(part)
            continue
        estimate.row.released_on = today
        if released:
            units = new_values(estimate.contributions, estimate.names, estimate.name)
            revisers[key] = revisers_of(released.as_of, earlier.arrivals, units)
            revised.append(RevisedSeries(part, units, revisers[key], estimate.suppressed))
            for month, since in released.as_of.items():
                as_of[month] = min(since, as_of.get(month, since))
    if revised:
        contributions = estimates[0].contributions
        revised += revised_elsewhere(contributions, elsewhere, as_of, earlier.arrivals)
        defer_joint_revisions(
            revised, dict(zip(map(str, contributions.panel.units.unit), tables.atom.tolist(), strict=True))
        )
    return [
        restore_released(correction.series, earlier.by_key[key], revisers[key])
        if (key := key_of(estimate.row)) in revisers
        else Releasable(correction.series, {})
        for estimate, correction in zip(estimates, corrected, strict=True)
    ]


def revised_elsewhere(
    contributions: Contributions, parts: Iterable[Part], as_of: Mapping[int, datetime], arrivals: Arrivals
) -> Iterator[RevisedSeries]:
    """The series that other councils' Runs release, treated as if each were revised by all reports since `as_of`."""
    for part in parts:
        units = new_values(contributions, part.by.names(contributions.panel.units), part.name)
        yield RevisedSeries(part, units, Revisers(revisers_of(as_of, arrivals, units).businesses, set()), ())


def new_values(contributions: Contributions, names: np.ndarray, name: str) -> NewValues:
    """The values of the units whose name is `name`."""
    units, rows = contributions.panel.units.unit, names[contributions.who] == name
    return NewValues(
        {str(units[at]): int(contributions.owner[at]) for at in np.flatnonzero(names == name)},
        {
            (contributions.panel.first_month + int(month), str(units[unit])): float(made)
            for month, unit, made in zip(
                contributions.when[rows], contributions.who[rows], contributions.made[rows], strict=True
            )
        },
    )


def fill_series(estimate: ScopeEstimate, figures: Releasable, adjusted: engine.Adjusted, *, today: date) -> None:
    """Set the series' fields about its newest full published month: recovery, its interval and its reason."""
    row, series = estimate.row, figures.series
    (row.base_first, row.base_last), row.units = base_days(series.base), series.units
    row.is_stable, row.adjustment = adjusted.stable, adjusted.method
    enough = sorted(set(series.months.tolist()) - set(not_enough(series)))
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


def mark_released(points: Iterable[Point], *, is_release: bool, before: Collection[int]) -> None:
    """Set for each month whether any release contained a figure of it."""
    for point in points:
        is_published = is_release and point.index is not None
        point.was_released = is_published or engine.month_of(point.month) in before


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
    reasons = figures.series.reasons or (None,) * len(figures.series)
    for estimated, smooth, reason in zip(figures.series.points(), adjusted.adjusted, reasons, strict=True):
        point = to_point(estimate.row, estimated, float(smooth))
        point.reason = Point.Reason(reason) if reason else ""
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
    )


def point_status(point: engine.Point) -> Point.Status:
    if point.status is engine.Status.OK:
        return Point.Status.FIRM
    return Point.Status.BORROWED if point.borrowed > engine.PublicationLimits().most_borrowed else Point.Status.THIN


def finite(value: float | None) -> float | None:
    """The value, or None if it is missing, NaN or infinite."""
    return float(value) if value is not None and np.isfinite(value) else None
