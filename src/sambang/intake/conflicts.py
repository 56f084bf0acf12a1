"""Merge a submitted value with the earlier ones of its target (rules: `intake.merging` and the kind). Different values
of two people are a conflict, which a person decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import models

from sambang.access.row_security import bypass_row_security
from sambang.intake.kinds.base import ReceivedSubmission, SubmittedValue
from sambang.intake.merging import Arrival, Resolution, Version, groups_of
from sambang.intake.models import Conflict, Received


def merge_submitted_value(
    row: Received, submission: ReceivedSubmission, submitted: SubmittedValue, stored: Sequence[Received]
) -> models.Model:
    """Merge the submitted value with the earlier versions of its target, and write the resulting value if the office
    does not have it yet. `stored`: rows of the same request, which have no receipt number yet."""
    target = submitted.target
    if submitted.use_up:
        submitted.use_up()
    submission.references.lock_row(target.row)
    merge_key = target.key
    arrivals = arrivals_of(merge_key, stored)
    current = target.current()
    written = target.merge(groups_of(arrivals)[-1]).current if arrivals else None
    is_outside = current is not None and (written is None or not target.same(written.value, current.value))
    office = current if is_outside else None
    version = Version(submitted.value, row.recorded_at, row.person_id, row.pk, submitted.base)
    resolutions = [target.merge(group) for group in groups_of([*arrivals, Arrival(version, office)])]
    winner = resolutions[-1].current
    subject: models.Model = row
    if current is None or not target.is_written(current, winner):
        subject = target.write(winner, submitted.by or submission.actor, submission.entries)
    update_conflict(row, merge_key, resolutions)
    row.merge_key, row.submitted = merge_key, {"value": version.value, "base": version.base}
    row.office_value = row.office_value_at = row.office_value_by_id = None
    if office is not None:
        row.office_value, row.office_value_at, row.office_value_by_id = {"value": office.value}, office.at, office.by
    return subject


def arrivals_of(merge_key: str, stored: Sequence[Received] = ()) -> list[Arrival]:
    """The submitted versions of a target, in order of arrival."""
    with bypass_row_security(__name__):
        numbered = list(Received.objects.of_target(merge_key).defer("text"))
    return [_arrival(row) for row in (*numbered, *(row for row in stored if row.merge_key == merge_key))]


def _arrival(row: Received) -> Arrival:
    assert row.submitted is not None, row.pk
    version = Version(row.submitted["value"], row.recorded_at, row.person_id, row.pk, row.submitted["base"])
    if row.office_value is None or row.office_value_at is None:
        return Arrival(version, None)
    return Arrival(version, Version(row.office_value["value"], row.office_value_at, row.office_value_by_id))


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
