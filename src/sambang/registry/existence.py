"""When and by which source each IKM was last seen, and whether its existence is still confirmed.

Later apps (visits, reports) register their sources in `AppConfig.ready`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sambang.access.models import Person
from sambang.registry.models import Business, BusinessQuerySet

UNSURE_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class LastSeenSource:
    """`days`: for some IKM the day on which this source last saw them. `seen_after`: a condition on Business, that it
    was seen later than a day (or an OuterRef to one)."""

    label: Any
    days: Callable[[BusinessQuerySet], Iterable[tuple[UUID, date]]]
    seen_after: Callable[[Any], Exists]


LAST_SEEN_SOURCES: list[LastSeenSource] = []


def register_last_seen_source(source: LastSeenSource) -> None:
    LAST_SEEN_SOURCES.append(source)


class Existence(StrEnum):
    CONFIRMED = "confirmed"
    UNSURE = "unsure"
    NOT_FOUND = "not_found"


EXISTENCE = {
    Existence.CONFIRMED: pgettext_lazy("many", "dipastikan ada"),
    Existence.UNSURE: pgettext_lazy("many", "belum pasti"),
    Existence.NOT_FOUND: pgettext_lazy("many", "tidak ditemukan"),
}


@dataclass(frozen=True)
class LastSeen:
    """`on` is None if the IKM was never seen. `by` is known for calls and imports only."""

    on: date | None = None
    how: Any = ""
    by: Person | None = None
    not_found_on: date | None = None

    def existence(self, today: date) -> Existence:
        """Confirmed for a year after the IKM was seen, then unsure; not found after a failed search until it is seen
        again."""
        if self.not_found_on and (self.on is None or self.not_found_on >= self.on):
            return Existence.NOT_FOUND
        return Existence.CONFIRMED if self.on and self.on > today - UNSURE_AFTER else Existence.UNSURE


def last_seen(rows: BusinessQuerySet) -> dict[UUID, LastSeen]:
    """The newest of all sources for each IKM, in one query for each source."""
    labels = dict(Business.Confirmation.choices)
    days = {
        row.pk: LastSeen(row.confirmed_on, labels.get(row.confirmed_how, ""), row.confirmed_by, row.not_found_on)
        for row in rows.select_related(None)
        .select_related("confirmed_by")
        .only("confirmed_on", "confirmed_how", "not_found_on", "confirmed_by__name")
    }
    for source in LAST_SEEN_SOURCES:
        for key, day in source.days(rows):
            days_of_source = days[key]
            if days_of_source.on is None or day > days_of_source.on:
                days[key] = LastSeen(day, source.label, None, days_of_source.not_found_on)
    return days


@dataclass(frozen=True)
class ExistenceCount:
    """Number of IKM of a sentra or village in each state."""

    name: str
    counts: Counter[Existence]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def numbers(self) -> list[tuple[Any, int]]:
        """The label and the count of each state."""
        return [(EXISTENCE[state], self.counts[state]) for state in Existence]

    @property
    def confirmed_share(self) -> float:
        return self.counts[Existence.CONFIRMED] / self.total if self.total else 0.0


@dataclass(frozen=True)
class RegisterState:
    """`evidence`: by which source the confirmed IKM were last seen, the most frequent first."""

    total: ExistenceCount
    evidence: list[tuple[str, int]]
    by_cluster: list[ExistenceCount]
    by_village: list[ExistenceCount]


def register_state(rows: BusinessQuerySet, *, today: date) -> RegisterState:
    """Counts of active IKM by state: in all, by sentra and by village; the least confirmed first."""
    active = rows.active().order_by()
    seen = last_seen(active)
    states = {key: last.existence(today) for key, last in seen.items()}
    sources = Counter(str(seen[key].how) for key, state in states.items() if state is Existence.CONFIRMED)
    evidence = sorted(sources.items(), key=lambda source: (-source[1], source[0]))
    places = list(active.values_list("pk", "cluster__name", "region__name"))
    total: Counter[Existence] = Counter(states.values())
    outside = str(_("di luar sentra"))
    by_cluster = _counted((cluster or outside, states[key]) for key, cluster, _village in places)
    by_village = _counted((village, states[key]) for key, _cluster, village in places)
    return RegisterState(ExistenceCount("", total), evidence, by_cluster, by_village)


def _counted(pairs: Iterable[tuple[str, Existence]]) -> list[ExistenceCount]:
    counts: dict[str, Counter[Existence]] = {}
    for name, state in pairs:
        counts.setdefault(name, Counter())[state] += 1
    rows = [ExistenceCount(name, count) for name, count in counts.items()]
    return sorted(rows, key=lambda row: (row.confirmed_share, -row.total, row.name))


def in_state(rows: BusinessQuerySet, state: str, *, today: date) -> QuerySet[Business]:
    """The active IKM in one state; the same rule as `LastSeen.existence`, as a condition."""
    since = today - UNSURE_AFTER
    is_seen, is_seen_again = Q(confirmed_on__gt=since), Q(confirmed_on__gt=F("not_found_on"))
    for source in LAST_SEEN_SOURCES:
        is_seen |= Q(source.seen_after(since))
        is_seen_again |= Q(source.seen_after(OuterRef("not_found_on")))
    missed = Business.objects.filter(pk=OuterRef("pk"), not_found_on__isnull=False)
    is_missed = Q(Exists(missed)) & ~Q(Exists(Business.objects.filter(is_seen_again, pk=OuterRef("pk"))))
    if state == Existence.NOT_FOUND:
        return rows.active().filter(is_missed)
    seen = Q(Exists(Business.objects.filter(is_seen, pk=OuterRef("pk"))))
    return rows.active().filter(~is_missed, seen if state == Existence.CONFIRMED else ~seen)
