"""What the pages of visits read. Every function starts from who reads."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sambang.access.models import Person
from sambang.access.permissions import councils_of
from sambang.access.reader import reader_for
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.lib.unit_of_work import cached, store_cached
from sambang.registry.models import Business, Cluster, active_business
from sambang.registry.names import SEE_FINANCES
from sambang.visits.models import LEAST_PULSES, Attendance, Photo, Visit, took_place

DUE_AFTER = 6  # months since the month of the last meeting or visit
WEAK = 70  # per cent of a normal month at and below which production is a reason


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to."""

    state: str = ""
    cluster: UUID | None = None
    search: str = ""


def visits_for(person: Person, chosen: Filter) -> QuerySet[Visit]:
    """Visits within reach, newest first, each with `came` (IKM present) and `pictures`."""
    rows = Visit.objects.visible_to(person).select_related("cluster__region")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.cluster:
        rows = rows.filter(cluster=chosen.cluster)
    for word in chosen.search.split():
        rows = rows.filter(Q(cluster__name__icontains=word) | Q(purpose__icontains=word) | Q(place__icontains=word))
    return rows.annotate(
        came=Count("attendances", filter=Q(attendances__present=True), distinct=True),
        pictures=Count("photos", distinct=True),
        day=Coalesce("held_on", "planned_for"),
    ).order_by("-day", "pk")


def attendance_of(visit: Visit, business: Business) -> Attendance | None:
    """Noted of this IKM on this visit."""
    rows = Attendance.objects
    return cached(_attendance_key(visit, business.pk), lambda: rows.filter(visit=visit, business=business).first())


def note_attendance(row: Attendance) -> None:
    """It was just written, or read with many: inside steps of one transaction it is not asked for again."""
    store_cached(_attendance_key(row.visit, row.business_id), row)


def read_attendances(pairs: Collection[tuple[Visit, Business]]) -> None:
    """`attendance_of` of all these by one question; their visits are held."""
    for visit, business in pairs:
        store_cached(_attendance_key(visit, business.pk), None)
    visits = {visit.pk: visit for visit, _business in pairs}
    for row in Attendance.objects.filter(visit__in=visits, business__in={business.pk for _visit, business in pairs}):
        row.visit = visits[row.visit_id]
        note_attendance(row)


def _attendance_key(visit: Visit, business: UUID) -> tuple[str, UUID, UUID]:
    return "attendance", visit.pk, business


def counts_by_state(person: Person) -> dict[str, int]:
    rows = Visit.objects.visible_to(person).order_by().values_list("state").annotate(many=Count("pk"))
    return dict(rows)


def possible_team(person: Person) -> QuerySet[Person]:
    """Those who can go along: the members of the person's own councils."""
    return (
        Person.objects.filter(memberships__council__in=councils_of(person), is_active=True).distinct().order_by("name")
    )


@dataclass(frozen=True)
class Place:
    """One IKM on the roll of a visit, with what was noted of it; None: not noted yet."""

    business: Business
    attendance: Attendance | None

    @property
    def mark(self) -> str:
        """'yes', 'no' or '' (not noted): the value of its radio buttons."""
        return "" if self.attendance is None else "yes" if self.attendance.present else "no"


@dataclass(frozen=True)
class Roll:
    """Every open IKM of the sentra, and those noted although closed since."""

    places: list[Place]

    @property
    def came(self) -> int:
        return sum(place.mark == "yes" for place in self.places)

    @property
    def missed(self) -> int:
        return sum(place.mark == "no" for place in self.places)

    @property
    def unsaid(self) -> int:
        return sum(place.mark == "" for place in self.places)

    @property
    def pulse(self) -> int | None:
        """The median pulse of at least LEAST_PULSES IKM, per cent of a normal month; None when fewer reported one."""
        said = [row.pulse for place in self.places if (row := place.attendance) and row.pulse is not None]
        return round(median(said)) if len(said) >= LEAST_PULSES else None

    def log_read(self, person: Person, visit: Visit) -> None:
        """One audit entry where the person is shown the pulse of single IKM; repeats within 12 hours are one."""
        if self.pulses and reader_for(person).reads(SEE_FINANCES, region=visit.cluster.region_id):
            log_read(person, [visit.cluster], [SEE_FINANCES], again=REPEAT_INTERVAL)

    @property
    def pulses(self) -> int:
        return sum(1 for place in self.places if place.attendance and place.attendance.pulse is not None)

    def after(self, business: Business) -> Business | None:
        """The next IKM of the roll, round to the beginning; None when there is only one."""
        order = [place.business for place in self.places]
        if business not in order or len(order) < 2:
            return None
        return order[(order.index(business) + 1) % len(order)]


def roll_of(visit: Visit, person: Person) -> Roll:
    """The roll as this person may read it; two queries at any length."""
    noted = {
        row.business_id: row
        for row in Attendance.objects.visible_to(person).filter(visit=visit).select_related("business__owner")
    }
    rows = Business.objects.visible_to(person).filter(Q(cluster=visit.cluster_id) | Q(pk__in=list(noted)))
    rows = rows.filter(active_business() | Q(pk__in=list(noted))).select_related("owner")
    return Roll([Place(business, noted.get(business.pk)) for business in rows.order_by("name", "pk")])


def photos_of(visit: Visit, person: Person) -> QuerySet[Photo]:
    return Photo.objects.visible_to(person).filter(visit=visit).select_related("business").order_by("taken_at", "pk")


@dataclass(frozen=True)
class Need:
    """An IKM that should be met, why, and how strongly; `months` since it was met, None: never."""

    business: Business
    months: int | None
    missed: int  # visits to its sentra in a row where it was not present
    pulse: int | None  # at the last time it was met
    silent: bool = False  # does not report, says whoever asks
    reasons: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        never = 100 if self.months is None else min(60, 2 * self.months)
        weak = max(0, WEAK - self.pulse) // 2 if self.pulse is not None else 0
        return never + 10 * min(self.missed, 3) + weak + (25 if self.silent else 0)


def last_met() -> Max:
    """Annotation of a `Business`: the day of the last visit that took place and at which it was present; None:
    never."""
    return Max("attendances__visit__held_on", filter=took_place("attendances__visit__") & Q(attendances__present=True))


def last_visited() -> Subquery:
    """Annotation of a `Cluster`: the day of the last visit that took place; None: never. A subquery, so that what else
    is counted of the cluster is not counted once for each visit."""
    visits = Visit.objects.filter(cluster=OuterRef("pk")).took_place().order_by().values("cluster")
    return Subquery(visits.annotate(last=Max("held_on")).values("last"))


def due_before(today: date) -> date:
    """A last meeting or visit before this day is `DUE_AFTER` months ago or more, counted by calendar months."""
    return add_months(first_of_month(today), 1 - DUE_AFTER)


def needs(
    person: Person, *, today: date, cluster: Cluster | None = None, silent: AbstractSet[UUID] = frozenset()
) -> list[Need]:
    """IKM within reach that have a reason to be met, most needed first.

    Never met comes first, then long not met; absence from the last visits, a weak pulse and silence (the ids in
    `silent`, which a later step of the work knows) add to it.
    """
    rows = Business.objects.visible_to(person).active().select_related("cluster", "owner")
    rows = rows.filter(cluster=cluster) if cluster else rows.exclude(cluster=None)
    attendances = Attendance.objects.filter(took_place("visit__")).select_related("visit")
    history = Prefetch("attendances", queryset=attendances.order_by("-visit__held_on"), to_attr="history")
    reader = reader_for(person)
    found = [
        _need(row, today, row.pk in silent, finances=reader.reads_business(SEE_FINANCES, row))
        for row in rows.annotate(met_on=last_met()).prefetch_related(history)
    ]
    return sorted((need for need in found if need.reasons), key=lambda need: (-need.weight, need.business.name))


def _need(business: Business, today: date, silent: bool, *, finances: bool) -> Need:
    met_on: date | None = getattr(business, "met_on", None)
    history: list[Attendance] = getattr(business, "history", [])
    months = None if met_on is None else max(0, (today.year - met_on.year) * 12 + today.month - met_on.month)
    missed = next((place for place, row in enumerate(history) if row.present), len(history))
    pulse = next((row.pulse for row in history if row.present), None)
    need = Need(business, months, missed, pulse, silent)
    if months is None:
        need.reasons.append(_("belum pernah ditemui"))
    elif met_on and met_on < due_before(today):
        facts = {"month": month_name(met_on), "months": months}
        need.reasons.append(_("terakhir ditemui %(month)s, %(months)s bulan lalu") % facts)
    if missed:
        words = ngettext("tidak hadir pada kunjungan terakhir", "tidak hadir pada %(count)s kunjungan terakhir", missed)
        need.reasons.append(words % {"count": missed})
    if pulse is not None and pulse <= WEAK and finances:
        need.reasons.append(_("produksinya %(pulse)s%% dari bulan biasa") % {"pulse": pulse})
    if silent:
        need.reasons.append(_("tiga bulan tidak melapor"))
    return need


@dataclass(frozen=True)
class ClusterNeed:
    """A sentra by how much its IKM need to be met."""

    cluster: Cluster
    needs: list[Need]

    @property
    def weight(self) -> int:
        return sum(need.weight for need in self.needs)

    @property
    def never(self) -> int:
        return sum(need.months is None for need in self.needs)


def by_cluster(found: Collection[Need]) -> list[ClusterNeed]:
    """The same needs under their sentra, the sentra with the most of it first."""
    grouped: dict[Cluster, list[Need]] = {}
    for need in found:
        if need.business.cluster:
            grouped.setdefault(need.business.cluster, []).append(need)
    return sorted((ClusterNeed(*pair) for pair in grouped.items()), key=lambda row: (-row.weight, row.cluster.name))
