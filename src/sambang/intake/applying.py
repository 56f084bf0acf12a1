"""One item tried: carried out as an operation, or refused with the reason. Whatever it wrote before it was refused
goes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, models
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.audit.models import row_reference
from sambang.intake import uploads
from sambang.intake.conflicts import keep_conflict
from sambang.intake.kinds.base import Item, MissingBusinessError, Submission, SubmittedValue, WrongCodeError
from sambang.intake.merging import Told as ToldWord
from sambang.intake.merging import Word, spans
from sambang.intake.models import Received
from sambang.lib.unit_of_work import cached, savepoint, store_cached
from sambang.owners.rate_limit import count_wrong_code
from sambang.registry.models import Business

Outcome = Received.Outcome
type Spoken = tuple[str, ToldWord]  # the key of a slot, and a word about it
log = logging.getLogger(__name__)


@dataclass
class Coming:
    """An item on its way in. `trouble`: why it cannot even be tried; `fresh`: it was not here before; `kept`: the hash
    of each of its files, and whether that is here."""

    item: Item | None
    trouble: str
    row: Received
    fresh: bool = True
    kept: list[tuple[str, bool]] = field(default_factory=list)


def attempt(coming: Coming, actors: Sequence[Person], spoken: list[Spoken]) -> None:
    """Writes the outcome into the row, which is not saved. `spoken`: the words of the items before it that are stored
    in the same transaction and not numbered yet; its own is added."""
    row, item = coming.row, coming.item
    here = uploads.kept_of(item, row.person) if item else {}
    coming.kept = [(file.sha256, file.sha256 in here) for file in item.head.files] if item else []
    if item is None or coming.trouble:
        return _settle(row, Outcome.REFUSED, why=coming.trouble)
    why, waits_for = "", None
    for actor in actors:
        said = Submission(item, actor, row.recorded_at, here)
        with as_reader(actor):
            _point_at_its_rows(row, said)
        if len(here) < len(coming.kept):
            return _settle(row, Outcome.INCOMPLETE)
        try:
            with as_reader(actor), savepoint():
                result = _carried_out(row, said, spoken)
        except (OperationalError, InterfaceError):
            raise  # the database, not the item: whoever sent it sends it again
        except Exception as refused:
            why, waits_for = _reason(refused, row)
            if isinstance(refused, WrongCodeError):
                if coming.fresh:  # offered again, it is the same guess
                    count_wrong_code(refused.business)
                break
        else:
            if isinstance(result, Business):
                row.business, row.region_code = result, result.region_id
            uploads.let_go(item, row.person)
            return _settle(row, Outcome.STORED, result=row_reference(result))
    row.slot, row.said, row.before, row.before_at, row.before_by = "", None, None, None, None
    return _settle(row, Outcome.REFUSED, why=why, waits_for=waits_for)


def _reason(refused: Exception, row: Received) -> tuple[str, UUID | None]:
    """For the person who wrote it, and the IKM that it waits for."""
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages), None
    if isinstance(refused, PermissionDenied):
        return _("Peran Anda tidak dapat menyimpan catatan jenis ini di sini."), None
    if isinstance(refused, MissingBusinessError):
        return _("IKM ini tidak ada di kantor, atau belum sampai dari HP yang mendaftarkannya."), refused.row
    # One item that we cannot digest must not keep back all that follow it.
    log.error("field item %s was not understood", row.pk, exc_info=refused)
    return _("Kantor belum dapat mengolah catatan ini. Catatannya disimpan, dan akan dicoba lagi."), None


def _settle(row: Received, outcome: str, *, why: str = "", waits_for: UUID | None = None, result: str = "") -> None:
    row.outcome, row.why, row.waits_for, row.result = outcome, why, waits_for, result


def _carried_out(row: Received, said: Submission, spoken: list[Spoken]) -> models.Model:
    kind, body = said.item.kind, said.item.body
    if kind.submitted_value is not None:
        return _tell(row, said, kind.submitted_value(said, body), spoken)
    assert kind.apply is not None, kind.name
    return kind.apply(said, body)


def _tell(row: Received, said: Submission, told: SubmittedValue, spoken: list[Spoken]) -> models.Model:
    """Let the slot hear the word, among all that were said of it before; write what stands where that is not there
    yet."""
    slot = told.target
    slot.lock()
    row.slot, row.said = slot.key, {"value": told.value, "base": told.base}
    before = [*words_of(slot.key), *(word for key, word in spoken if key == slot.key)]
    held = slot.held()
    made = slot.judge(spans(before)[-1]).stands if before else None
    met = held if held is not None and (made is None or not slot.same(made.value, held.value)) else None
    row.before, row.before_at, row.before_by = None, None, None
    if met is not None:
        row.before, row.before_at, row.before_by_id = {"value": met.value}, met.at, met.by
    word = ToldWord(Word(told.value, row.recorded_at, row.person_id, row.pk, told.base), met)
    found = spans([*before, word])
    stands = slot.judge(found[-1]).stands
    subject: models.Model = row
    if held is None or not slot.is_written(held, stands):
        subject = slot.write(stands, told.by or said.actor)
    keep_conflict(row, slot, found)
    spoken.append((slot.key, word))
    return subject


def words_of(slot: str) -> list[ToldWord]:
    """What was said of a slot so far, in the order in which it came in."""
    return cached(_words_key(slot), lambda: [word for _slot, word in _said_of([slot])])


def read_words(slots: Sequence[str]) -> None:
    """`words_of` of all these by one question, inside steps of one transaction that holds what they are about."""
    found: dict[str, list[ToldWord]] = {slot: [] for slot in slots}
    if slots:
        for slot, word in _said_of(slots):
            found[slot].append(word)
    for slot, words in found.items():
        store_cached(_words_key(slot), words)


def _said_of(slots: Sequence[str]) -> Iterator[Spoken]:
    rows = Received.objects.stored().filter(slot__in=slots).in_order()
    columns = ("slot", "pk", "said", "recorded_at", "person", "before", "before_at", "before_by")
    with bypass_row_security(__name__):
        found = list(rows.values_list(*columns))
    for slot, key, said, at, person, before, before_at, before_by in found:
        met = Word(before["value"], before_at, before_by) if before and before_at else None
        yield slot, ToldWord(Word(said["value"], at, person, key, said["base"]), met)


def _words_key(slot: str) -> tuple[str, str]:
    return "words", slot


def _point_at_its_rows(row: Received, said: Submission) -> None:
    """For the desk: which visit and which IKM it is about, where this person reaches them."""
    row.visit, row.business = said.visit, said.business
    if said.business is not None:
        row.region_code = said.business.region_id
    elif said.visit is not None:
        row.region_code = said.visit.cluster.region_id
