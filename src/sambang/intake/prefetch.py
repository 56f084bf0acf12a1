"""The rows that the items of one sending refer to, locked and read by one query a table instead of one an item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sambang.access.models import Person
from sambang.intake.applying import read_words
from sambang.intake.conflicts import hold_conflicts
from sambang.intake.kinds.base import Item, PrefetchedRows
from sambang.intake.seen import hold_seen
from sambang.registry.models import Business
from sambang.visits.models import Visit


def prefetch(found: Sequence[Item], actor: Person) -> set[UUID]:
    """Read what `actor` reaches, inside the transaction of the sending. The IKM whose production will be written."""
    bodies = [item.body for item in found]
    rows = PrefetchedRows(
        {row.pk: row for row in hold_seen(Visit, actor, _named(bodies, "visit"))},
        {row.pk: row for row in hold_seen(Business, actor, _named(bodies, "business"))},
    )
    _prefetch_by_kind(found, rows)
    if targets := sorted({key for item in found if (key := item.kind.target_key(item.body))}):
        read_words(targets)
        hold_conflicts(targets)
    written = {item.body.business for item in found if item.kind.writes_production}
    return written & rows.businesses.keys()


def _prefetch_by_kind(found: Sequence[Item], rows: PrefetchedRows) -> None:
    by_kind: dict[str, list[Item]] = defaultdict(list)
    for item in found:
        by_kind[item.kind.name].append(item)
    for group in by_kind.values():
        if (read := group[0].kind.prefetch) is not None:
            read([item.body for item in group], rows)


def _named(bodies: Sequence[Any], name: str) -> set[UUID]:
    return {key for body in bodies if (key := getattr(body, name, None)) is not None}
