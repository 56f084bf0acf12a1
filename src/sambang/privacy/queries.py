"""Queries of data requests, audited reads and breaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sambang.access.models import Person
from sambang.access.permissions import may, may_somewhere
from sambang.access.reach_filters import NO_ROW
from sambang.access.reader import reader_for
from sambang.audit.models import Entry
from sambang.audit.read_audit import AUDITED_READS
from sambang.audit.verb_labels import VERB_LABELS
from sambang.lib.region_code import in_region
from sambang.privacy.law import articles
from sambang.privacy.models import Breach, DataRequest
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit


def requests_of(person: Person) -> QuerySet[DataRequest]:
    """Requests that the person may answer: a request stays in the owner's regency."""
    allowed = reader_for(person).allowed("privacy.answer", DataRequest)
    if allowed == NO_ROW:
        return DataRequest.objects.none()
    mine = DataRequest.objects.filter(allowed).values("pk")
    rows = DataRequest.objects.visible_to(person).filter(pk__in=mine).select_related("business__cluster", "answered_by")
    return rows.order_by("answered_at", "due_at", "pk")


def breaches_to_report(person: Person) -> list[Breach]:
    """Breaches of which the owners or the agency have not been notified, most urgent first."""
    if not may_somewhere(person, "privacy.note_breach"):
        return []
    untold = Q(owners_notified_at=None) | Q(agency_notified_at=None)
    rows = Breach.objects.visible_to(person).filter(untold).select_related("council").order_by("known_at")
    return [row for row in rows if may(person, "privacy.note_breach", row)]


def audited_reads(person: Person) -> QuerySet[Entry]:
    return Entry.objects.visible_to(person).filter(verb__in=AUDITED_READS).select_related("by").newest_first()


def described_reads(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Any, str]]:
    """(entry, label of its verb, name of its subject) of each."""
    names = subject_names(entries)
    for entry in entries:
        yield entry, VERB_LABELS[entry.verb], names.get(entry.subject, "–")


def subject_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Names of the IKM and sentra that were read, by `Entry.subject`."""
    keys: dict[str, list[UUID]] = {"registry.Business": [], "registry.Cluster": []}
    for entry in entries:
        label, _colon, key = entry.subject.partition(":")
        if label in keys:
            keys[label].append(UUID(key))
    names = {
        f"registry.Business:{row.pk}": row.name for row in Business.objects.filter(pk__in=keys["registry.Business"])
    }
    names |= {f"registry.Cluster:{row.pk}": row.name for row in Cluster.objects.filter(pk__in=keys["registry.Cluster"])}
    return names


def visits_to_review(business: Business) -> QuerySet[Visit]:
    """Visits whose free text may name the owner: a person has to read it."""
    return Visit.objects.filter(attendances__business=business).distinct().order_by("-held_on", "-planned_for")


def affected_by(breach: Breach) -> QuerySet[Business]:
    """IKM whose data may have leaked: those read by the account since the breach began, else those of the sentra or
    council."""
    rows = Business.objects.filter(in_region("region__code", breach.council.region_code), erased_at=None)
    if breach.cluster_id:
        rows = rows.filter(cluster=breach.cluster_id)
    if breach.account_id:
        lines = Entry.objects.filter(by=breach.account_id, verb__in=AUDITED_READS, at__gte=breach.began_at)
        subjects = set(lines.values_list("subject", flat=True))
        rows = rows.filter(
            Q(pk__in=_keys(subjects, "registry.Business")) | Q(cluster__in=_keys(subjects, "registry.Cluster"))
        )
    return rows.select_related("owner", "cluster", "region").order_by("cluster__name", "name", "pk")


def _keys(subjects: set[str], label: str) -> list[UUID]:
    return [
        UUID(key)
        for subject_label, _colon, key in (subject.partition(":") for subject in subjects)
        if subject_label == label
    ]


@dataclass(frozen=True)
class NotificationDeadline:
    """The deadline for notification. `left` is negative once it has passed."""

    ends_at: datetime
    left: timedelta
    notified: bool  # owners and agency both

    @property
    def is_over(self) -> bool:
        return not self.notified and self.left < timedelta(0)

    @property
    def hours(self) -> int:
        return int(abs(self.left).total_seconds() // 3600)


def deadline_of(breach: Breach, *, now: datetime) -> NotificationDeadline:
    within = articles()["breach"].within
    assert within is not None
    ends_at = breach.known_at + within
    return NotificationDeadline(ends_at, ends_at - now, bool(breach.owners_notified_at and breach.agency_notified_at))
