"""The one way in for what was recorded without a signal: `take` (docs/decisions/0018-field-protocol.md).

What is sent together goes through one transaction, in which every item is a step of its own: whole or not at all, and
refused without pulling the others down (docs/decisions/0025-taken-together.md).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.audit.operation import chained_together
from sambang.intake import items
from sambang.intake.applying import Coming, Outcome, Spoken, attempt
from sambang.intake.epochs import next_numbers
from sambang.intake.kinds.base import Item
from sambang.intake.models import Device, Received
from sambang.intake.prefetch import prefetch
from sambang.intake.schema import ItemError
from sambang.lib.bulk_sql import insert_new_rows, update_rows
from sambang.lib.unit_of_work import truncate_on_failure, unit_of_work
from sambang.production.cells import recorded_together

SETTLED = (
    "device",
    "person",
    "brought_by",
    "epoch",
    "number",
    "outcome",
    "why",
    "waits_for",
    "result",
    "visit",
    "business",
    "region_code",
    "slot",
    "said",
    "before",
    "before_at",
    "before_by",
)  # what taking it says of an item; the text and its head never change
STUCK = frozenset({"40P01", "40001"})  # PostgreSQL: two waited for each other, and this one was chosen to give way
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receipt:
    """The office's word about one item. Only `stored` and `already` let a phone forget, and only some days later."""

    id: UUID | None
    outcome: str
    number: int | None
    epoch: UUID | None
    sha256: str
    received_at: datetime
    files: tuple[tuple[str, bool], ...] = ()  # the hash of each, and whether it is here
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """What the phone needs of it: each byte is paid for on a slow network."""
        return {
            "id": self.id,
            "outcome": self.outcome,
            "number": self.number,
            "epoch": self.epoch,
            "sha256": self.sha256,
            "received_at": self.received_at,
            "files": [{"sha256": name, "state": "kept" if kept else "missing"} for name, kept in self.files],
            "why": self.why,
        }


@dataclass(frozen=True)
class Sender:
    """Who wrote what is sent, on which phone, and who imports it, where that is another."""

    person: Person
    device: Device
    brought_by: Person | None = None

    @property
    def actors(self) -> list[Person]:
        """In whose name it is tried, in this order."""
        return [self.person, *([self.brought_by] if self.brought_by else [])]


@dataclass(frozen=True)
class _Text:
    """One of the texts that were sent: where it stood among them, and the item or what is wrong with it."""

    place: int
    text: bytes
    sha256: str
    item: Item | None
    trouble: str

    @property
    def key(self) -> UUID:
        """A text without a readable id is known by its hash."""
        return self.item.head.id if self.item else uuid5(NAMESPACE_OID, self.sha256)


def take(text: bytes, *, by: Person, device: Device, brought_by: Person | None = None) -> Receipt:
    """Take one item, whole or not at all; its answer is true once this returns.

    The same bytes may come any number of times, at the same moment too: one is `stored`, every other `already`. What is
    refused is kept with the reason and tried again when it is offered again. `brought_by`: who imports what `by` wrote.
    Never inside another transaction, which could still be rolled back.
    """
    return take_all([text], Sender(by, device, brought_by))[0]


@bypass_row_security(__name__)
def take_all(texts: Sequence[bytes], sender: Sender, *, beside: Callable[[], None] | None = None) -> list[Receipt]:
    """`take` of each, in one transaction as far as that can be; the receipts in the order of the texts.

    `beside`: what else is written with them.
    """
    receipts: dict[int, Receipt] = {}
    for group in _groups([_read(place, text, sender) for place, text in enumerate(texts)]):
        try:
            receipts |= _taken(group, sender, beside)
        except Exception as failed:
            if len(group) == 1 or not _is_of_the_group(failed):
                raise
            log.warning("%d items are taken one by one: %s", len(group), type(failed).__name__)
            for one in group:
                receipts |= _taken([one], sender, beside)
        beside = None
    if beside is not None:
        beside()
    return [receipts[place] for place in range(len(texts))]


def try_again(row: Received, by: Person | None = None) -> Receipt:
    """A kept item once more: as who wrote it, else as `by`, who asks for it at the desk."""
    return take(bytes(row.text), by=row.person, device=row.device, brought_by=by or row.brought_by)


def _groups(texts: Sequence[_Text]) -> list[list[_Text]]:
    """What goes into one transaction. By themselves: a picture, whose drawing anew would keep all others waiting, and a
    second text under an id that is taken already in the same sending."""
    first: dict[UUID, _Text] = {}
    alone: list[list[_Text]] = []
    for one in texts:
        if one.key in first or (one.item is not None and one.item.head.files):
            alone.append([one])
        else:
            first[one.key] = one
    return [list(first.values()), *alone] if first else alone


def _is_of_the_group(failed: Exception) -> bool:
    """May each by itself go better? Not where the database is out of reach: whoever sent it sends it again."""
    if isinstance(failed, OperationalError | InterfaceError):
        return getattr(failed.__cause__, "sqlstate", "") in STUCK
    return True


def _taken(texts: Sequence[_Text], sender: Sender, beside: Callable[[], None] | None) -> dict[int, Receipt]:
    """Their receipts by place, once all are on disk."""
    with transaction.atomic(durable=True), unit_of_work():
        now = timezone.now()
        coming = {one.place: _coming(one, sender, now) for one in texts}
        _claim(list(coming.values()), sender)
        tried = [one for one in coming.values() if one.row.outcome != Outcome.STORED]
        spoken = truncate_on_failure(list[Spoken]())
        reported = prefetch([one.item for one in tried if one.item and not one.trouble], sender.person)
        with chained_together(), recorded_together(reported):
            for one in tried:
                attempt(one, sender.actors, spoken)
        if beside is not None:
            beside()
        _settle([one.row for one in tried])
    new = [one.row for one in tried if one.row.kind == "business" and one.row.outcome == Outcome.STORED]
    here = {one.row.pk for one in tried}
    receipts = {place: _receipt(one, already=one.row.pk not in here) for place, one in coming.items()}
    for row in new:
        _try_those_that_waited(row)
    return receipts


def _read(place: int, text: bytes, sender: Sender) -> _Text:
    digest = hashlib.sha256(text).hexdigest()
    try:
        item = items.parse(text)
    except ItemError as wrong:
        return _Text(place, text, digest, None, str(wrong))
    trouble = ""
    if item.head.by != sender.person.pk:
        trouble = _("Catatan ini ditulis orang lain: masuk dengan namanya, lalu kirim lagi.")
    elif item.head.device != sender.device.pk:
        trouble = _("Catatan ini dari perangkat lain.")
    return _Text(place, text, digest, item, trouble)


def _coming(one: _Text, sender: Sender, now: datetime) -> Coming:
    """With its unsaved row."""
    head = one.item.head if one.item else None
    row = Received(
        id=one.key,
        told_id=head.id if head else None,
        text=one.text,
        sha256=one.sha256,
        device=sender.device,
        person=sender.person,
        brought_by=sender.brought_by,
        region_code=sender.device.region_code,
        recorded_at=min(head.recorded_at, now) if head else now,
        received_at=now,
        outcome=Outcome.INCOMPLETE,
    )
    if head:
        row.kind, row.sequence, row.told_at, row.mends = head.kind, head.sequence, head.recorded_at, head.mends
    return Coming(one.item, one.trouble, row)


def _claim(coming: Sequence[Coming], sender: Sender) -> None:
    """Put them down first and ask afterwards: the database says which were here. In the order of their keys, so that
    twins that come in another order wait, and not in a circle."""
    ordered = sorted(coming, key=lambda one: one.row.pk)
    new = insert_new_rows([one.row for one in ordered])
    for one in ordered:
        if one.row.pk in new:
            continue
        one.row, twisted = _existing_policies(one.row)
        one.fresh = one.row.number is None
        if twisted:
            one.trouble = _("Kantor sudah menyimpan catatan lain dengan nomor pengenal yang sama: keduanya disimpan.")
        elif not one.trouble and one.row.outcome != Outcome.STORED:
            one.row.device, one.row.person, one.row.brought_by = sender.device, sender.person, sender.brought_by


def _existing_policies(row: Received) -> tuple[Received, bool]:
    """What is here under its id. True: another text has that, and this one is kept under another."""
    for twisted in (False, True):
        standing = Received.objects.select_for_update().get(pk=row.pk)
        if standing.sha256 == row.sha256:
            return standing, twisted
        if not twisted:
            row.pk = uuid5(row.pk, row.sha256)
            if insert_new_rows([row]):
                return row, True
    raise IntegrityError(f"{row.pk}: a third text under one id has the hash of another")


def _settle(rows: Sequence[Received]) -> None:
    if rows:
        epoch, numbers = next_numbers(len(rows))
        for row, number in zip(rows, numbers, strict=True):
            row.epoch, row.number = epoch, number
        update_rows(rows, SETTLED)


def _try_those_that_waited(row: Received) -> None:
    """The items that wait for the IKM which this row registered."""
    for waiting in Received.objects.filter(
        waits_for=items.parse(bytes(row.text)).body.business, outcome=Outcome.REFUSED
    ).select_related("person", "device", "brought_by"):
        try_again(waiting)


def _receipt(one: Coming, *, already: bool) -> Receipt:
    row = one.row
    kept = [(file.sha256, True) for file in one.item.head.files] if already and one.item else one.kept
    return Receipt(
        id=row.told_id,
        outcome="already" if already else row.outcome,
        number=row.number,
        epoch=row.epoch_id,
        sha256=row.sha256,
        received_at=row.received_at,
        files=tuple(kept),
        why=row.why,
    )
