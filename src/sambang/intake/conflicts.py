"""Conflicts between different values that two people submitted for the same target; a person decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sambang.intake.merging import Resolution
from sambang.intake.models import Conflict, Received


def update_conflict(row: Received, merge_key: str, resolutions: Sequence[Resolution]) -> None:
    """Open the conflict of this merge key, or delete it if no versions conflict any more. A decided conflict is
    reopened only by a version that is not in `seen`."""
    conflict = next(iter(Conflict.objects.select_for_update().filter(merge_key=merge_key)), None)  # unique
    if not is_open(resolutions, seen=conflict.seen if conflict else ()):
        if conflict is not None and conflict.decided_at is None:
            conflict.delete()
        return
    if conflict is None:
        Conflict.objects.create(
            merge_key=merge_key,
            kind=row.kind,
            visit=row.visit,
            business=row.business,
            region_code=row.region_code,
        )
    elif conflict.decided_at is not None:
        conflict.decided_at = conflict.decided_by = conflict.chosen = None
        conflict.save(update_fields=["decided_at", "decided_by", "chosen"])


def is_open(resolutions: Iterable[Resolution], *, seen: Collection[str]) -> bool:
    """Whether any conflicting version, or the version that it conflicts with, is missing from `seen`."""
    return any(
        version.item is not None and str(version.item) not in seen
        for resolution in resolutions
        if resolution.conflicting
        for version in (resolution.current, *resolution.conflicting)
    )
