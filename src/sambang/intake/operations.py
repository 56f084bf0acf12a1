"""Office operations: apply an item again, decide a conflict, import a file, revoke a phone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import require
from sambang.audit.models import Entry
from sambang.audit.operation import operation
from sambang.intake import items
from sambang.intake.kinds.base import lock_without_reading, target_of
from sambang.intake.merging import Version
from sambang.intake.models import Conflict, Device, Received
from sambang.intake.queries import submissions_for
from sambang.intake.receiving import Receipt, retry
from sambang.lib import clock


def retry_item(row: Received, by: Person) -> Receipt:
    """Apply a refused item again: as its author, else as `by`. The attempt is recorded in the audit log first, because
    the intake commits in its own transaction. Raises PermissionDenied."""
    require(by, "intake.retry", row)
    record_retry(row, by)
    return retry(row, by)


@operation("intake.retry")
def record_retry(row: Received, by: Person, /) -> Received:
    """Record an attempt to apply the item again. Raises ValidationError if the item is stored already."""
    if row.outcome == Received.Outcome.STORED:
        raise ValidationError(_("Catatan ini sudah tersimpan."))
    return row


@operation("intake.revoke_device")
def revoke_device(device: Device, by: Person, /) -> Device:
    """The phone can no longer send items and receives no key. Its items can be imported from an exported file."""
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = clock.now(), by
        device.save(update_fields=["revoked_at", "revoked_by"])
    return device


@operation("intake.import")
def begin_import(device: Device, by: Person, /) -> Device:
    """Record in the audit log who imports a file of this phone; each item is applied separately afterwards."""
    return device


@operation("intake.decide")
def decide_conflict(conflict: Conflict, by: Person, /, *, chosen: Received | None, before: bool = False) -> Conflict:
    """Choose the value of one item, or with `before` the office's value at the time of that item; with `chosen` None,
    confirm the current value.

    Raises ValidationError if the conflict was decided already, or if the operation refuses the value."""
    submissions = list(submissions_for(conflict.merge_key))
    if not submissions or (chosen is not None and chosen not in submissions):
        raise ValidationError(_("Pilihan itu bukan bagian dari beda catatan ini."))
    last = submissions[-1]
    target = target_of(items.parse_item(bytes(last.text)), by, last.recorded_at)
    lock_without_reading(target.row)
    conflict.refresh_from_db(from_queryset=Conflict.objects.select_for_update())
    if conflict.decided_at is not None:
        raise ValidationError(_("Beda catatan ini sudah diputuskan."))
    now, entries = clock.now(), list[Entry]()
    if chosen is not None:
        value = chosen.office_value if before else chosen.submitted
        if not value:
            raise ValidationError(_("Pilihan itu bukan bagian dari beda catatan ini."))
        current, version = target.current(), Version(target.complete(value["value"]), now, by.pk)
        if current is None or not target.same(current.value, version.value):
            target.write(version, by, entries)
    conflict.decided_at, conflict.decided_by, conflict.chosen = now, by, chosen
    conflict.seen = [str(row.pk) for row in submissions_for(conflict.merge_key)]
    conflict.save(update_fields=["decided_at", "decided_by", "chosen", "seen"])
    Entry.objects.append(entries)
    return conflict
