"""Queries of a council's results page, across the apps. They read no owner's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.actions.models import Action
from sambang.aspirations.models import Aspiration, Difficulty
from sambang.insight.compute import BASE_YEAR
from sambang.insight.models import Point, Series
from sambang.insight.release import newest_of_each, readable_series
from sambang.insight.summary import Change, Summary, summarise
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import RegionCode, in_region, regency_at
from sambang.production.queries import expected, has_reported
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.queries import due_before, last_visited

MOST_UNVISITED = 8


@dataclass(frozen=True)
class DifficultyCount:
    """One difficulty: how often it was raised, by how many IKM."""

    difficulty: str
    aspirations: int
    businesses: int


@dataclass(frozen=True)
class ActionCounts:
    promised: int  # open and in time
    overdue: int
    claimed: int
    confirmed: int
    disputed: int

    @property
    def total(self) -> int:
        return self.promised + self.overdue + self.claimed + self.confirmed


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
    recovery: Change
    response: str  # a class, or empty
    businesses: int
    aspirations: int
    open_actions: int


@dataclass(frozen=True)
class CouncilOverview:
    """Everything on a council's results page."""

    council: Council
    summary: Summary | None
    month: date  # of the response
    expected: int
    reported: int
    difficulties: list[DifficultyCount]
    actions: ActionCounts
    unvisited: list[UnvisitedCluster]
    never_attended: int
    areas: list[AreaResult]

    @property
    def by_regency(self) -> bool:
        return not RegionCode(self.council.region_code).is_within_regency

    @property
    def against(self) -> str:
        """What recovery is measured against: the base year of the figures shown, for a heading."""
        return _("Terhadap %(year)d") % {"year": self.summary.series.base_year if self.summary else BASE_YEAR}

    @property
    def response(self) -> float | None:
        return self.reported / self.expected if self.expected else None


def council_overview(council: Council, person: Person, *, today: date) -> CouncilOverview:
    code = council.region_code
    month = add_months(first_of_month(today), -1)
    due = expected(person, month).filter(in_region("region__code", code))
    series = latest_region_series(person, code)
    return CouncilOverview(
        council=council,
        summary=summarise(series) if series else None,
        month=month,
        expected=due.count(),
        reported=due.filter(has_reported(month)).count(),
        difficulties=difficulty_counts(person, code),
        actions=action_counts(person, code, today=today),
        unvisited=unvisited_clusters(person, code, today=today),
        never_attended=never_attended(person, code),
        areas=area_results(person, code),
    )


def latest_region_series(person: Person, code: str) -> Series | None:
    rows = readable_series(person).volume().filter(region_code=code, cluster=None)
    return rows.select_related("run").newest_first().first()


def difficulty_counts(person: Person, code: str) -> list[DifficultyCount]:
    rows = Aspiration.objects.visible_to(person).filter(in_region("business__region__code", code))
    counted = rows.values("difficulty").annotate(all=Count("pk"), who=Count("business", distinct=True))
    return [
        DifficultyCount(str(Difficulty(row["difficulty"]).label), row["all"], row["who"])
        for row in counted.order_by("-who", "-all", "difficulty")
    ]


def action_counts(person: Person, code: str, *, today: date) -> ActionCounts:
    rows = Action.objects.visible_to(person).filter(in_region("cluster__region__code", code))
    late = rows.overdue(today=today)
    return ActionCounts(
        promised=rows.open().exclude(pk__in=late.values("pk")).count(),
        overdue=late.count(),
        claimed=rows.filter(state=Action.State.CLAIMED).count(),
        confirmed=rows.filter(state=Action.State.CONFIRMED).count(),
        disputed=rows.filter(state=Action.State.DISPUTED).count(),
    )


def unvisited_clusters(person: Person, code: str, *, today: date) -> list[UnvisitedCluster]:
    """Sentra never visited first, then those whose last visit is longest ago."""
    rows = (
        Cluster.objects.visible_to(person)
        .filter(in_region("region__code", code))
        .annotate(last=last_visited(), ikm=Count("businesses", distinct=True))
        .filter(Q(last=None) | Q(last__lt=due_before(today)))
        .order_by(F("last").asc(nulls_first=True), "name")
    )
    return [
        UnvisitedCluster(name, last, ikm)
        for name, last, ikm in rows.values_list("name", "last", "ikm")[:MOST_UNVISITED]
    ]


def never_attended(person: Person, code: str) -> int:
    """Open IKM that were present on no visit."""
    rows = Business.objects.visible_to(person).active().filter(in_region("region__code", code))
    return rows.exclude(attendances__present=True).count()


def area_results(person: Person, code: str) -> list[AreaResult]:
    if not RegionCode(code).is_within_regency:
        return regency_results(person, code)
    clusters = list(
        Cluster.objects.visible_to(person)
        .filter(in_region("region__code", code))
        .annotate(ikm=Count("businesses", distinct=True))
        .order_by("name")
        .values_list("pk", "name", "ikm")
    )
    rows = readable_series(person).volume().filter(in_region("region_code", code))
    series = {row.cluster_id: row for row in newest_of_each(rows, clusters=True)}
    shares = response_by_series(series.values())
    aspirations = counts(Aspiration.objects.visible_to(person), F("business__cluster"))
    undone = counts(Action.objects.visible_to(person).open(), F("cluster"))
    return [
        area_result(name, series.get(pk), shares, (ikm, aspirations.get(pk, 0), undone.get(pk, 0)))
        for pk, name, ikm in clusters
    ]


def regency_results(person: Person, code: str) -> list[AreaResult]:
    regions = Region.objects.filter(in_region("code", code), level=Region.Level.REGENCY)
    businesses = counts(Business.objects.visible_to(person), regency_at("region__code"))
    aspirations = counts(Aspiration.objects.visible_to(person), regency_at("business__region__code"))
    undone = counts(Action.objects.visible_to(person).open(), regency_at("cluster__region__code"))
    rows = readable_series(person).volume().filter(in_region("region_code", code))
    series = {row.region_code: row for row in newest_of_each(rows, clusters=False)}
    shares = response_by_series(series.values())
    named = regions.filter(code__in=[key for key in businesses if key]).order_by("code").values_list("code", "name")
    return [
        area_result(name, series.get(key), shares, (businesses[key], aspirations.get(key, 0), undone.get(key, 0)))
        for key, name in named
    ]


def counts(rows: QuerySet[Any], key: F | Left) -> dict[Any, int]:
    """How many rows there are by `key`."""
    return {
        row["key"]: row["all"] for row in rows.values(key=key).annotate(all=Count("pk", distinct=True)).order_by("key")
    }


def response_by_series(series: Any) -> dict[Any, str]:
    """Class of the share that reported in the month each series' figure is about, by primary key of the series."""
    points = Point.objects.filter(series__in=[row.pk for row in series], month=F("series__recovery_month"))
    return {point.series_id: point.get_response_display() for point in points}


def area_result(name: str, series: Series | None, shares: dict[Any, str], counted: tuple[int, int, int]) -> AreaResult:
    against = str(series.base_year) if series else ""
    change = Change(against, series.recovery, series.recovery_lower, series.recovery_upper) if series else None
    return AreaResult(
        name, series, change or Change("", None, None, None), shares.get(series.pk, "") if series else "", *counted
    )
