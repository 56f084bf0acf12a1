"""What items that came together speak about, locked and read by one question a table instead of one an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sambang.access.models import Person
from sambang.intake import items
from sambang.intake.applying import read_words
from sambang.intake.conflicts import hold_conflicts
from sambang.intake.seen import hold_seen
from sambang.intake.slots import read_lines
from sambang.production.queries import read_reports
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.queries import read_attendances


def read_together(found: Sequence[items.Item], actor: Person) -> set[UUID]:
    """As `actor` reaches it, inside steps of one transaction. The IKM about whose production is spoken."""
    bodies = [item.body for item in found]
    visits = {row.pk: row for row in hold_seen(Visit, actor, _named(bodies, "visit"))}
    businesses = {row.pk: row for row in hold_seen(Business, actor, _named(bodies, "business"))}
    present = [
        (visits[body.visit], businesses[body.business])
        for body in bodies
        if isinstance(body, items.Attend) and body.visit in visits and body.business in businesses
    ]
    reported: list[tuple[Business, date]] = [
        (businesses[body.business], body.month)
        for body in bodies
        if isinstance(body, items.Report) and body.business in businesses
    ]
    if present:
        read_attendances(present)
    if reported:
        read_reports(reported)
        read_lines([business for business, _month in reported])
    slots = sorted({slot for body in bodies if (slot := _slot(body))})
    if slots:
        read_words(slots)
        hold_conflicts(slots)
    return {business.pk for business, _month in reported}


def _named(bodies: Sequence[items.Body], name: str) -> set[UUID]:
    return {key for body in bodies if (key := getattr(body, name, None)) is not None}


def _slot(body: items.Body) -> str:
    """The key of the slot (`slots.py`) that it speaks about; '' where that needs a look into the database."""
    match body:
        case items.Hold():
            return f"hold:{body.visit}"
        case items.Attend():
            return f"attend:{body.visit}:{body.business}"
        case items.Report():
            return f"report:{body.business}:{body.month:%Y-%m}"
        case items.Profile():
            return f"profile:{body.business}:{body.field}"
        case _:
            return ""
