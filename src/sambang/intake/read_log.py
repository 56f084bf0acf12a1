"""Read audit of received items: an item may contain an owner's contact data or the figures of one IKM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from sambang.access.models import Person
from sambang.access.permissions import may
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.intake.kinds import kinds
from sambang.intake.models import Conflict, Received


def guarding_verbs(kind: str) -> tuple[str, ...]:
    item_kind = kinds().get(kind)
    return item_kind.guarded_by if item_kind else ()


def may_read(person: Person, row: Received | Conflict) -> bool:
    """Whether the person may read an item or conflict about its business: not if its processing is restricted."""
    return row.business is None or all(may(person, verb, row.business) for verb in guarding_verbs(row.kind))


def log_received_read(person: Person, rows: Iterable[Received | Conflict]) -> None:
    """Write one entry for each verb and sentra, for each IKM outside a sentra, and for each item without an IKM.
    Repeated reads within 12 hours are one entry."""
    subjects: dict[str, set[models.Model]] = defaultdict(set)
    for row in rows:
        for verb in guarding_verbs(row.kind):
            subjects[verb].add((row.business.cluster or row.business) if row.business else row)
    for verb, keys in sorted(subjects.items()):
        log_read(person, keys, [verb], again=REPEAT_INTERVAL)
