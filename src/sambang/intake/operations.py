"""What the desk does about field work: try again, decide, take in a file, revoke a phone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import require
from sambang.audit.operation import operation
from sambang.intake import items
from sambang.intake.kinds.base import target_of
from sambang.intake.merging import Word
from sambang.intake.models import Conflict, Device, Received
from sambang.intake.queries import told_about
from sambang.intake.receiving import Receipt, try_again


def offer_again(row: Received, by: Person) -> Receipt:
    """A kept item once more: as who wrote it, else as whoever asks. Journalled before it is tried, for the intake
    commits by itself. Raises PermissionDenied."""
    require(by, "intake.try_again", row)
    note_another_try(row, by)
    return try_again(row, by)


@operation("intake.try_again")
def note_another_try(row: Received, by: Person, /) -> Received:
    """Raises ValidationError for what is stored already."""
    if row.outcome == Received.Outcome.STORED:
        raise ValidationError(_("Catatan ini sudah tersimpan."))
    return row


@operation("intake.revoke_device")
def revoke_device(device: Device, by: Person, /) -> Device:
    """From now on nothing comes in from this phone by itself, and it gets no key. What it holds comes in by a file."""
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = timezone.now(), by
        device.save(update_fields=["revoked_at", "revoked_by"])
    return device


@operation("intake.import")
def begin_import(device: Device, by: Person, /) -> Device:
    """Who takes in a file of this phone; the items come in one by one after it."""
    return device


@operation("intake.decide")
def decide_conflict(conflict: Conflict, by: Person, /, *, chosen: Received | None, before: bool = False) -> Conflict:
    """What one item said stands, or (`before`) what the office had when that item met it; None: what stands now.

    Raises ValidationError where it was decided already, or where the operation refuses.
    """
    told = list(told_about(conflict.slot))
    if not told or (chosen is not None and chosen not in told):
        raise ValidationError(_("Pilihan itu bukan bagian dari beda catatan ini."))
    item = items.parse(bytes(told[-1].text))
    slot = target_of(item, by, told[-1].recorded_at)
    slot.lock()
    conflict.refresh_from_db(from_queryset=Conflict.objects.select_for_update())
    if conflict.decided_at is not None:
        raise ValidationError(_("Beda catatan ini sudah diputuskan."))
    now = timezone.now()
    if chosen is not None:
        source = chosen.before if before else chosen.said
        if not source:
            raise ValidationError(_("Pilihan itu bukan bagian dari beda catatan ini."))
        held, word = slot.held(), Word(source["value"], now, by.pk)
        if held is None or not slot.same(held.value, word.value):
            slot.write(word, by)
    conflict.decided_at, conflict.decided_by, conflict.chosen = now, by, chosen
    conflict.seen = [str(row.pk) for row in told_about(conflict.slot)]
    conflict.save(update_fields=["decided_at", "decided_by", "chosen", "seen"])
    return conflict
