"""Where two people told one thing differently, a row that a person will decide; nothing is overwritten silently."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sambang.intake.kinds.base import MergeTarget
from sambang.intake.merging import Judge, Span
from sambang.intake.models import Conflict, Received
from sambang.lib.unit_of_work import cached, store_cached


def keep_conflict(row: Received, slot: MergeTarget, found: Sequence[Span]) -> None:
    """Open the conflict of this slot, or forget it where no word is contested any more. What was decided stays decided
    until somebody says something that the one who decided had not seen."""
    standing = cached(_key(slot.key), lambda: Conflict.objects.select_for_update().filter(slot=slot.key).first())
    if not is_open(found, slot.judge, seen=standing.seen if standing else ()):
        if standing is not None and standing.decided_at is None:
            standing.delete()
            store_cached(_key(slot.key), None)
        return
    if standing is None:
        standing = Conflict.objects.create(
            slot=slot.key, kind=row.kind, visit=row.visit, business=row.business, region_code=row.region_code
        )
        store_cached(_key(slot.key), standing)
    elif standing.decided_at is not None:
        standing.decided_at = standing.decided_by = standing.chosen = None
        standing.save(update_fields=["decided_at", "decided_by", "chosen"])


def hold_conflicts(slots: Collection[str]) -> None:
    """Read and lock those of all these slots at once, inside steps of one transaction."""
    for slot in slots:
        store_cached(_key(slot), None)
    for row in Conflict.objects.select_for_update().filter(slot__in=slots).order_by("pk"):
        store_cached(_key(row.slot), row)


def _key(slot: str) -> tuple[str, str]:
    return "conflict", slot


def is_open(found: Sequence[Span], judge: Judge, *, seen: Collection[str]) -> bool:
    """Is there a contested word that whoever decided had not seen, or that lost to one not seen?"""
    for span in found:
        verdict = judge(span)
        if verdict.contested and any(
            word.item is not None and str(word.item) not in seen for word in (verdict.stands, *verdict.contested)
        ):
            return True
    return False
