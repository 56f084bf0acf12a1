"""What the desk reads of field work: its own council's, by those who may."""

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

SEE = "intake.see_received"


def desk[M: (Device, Received, Conflict)](person: Person, model: type[M]) -> QuerySet[M]:
    """The rows of the person's own council: whatever is in a regency is its own council's, a province or the nation
    reads only what its own phones brought that belongs to no regency. Raises PermissionDenied for roles without
    field work."""
    codes = [code for role, code in reader_for(person).grants if SEE in ROLE_VERBS[role] and person.is_active]
    if not codes:
        raise PermissionDenied(SEE)
    parts = [in_region("region_code", code) if code.is_regency else Q(region_code=code) for code in codes]
    return cast("QuerySet[M]", model.objects.visible_to(person).filter(reduce(or_, parts)))


def received_for(person: Person) -> QuerySet[Received]:
    """What came in, newest first, without the texts themselves."""
    rows = desk(person, Received).defer("text", "submitted", "office_value")
    return rows.select_related("person", "device", "visit__cluster", "business", "brought_by").order_by(
        "-received_at", "pk"
    )


def counts_by_outcome(person: Person) -> dict[str, int]:
    return dict(desk(person, Received).order_by().values_list("outcome").annotate(many=Count("pk")))


def devices_for(person: Person) -> QuerySet[Device]:
    """Every phone with `stored`, `looked_at` (refused or incomplete), `here` (different numbers received) and
    `highest`."""
    stored = Q(received__outcome=Received.Outcome.STORED)
    return (
        desk(person, Device)
        .annotate(
            stored=Count("received", filter=stored),
            looked_at=Count("received", filter=~stored & Q(received__isnull=False)),
            here=Count("received__sequence", distinct=True),
            highest=Max("received__sequence"),
        )
        .select_related("last_by")
        .order_by("-last_contact")
    )


def made_by(device: Device) -> int:
    """How many items it made: as it said, or as its numbers show."""
    return max(device.made, getattr(device, "highest", None) or 0)


def missing_from(device: Device) -> int:
    """How many of the items that it made are not here; `device` as `devices_for` gives it."""
    return made_by(device) - getattr(device, "here", 0)


@dataclass(frozen=True)
class Gap:
    """Numbers from first to last that are not here."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def gaps_of(device: Device) -> Iterator[Gap]:
    """Which numbers of 1 to `made` never came in, as runs: there are at most as many runs as items, and one more."""
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
    """Those that wait for a decision first."""
    rows = desk(person, Conflict).select_related("business__cluster", "visit__cluster", "decided_by")
    return rows.annotate(is_decided=Q(decided_at__isnull=False)).order_by("is_decided", "-opened_at")


def submissions_for(merge_key: str) -> QuerySet[Received]:
    """The stored items of one merge target, oldest first."""
    rows = Received.objects.stored().filter(merge_key=merge_key)
    rows = rows.select_related("person", "device", "office_value_by")
    return rows.order_by("recorded_at", "pk")


def attention(person: Person) -> dict[str, Any]:
    """What waits for somebody at the desk."""
    counts = counts_by_outcome(person)
    return {
        "refused": counts.get(Received.Outcome.REFUSED, 0),
        "incomplete": counts.get(Received.Outcome.INCOMPLETE, 0),
        "stored": counts.get(Received.Outcome.STORED, 0),
        "conflicts": desk(person, Conflict).filter(decided_at=None).count(),
    }
