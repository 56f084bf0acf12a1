"""The only entry point for records made offline: `receive_item` and `receive_items`
(docs/decisions/0018-field-protocol.md). Each request is one transaction and each item a savepoint: an item is stored
completely, or refused without affecting the others (docs/decisions/0025-batch-transactions.md)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.audit.models import Entry
from sambang.intake import items
from sambang.intake.applying import AppliedItems, Outcome, apply_item, set_outcome
from sambang.intake.epochs import next_numbers
from sambang.intake.items import ParsedItem
from sambang.intake.kinds.base import FieldItem, References
from sambang.intake.models import Device, Received
from sambang.lib import clock
from sambang.lib.bulk_sql import insert_new_rows, update_rows

# The columns that applying an item sets; the text and the columns of the envelope never change.
OUTCOME_COLUMNS = (
    "device",
    "person",
    "brought_by",
    "epoch",
    "number",
    "outcome",
    "reason",
    "missing_business",
    "result",
    "visit",
    "business",
    "region_code",
    "merge_key",
    "submitted",
    "office_value",
    "office_value_at",
    "office_value_by",
)
DEADLOCKS = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock detected, serialization failure
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receipt:
    """The office's response for one item. Only `stored` and `already` permit the phone to delete the item, after some
    days."""

    id: UUID | None
    outcome: str
    number: int | None
    epoch: UUID | None
    sha256: str
    received_at: datetime
    files: tuple[tuple[str, bool], ...] = ()  # (hash, whether the file is complete)
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "outcome": self.outcome,
            "number": self.number,
            "epoch": self.epoch,
            "sha256": self.sha256,
            "received_at": self.received_at,
            "files": [
                {"sha256": name, "state": "kept" if is_complete else "missing"} for name, is_complete in self.files
            ],
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Sender:
    """The author of the items, the device, and the importing person if another."""

    person: Person
    device: Device
    brought_by: Person | None = None

    @property
    def actors(self) -> list[Person]:
        """Actors for applying an item, in order of attempts."""
        return [self.person, *([self.brought_by] if self.brought_by else [])]


@dataclass
class IncomingItem:
    """One text of a request: its parsed item, its row, and the result of applying it. `error`: why it cannot be
    applied."""

    position: int
    parsed: ParsedItem
    row: Received
    error: str = ""
    files: dict[str, bool] = field(default_factory=dict)
    was_stored: bool = False

    @property
    def item(self) -> FieldItem | None:
        return self.parsed.item

    @property
    def registers_business(self) -> bool:
        return self.item is not None and self.item.kind.registers_business

    def receipt(self) -> Receipt:
        files = self.files
        if self.was_stored and self.item is not None:
            files = {file.sha256: True for file in self.item.envelope.files}
        return Receipt(
            id=self.row.item_id,
            outcome="already" if self.was_stored else self.row.outcome,
            number=self.row.number,
            epoch=self.row.epoch_id,
            sha256=self.row.sha256,
            received_at=self.row.received_at,
            files=tuple(files.items()),
            reason=self.row.reason,
        )


def receive_item(text: bytes, *, by: Person, device: Device, brought_by: Person | None = None) -> Receipt:
    """Like `receive_items`, for one item."""
    return receive_items([text], Sender(by, device, brought_by))[0]


@bypass_row_security(__name__)
def receive_items(texts: Sequence[bytes], sender: Sender) -> list[Receipt]:
    """Store the items and return their receipts, in the order of the texts; the items are committed when this returns.
    The same bytes may be sent any number of times, also in parallel: they are `stored` once and `already` afterwards. A
    refused item is stored with its reason and applied again when it is sent again. Must not run inside another
    transaction, which could be rolled back later."""
    receipts: dict[int, Receipt] = {}
    for group in _transactions([_incoming(position, text, sender) for position, text in enumerate(texts)]):
        for one in _stored_or_split(group, sender):
            receipts[one.position] = one.receipt()
            if one.registers_business and one.row.outcome == Outcome.STORED and not one.was_stored:
                _retry_waiting(one)
    return [receipts[position] for position in range(len(texts))]


def retry(row: Received, by: Person | None = None) -> Receipt:
    """Apply a refused item again: as its author, else as `by`, the person at the office who requested it."""
    return receive_item(bytes(row.text), by=row.person, device=row.device, brought_by=by or row.brought_by)


def _incoming(position: int, text: bytes, sender: Sender) -> IncomingItem:
    parsed, sha256, now = items.parse(text), hashlib.sha256(text).hexdigest(), clock.now()
    row = Received(
        id=parsed.id or uuid5(NAMESPACE_OID, sha256),
        item_id=parsed.id,
        text=text,
        sha256=sha256,
        device=sender.device,
        person=sender.person,
        brought_by=sender.brought_by,
        region_code=sender.device.region_code,
        recorded_at=now,
        received_at=now,
        outcome=Outcome.INCOMPLETE,
    )
    error = parsed.error
    if (envelope := parsed.envelope) is not None:
        row.kind, row.sequence, row.corrects = envelope.kind, envelope.sequence, envelope.corrects
        row.device_time, row.recorded_at = envelope.recorded_at, min(envelope.recorded_at, now)
        if envelope.by != sender.person.pk:
            error = _("Catatan ini ditulis orang lain: masuk dengan namanya, lalu kirim lagi.")
        elif envelope.device != sender.device.pk:
            error = _("Catatan ini dari perangkat lain.")
    return IncomingItem(position, parsed, row, error)


def _transactions(sent: Sequence[IncomingItem]) -> list[list[IncomingItem]]:
    """Group the texts into transactions. An item with a file gets its own, because re-encoding the file is slow; so
    does a text whose id occurs earlier in the request."""
    together: dict[UUID, IncomingItem] = {}
    alone: list[list[IncomingItem]] = []
    for one in sent:
        if one.row.pk in together or (one.item is not None and one.item.envelope.files):
            alone.append([one])
        else:
            together[one.row.pk] = one
    return [list(together.values()), *alone] if together else alone


def _stored_or_split(group: list[IncomingItem], sender: Sender) -> list[IncomingItem]:
    """Store the group in one transaction; if the transaction fails, store each item in its own."""
    texts = [bytes(one.row.text) for one in group]
    try:
        return _store(group, sender)
    except Exception as error:
        if len(group) == 1 or not _may_succeed_alone(error):
            raise
        log.warning("%d items are stored one by one: %s", len(group), type(error).__name__)
    alone = [_incoming(one.position, text, sender) for one, text in zip(group, texts, strict=True)]
    return [stored for one in alone for stored in _store([one], sender)]


def _may_succeed_alone(error: Exception) -> bool:
    """False for an unavailable database: the sender repeats the whole request."""
    if isinstance(error, OperationalError | InterfaceError):
        return getattr(error.__cause__, "sqlstate", "") in DEADLOCKS
    return True


def _store(group: list[IncomingItem], sender: Sender) -> list[IncomingItem]:
    """Insert, apply and number the items in one durable transaction."""
    with transaction.atomic(durable=True):
        _claim(group, sender)
        pending = [one for one in group if not one.was_stored]
        actors = [References(person) for person in sender.actors]
        actors[0].lock([one.item for one in pending if one.item is not None])
        applied = AppliedItems()
        for one in pending:
            if one.item is None or one.error:
                set_outcome(one.row, Outcome.REFUSED, reason=one.error)
            else:
                one.files = apply_item(one.row, one.item, actors, applied)
        Entry.objects.append(applied.entries)
        _number([one.row for one in pending])
    return group


def _claim(group: Sequence[IncomingItem], sender: Sender) -> None:
    """Insert the rows before applying them, so that only one of two concurrent copies is new. Rows are inserted in key
    order, so that two requests with the same items wait for each other instead of deadlocking."""
    ordered = sorted(group, key=lambda one: one.row.pk)
    new = insert_new_rows([one.row for one in ordered])
    for one in ordered:
        if one.row.pk in new:
            continue
        one.row, has_other_text = _stored_row(one.row)
        one.was_stored = one.row.outcome == Outcome.STORED
        if has_other_text:
            one.error = _("Kantor sudah menyimpan catatan lain dengan nomor pengenal yang sama: keduanya disimpan.")
        elif not one.error and not one.was_stored:
            one.row.device, one.row.person, one.row.brought_by = sender.device, sender.person, sender.brought_by


def _stored_row(row: Received) -> tuple[Received, bool]:
    """The row stored under this id. The flag is True if that row has another text, and this text is stored under
    another id."""
    for has_other_text in (False, True):
        stored = Received.objects.select_for_update().get(pk=row.pk)
        if stored.sha256 == row.sha256:
            return stored, has_other_text
        if not has_other_text:
            row.pk = uuid5(row.pk, row.sha256)
            if insert_new_rows([row]):
                return row, True
    raise IntegrityError(f"{row.pk}: the row under this derived id has another hash")


def _number(rows: Sequence[Received]) -> None:
    if rows:
        epoch, numbers = next_numbers(len(rows))
        for row, number in zip(rows, numbers, strict=True):
            row.epoch, row.number = epoch, number
        update_rows(rows, OUTCOME_COLUMNS)


def _retry_waiting(registered: IncomingItem) -> None:
    """Apply the items that wait for the IKM registered by this item."""
    assert registered.item is not None
    waiting = Received.objects.filter(missing_business=registered.item.body.business, outcome=Outcome.REFUSED)
    for row in waiting.select_related("person", "device", "brought_by"):
        retry(row)
