"""Processing a stored submission of the visit form: each part becomes an item and goes through the intake.

Input: a committed `Submission`. Output: `Submission.results`, one result per part, and the rows that the intake
writes. The response to the phone does not depend on it: processing runs after the bytes are committed and may run
again at any time.

A correction is compared with the version that it replaces. An unchanged part keeps its result. A changed attendance,
report or answer is a newer item, and the intake's merge rules decide. A changed aspiration is updated in place,
unless the office has changed it meanwhile: then a person compares.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import correct_aspiration, withdraw_contribution
from sambang.intake.devices import device_of
from sambang.intake.models import Device
from sambang.intake.receiving import receive_item
from sambang.intake.uploads import Chunk, append_chunk, state_of
from sambang.lib import clock
from sambang.lib.pictures import MAX_UPLOAD_SIZE
from sambang.odk.figure_check import figure_question
from sambang.odk.files import path_of
from sambang.odk.models import CollectKey, SentFile, Submission
from sambang.odk.operations import record_results
from sambang.odk.reading import text_at, tree
from sambang.odk.visit_mapping import MappedItem, encode_item, mapped_items

STORED, INCOMPLETE, REFUSED, UNCHANGED, WAITING = "stored", "incomplete", "refused", "kept", "waiting"
TIME_LIMIT = 20  # seconds of one request: Collect waits 60 for its response
# Columns of an aspiration and keys of an item's body.
ASPIRATION_FIELDS = ("text", "kind", "difficulty", "also_touches")
log = logging.getLogger(__name__)
type ItemResult = dict[str, Any]  # path, kind, id, outcome, why
type Previous = dict[str, tuple[MappedItem, ItemResult]]  # by path


@dataclass(frozen=True)
class ProcessingRun:
    """The processing of one submission. `requested_by`: whoever asked for it at the desk; `deadline`: of
    time.monotonic(), after which the remaining items wait for the next run; `is_confirmed`: the person at the desk
    confirmed the unusual figures."""

    submission: Submission
    person: Person
    device: Device
    recorded_at: str
    requested_by: Person | None
    deadline: float
    is_confirmed: bool = False


def process(
    submission: Submission,
    requested_by: Person | None = None,
    *,
    deadline: float | None = None,
    is_confirmed: bool = False,
) -> None:
    """Record the result of each item. Idempotent: an item that is stored is not processed again. A correction is
    processed after the submission that it replaces."""
    deadline = time.monotonic() + TIME_LIMIT if deadline is None else deadline
    if not _replaced_is_processed(submission, deadline):
        return
    root = tree(bytes(submission.xml))
    run = replace(_run(submission, text_at(root, "end"), requested_by, deadline), is_confirmed=is_confirmed)
    items, previous = mapped_items(root), _previous_items(submission.replaces)
    results = [*_results(run, items, previous)]
    removed = _removed_results(run, items, previous)
    record_results(submission, requested_by or run.person, results=[*results, *removed])
    _discard_photos(submission, items, results)


def process_logging_errors(
    submissions: Iterable[Submission], requested_by: Person | None = None, *, is_confirmed: bool = False
) -> bool:
    """Process within one time limit. A submission that fails is logged and stays unprocessed at the desk. Returns
    whether none failed."""
    deadline, succeeded = time.monotonic() + TIME_LIMIT, True
    for submission in submissions:
        if time.monotonic() > deadline:
            break
        try:
            process(submission, requested_by, deadline=deadline, is_confirmed=is_confirmed)
        except Exception:
            succeeded = False
            log.exception("submission %s is stored and could not be processed", submission.pk)
    return succeeded


def process_pending(key: CollectKey) -> None:
    """Continue with this phone's unprocessed submissions, oldest first."""
    process_logging_errors(key.submissions.unprocessed().select_related("key__person", "replaces"))


def _replaced_is_processed(submission: Submission, deadline: float) -> bool:
    replaced = submission.replaces
    if replaced is not None and replaced.processed_at is None:
        process(replaced, deadline=deadline)
    return replaced is None or replaced.processed_at is not None


def _run(submission: Submission, end: str, requested_by: Person | None, deadline: float) -> ProcessingRun:
    key = submission.key
    device = device_of(key.person, key.pk, name=f"{key.phone} (ODK Collect)")
    return ProcessingRun(submission, key.person, device, _recorded_at(end, submission), requested_by, deadline)


def _recorded_at(end: str, submission: Submission) -> str:
    """When the form was finished on the phone, else when it was received."""
    try:
        finished = datetime.fromisoformat(end)
        finished.astimezone(UTC)
    except (ValueError, OverflowError):
        return submission.received_at.isoformat()
    return (finished if finished.tzinfo else submission.received_at).isoformat()


def _previous_items(replaced: Submission | None) -> Previous:
    if replaced is None:
        return {}
    results = {result["path"]: result for result in replaced.results or ()}
    items = mapped_items(tree(bytes(replaced.xml)))
    return {item.path: (item, results[item.path]) for item in items if item.path in results}


def _results(run: ProcessingRun, items: list[MappedItem], previous: Previous) -> Iterable[ItemResult]:
    recorded = {result["path"]: result for result in run.submission.results or ()}
    for item in items:
        result = recorded.get(item.path)
        if result is None or result["outcome"] not in {STORED, UNCHANGED}:
            result = _process_isolated(run, item, previous.get(item.path))
        yield result


def _process_isolated(
    run: ProcessingRun, item: MappedItem, previous: tuple[MappedItem, ItemResult] | None
) -> ItemResult:
    """An item that fails is refused with a reason, and the others are processed. An unavailable database or disk is no
    property of the item: the submission stays unprocessed until the next run."""
    try:
        return _process_item(run, item, previous)
    except (OperationalError, InterfaceError, OSError):
        raise
    except Exception:
        log.exception("item %s of submission %s failed", item.kind, run.submission.pk)
        return _result(item, REFUSED, why=_("Bagian ini tidak dapat diolah: bandingkan isiannya, lalu catat sendiri."))


def _process_item(run: ProcessingRun, item: MappedItem, previous: tuple[MappedItem, ItemResult] | None) -> ItemResult:
    if time.monotonic() > run.deadline:
        return _result(item, WAITING)
    corrects = ""
    if previous is not None:
        before, result = previous
        if result["outcome"] == STORED and before.body == item.body:
            return result
        if result["outcome"] == STORED and item.kind == "aspiration":
            return _checked(item, result["id"], _correct_aspiration(run, before, item, result["id"]))
        if result["outcome"] == REFUSED:
            corrects = result["id"]
    if question := _figure_question(run, item):
        return {**_result(item, REFUSED, why=question), "asks": True}
    return _take_photo(run, item, corrects) if item.file else _take(run, item, corrects, files=[])


def _figure_question(run: ProcessingRun, item: MappedItem) -> str:
    return "" if item.kind != "report" or run.is_confirmed else figure_question(item, run.person)


def _take_photo(run: ProcessingRun, item: MappedItem, corrects: str) -> ItemResult:
    sent = run.submission.file_named(item.file)
    if sent is None:
        return _result(item, INCOMPLETE)
    if why := _upload_photo(run, sent):
        return _checked(item, "", why)
    return _take(run, item, corrects, files=[{"sha256": sent.sha256, "size": sent.size, "name": sent.name[:200]}])


def _take(run: ProcessingRun, item: MappedItem, corrects: str, *, files: list[dict[str, Any]]) -> ItemResult:
    """Hand the item to the intake, as a phone of the field app would."""
    item_id = str(item.id(run.submission.instance_id))
    envelope = {
        "id": item_id,
        "device": str(run.device.pk),
        "by": str(run.person.pk),
        "recorded_at": run.recorded_at,
        "files": files,
        **({"corrects": corrects} if corrects else {}),
    }
    content = encode_item(item, envelope).encode()
    receipt = receive_item(content, by=run.person, device=run.device, brought_by=run.requested_by)
    outcome = STORED if receipt.outcome == "already" else str(receipt.outcome)
    return _result(item, outcome, item_id, receipt.reason)


def _result(item: MappedItem, outcome: str, item_id: str = "", why: str = "") -> ItemResult:
    return {"path": item.path, "kind": item.kind, "id": item_id, "outcome": outcome, "why": why}


def _checked(item: MappedItem, item_id: str, why: str) -> ItemResult:
    """Stored, or refused where there is a reason."""
    return _result(item, REFUSED if why else STORED, item_id, why)


def _upload_photo(run: ProcessingRun, sent: SentFile) -> str:
    """Copy the photo to the intake's uploads; the reason of a refusal, or ''."""
    if not 0 < sent.size <= MAX_UPLOAD_SIZE:
        return _("Foto “%(name)s” kosong atau lebih besar daripada 12 MB.") % {"name": sent.name}
    if not state_of(run.person, sent.sha256).complete and sent.discarded_at is None:
        if not path_of(sent.sha256).exists():
            return _("Foto “%(name)s” hilang dari penyimpanan kantor.") % {"name": sent.name}
        append_chunk(run.person, sent.sha256, Chunk(0, sent.size, path_of(sent.sha256).read_bytes()))
    return ""


def _correct_aspiration(run: ProcessingRun, before: MappedItem, after: MappedItem, aspiration_id: str) -> str:
    """Update the aspiration; the reason of a refusal, or ''."""
    row = Aspiration.objects.visible_to(run.person).filter(pk=aspiration_id).first()
    if row is None:
        return _("Aspirasi ini tidak ada lagi di kantor.")
    if before.body["visit"] != after.body["visit"]:
        return _("Kunjungan dari aspirasi yang sudah tercatat tidak dapat diganti dari HP.")
    if _matches(row, after):
        return ""
    if not _matches(row, before):
        return _("Kantor sudah mengubah aspirasi ini: bandingkan, lalu betulkan di halaman kunjungan.")
    return _refusal_text(lambda: correct_aspiration(row, run.person, **_column_values(after)))


def _removed_results(run: ProcessingRun, items: list[MappedItem], previous: Previous) -> list[ItemResult]:
    paths = {item.path for item in items}
    removed = (_remove(run, item, result) for path, (item, result) in previous.items() if path not in paths)
    return [result for result in removed if result]


def _remove(run: ProcessingRun, item: MappedItem, result: ItemResult) -> ItemResult | None:
    """An item that the correction no longer contains. An aspiration is withdrawn, any other record stays."""
    if result["outcome"] != STORED:
        return None
    if item.kind != "aspiration":
        why = _("Dihapus di HP; yang sudah tercatat di Sambang tetap ada.")
        return {**result, "outcome": UNCHANGED, "why": why}
    row = Aspiration.objects.visible_to(run.person).filter(pk=result["id"]).first()
    if row is None:
        return None
    if not _matches(row, item):
        why = _("Dihapus di HP, padahal kantor sudah mengubahnya: periksa di halaman kunjungan.")
    else:
        why = _refusal_text(lambda: withdraw_contribution(row, run.person, because=_("Dihapus di HP.")))
    return _checked(item, result["id"], why)


def _column_values(item: MappedItem) -> dict[str, Any]:
    return {name: item.body.get(name, "") for name in ASPIRATION_FIELDS}


def _matches(row: Aspiration, item: MappedItem) -> bool:
    return all(getattr(row, column) == value for column, value in _column_values(item).items())


def _refusal_text(operation: Any) -> str:
    try:
        operation()
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied:
        return _("Peran Anda tidak dapat menyimpan catatan jenis ini di sini.")
    return ""


def _discard_photos(submission: Submission, items: list[MappedItem], results: list[ItemResult]) -> None:
    """Delete the received bytes of stored photos: the visit holds them re-encoded, without position and phone model."""
    stored = [item.file for item, result in zip(items, results, strict=True) if result["outcome"] == STORED]
    for sent in filter(None, (submission.file_named(name) for name in stored if name)):
        if sent.discarded_at is not None:
            continue
        SentFile.objects.filter(pk=sent.pk).update(discarded_at=clock.now())
        if not SentFile.objects.filter(sha256=sent.sha256, discarded_at=None).exists():
            path_of(sent.sha256).unlink(missing_ok=True)
