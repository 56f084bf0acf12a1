"""Conflicts: two people submitted different values for the same thing, and a person has to decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sambang.intake.kinds.base import MergeTarget
from sambang.intake.merging import Group, MergeRule
from sambang.intake.models import Conflict, Received


def update_conflict(row: Received, target: MergeTarget, groups: Sequence[Group]) -> None:
    """Open the conflict of this target, or delete it where no version conflicts any more. A decision stays until a
    version arrives that whoever decided had not seen."""
    conflict = Conflict.objects.select_for_update().filter(merge_key=target.key).first()
    if not is_open(groups, target.merge, seen=conflict.seen if conflict else ()):
        if conflict is not None and conflict.decided_at is None:
            conflict.delete()
        return
    if conflict is None:
        Conflict.objects.create(
            merge_key=target.key, kind=row.kind, visit=row.visit, business=row.business, region_code=row.region_code
        )
    elif conflict.decided_at is not None:
        conflict.decided_at = conflict.decided_by = conflict.chosen = None
        conflict.save(update_fields=["decided_at", "decided_by", "chosen"])


def is_open(groups: Sequence[Group], merge: MergeRule, *, seen: Collection[str]) -> bool:
    """Is there a conflicting version that whoever decided had not seen, or whose winner they had not seen?"""
    for group in groups:
        resolution = merge(group)
        if resolution.conflicting and any(
            version.item is not None and str(version.item) not in seen
            for version in (resolution.current, *resolution.conflicting)
        ):
            return True
    return False
