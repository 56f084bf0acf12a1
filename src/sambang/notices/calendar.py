"""A person's calendar (RFC 5545): planned visits, due actions and permits. Calendar services of third parties
store it, so it names sentra and villages, never an IKM, and no text that somebody typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event

from sambang.access.models import Person
from sambang.actions.models import Action
from sambang.lib import clock
from sambang.registry.permit_expiry import expiring_permits
from sambang.visits.models import Visit

PAST, AHEAD = timedelta(days=60), timedelta(days=366)


@translation.override(settings.LANGUAGE_CODE)
def calendar_file(person: Person, *, today: date, link: Callable[[str], str]) -> bytes:
    """`link` makes an absolute address of a path."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sambang//ID")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Sambang")
    span = (today - PAST, today + AHEAD)
    for visit in _visits(person, span):
        place = visit.group__name or visit.cluster__name or _("IKM di luar sentra")
        summary = _("Kunjungan: %(place)s, %(village)s") % {"place": place, "village": visit.region__name}
        address = reverse("visits:visit_detail", args=[visit.pk])
        last = visit.planned_until or visit.planned_for
        calendar.add_component(_event(visit.pk, summary, (visit.planned_for, last), link(address)))
    for action in _actions(person, span):
        summary = _("Tenggat tindakan: %(place)s") % {"place": action.cluster__name or action.region__name}
        address = reverse("actions:action_detail", args=[action.pk])
        calendar.add_component(_event(action.pk, summary, (action.due_on, action.due_on), link(address)))
    for row in _permits(person, span):
        day = row["valid_until"]
        summary = ngettext("%(count)s izin IKM habis", "%(count)s izin IKM habis", row["count"]) % row
        calendar.add_component(_event(f"izin-{day:%Y%m%d}", summary, (day, day), link(reverse("registry:permit_list"))))
    body: bytes = calendar.to_ical()
    return body


def _event(name: object, summary: str, days: tuple[date, date], address: str) -> Event:
    """An event of whole days; in RFC 5545 the end is the day after the last."""
    event = Event()
    event.add("uid", f"{name}@sambang")
    event.add("dtstamp", clock.now())
    event.add("summary", summary)
    event.add("dtstart", days[0])
    event.add("dtend", days[1] + timedelta(days=1))
    event.add("url", address)
    return event


def _visits(person: Person, span: tuple[date, date]) -> list[Any]:
    rows = Visit.objects.visible_to(person).filter(state=Visit.State.PLANNED, planned_for__range=span)
    columns = ("pk", "planned_for", "planned_until", "group__name", "cluster__name", "region__name")
    return list(rows.order_by("planned_for").values_list(*columns, named=True))


def _actions(person: Person, span: tuple[date, date]) -> list[Any]:
    rows = Action.objects.visible_to(person).open().filter(responsible=person, due_on__range=span)
    return list(rows.order_by("due_on").values_list("pk", "due_on", "cluster__name", "region__name", named=True))


def _permits(person: Person, span: tuple[date, date]) -> Any:
    """Number of permits that expire, by day."""
    rows = expiring_permits(person).filter(valid_until__range=span).select_related(None).order_by("valid_until")
    return rows.values("valid_until").annotate(count=Count("pk"))
