"""Compute the published figures from the reports: the only caller of the engine's estimation."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
from django.utils.translation import gettext_noop

import sambang_stats as engine
from sambang.insight.base import base_days
from sambang.insight.disclosure import Contributions, read_contributions, suppression_of
from sambang.insight.first_estimates import (
    Corrected,
    correct_newest_month,
    is_first_estimate,
    past_first_estimates,
    series_key,
)
from sambang.insight.joint_release import RevisedSeries, defer_joint_revisions
from sambang.insight.linked_tables import (
    DIVISION,
    INDUSTRIES,
    INDUSTRIES_OF_REGENCY,
    Part,
    Tables,
    aggregates_beside,
    months_of_industries,
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
from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.registry.models import Cluster
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
        corrected = correct_newest_month([(series_key(one.row), one.series) for one in estimates], past, today=today)
        released = figures_to_release(estimates, corrected, earlier, tables, today=today)
        smooth = lenders.adjust((figures.series, one.names) for one, figures in zip(estimates, released, strict=True))
        for one, figure, figures, adjusted in zip(estimates, corrected, released, smooth, strict=True):
            fill_series(one, figures, adjusted, today=today)
            points = points_of(one, figure, figures, adjusted, today=today, now=now)
            before = earlier.ever_released(key_of(one.row))
            mark_released(points, is_release=one.row.released_on is not None, before=before)
            yield one.row, points


def figures_to_release(
    estimates: Sequence[ScopeEstimate],
    corrected: Sequence[Corrected],
    earlier: EarlierReleases,
    tables: Tables,
    *,
    today: date,
) -> list[Releasable]:
    """The figures of each series; in a release, months that must not be revised keep their released figures. Sets
    `released_on`."""
    news: dict[SeriesKey, Revisers] = {}
    revised: list[RevisedSeries] = []
    known_at: dict[int, datetime] = {}
    elsewhere = [part for part in tables.parts if part.by in INDUSTRIES_OF_REGENCY]
    for one in estimates:
        key, part = key_of(one.row), tables.part(one.by, one.name)
        released = earlier.by_key.get(key)
        if not earlier.is_due(key, today):
            elsewhere.append(part)
            continue
        one.row.released_on = today
        if released:
            units = new_values(one.contributions, one.names, one.name)
            news[key] = revisers_of(released.known_at, earlier.arrivals, units)
            revised.append(RevisedSeries(part, units, news[key], one.suppressed))
            for month, since in released.known_at.items():
                known_at[month] = min(since, known_at.get(month, since))
    if revised:
        contributions = estimates[0].contributions
        revised += revised_elsewhere(contributions, elsewhere, known_at, earlier.arrivals)
        defer_joint_revisions(
            revised, dict(zip(map(str, contributions.panel.units.unit), tables.atom.tolist(), strict=True))
        )
    return [
        restore_released(figure.series, earlier.by_key[key], news[key])
        if (key := key_of(one.row)) in news
        else Releasable(figure.series, {})
        for one, figure in zip(estimates, corrected, strict=True)
    ]


def revised_elsewhere(
    contributions: Contributions, parts: Iterable[Part], known_at: Mapping[int, datetime], arrivals: Arrivals
) -> Iterator[RevisedSeries]:
    """The series that other councils' Runs release, treated as if each were revised by all reports since `known_at`."""
    for part in parts:
        units = new_values(contributions, part.by.names(contributions.panel.units), part.name)
        yield RevisedSeries(part, units, Revisers(revisers_of(known_at, arrivals, units).businesses, set()), ())


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


@dataclass(frozen=True)
class ScopeEstimate:
    """A series to publish, with its estimate and the months that disclosure control suppresses."""

    row: Series
    series: engine.Series
    by: engine.By
    name: str
    suppressed: set[int]  # months
    contributions: Contributions

    @cached_property
    def names(self) -> np.ndarray:
        """For each unit of the panel, the name of the series to which it belongs."""
        return self.by.names(self.contributions.panel.units)

    @cached_property
    def owners(self) -> dict[int, int]:
        """The number of owners who reported, by month."""
        return self.contributions.owners_by_month(self.names, self.name)

    @property
    def share(self) -> float:
        """Share of the region's value in the base period, in whole per cent."""
        return self.contributions.share(self.names == self.name)


type ToSeries = Callable[[str], Series | None]
"""The row of a name of an aggregate; None is not published."""


@dataclass(frozen=True)
class Aggregation:
    """One aggregation of the panel, with the suppressed months of each of its series."""

    by: engine.By
    to_series: ToSeries
    suppressed: Mapping[str, set[int]]
    few_births: Mapping[str, set[int]]
    contributions: Contributions

    def estimate(self, row: Series, name: str, series: engine.Series) -> ScopeEstimate:
        suppressed = set(self.suppressed.get(name, ()))
        if row.kind == Series.Kind.SAME_LINES:
            suppressed |= self.few_births.get(name, set())
        members = self.by.names(self.contributions.panel.units) == name
        suppressed |= self.contributions.suppressed_base_months(
            members, suppressed | set(not_enough(series)), series.base
        )
        return ScopeEstimate(row, series, self.by, name, suppressed, self.contributions)


def scopes_of(
    rows: Mapping[engine.By, ToSeries], contributions: Contributions, earlier: EarlierReleases
) -> Iterator[Aggregation]:
    """The scopes of the result of `aggregates`."""
    released = earlier.months_by_name
    is_regency = RegionCode(earlier.region_code).is_within_regency
    suppression = suppression_of(contributions, is_regency=is_regency, released=released)
    suppressed = {by: suppression.months_by_series(by) for by in rows if by not in INDUSTRIES}
    of_industries = months_of_industries(contributions, suppressed, released)
    for by, to_series in rows.items():
        months = suppressed.get(by, of_industries)
        yield Aggregation(by, to_series, months, suppression.births_by_series(by), contributions)


def aggregates(region_code: str) -> Iterator[tuple[engine.By, ToSeries]]:
    """The aggregations to compute, with the row of each of their names. None marks a name that is not published: it has
    no sentra, or belongs to another region."""
    places = {
        str(cluster): code
        for cluster, code in Cluster.objects.filter(in_region("region__code", region_code)).values_list("pk", "region")
    }
    yield engine.By(), lambda _name: Series(region_code=region_code)
    if not RegionCode(region_code).is_within_regency:
        yield engine.By(region=Level.REGENCY), lambda name: Series(region_code=name)
    yield (
        engine.By(cluster=True),
        lambda name: Series(cluster_id=name, region_code=places[name]) if name in places else None,
    )
    for by in INDUSTRIES:
        yield by, lambda name: Series(region_code=region_code, industry=name) if name.strip("0") else None


def fill_series(one: ScopeEstimate, figure: Releasable, adjusted: engine.Adjusted, *, today: date) -> None:
    """Set the series' fields about its newest full published month: recovery, its interval and its reason."""
    row, series = one.row, figure.series
    (row.base_first, row.base_last), row.units = base_days(series.base), series.units
    row.is_stable, row.adjustment = adjusted.stable, adjusted.method
    enough = sorted(set(series.months.tolist()) - set(not_enough(series)))
    published = [month for month in enough if month not in one.suppressed]
    row.share = one.share if published else None
    full = [month for month in published if month < engine.month_of(today)] or published
    if not full:
        row.reason = Series.Reason.SUPPRESSED if enough else withheld_reason(one, today=today)
        return
    recovery = engine.recover(series, full[-1], base=series.base, adjusted=adjusted)
    row.recovery_month = engine.first_day(full[-1])
    row.season_error_month = adjusted.log_error(full[-1], engine.Period(full[-1] - 1, full[-1] - 1))
    row.season_error_year = adjusted.log_error(full[-1], engine.Period(full[-1] - 12, full[-1] - 12))
    row.recovery = finite(recovery.against_mean)
    row.recovery_lower, row.recovery_upper = finite(recovery.mean_lower), finite(recovery.mean_upper)
    row.reason = Series.Reason(recovery.reason) if recovery.reason else ""
    fill_lebaran_recovery(row, without(series, one.suppressed), full, adjusted)
    release_recovery(row, one.owners.get(full[-1], 0))


def withheld_reason(one: ScopeEstimate, *, today: date) -> Series.Reason:
    """Why the newest full month of a series without any figure has none, as far as the release policy allows."""
    months = one.series.months.tolist()
    newest = max((month for month in months if month < engine.month_of(today)), default=months[-1])
    reason = one.series.reasons[months.index(newest)]
    if reason is None or is_withheld(Point.Reason(reason), one.owners.get(newest, 0)):
        return Series.Reason.NOT_ENOUGH_DATA
    return Series.Reason(reason)


def not_enough(series: engine.Series) -> list[int]:
    """The months without enough data."""
    return [
        int(month)
        for month, status in zip(series.months, series.statuses, strict=True)
        if status is engine.Status.NOT_ENOUGH
    ]


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
    one: ScopeEstimate, first: Corrected, figure: Releasable, adjusted: engine.Adjusted, *, today: date, now: datetime
) -> list[Point]:
    """The points of a series after applying the release policy; `now`: the time at which the reports were read."""
    points = []
    reasons = figure.series.reasons or (None,) * len(figure.series)
    for estimated, smooth, reason in zip(figure.series.points(), adjusted.adjusted, reasons, strict=True):
        point = to_point(one.row, estimated, float(smooth))
        point.reason = Point.Reason(reason) if reason else ""
        point.is_first_estimate = is_first_estimate(point.month, today)
        released_point = figure.unrevised.get(estimated.month)
        point.known_at = released_point.known_at if released_point else now
        if estimated.month in one.suppressed:
            suppress(point)
        elif released_point:
            point.uncorrected = released_point.uncorrected
        elif estimated.month == first.month and point.index is not None:
            point.uncorrected = first.uncorrected
        owners = one.owners.get(estimated.month, 0)
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
