"""The release policy: which figures readers without `registry.see_finances` get, when, and how precisely.
Which: `insight.disclosure` decides on series and months.
When: a series is released once between two release days, by the first Run on or after the earlier one; other Runs are
working figures for those who may read the reports themselves. If the Run of a wider council contains the series too, it
releases it only if the narrower council missed a release day. A released month is revised only if at least
`MIN_NEW_OWNERS` owners, no two of them dominant, reported or corrected it since; otherwise it keeps its released
figure, converted to the new base period.
How precisely: indices are rounded according to the number of reporting owners, interval limits outward to whole points,
and shares become classes. For a month without a figure nothing is released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from operator import or_

import numpy as np
from django.conf import settings
from django.db.models import Q

import sambang_stats as engine
from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.insight.models import Point, Series, SeriesKey, SeriesQuerySet, ShareClass
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import RegionCode, in_region
from sambang.production.contracted_work import works_changed_since
from sambang.production.models import Report
from sambang_stats.disclosure import MIN_OTHERS, is_sensitive, rounded_index

MIN_NEW_OWNERS = MIN_OTHERS
MIN_FOR_COVERAGE = 100  # owners
CLASS_LIMITS = ((0.90, ShareClass.OVER_90), (0.75, ShareClass.TO_90), (0.50, ShareClass.TO_75))

type Arrivals = Mapping[int, list[tuple[str, datetime]]]


def release_day(today: date) -> date:
    """The latest release day on or before `today`."""
    this_month = first_of_month(today).replace(day=settings.SAMBANG_RELEASE_DAY)
    return this_month if this_month <= today else add_months(first_of_month(today), -1).replace(day=this_month.day)


def readable_series(person: Person) -> SeriesQuerySet:
    """The series that the person may read: released ones, and working figures of regions whose finances the person may
    see."""
    return Series.objects.visible_to(person).filter(_is_readable(person), run__is_published=True)


def newest_volume_series(person: Person, code: str) -> list[Series]:
    """The newest volume series of each scope in a region that the person may read, in one query for any number of
    Runs."""
    rows = reader_for(person).visible_within(Series.objects.newest().volume(), code).filter(_is_readable(person))
    newest = {row.key: row for row in rows.select_related("run").order_by("run__computed_at", "run")}
    return list(newest.values())


def _is_readable(person: Person) -> Q:
    regencies = sorted(_regencies_with_finances(person))
    return reduce(or_, (in_region("region_code", code) for code in regencies), Q(released_on__isnull=False))


def sees_finances(person: Person, series: Series) -> bool:
    """Whether a person may see how many reports arrived after a series was computed."""
    return any(code.contains(series.region_code) for code in _regencies_with_finances(person))


def _regencies_with_finances(person: Person) -> set[RegionCode]:
    """The regencies among the person's own councils. Owners and heads of sentra see the finances of IKM, but not the
    working figures of a council."""
    reader = reader_for(person)
    return {code for _role, code in reader.grants if reader.reads("registry.see_finances", region=code)}


def share_class(share: float) -> ShareClass:
    return next((name for limit, name in CLASS_LIMITS if share >= limit), ShareClass.UNDER_50)


@dataclass(frozen=True)
class LastRelease:
    """The latest release of a series."""

    released_on: date
    base: engine.Period
    points: Mapping[int, Point]  # months with a figure
    run_region: str  # the region of the Run that released it
    ever: frozenset[int]  # months of this or any earlier release

    @property
    def as_of(self) -> dict[int, datetime]:
        """The time at which the reports behind each figure were read, by month."""
        return {month: point.as_of for month, point in self.points.items()}


@dataclass(frozen=True)
class EarlierReleases:
    """The earlier releases of a region, and the reports received since."""

    region_code: str  # region code of the current Run
    by_key: Mapping[SeriesKey, LastRelease]
    arrivals: Arrivals = field(default_factory=dict)
    """Business and time, by month, of what changed since the oldest released figure: every version of a report, and for
    its principal every contracted work that was confirmed or withdrawn."""

    def is_due(self, key: SeriesKey, today: date) -> bool:
        """Whether the series was not released since the latest release day; if a narrower council's Run released it
        last, since the release day before that."""
        released = self.by_key.get(key)
        if released is None:
            return True
        day = release_day(today)
        is_narrower = released.run_region != self.region_code and RegionCode(self.region_code).contains(
            released.run_region
        )
        return released.released_on < (release_day(day - timedelta(days=1)) if is_narrower else day)

    @cached_property
    def names(self) -> set[str]:
        """The names of the released series in the Run's panel."""
        return {self._name_of(key) for key in self.by_key}

    @cached_property
    def names_by_month(self) -> defaultdict[int, set[str]]:
        """The names of the series of which a release ever contained the month, of either kind of index."""
        names: defaultdict[int, set[str]] = defaultdict(set)
        for key, released in self.by_key.items():
            for month in released.ever:
                names[month].add(self._name_of(key))
        return names

    def _name_of(self, key: SeriesKey) -> str:
        """The name that `By.names` gives to the units of a series."""
        _kind, code, cluster, industry = key
        if cluster:
            return cluster
        parts = ([] if code == self.region_code else [code]) + ([industry] if industry else [])
        return "/".join(parts) or "all"


def read_earlier_releases(region_code: str) -> EarlierReleases:
    rows = Series.objects.filter(in_region("region_code", region_code), is_newest_release=True)
    newest = list(rows.select_related("run"))
    points: dict[object, dict[int, Point]] = defaultdict(dict)
    ever: dict[object, set[int]] = defaultdict(set)
    oldest: datetime | None = None
    for point in Point.objects.filter(series__in=newest, was_released=True):
        number = engine.month_of(point.month)
        ever[point.series_id].add(number)
        if point.index is not None:
            points[point.series_id][number] = point
            oldest = min(oldest or point.as_of, point.as_of)
    by_key = {
        row.key: LastRelease(row.released_on, row.base, points[row.pk], row.run.region_code, frozenset(ever[row.pk]))
        for row in newest
        if row.released_on
    }
    arrivals: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    if oldest is not None:
        reports = Report.objects.filter(in_region("business__region__code", region_code), submitted_at__gt=oldest)
        for business, month, at in reports.values_list("business", "month", "submitted_at"):
            arrivals[engine.month_of(month)].append((str(business), at))
        for business, month, at in works_changed_since(region_code, oldest):
            arrivals[engine.month_of(month)].append((str(business), at))
    return EarlierReleases(region_code, by_key, arrivals)


@dataclass(frozen=True)
class Releasable:
    series: engine.Series
    unrevised: Mapping[int, Point]  # released figures of the months that keep them, relative to the base period
    before: frozenset[int]  # months that an earlier release contained


def restore_released(series: engine.Series, earlier: LastRelease, revisers: Revisers) -> Releasable:
    """`series` with the released figure in every month that must not be revised yet."""
    scale = scale_between(earlier, series, revisers.unchanged_months)
    points = {month: rescaled(earlier.points[month], scale) for month in sorted(revisers.unrevised_months)}
    index, lower, upper = series.index.copy(), series.lower.copy(), series.upper.copy()
    first = int(series.months[0])
    for month, point in points.items():
        if 0 <= month - first < len(index):
            index[month - first] = np.nan if point.index is None else point.index
            lower[month - first] = np.nan if point.lower is None else point.lower
            upper[month - first] = np.nan if point.upper is None else point.upper
    return Releasable(replace(series, index=index, lower=lower, upper=upper), points, earlier.ever)


@dataclass(frozen=True)
class Revisers:
    """The businesses that reported or corrected each released month since its release, and the months that must not be
    revised yet."""

    businesses: Mapping[int, frozenset[str]]
    deferred: set[int]

    @property
    def unchanged_months(self) -> set[int]:
        return {month for month, businesses in self.businesses.items() if not businesses}

    @property
    def unrevised_months(self) -> set[int]:
        """Deferred months and months without new reports. The latter keep their figure too: otherwise a closure, a
        moved IKM or a report of another month could be inferred from the change."""
        return self.deferred | self.unchanged_months


def revisers_of(as_of: Mapping[int, datetime], arrivals: Arrivals, units: NewValues) -> Revisers:
    """Who revised a series since. `as_of`: for each released month, the time of its reports. A month is deferred
    if too few owners reported or corrected it since."""
    owners_by_month = {month: units.since(since, arrivals.get(month, [])) for month, since in as_of.items()}
    return Revisers(
        owners_by_month, {month for month, businesses in owners_by_month.items() if units.is_few(month, businesses)}
    )


def scale_between(earlier: LastRelease, series: engine.Series, unchanged_months: Collection[int]) -> float:
    """The factor from the earlier base period to the new one. It is computed only from the released figures of the new
    base period, so that it discloses nothing about waiting reports; if some of these are missing, it is the median
    ratio over the unchanged months, NaN if there are none."""
    if earlier.base == series.base:
        return 1.0
    released = {month: point.index for month, point in earlier.points.items() if point.index}
    in_base = [released[month] for month in range(series.base.first, series.base.last + 1) if month in released]
    if len(in_base) == len(series.base):
        return 100 / float(np.mean(in_base))
    return median_ratio(series, {month: released[month] for month in unchanged_months if month in released})


def median_ratio(series: engine.Series, released: Mapping[int, float]) -> float:
    """The median ratio of the index to the released figures; NaN if there are none."""
    points = ((series.at(month), value) for month, value in released.items())
    ratios = [point.index / value for point, value in points if point is not None and point.index > 0]
    return float(np.median(ratios)) if ratios else float("nan")


def rescaled(point: Point, scale: float) -> Point:
    """The point relative to another base period; without a figure if `scale` is NaN."""
    if scale == 1.0:
        return point
    changed = copy(point)
    for name in ("index", "lower", "upper", "uncorrected"):
        value = getattr(point, name)
        setattr(changed, name, None if value is None or not np.isfinite(scale) else value * scale)
    return changed


@dataclass(frozen=True)
class NewValues:
    """The units of one series: the owner of each business, and its value by month."""

    owner: Mapping[str, int]
    made: Mapping[tuple[int, str], float]  # by month and business

    def since(self, as_of: datetime, arrivals: Iterable[tuple[str, datetime]]) -> frozenset[str]:
        """The businesses that reported or corrected after `as_of`."""
        return frozenset(business for business, at in arrivals if at > as_of and business in self.owner)

    def is_few(self, month: int, businesses: Collection[str]) -> bool:
        """Whether a change would disclose one owner: too few owners, or two dominant ones. False for no businesses."""
        owners = np.array([self.owner[one] for one in businesses], dtype=np.int64)
        values = np.array([self.made.get((month, one), 0.0) for one in businesses])
        return is_sensitive(owners, values, least=MIN_NEW_OWNERS)


def release_figures(point: Point, owners: int, *, response: float, coverage: float) -> None:
    """Round the figures of a month and set its classes. For a month without a figure, only its status and the reason
    for it stay."""
    if point.reason and (point.status == Point.Status.SUPPRESSED or is_withheld(Point.Reason(point.reason), owners)):
        point.reason = ""
    if point.index is None:
        point.lower = point.upper = point.adjusted = point.uncorrected = None
        point.response = point.coverage = point.borrowed = ""
        point.lines = 0
        return
    for name in ("index", "adjusted", "uncorrected"):
        setattr(point, name, rounded_index(getattr(point, name), owners))
    point.lower, point.upper = round_outward(point.lower, point.upper)
    point.response = share_class(response)
    # By value only in large series: in a small one, each crossing of a class limit would bound a share.
    point.coverage = share_class(coverage) if owners >= MIN_FOR_COVERAGE else ""


def is_withheld(reason: Point.Reason, owners: int) -> bool:
    """Whether the reason would bound a share of the value in a series of so few owners."""
    return owners < MIN_FOR_COVERAGE and reason.bounds_shares


def release_recovery(row: Series, owners: int) -> None:
    """Round the recovery of the series' newest month."""
    row.recovery = rounded_index(row.recovery, owners)
    row.recovery_lower, row.recovery_upper = round_outward(row.recovery_lower, row.recovery_upper)
    row.lebaran_recovery = rounded_index(row.lebaran_recovery, owners)
    row.lebaran_lower, row.lebaran_upper = round_outward(row.lebaran_lower, row.lebaran_upper)


def round_outward(lower: float | None, upper: float | None) -> tuple[float | None, float | None]:
    """The interval limits rounded outward to whole points."""
    nearly = 1e-6
    return (
        None if lower is None else float(np.floor(lower + nearly)),
        None if upper is None else float(np.ceil(upper - nearly)),
    )
