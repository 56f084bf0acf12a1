"""Queries of a council's results page, across the apps. They read no owner's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import add
from typing import Any, Self

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.reader import Reader, reader_for
from sambang.actions.models import Action
from sambang.aspirations.difficulties import difficulty_codes
from sambang.aspirations.models import Aspiration
from sambang.audit.change_cache import rows_until_change, until_change
from sambang.insight.base_period import usual_base_text
from sambang.insight.contributions import GrowthContribution, contributions
from sambang.insight.industry_names import DIVISION_DIGITS
from sambang.insight.models import Point, Series
from sambang.insight.release import newest_volume_series, share_class
from sambang.insight.summary import PercentChange, Summary, months_compared, summarise
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import RegionCode, regency_at
from sambang.production.queries import has_reported, should_report
from sambang.registry.models import Business, Cluster, Region, active_business
from sambang.visits.models import Attendance, attended_visit
from sambang.visits.queries import due_before, last_visited

MAX_UNVISITED = 8


@dataclass(frozen=True)
class DifficultyCount:
    """A difficulty: how often it was raised, and by how many IKM."""

    difficulty: str
    aspirations: int
    businesses: int


@dataclass(frozen=True)
class Counts:
    """Additive counts by name."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(add, vars(self).values(), vars(other).values()))


@dataclass(frozen=True)
class ActionCounts(Counts):
    promised: int = 0  # open and in time
    overdue: int = 0
    claimed: int = 0
    confirmed: int = 0
    disputed: int = 0
    businesses_asked: int = 0  # confirmations requested for all actions
    businesses_solved: int = 0  # confirmations with the answer solved
    businesses_refused: int = 0  # confirmations with the answer not solved
    budget: int = 0  # rupiah, of the actions that have one
    spent: int = 0  # rupiah, of the actions that have it recorded

    @property
    def open(self) -> int:
        return self.promised + self.overdue


@dataclass(frozen=True)
class UnvisitedCluster:
    cluster: str
    last: date | None
    businesses: int


@dataclass(frozen=True)
class AreaResult:
    """A sentra (or, for a province, a regency) in the table."""

    name: str
    series: Series | None
    recovery: PercentChange
    other_base: str  # the base period, if it differs from the region's
    response: str  # a class, or empty
    businesses: int
    aspirations: int
    open_actions: int


@dataclass(frozen=True)
class IndustryResult:
    """A KBLI division or group in the table."""

    name: str
    series: Series
    recovery: PercentChange
    other_base: str
    response: str  # a class, or empty

    @property
    def is_division(self) -> bool:
        return len(self.series.industry) == DIVISION_DIGITS


@dataclass(frozen=True)
class CouncilOverview:
    """All data of a council's results page."""

    council: Council
    summary: Summary | None
    month: date  # of the response
    response: str  # a class, or empty; the exact counts are on the production pages
    difficulties: list[DifficultyCount]
    actions: ActionCounts
    unvisited: list[UnvisitedCluster]
    never_attended: int
    areas: list[AreaResult]
    industries: list[IndustryResult]
    area_contributions: Sequence[GrowthContribution]
    industry_contributions: Sequence[GrowthContribution]

    @property
    def by_regency(self) -> bool:
        return not RegionCode(self.council.region_code).is_within_regency

    @cached_property
    def against(self) -> str:
        """The base period of the shown figures, for the heading of the recovery."""
        return _("Terhadap %(base)s") % {"base": self.summary.series.base_text if self.summary else usual_base_text()}


def council_overview(council: Council, person: Person, *, today: date) -> CouncilOverview:
    """The data of the results page. Each table is one query grouped by sentra or regency; totals are sums of its
    rows."""
    code = council.region_code
    month = add_months(first_of_month(today), -1)
    figures = region_figures(person, code)
    businesses = business_counts(person, code, month)
    aspirations = aspiration_counts(person, code)
    actions = action_counts(person, code, today=today)
    is_within_regency = RegionCode(code).is_within_regency
    # In a regency all sentra are listed; above it only those that are due, which come first.
    clusters = clusters_by_last_visit(person, code, most=None if is_within_regency else MAX_UNVISITED)
    names = area_names(code, clusters, businesses)
    total = sum(businesses.values(), start=BusinessCounts())

    def counts_of(area: Any) -> tuple[int, int, int]:
        active = businesses.get(area, BusinessCounts()).active
        return active, aspirations.by_area[area], actions.get(area, ActionCounts()).open

    if is_within_regency and any(counts_of(None)):
        names.append((None, _("di luar sentra")))

    return CouncilOverview(
        council=council,
        summary=figures.summary,
        month=month,
        response=str(share_class(total.reported / total.expected).label) if total.expected else "",
        difficulties=aspirations.by_difficulty,
        actions=sum(actions.values(), start=ActionCounts()),
        unvisited=unvisited_clusters(clusters, today=today),
        never_attended=total.never_attended,
        areas=[figures.area_result(name, key, counts_of(key)) for key, name in names],
        industries=[figures.industry_result(row) for row in figures.industries],
        area_contributions=figures.contributions((name, figures.by_area.get(key)) for key, name in names),
        industry_contributions=figures.contributions((row.name, row) for row in figures.divisions),
    )


@dataclass(frozen=True)
class RegionFigures:
    """The newest volume series of a region, its areas and its industries, with the points that the page shows."""

    region_series: Series | None
    by_area: dict[Any, Series]
    industries: list[Series]
    points: list[Point]

    @property
    def divisions(self) -> list[Series]:
        return [row for row in self.industries if len(row.industry) == DIVISION_DIGITS]

    @property
    def summary(self) -> Summary | None:
        region_series = self.region_series
        return (
            summarise(region_series, [point for point in self.points if point.series_id == region_series.pk])
            if region_series
            else None
        )

    def area_result(self, name: str, area: Any, counted: tuple[int, int, int]) -> AreaResult:
        series = self.by_area.get(area)
        if series is None:
            return AreaResult(name, None, PercentChange("", None, None, None), "", "", *counted)
        base, response = self.other_base_of(series), self.response_of(series)
        return AreaResult(name, series, recovery_of(series), base, response, *counted)

    def industry_result(self, series: Series) -> IndustryResult:
        base, response = self.other_base_of(series), self.response_of(series)
        return IndustryResult(series.name, series, recovery_of(series), base, response)

    def other_base_of(self, series: Series) -> str:
        """The base period of a series released by another council, if it differs from the region's; else empty."""
        is_other = (
            self.region_series is not None and series.base != self.region_series.base and series.recovery is not None
        )
        return series.base_text if is_other else ""

    def response_of(self, series: Series) -> str:
        """The class of the response rate in the month of the series' figure."""
        month = series.recovery_month
        points = (point for point in self.points if point.series_id == series.pk and point.month == month)
        return next((str(point.get_response_display()) for point in points), "")

    def contributions(self, named: Iterable[tuple[str, Series | None]]) -> Sequence[GrowthContribution]:
        return (
            contributions(self.region_series, [(name, row) for name, row in named if row], self.points)
            if self.region_series
            else []
        )


def region_figures(person: Person, code: str) -> RegionFigures:
    volume = newest_volume_series(person, code)
    region_series, by_area, industries = divide_series(code, volume)
    points = displayed_points([*by_area.values(), *industries, *filter(None, [region_series])], region_series)
    return RegionFigures(region_series, by_area, industries, points)


def divide_series(code: str, series: Sequence[Series]) -> tuple[Series | None, dict[Any, Series], list[Series]]:
    """Split the series into the region's own, those of its areas, and those of its industries by code."""
    plain = [row for row in series if not row.industry]
    region_series = next((row for row in plain if row.region_code == code and not row.cluster_id), None)
    industries = [row for row in series if row.industry and row.region_code == code]
    by_area = series_by_area(code, (row for row in plain if row is not region_series))
    return region_series, by_area, sorted(industries, key=lambda row: row.industry)


def series_by_area(code: str, series: Iterable[Series]) -> dict[Any, Series]:
    """Series by primary key of the sentra in a regency, or by regency code above one."""
    if RegionCode(code).is_within_regency:
        return {row.cluster_id: row for row in series if row.cluster_id}
    return {row.region_code: row for row in series if not row.cluster_id}


def area_names(code: str, clusters: Iterable[Any], series_rows: Iterable[Any]) -> list[tuple[Any, str]]:
    """Key and name of each area: the sentra of a regency, or the regencies whose codes are in `series_rows`."""
    if RegionCode(code).is_within_regency:
        return sorted(((row.pk, row.name) for row in clusters), key=lambda named: named[1])
    rows = Region.objects.filter(code__in=[key for key in series_rows if key], level=Region.Level.REGENCY)
    return list(rows.order_by("code").values_list("code", "name"))


def displayed_points(series: Iterable[Series], region_series: Series | None) -> list[Point]:
    """The points to show: of each series the month of its recovery and the months for the contributions to growth; of
    the region's series also the previous month."""
    keys = [row.pk for row in series]
    condition = Q(series__in=keys, month=F("series__recovery_month"))
    if region_series and region_series.recovery_month:
        month, before, year_before = months_compared(region_series.recovery_month)
        condition |= Q(series__in=keys, month__in=(month, year_before)) | Q(series=region_series, month=before)
    return list(Point.objects.filter(condition))


def area_of(code: str, path: str) -> F | Left:
    """The expression by which a council's rows are grouped: the sentra in a regency, the regency above one. `path`: the
    lookup from the row to the sentra, "" for the sentra itself."""
    prefix = f"{path}__" if path else ""
    return F(f"{prefix}cluster") if RegionCode(code).is_within_regency else regency_at(f"{prefix}region__code")


@dataclass(frozen=True)
class BusinessCounts(Counts):
    """Counts of IKM of one area."""

    active: int = 0
    expected: int = 0  # expected to report in the month
    reported: int = 0
    never_attended: int = 0  # active and never present at a visit


def business_counts(person: Person, code: str, month: date) -> dict[Any, BusinessCounts]:
    rows = rows_until_change(_businesses_by_area, reader_for(person), str(code), month)
    return {area: BusinessCounts(*counts) for area, *counts in rows}


def _businesses_by_area(reader: Reader, code: str, month: date) -> QuerySet[Business, Any]:
    attended = Exists(Attendance.objects.filter(attended_visit(), business=OuterRef("pk")))
    rows = reader.visible_within(Business.objects.all(), code)
    due = should_report(month)
    # As WHERE conditions instead of annotations: SQLite stops evaluating at the first decisive part.
    counted = rows.values(area=area_of(code, "")).annotate(
        active=Count("pk", filter=active_business()),
        expected=Count("pk", filter=due),
        reported=Count("pk", filter=Q(has_reported(month)) & due),
        never_attended=Count("pk", filter=active_business() & ~Q(attended)),
    )
    columns = ("area", "active", "expected", "reported", "never_attended")
    return counted.order_by().values_list(*columns)


@dataclass(frozen=True)
class AspirationCounts:
    by_area: dict[Any, int]
    by_difficulty: list[DifficultyCount]  # ordered by the number of IKM, descending


def aspiration_counts(person: Person, code: str) -> AspirationCounts:
    by_area, raised, raisers = Counter[Any](), Counter[str](), Counter[str]()
    rows = rows_until_change(_aspirations_by_area, reader_for(person), str(code))
    for area, difficulty, aspirations, businesses in rows:
        by_area[area] += aspirations
        raised[difficulty] += aspirations
        raisers[difficulty] += businesses  # sums are exact because each IKM is in one area only
    order = sorted(raised, key=lambda difficulty: (-raisers[difficulty], -raised[difficulty], difficulty))
    codes = difficulty_codes()
    return AspirationCounts(by_area, [DifficultyCount(codes[one].label, raised[one], raisers[one]) for one in order])


def _aspirations_by_area(reader: Reader, code: str) -> QuerySet[Aspiration, Any]:
    rows = reader.visible_within(Aspiration.objects.all(), code).values(area=area_of(code, "business"))
    counts = {"aspirations": Count("pk"), "businesses": Count("business", distinct=True)}
    return rows.annotate(**counts).order_by().values_list("area", "difficulty", *counts)


def action_counts(person: Person, code: str, *, today: date) -> dict[Any, ActionCounts]:
    counts: dict[Any, ActionCounts] = {}
    rows = rows_until_change(_actions_by_area, reader_for(person), str(code), today)
    for key, state, is_late, many, asked, solved, refused, budget, spent in rows:
        answers = {"businesses_asked": asked, "businesses_solved": solved, "businesses_refused": refused}
        numbers = Counter(answers | {"budget": budget or 0, "spent": spent or 0})
        if state in Action.OPEN_STATES:
            numbers["overdue" if is_late else "promised"] = many
        if state in {Action.State.CLAIMED, Action.State.CONFIRMED, Action.State.DISPUTED}:
            numbers[state] = many
        counts[key] = counts.get(key, ActionCounts()) + ActionCounts(**numbers)
    return counts


def _actions_by_area(reader: Reader, code: str, today: date) -> QuerySet[Action, Any]:
    rows = reader.visible_within(Action.objects.all(), code)
    area = F("cluster") if RegionCode(code).is_within_regency else regency_at("region__code")
    is_late = ExpressionWrapper(Q(due_on__lt=today), BooleanField())
    groups = rows.with_answers().annotate(area=area, is_late=is_late)
    sums = [Sum(name) for name in ("asked", "solved", "refused", "budget", "spent")]
    return groups.order_by().values_list("area", "state", "is_late").annotate(Count("pk"), *sums)


def clusters_by_last_visit(person: Person, code: str, *, most: int | None = None) -> list[Any]:
    """Sentra with `last` (date of the last visit) and `active` (number of active IKM); never visited first, then by
    date ascending."""
    reader = reader_for(person)
    return until_change(reader, _clusters_by_last_visit, reader, code, most)


def _clusters_by_last_visit(reader: Reader, code: str, most: int | None) -> list[Any]:
    active = Business.objects.active().filter(cluster=OuterRef("pk")).order_by().values("cluster")
    return list(
        reader.visible_within(Cluster.objects.all(), code)
        .annotate(last=last_visited(), active=Coalesce(Subquery(active.values(n=Count("pk"))), 0))
        .order_by(F("last").asc(nulls_first=True), "name")
        .values_list("pk", "name", "last", "active", named=True)[:most]
    )


def unvisited_clusters(clusters: Iterable[Any], *, today: date) -> list[UnvisitedCluster]:
    """The first sentra of `clusters_by_last_visit` whose visit is due."""
    day = due_before(today)
    due = [row for row in clusters if row.last is None or row.last < day]
    return [UnvisitedCluster(row.name, row.last, row.active) for row in due[:MAX_UNVISITED]]


def recovery_of(series: Series) -> PercentChange:
    return PercentChange(series.base_text, series.recovery, series.recovery_lower, series.recovery_upper)
