"""Epochs and receipt numbers, from which phones detect that the office was restored from a backup."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sambang.access.row_security import bypass_row_security
from sambang.intake.models import Epoch, Received


def current_epoch() -> Epoch:
    """The newest epoch. The first one is created on first use."""
    epoch = Epoch.objects.order_by("-ordinal").first()
    return epoch or _begin(1, "")


def next_numbers(count: int) -> tuple[Epoch, range]:
    """Reserve `count` consecutive receipt numbers. Call it inside a transaction, as its last lock: the lock on the
    epoch is held until commit, so numbers are committed in ascending order."""
    epoch = Epoch.objects.select_for_update().order_by("-ordinal").first() or _begin(1, "")
    first = epoch.last_number + 1
    epoch.last_number += count
    epoch.save(update_fields=["last_number"])
    return epoch, range(first, first + count)


def begin_epoch(because: str) -> Epoch:
    """Start a new epoch. Every phone then sends all items that it still stores again at its next contact."""
    with transaction.atomic():
        former = Epoch.objects.select_for_update().get(pk=current_epoch().pk)
        return _begin(former.ordinal + 1, because)


@bypass_row_security(__name__)
def _begin(ordinal: int, because: str) -> Epoch:
    try:
        with transaction.atomic():
            return Epoch.objects.create(ordinal=ordinal, because=because[:200])
    except IntegrityError:  # a concurrent transaction created it
        return Epoch.objects.get(ordinal=ordinal)


@bypass_row_security(__name__)
def detect_restoration(*, epoch: UUID | None, number: int | None, item: UUID | None) -> Epoch:
    """The epoch for the response. A new epoch begins if the phone proves that the office was restored from a backup: in
    the current epoch, it has a receipt number that was not issued yet, or one that was issued for another item."""
    current = current_epoch()
    if epoch != current.pk or number is None or number < 1:
        return current
    ahead = number > current.last_number
    item_id = Received.objects.filter(epoch=current, number=number).values_list("item_id", flat=True).first()
    elsewhere = item is not None and item_id is not None and item_id != item
    if not ahead and not elsewhere:
        return current
    with transaction.atomic():
        latest = Epoch.objects.select_for_update().order_by("-ordinal")[0]
        if latest.pk != current.pk:  # a concurrent request began it
            return latest
        return _begin(current.ordinal + 1, _("sebuah HP sudah menerima nomor %(number)s") % {"number": number})
