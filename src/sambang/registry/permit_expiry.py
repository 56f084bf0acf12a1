"""When a permit is valid, and which expire soon or have expired. A permit is valid on its last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.audit.change_cache import rows_until_change
from sambang.registry.models import Business, Permit, processable_business

NOTICE_DAYS = (0, 30, 90)


@dataclass(frozen=True)
class Horizon:
    """Permits that expire within `days`; `days` 0: those that have expired."""

    days: int
    label: Any
    count: int = 0


LABELS = {0: _("sudah habis"), 30: _("habis dalam 30 hari"), 90: _("habis dalam 90 hari")}


def is_valid_on(permit: Permit, day: date) -> bool:
    return permit.valid_until is None or permit.valid_until >= day


def valid_on(day: date) -> Q:
    """Condition on Permit: `is_valid_on`."""
    return Q(valid_until=None) | Q(valid_until__gte=day)


def expires_within(days: int, today: date) -> Q:
    """Condition on Permit."""
    if days == 0:
        return Q(valid_until__lt=today)
    return Q(valid_until__gte=today, valid_until__lte=today + timedelta(days=days))


def expiring_permits(person: Person) -> QuerySet[Permit, Any]:
    rows = Permit.objects.visible_to(person).filter(processable_business("business__"), valid_until__isnull=False)
    return rows.select_related("business__cluster", "business__region").order_by("valid_until", "pk")


def permits_to_renew(business: Business, *, today: date) -> QuerySet[Permit, Any]:
    """The permits of one IKM that have expired or expire within the longest horizon."""
    last = today + timedelta(days=max(NOTICE_DAYS))
    return business.permits.filter(valid_until__lte=last).order_by("valid_until", "pk")


def permit_notices(person: Person, *, today: date) -> list[Horizon]:
    """The number of permits that expire within each horizon."""
    rows = rows_until_change(_counts_by_horizon, reader_for(person), today)
    counts = rows[0][1:] if rows else (0,) * len(NOTICE_DAYS)  # no row for a person who reaches nothing
    return [Horizon(days, LABELS[days], count) for days, count in zip(NOTICE_DAYS, counts, strict=True)]


def _counts_by_horizon(reader: Reader, today: date) -> QuerySet[Permit, Any]:
    rows = expiring_permits(reader.person).filter(valid_until__lte=today + timedelta(days=max(NOTICE_DAYS))).order_by()
    counts = {f"in_{days}": Count("pk", filter=expires_within(days, today)) for days in NOTICE_DAYS}
    # One row, as of aggregate.
    return rows.values(constant=Value(1)).annotate(**counts).values_list("constant", *counts)
