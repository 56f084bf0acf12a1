"""The visits and IKM that items speak about, as whoever carries them out reaches them: read once for many items."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.access.reader import note_region
from sambang.lib.unit_of_work import cached, discard_cached, mark_locked, store_cached
from sambang.registry.models import Business
from sambang.visits.models import Visit

type Spoken = Visit | Business


def seen[M: (Visit, Business)](model: type[M], person: Person, key: UUID) -> M | None:
    """None where it is not there, or not for this person. Of what is missing nothing is remembered: the next item may
    bring it."""
    found = cached(_key(model, person, key), lambda: _rows(model, person).filter(pk=key).first())
    if found is None:
        discard_cached(_key(model, person, key))
    return found


def hold_seen[M: (Visit, Business)](model: type[M], person: Person, keys: Collection[UUID]) -> list[M]:
    """Read and lock all of these that the person reaches, in the order of their keys, so that two who hold several
    never wait for each other in a circle. Inside steps of one transaction."""
    rows = _rows(model, person).filter(pk__in=keys).order_by("pk")
    if connection.features.has_select_for_update:  # SQLite has one writer at a time
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = list(rows) if keys else []
    for row in found:
        store_cached(_key(model, person, row.pk), row)
        note_region(row, row.cluster.region_id if isinstance(row, Visit) else row.region_id)
        mark_locked(row)
    return found


def _rows[M: (Visit, Business)](model: type[M], person: Person) -> QuerySet[M]:
    rows = model.objects.visible_to(person)
    return rows.select_related("cluster") if model is Visit else rows


def _key(model: type[Spoken], person: Person, key: UUID) -> tuple[str, type[Spoken], UUID, UUID]:
    return "seen", model, person.pk, key
