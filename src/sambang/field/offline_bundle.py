"""The offline bundle: the IKM of the chosen visits, read with a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.actions.models import Action, Confirmation
from sambang.aspirations.difficulties import offered_difficulties
from sambang.aspirations.models import Aspiration, Matter
from sambang.intake.items import PROTOCOL_VERSION
from sambang.lib import clock
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.lib.region_code import RegionCode
from sambang.lib.time_zones import today_in, zone_of
from sambang.lib.units import UNITS
from sambang.production.models import Report, ReportLine, current_report
from sambang.production.plausibility import UsualFigures, usual_figures
from sambang.registry.list_reads import log_businesses_read
from sambang.registry.models import Business, GroupMember, ProductLine, active_business
from sambang.registry.queries import with_readable_owner
from sambang.visits.models import Attendance, Visit
from sambang.visits.positions import positions_allowed
from sambang.visits.queries import invited_to

BUNDLE_MONTHS = 12
PENDING_STATES = (Action.State.PROMISED, Action.State.CLAIMED, Action.State.DISPUTED)


def open_visits(person: Person) -> QuerySet[Visit]:
    """Visits within the person's reach that can still be edited, the person's own first."""
    size = Count("cluster__businesses", filter=active_business("cluster__businesses__"), distinct=True)
    own = Count("team", filter=Q(team=person), distinct=True)
    rows = Visit.objects.visible_to(person).open().select_related("cluster", "group", "business")
    return rows.annotate(size=size, own=own).order_by("-own", "planned_for", "pk")


def visit_rows(person: Person) -> list[dict[str, Any]]:
    rows = list(open_visits(person))
    members = invited_businesses(rows)
    return [
        {
            "id": row.pk,
            "name": row.target.name,
            "cluster": _cluster(row),
            "place": row.place,
            "planned_for": row.planned_for,
            "purpose": row.purpose,
            "state": row.state,
            "mine": bool(row.own),  # type: ignore[attr-defined]
            "businesses": len(members[row.pk]) if row.pk in members else row.size,  # type: ignore[attr-defined]
        }
        for row in rows
    ]


def invited_businesses(visits: Collection[Visit]) -> dict[UUID, list[UUID]]:
    """The IKM of each visit to a kelompok or to one IKM; visits to a whole sentra are omitted. One query."""
    groups = {visit.group_id for visit in visits if visit.group_id}
    members: dict[UUID | None, list[UUID]] = defaultdict(list)
    rows = GroupMember.objects.current().filter(group__in=groups).filter(active_business("business__"))
    for group, business in rows.order_by("pk").values_list("group", "business"):
        members[group].append(business)
    of_groups = {visit.pk: members[visit.group_id] for visit in visits if visit.group_id}
    return of_groups | {visit.pk: [visit.business_id] for visit in visits if visit.business_id}


def bundle_for(person: Person, chosen: Collection[UUID], *, now: datetime | None = None) -> dict[str, Any] | None:
    """The bundle of the chosen visits within the person's reach; None if there are none."""
    now = now or clock.now()
    team = Prefetch("team", Person.objects.order_by("name"))
    rows = Visit.objects.visible_to(person).filter(pk__in=chosen).prefetch_related(team)
    rows = rows.select_related("cluster", "group", "business")
    visits = list(rows.order_by("planned_for", "pk"))
    if not visits:
        return None
    this_month = first_of_month(max(today_in(visit.region_id, now) for visit in visits))
    months = [add_months(this_month, -back) for back in range(BUNDLE_MONTHS + 1)]
    located = {code: positions_allowed(code) for code in {RegionCode(visit.region_id).regency for visit in visits}}
    members = invited_businesses(visits)
    return {
        "schema": PROTOCOL_VERSION,
        "made_at": now,
        "person": {"id": person.pk, "name": person.name},
        "visits": [
            {**_visit(visit, located[RegionCode(visit.region_id).regency]), "members": members.get(visit.pk)}
            for visit in visits
        ],
        "businesses": _businesses(person, visits, since=months[-1], until=add_months(this_month, 1)),
        "attendance": list(
            Attendance.objects.visible_to(person)
            .filter(visit__in=visits)
            .order_by("pk")
            .values("visit", "business", "present")
        ),
        "months": [{"value": f"{month:%Y-%m}", "label": month_name(month)} for month in months],
        "kinds": [[value, str(label)] for value, label in Aspiration.Kind.choices],
        "difficulties": offered_difficulties(),
        "units": sorted({unit.name for unit in UNITS.values()}),
    }


def _cluster(visit: Visit) -> dict[str, Any]:
    """The visited sentra, or with `id` null the name of the visited IKM."""
    return {"id": visit.cluster_id, "name": visit.cluster_or_business.name}


def _visit(visit: Visit, positions: bool) -> dict[str, Any]:
    return {
        "id": visit.pk,
        "name": visit.target.name,
        "cluster": _cluster(visit),
        "business": visit.business_id,
        "place": visit.place,
        "planned_for": visit.planned_for,
        "held_on": visit.held_on,
        "zone": zone_of(visit.region_id).key,
        "purpose": visit.purpose,
        "state": visit.state,
        "team": [one.name for one in visit.team.all()],
        "positions": positions,
    }


def _businesses(person: Person, visits: Sequence[Visit], *, since: date, until: date) -> list[dict[str, Any]]:
    prefetch = Prefetch("product_lines", ProductLine.objects.current().order_by("name", "unit"), to_attr="lines_made")
    invited = reduce(or_, (invited_to(visit) for visit in visits))
    rows = Business.objects.visible_to(person).processable().filter(invited)
    businesses = list(rows.select_related("owner", "cluster").prefetch_related(prefetch).order_by("name", "pk"))
    readable = with_readable_owner(person, businesses)
    open_figures = _log_reads(person, businesses, readable)
    reported, last = _reports(businesses, since)
    usual = usual_figures([row for row in businesses if row.pk in open_figures], until)
    raised, promised = _open_matters(businesses), _promises(businesses)
    return [
        {
            "id": row.pk,
            "cluster": row.cluster_id,
            "name": row.name,
            "owner": row.owner.name if seen else "",
            "address": row.address if seen else "",
            "phone": row.phone if seen else "",
            "commodity": row.commodity,
            "workers_male": row.workers_male,
            "workers_female": row.workers_female,
            "marketing": row.marketing,
            "lines": [
                {
                    "id": line.pk,
                    "name": line.name,
                    "unit": line.unit,
                    "last": last.get(line.pk) if row.pk in open_figures else None,
                    "usual": _usual(usual.get(line.pk, UsualFigures())),
                }
                for line in row.lines_made  # type: ignore[attr-defined]
            ],
            "reported": reported[row.pk],
            "matters": raised[row.pk],
            "promises": promised(row),
        }
        for row in businesses
        for seen in [row.pk in readable]
    ]


def _usual(usual: UsualFigures) -> dict[str, float | None]:
    """The reference values with which the phone checks a product's figures (production/plausibility.py)."""
    figures = {"quantity": usual.quantity, "price": usual.price, "capacity": usual.capacity}
    return {name: None if figure is None else float(round(figure, 3)) for name, figure in figures.items()}


def _log_reads(person: Person, businesses: Sequence[Business], readable: Collection[UUID]) -> set[UUID]:
    """Write the read audit for the IKM whose figures the person may read. Repeated downloads within 12 hours are one
    entry."""
    reader = reader_for(person)
    open_figures = {row.pk for row in businesses if reader.reads_business("registry.see_finances", row)}
    for verb, keys in (("registry.see_contact", readable), ("registry.see_finances", open_figures)):
        log_businesses_read(person, [row for row in businesses if row.pk in keys], [verb])
    return open_figures


def _reports(rows: Sequence[Business], since: date) -> tuple[dict[Any, list[str]], dict[Any, dict[str, Any]]]:
    """Reported months of each IKM, oldest first, and the newest figure of each product line. A report submitted before
    its month ended does not count: that month is requested again."""
    of = {"business__in": [row.pk for row in rows], "month__gte": since}
    reported: dict[Any, list[str]] = defaultdict(list)
    columns = ("business", "business__region", "month", "submitted_at")
    reports = Report.objects.latest_version().filter(**of).order_by("month").values_list(*columns)
    for business, region, month, submitted_at in reports:
        if timezone.localdate(submitted_at, zone_of(region)) >= add_months(month, 1):
            reported[business].append(f"{month:%Y-%m}")
    figures = ReportLine.objects.filter(
        current_report("report__"), **{f"report__{name}": value for name, value in of.items()}
    )
    last = {
        line: {"month": f"{month:%Y-%m}", "quantity": f"{quantity.normalize():f}"}
        for line, month, quantity in figures.order_by("report__month").values_list(
            "product_line", "report__month", "quantity"
        )
    }
    return reported, last


def _open_matters(rows: Sequence[Business]) -> dict[Any, list[dict[str, Any]]]:
    """The open aspirations and difficulties that each IKM raised itself."""
    matters: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    pairs = (
        Aspiration.objects.filter(business__in=rows, matter__in=Matter.objects.open())
        .order_by("matter__opened_at", "matter")
        .values_list("business", "matter__title", "matter__state")
        .distinct()
    )
    for business, title, state in pairs:
        matters[business].append({"matter": title, "state": state})
    return matters


def _promises(rows: Sequence[Business]) -> Any:
    """Actions promised to the sentra of each IKM, or to an IKM outside a sentra; `ask` is true if this IKM is asked
    whether the action solved its difficulty."""
    by_place: dict[Any, list[Action]] = defaultdict(list)
    outside = Q(cluster=None, visit__business__in=[row.pk for row in rows if row.cluster_id is None])
    inside = Q(cluster__in={row.cluster_id for row in rows if row.cluster_id})
    pending = Action.objects.filter(inside | outside, state__in=PENDING_STATES)
    for action in pending.select_related("visit").order_by("due_on", "pk"):
        by_place[action.cluster_id or (action.visit and action.visit.business_id)].append(action)
    asked = set(Confirmation.objects.to_answer().filter(business__in=rows).values_list("action_id", "business_id"))

    def of(row: Business) -> list[dict[str, Any]]:
        return [
            {
                "action": action.pk,
                "title": action.title,
                "due_on": action.due_on,
                "state": action.state,
                "is_asked": (action.pk, row.pk) in asked,
            }
            for action in by_place[row.cluster_id or row.pk]
        ]

    return of
