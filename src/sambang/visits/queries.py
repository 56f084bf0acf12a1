"""Queries of the visit pages. Rows are limited to what the person reaches."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sambang.access.models import Person
from sambang.access.permissions import councils_of
from sambang.access.reader import Reader, reader_for
from sambang.audit.change_cache import rows_until_change
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib.lists import count_of
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.registry.models import Business, Cluster, GroupMember, processable_business
from sambang.registry.personal_names import SEE_FINANCES
from sambang.registry.queries import siinas_accounts
from sambang.visits.models import Attendance, Photo, Visit, attended_visit, median_pulse, took_place

DUE_AFTER = 6  # months since the month of the last meeting or visit
WEAK_PULSE = 70  # per cent of a normal month at and below which production is a reason


# Columns that the list of visits reads.
VISIT_COLUMNS = (
    *("pk", "day", "state", "cluster__name", "region__name", "purpose", "present", "photo_count"),
    *("is_simulated", "group__name", "business__name", "planned_until"),
)
# Columns that the front page and *my day* read of a planned visit.
PLANNED_COLUMNS = (
    *("pk", "planned_for", "planned_until", "purpose"),
    *("business__name", "group__name", "cluster__name", "region__name"),
)


def visits_for(person: Person) -> QuerySet[Visit]:
    """Visits within reach, newest first, each with `present` (number of IKM) and `photo_count`."""
    return (
        Visit.objects.visible_to(person)
        .select_related("cluster", "region")
        .annotate(
            present=count_of(Attendance.objects.filter(present=True), "visit"),
            photo_count=count_of(Photo.objects.all(), "visit"),
            day=Coalesce("held_on", "planned_for"),
        )
        .order_by("-day", "pk")
    )


def attendance_of(visit: Visit, business: Business) -> Attendance | None:
    """The attendance of this IKM recorded on this visit."""
    return next(iter(Attendance.objects.filter(visit=visit, business=business)), None)  # unique: needs no order


def has_siinas_accounts(visit: Visit) -> bool:
    """Has an IKM of the visited sentra an account in SIINas, for which a sheet is filled in every quarter?"""
    accounts = siinas_accounts().filter(business__cluster=visit.cluster_id)
    return visit.cluster_id is not None and accounts.exists()


def counts_by_state(person: Person) -> dict[str, int]:
    return dict(rows_until_change(_states, reader_for(person)))


def _states(reader: Reader) -> QuerySet[Visit, Any]:
    return Visit.objects.visible_to(reader.person).order_by().values_list("state").annotate(many=Count("pk"))


def possible_team(person: Person) -> QuerySet[Person]:
    """The active members of the person's own councils."""
    return (
        Person.objects.filter(memberships__council__in=councils_of(person), is_active=True).distinct().order_by("name")
    )


@dataclass(frozen=True)
class AttendanceRow:
    """One IKM on the attendance list of a visit. `attendance` is None until it is recorded."""

    business: Business
    attendance: Attendance | None

    @property
    def choice(self) -> str:
        """The value of its radio buttons: 'yes', 'no' or '' (not recorded)."""
        return "" if self.attendance is None else "yes" if self.attendance.present else "no"


@dataclass(frozen=True)
class AttendanceList:
    """Every active IKM that is visited, and those with a recorded attendance that were closed since."""

    rows: list[AttendanceRow]

    @property
    def present(self) -> int:
        return sum(row.choice == "yes" for row in self.rows)

    @property
    def absent(self) -> int:
        return sum(row.choice == "no" for row in self.rows)

    @property
    def pending(self) -> int:
        return sum(row.choice == "" for row in self.rows)

    @property
    def pulses(self) -> list[int]:
        return [row.attendance.pulse for row in self.rows if row.attendance and row.attendance.pulse is not None]

    @property
    def median_pulse(self) -> int | None:
        """Per cent of a normal month."""
        return median_pulse(
            (row.business.owner_id, row.attendance.pulse)
            for row in self.rows
            if row.attendance and row.attendance.pulse is not None
        )

    def log_read(self, person: Person, visit: Visit) -> None:
        """One audit entry where the person is shown the pulse of single IKM; repeats within 12 hours are one."""
        if self.pulses and reader_for(person).reads(SEE_FINANCES, region=visit.region_id):
            log_read(person, [visit.cluster_or_business], [SEE_FINANCES], again=REPEAT_INTERVAL)

    def next_after(self, business: Business) -> Business | None:
        """The next IKM of the list, after the last one the first; None when there is no other."""
        order = [row.business for row in self.rows]
        if business not in order or len(order) < 2:
            return None
        return order[(order.index(business) + 1) % len(order)]


def of_visit(visit: Visit) -> Q:
    """The condition on `Business`: it belongs to the sentra of the visit, or is the IKM outside any that is visited."""
    return Q(cluster=visit.cluster_id) if visit.cluster_id else Q(pk=visit.business_id)


def invited_to(visit: Visit) -> Q:
    """The condition on `Business`: the visit is to it, to its kelompok or to its sentra."""
    if visit.business_id:
        return Q(pk=visit.business_id)
    if visit.group_id:
        return Q(pk__in=GroupMember.objects.current().filter(group=visit.group_id).values("business"))
    return Q(cluster=visit.cluster_id)


def attendance_list(visit: Visit, person: Person) -> AttendanceList:
    """The attendance list as far as this person may read it; two queries at any length."""
    recorded = {
        row.business_id: row
        for row in Attendance.objects.visible_to(person).filter(visit=visit).select_related("business__owner")
    }
    rows = Business.objects.visible_to(person).filter(invited_to(visit) | Q(pk__in=list(recorded)))
    rows = rows.filter(processable_business() | Q(pk__in=list(recorded))).select_related("owner")
    return AttendanceList([AttendanceRow(row, recorded.get(row.pk)) for row in rows.order_by("name", "pk")])


def photos_of(visit: Visit, person: Person) -> QuerySet[Photo]:
    return Photo.objects.visible_to(person).filter(visit=visit).select_related("business").order_by("taken_at", "pk")


def photographed_visits(cluster: Cluster, person: Person, *, most: int) -> list[tuple[Visit, list[Photo]]]:
    """The newest visits to a sentra with photos that the person may see, each with its photos; two queries."""
    seen = Photo.objects.visible_to(person).filter(visit__cluster=cluster)
    rows = Visit.objects.visible_to(person).filter(pk__in=seen.values("visit")).order_by("-held_on", "pk")
    visits = {visit.pk: (visit, list[Photo]()) for visit in rows[:most]}
    for photo in seen.filter(visit__in=list(visits)).select_related("business").in_story_order():
        visits[photo.visit_id][1].append(photo)
    return list(visits.values())


def public_photos(cluster: Cluster) -> QuerySet[Photo]:
    """The photos of a sentra's visits that the public may see, in the order of its story."""
    photos = Photo.objects.public().filter(visit__cluster=cluster).select_related("business", "visit")
    return photos.in_story_order()


@dataclass(frozen=True)
class VisitPriority:
    """How strongly an IKM needs a visit, and why. `months` since its last visit; None: never visited."""

    business: Business
    months: int | None
    absences: int  # consecutive visits to its sentra without it, counted from the last one
    pulse: int | None  # at the last visit where it was present
    not_reporting: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        recency = 100 if self.months is None else min(60, 2 * self.months)
        weakness = max(0, WEAK_PULSE - self.pulse) // 2 if self.pulse is not None else 0
        return recency + 10 * min(self.absences, 3) + weakness + (25 if self.not_reporting else 0)


def last_met() -> Max:
    """Annotation of a `Business`: the day of the last visit that took place with it present; None: never."""
    return Max("attendances__visit__held_on", filter=attended_visit("attendances__"))


def last_meetings(businesses: QuerySet[Business]) -> QuerySet[Business, Any]:
    """Keys of IKM with the day of the last visit that took place with them present."""
    return businesses.annotate(met_on=last_met()).exclude(met_on=None).values_list("pk", "met_on")


def met_after(day: Any) -> Exists:
    """Condition on Business: a visit later than `day` (or an OuterRef) took place with it present."""
    rows = Attendance.objects.filter(attended_visit(), business=OuterRef("pk"))
    return Exists(rows.filter(visit__held_on__gt=day))


def last_visited() -> Subquery:
    """Annotation of a `Cluster`: the day of the last visit to the whole sentra that took place; None: never.
    A subquery, because a join
    would multiply the rows that other annotations count."""
    visits = Visit.objects.filter(cluster=OuterRef("pk")).to_all_of_cluster().took_place().order_by().values("cluster")
    return Subquery(visits.annotate(last=Max("held_on")).values("last"))


def due_before(today: date) -> date:
    """A last meeting or visit before this day is `DUE_AFTER` months ago or more, counted by calendar months."""
    return add_months(first_of_month(today), 1 - DUE_AFTER)


def visit_priorities(
    person: Person, *, today: date, cluster: Cluster | None = None, not_reporting: AbstractSet[UUID] = frozenset()
) -> list[VisitPriority]:
    """IKM within reach that have a reason for a visit, the highest score first.

    Reasons are: never visited, not visited for DUE_AFTER months, absent from the last visits, a weak pulse, and no
    monthly reports (`not_reporting` holds the ids, which the caller knows).
    """
    rows = Business.objects.visible_to(person).processable().select_related("cluster", "owner")
    rows = rows.filter(cluster=cluster) if cluster else rows.exclude(cluster=None)
    attendances = Attendance.objects.filter(took_place("visit__")).select_related("visit")
    history = Prefetch("attendances", queryset=attendances.order_by("-visit__held_on"), to_attr="history")
    reader = reader_for(person)
    priorities = [
        _priority(row, today, row.pk in not_reporting, shows_pulse=reader.shows(row, "visits.Attendance.pulse"))
        for row in rows.annotate(met_on=last_met()).prefetch_related(history)
    ]
    return sorted((row for row in priorities if row.reasons), key=lambda row: (-row.score, row.business.name))


def _priority(business: Business, today: date, not_reporting: bool, *, shows_pulse: bool) -> VisitPriority:
    met_on: date | None = getattr(business, "met_on", None)
    history: list[Attendance] = getattr(business, "history", [])
    months = None if met_on is None else max(0, (today.year - met_on.year) * 12 + today.month - met_on.month)
    absences = next((place for place, row in enumerate(history) if row.present), len(history))
    pulse = next((row.pulse for row in history if row.present), None)
    reasons = [
        _recency_reason(met_on, months, today),
        _absence_reason(absences),
        _pulse_reason(pulse) if shows_pulse else "",
        _("tiga bulan tidak melapor") if not_reporting else "",
    ]
    return VisitPriority(business, months, absences, pulse, not_reporting, tuple(filter(None, reasons)))


def _recency_reason(met_on: date | None, months: int | None, today: date) -> str:
    if met_on is None:
        return _("belum pernah ditemui")
    if met_on >= due_before(today):
        return ""
    return _("terakhir ditemui %(month)s, %(months)s bulan lalu") % {"month": month_name(met_on), "months": months}


def _absence_reason(absences: int) -> str:
    if not absences:
        return ""
    text = ngettext("tidak hadir pada kunjungan terakhir", "tidak hadir pada %(count)s kunjungan terakhir", absences)
    return text % {"count": absences}


def _pulse_reason(pulse: int | None) -> str:
    if pulse is None or pulse > WEAK_PULSE:
        return ""
    return _("produksinya %(pulse)s%% dari bulan biasa") % {"pulse": pulse}


@dataclass(frozen=True)
class ClusterPriority:
    """The visit priorities of the IKM of one sentra."""

    cluster: Cluster
    priorities: list[VisitPriority]

    @property
    def score(self) -> int:
        return sum(row.score for row in self.priorities)

    @property
    def never_visited(self) -> int:
        return sum(row.months is None for row in self.priorities)


def priorities_by_cluster(priorities: Collection[VisitPriority]) -> list[ClusterPriority]:
    """The same priorities grouped by sentra, the highest total score first."""
    grouped: dict[Cluster, list[VisitPriority]] = {}
    for row in priorities:
        if row.business.cluster:
            grouped.setdefault(row.business.cluster, []).append(row)
    return sorted((ClusterPriority(*pair) for pair in grouped.items()), key=lambda row: (-row.score, row.cluster.name))
