"""The one way in for what was recorded without a signal: `take` (docs/decisions/0018-field-protocol.md)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.field import files, items
from sambang.field.carrying import ADDS, TELLS, Said, Told, WaitsForError, WrongCodeError
from sambang.field.conflicts import keep_conflict
from sambang.field.epochs import next_number
from sambang.field.models import Device, Received
from sambang.field.words import Told as ToldWord
from sambang.field.words import Word, spans
from sambang.journal.models import name_of
from sambang.mine.door import count_wrong_code
from sambang.people.access import memberships_read_once
from sambang.people.models import Person
from sambang.registry.models import Business

Outcome = Received.Outcome
SETTLED = [
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
]  # what taking it says of an item; the text and its head never change
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
    waits_for: UUID | None = None
    result: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "outcome": self.outcome, "number": self.number, "epoch": self.epoch, "sha256": self.sha256,
            "received_at": self.received_at,
            "files": [{"sha256": name, "state": "kept" if kept else "missing"} for name, kept in self.files],
            "why": self.why, "waits_for": self.waits_for, "result": self.result,
        }  # fmt: skip


def take(text: bytes, *, by: Person, device: Device, brought_by: Person | None = None) -> Receipt:
    """Take one item, whole or not at all; its answer is true once this returns.

    The same bytes may come any number of times, at the same moment too: one is `stored`, every other `already`. What is
    refused is kept with the reason and tried again when it is offered again. `brought_by`: who imports what `by` wrote.
    Never inside another transaction, which could still be rolled back.
    """
    with transaction.atomic(durable=True), memberships_read_once():
        row, receipt = _taken(text, by, device, brought_by)
    if row is not None and row.kind == "business" and receipt.outcome == Outcome.STORED:
        _try_those_that_waited(row)
    return receipt


def try_again(row: Received, by: Person | None = None) -> Receipt:
    """A kept item once more: as who wrote it, else as `by`, who asks for it at the desk."""
    return take(bytes(row.text), by=row.person, device=row.device, brought_by=by or row.brought_by)


def _try_those_that_waited(row: Received) -> None:
    key = items.parse(bytes(row.text)).body
    assert isinstance(key, items.NewBusiness)
    for waiting in Received.objects.filter(waits_for=key.business, outcome=Outcome.REFUSED).select_related(
        "person", "device", "brought_by"
    ):
        try_again(waiting)


def _taken(text: bytes, by: Person, device: Device, brought_by: Person | None) -> tuple[Received | None, Receipt]:
    now, digest = timezone.now(), hashlib.sha256(text).hexdigest()
    item, trouble = _read(text, by, device)
    row = _row(text, digest, item, now)
    row.device, row.person, row.brought_by, row.region_code = device, by, brought_by, device.region_code
    row, twisted = _claimed(row)
    if row.outcome == Outcome.STORED:
        return None, _receipt(row, "already", _all_kept(item))
    fresh = row.number is None
    if not trouble:
        row.device, row.person, row.brought_by = device, by, brought_by
    if twisted:
        trouble = _("Kantor sudah menyimpan catatan lain dengan nomor pengenal yang sama: keduanya disimpan.")
    if item is None or trouble:
        here = files.kept_of(item, by) if item else {}
        kept = [(file.sha256, file.sha256 in here) for file in item.head.files] if item else []
        return row, _settled(row, Outcome.REFUSED, kept=kept, why=trouble)
    return row, _attempted(row, item, [by, *([brought_by] if brought_by else [])], fresh=fresh)


def _read(text: bytes, by: Person, device: Device) -> tuple[items.Item | None, str]:
    """The item and '', or what is wrong with it."""
    try:
        item = items.parse(text)
    except items.ItemError as wrong:
        return None, str(wrong)
    if item.head.by != by.pk:
        return item, _("Catatan ini ditulis orang lain: masuk dengan namanya, lalu kirim lagi.")
    if item.head.device != device.pk:
        return item, _("Catatan ini dari perangkat lain.")
    return item, ""


def _row(text: bytes, digest: str, item: items.Item | None, now: datetime) -> Received:
    """The unsaved row. A text without a readable id is known by its hash."""
    head = item.head if item else None
    row = Received(
        id=head.id if head else uuid5(NAMESPACE_OID, digest), told_id=head.id if head else None, text=text,
        sha256=digest, recorded_at=min(head.recorded_at, now) if head else now, received_at=now,
        outcome=Outcome.INCOMPLETE,
    )  # fmt: skip
    if head:
        row.kind, row.sequence, row.told_at, row.mends = head.kind, head.sequence, head.recorded_at, head.mends
    return row


def _claimed(row: Received) -> tuple[Received, bool]:
    """Put it down first and ask afterwards: the database says whether it was here. True: another text has its id."""
    for twisted in (False, True):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            standing = Received.objects.select_for_update().get(pk=row.pk)
            if standing.sha256 == row.sha256:
                return standing, twisted
            row.pk = uuid5(row.pk, row.sha256)
        else:
            return row, twisted
    raise IntegrityError(f"{row.pk}: a third text under one id has the hash of another")


def _attempted(row: Received, item: items.Item, actors: list[Person], *, fresh: bool) -> Receipt:
    here = files.kept_of(item, row.person)
    kept = [(file.sha256, file.sha256 in here) for file in item.head.files]
    why, waits_for = "", None
    for actor in actors:
        said = Said(item, actor, row.recorded_at, here)
        _point_at_its_rows(row, said)
        if len(here) < len(kept):
            return _settled(row, Outcome.INCOMPLETE, kept=kept)
        try:
            with transaction.atomic():
                result = _carried_out(row, said)
        except ValidationError as refused:
            why, waits_for = " ".join(refused.messages), None
            if isinstance(refused, WrongCodeError):
                if fresh:  # offered again, it is the same guess
                    count_wrong_code(refused.business)
                break
        except PermissionDenied:
            why, waits_for = _("Peran Anda tidak dapat menyimpan catatan jenis ini di sini."), None
        except WaitsForError as waits:
            why, waits_for = (
                _("IKM ini tidak ada di kantor, atau belum sampai dari HP yang mendaftarkannya."),
                waits.row,
            )
        except (OperationalError, InterfaceError):
            raise  # the database, not the item: whoever sent it sends it again
        except Exception:  # one item that we cannot digest must not keep back all that follow it
            log.exception("field item %s was not understood", row.pk)
            why, waits_for = (
                _("Kantor belum dapat mengolah catatan ini. Catatannya disimpan, dan akan dicoba lagi."),
                None,
            )
        else:
            if isinstance(result, Business):
                row.business, row.region_code = result, result.region_id
            files.let_go(item, row.person)
            return _settled(row, Outcome.STORED, kept=kept, result=name_of(result))
    row.slot, row.said, row.before, row.before_at, row.before_by = "", None, None, None, None
    return _settled(row, Outcome.REFUSED, kept=kept, why=why, waits_for=waits_for)


def _carried_out(row: Received, said: Said) -> models.Model:
    body = said.item.body
    if type(body) in ADDS:
        return ADDS[type(body)](said, body)
    return _tell(row, said, TELLS[type(body)](said, body))


def _tell(row: Received, said: Said, told: Told) -> models.Model:
    """Let the slot hear the word, among all that were said of it before; write what stands where that is not there yet."""
    slot = told.slot
    slot.lock()
    row.slot, row.said = slot.key, {"value": told.value, "base": told.base}
    before, held = words_of(slot.key), slot.held()
    made = slot.judge(spans(before)[-1]).stands if before else None
    met = held if held is not None and (made is None or not slot.same(made.value, held.value)) else None
    row.before, row.before_at, row.before_by = None, None, None
    if met is not None:
        row.before, row.before_at, row.before_by_id = {"value": met.value}, met.at, met.by
    word = Word(told.value, row.recorded_at, row.person_id, row.pk, told.base)
    found = spans([*before, ToldWord(word, met)])
    stands = slot.judge(found[-1]).stands
    subject: models.Model = row
    if held is None or not slot.is_written(held, stands):
        subject = slot.write(stands, told.by or said.actor)
    keep_conflict(row, slot, found)
    return subject


def words_of(key: str) -> list[ToldWord]:
    """What was said of a slot so far, in the order in which it came in."""
    found = []
    for row in Received.objects.stored().filter(slot=key).in_order():
        met = Word(row.before["value"], row.before_at, row.before_by_id) if row.before and row.before_at else None
        said: dict[str, Any] = row.said or {}
        word = Word(said["value"], row.recorded_at, row.person_id, row.pk, said["base"])
        found.append(ToldWord(word, met))
    return found


def _point_at_its_rows(row: Received, said: Said) -> None:
    """For the desk: which visit and which IKM it is about, where this person reaches them."""
    row.visit, row.business = said.visit, said.business
    if said.business is not None:
        row.region_code = said.business.region_id
    elif said.visit is not None:
        row.region_code = said.visit.cluster.region_id


def _settled(
    row: Received, outcome: str, *, kept: list[tuple[str, bool]] | None = None, why: str = "",
    waits_for: UUID | None = None, result: str = "",
) -> Receipt:  # fmt: skip
    row.outcome, row.why, row.waits_for, row.result = outcome, why, waits_for, result
    row.epoch, row.number = next_number()
    row.save(update_fields=SETTLED)
    return _receipt(row, outcome, tuple(kept or ()))


def _all_kept(item: items.Item | None) -> tuple[tuple[str, bool], ...]:
    return tuple((file.sha256, True) for file in item.head.files) if item else ()


def _receipt(row: Received, outcome: str, kept: tuple[tuple[str, bool], ...]) -> Receipt:
    return Receipt(
        id=row.told_id, outcome=outcome, number=row.number, epoch=row.epoch_id, sha256=row.sha256,
        received_at=row.received_at, files=kept, why=row.why, waits_for=row.waits_for, result=row.result,
    )  # fmt: skip
