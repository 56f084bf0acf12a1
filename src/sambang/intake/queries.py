"""Queries of the office's intake pages, restricted to the person's own council and to roles with
`intake.see_received`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.access.roles import ROLE_VERBS
from sambang.intake.models import Conflict, Device, Received
from sambang.lib.region_code import in_region

SEE_RECEIVED = "intake.see_received"


def desk[M: (Device, Received, Conflict)](person: Person, model: type[M]) -> QuerySet[M]:
    """The rows of the person's own councils: of a regency, all rows in it; of a province or the nation, only rows whose
    region is that province or the nation itself. Raises PermissionDenied for roles without field work."""
    codes = [code for role, code in reader_for(person).grants if SEE_RECEIVED in ROLE_VERBS[role] and person.is_active]
    if not codes:
        raise PermissionDenied(SEE_RECEIVED)
    parts = [in_region("region_code", code) if code.is_regency else Q(region_code=code) for code in codes]
    return cast("QuerySet[M]", model.objects.visible_to(person).filter(reduce(or_, parts)))


def received_for(person: Person) -> QuerySet[Received]:
    """Received items, newest first, without their texts."""
    rows = desk(person, Received).defer("text", "submitted", "office_value")
    return rows.select_related("person", "device", "visit__cluster", "business", "brought_by").order_by(
        "-received_at", "pk"
    )


def counts_by_outcome(person: Person) -> dict[str, int]:
    return dict(desk(person, Received).order_by().values_list("outcome").annotate(many=Count("pk")))


def devices_for(person: Person) -> QuerySet[Device]:
    """Devices with `stored`, `looked_at` (number of refused or incomplete items), `received_count` (number of distinct
    sequence numbers) and `highest` (sequence number)."""
    stored = Q(received__outcome=Received.Outcome.STORED)
    return (
        desk(person, Device)
        .annotate(
            stored=Count("received", filter=stored),
            looked_at=Count("received", filter=~stored & Q(received__isnull=False)),
            received_count=Count("received__sequence", distinct=True),
            highest=Max("received__sequence"),
        )
        .select_related("last_by")
        .order_by("-last_contact")
    )


def created_count(device: Device) -> int:
    """The number of items that the device created: the reported count, or the highest received sequence number if
    larger."""
    return max(device.made, getattr(device, "highest", None) or 0)


def missing_from(device: Device) -> int:
    """The number of created items that were not received; `device` is annotated by `devices_for`."""
    return created_count(device) - getattr(device, "received_count", 0)


@dataclass(frozen=True)
class Gap:
    """A range of sequence numbers, both ends included, of which none was received."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def gaps_of(device: Device) -> Iterator[Gap]:
    """The ranges of sequence numbers from 1 to `made` that were never received, in ascending order."""
    before = 0
    rows = Received.objects.filter(device=device).exclude(sequence=None)
    for sequence in rows.order_by("sequence").values_list("sequence", flat=True).distinct():
        number = sequence or 0
        if number > before + 1:
            yield Gap(before + 1, number - 1)
        before = number
    if device.made > before:
        yield Gap(before + 1, device.made)


def conflicts_for(person: Person) -> QuerySet[Conflict]:
    """Undecided conflicts first, then the newest."""
    rows = desk(person, Conflict).select_related("business__cluster", "visit__cluster", "decided_by")
    return rows.annotate(is_decided=Q(decided_at__isnull=False)).order_by("is_decided", "-opened_at")


def submissions_for(merge_key: str) -> QuerySet[Received]:
    """The stored items of one merge target, in order of recording."""
    rows = Received.objects.of_target(merge_key).order_by("recorded_at", "pk")
    return rows.select_related("person", "device", "office_value_by")


def attention(person: Person) -> dict[str, Any]:
    """The counts of items and conflicts that the office has to handle."""
    counts = counts_by_outcome(person)
    return {
        "refused": counts.get(Received.Outcome.REFUSED, 0),
        "incomplete": counts.get(Received.Outcome.INCOMPLETE, 0),
        "stored": counts.get(Received.Outcome.STORED, 0),
        "conflicts": desk(person, Conflict).filter(decided_at=None).count(),
    }
