"""The counting of receipts, by which a phone notices that the office was restored from a backup."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sambang.access.row_security import bypass_row_security
from sambang.intake.models import Epoch, Received


def current_epoch() -> Epoch:
    """The newest; the first one is made on first use."""
    found = Epoch.objects.order_by("-ordinal").first()
    return found or _begin(1, "")


def next_numbers(count: int) -> tuple[Epoch, range]:
    """Inside a transaction, as its last lock: who waits here waits for the commit, so numbers are committed in
    order."""
    epoch = Epoch.objects.select_for_update().order_by("-ordinal").first() or _begin(1, "")
    first = epoch.last_number + 1
    epoch.last_number += count
    epoch.save(update_fields=["last_number"])
    return epoch, range(first, first + count)


def begin_epoch(because: str) -> Epoch:
    """Every phone that comes by will offer again what it still holds."""
    with transaction.atomic():
        former = Epoch.objects.select_for_update().get(pk=current_epoch().pk)
        return _begin(former.ordinal + 1, because)


@bypass_row_security(__name__)
def _begin(ordinal: int, because: str) -> Epoch:
    try:
        with transaction.atomic():
            return Epoch.objects.create(ordinal=ordinal, because=because[:200])
    except IntegrityError:  # another was first: its epoch is the one
        return Epoch.objects.get(ordinal=ordinal)


@bypass_row_security(__name__)
def notice_a_restoration(*, epoch: UUID | None, number: int | None, item: UUID | None) -> Epoch:
    """The epoch to answer with. A phone that saw, in this very epoch, a number that was not yet given out here, or a
    receipt for an item that is not here under that number, proves that the office was restored from a backup."""
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
        if latest.pk != current.pk:  # another phone was first
            return latest
        return _begin(current.ordinal + 1, _("sebuah HP sudah menerima nomor %(number)s") % {"number": number})
