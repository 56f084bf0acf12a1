"""From a kept submission to the register: each piece becomes an item, and goes the way that every item goes.

What the phone was told does not hang on this: it runs after the bytes are committed, and may run again at any time.
A correction speaks about the pieces of the version that it replaces. An unchanged piece is done already; a changed word
about presence, production or an answer is a newer item, and the intake's own rules say what stands; a changed aspiration is
corrected in its place, unless the office has changed it meanwhile: then a person compares.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import correct_aspiration, delete_aspiration
from sambang.intake.devices import device_of
from sambang.intake.models import Device
from sambang.intake.receiving import take
from sambang.intake.uploads import Piece as FilePiece
from sambang.intake.uploads import state_of, take_piece
from sambang.lib.pictures import LARGEST_UPLOAD
from sambang.odk.files import path_of
from sambang.odk.models import CollectKey, SentFile, Submission
from sambang.odk.operations import note_answers
from sambang.odk.reading import text, tree
from sambang.odk.visit_mapping import Piece, item, pieces

STORED, INCOMPLETE, REFUSED, KEPT, WAITING = "stored", "incomplete", "refused", "kept", "waiting"
PATIENCE = 20  # seconds of one request: Collect waits 60 for its answer, and the bytes are here already
# Columns of an aspiration by the keys of an item's body.
ASPIRATION_COLUMNS = {"words": "text", "kind": "kind", "difficulty": "difficulty", "also_touches": "also_touches"}
log = logging.getLogger(__name__)
type Answer = dict[str, Any]  # path, kind, id, outcome, why


@dataclass(frozen=True)
class Work:
    """One submission being settled. `asked_by`: somebody at the desk who lets it be tried again."""

    submission: Submission
    person: Person
    device: Device
    recorded_at: str
    asked_by: Person | None = None
    until: float = 0.0  # of time.monotonic(): what comes later waits for the next time


def settle(submission: Submission, asked_by: Person | None = None, *, until: float | None = None) -> None:
    """Write down what became of each piece. What is done stays done: running this twice changes nothing."""
    until = time.monotonic() + PATIENCE if until is None else until
    before = submission.replaces
    if before is not None and before.settled_at is None:
        settle(before, until=until)
        if before.settled_at is None:
            return
    key, root = submission.key, tree(bytes(submission.xml))
    device = device_of(key.person, key.pk, name=f"{key.phone} (ODK Collect)")
    work = Work(submission, key.person, device, _recorded_at(text(root, "end"), submission), asked_by, until)
    found = pieces(root)
    standing = {answer["path"]: answer for answer in submission.answers or ()}
    earlier = _earlier(before)
    answers = [
        answer
        if (answer := standing.get(piece.path)) and answer["outcome"] in {STORED, KEPT}
        else _answered(work, piece, earlier.get(piece.path))
        for piece in found
    ]
    here = {piece.path for piece in found}
    gone = [_gone(work, piece, answer) for path, (piece, answer) in earlier.items() if path not in here]
    note_answers(submission, asked_by or key.person, answers=[*answers, *(answer for answer in gone if answer)])
    _let_go_of_photos(submission, found, answers)


def settle_quietly(submissions: Iterable[Submission]) -> None:
    """The same where nobody can be told: what fails stands at the desk as not worked out yet."""
    until = time.monotonic() + PATIENCE
    for submission in submissions:
        if time.monotonic() > until:
            return
        try:
            settle(submission, until=until)
        except Exception:
            log.exception("submission %s was kept and not worked out", submission.pk)


def settle_what_waits(key: CollectKey) -> None:
    """The phone came by: go on where time ran out, oldest first."""
    settle_quietly(key.submissions.waiting().select_related("key__person", "replaces"))


def _recorded_at(end: str, submission: Submission) -> str:
    """When the phone finished it; when it came in, where the phone does not say."""
    try:
        said = datetime.fromisoformat(end)
    except ValueError:
        said = submission.received_at
    return (said if said.tzinfo else submission.received_at).isoformat()


def _earlier(before: Submission | None) -> dict[str, tuple[Piece, Answer]]:
    """What the version before said, and what became of it, by path."""
    if before is None:
        return {}
    answers = {answer["path"]: answer for answer in before.answers or ()}
    return {
        piece.path: (piece, answers[piece.path]) for piece in pieces(tree(bytes(before.xml))) if piece.path in answers
    }


def _answered(work: Work, piece: Piece, earlier: tuple[Piece, Answer] | None) -> Answer:
    if time.monotonic() > work.until:
        return {**_told(piece, ""), "outcome": WAITING}
    mends: dict[str, str] = {}
    if earlier is not None:
        was, answer = earlier
        if answer["outcome"] == STORED and was.body == piece.body:
            return answer
        if answer["outcome"] == STORED and piece.kind == "aspiration":
            return _told(piece, answer["id"], _corrected(work, was, piece, answer["id"]))
        if answer["outcome"] == REFUSED and answer["id"]:
            mends = {"mends": answer["id"]}
    files: list[dict[str, Any]] = []
    if piece.file:
        sent = work.submission.files.filter(name=piece.file).order_by("pk").first()
        if sent is None:
            return {**_told(piece, ""), "outcome": INCOMPLETE}
        if why := _handed_over(work, sent):
            return _told(piece, "", why)
        files = [{"sha256": sent.sha256, "size": sent.size, "name": sent.name[:200]}]
    name = str(piece.id(work.submission.instance_id))
    head = {
        "id": name,
        "device": str(work.device.pk),
        "by": str(work.person.pk),
        "recorded_at": work.recorded_at,
        "files": files,
        **mends,
    }
    receipt = take(item(piece, head).encode(), by=work.person, device=work.device, brought_by=work.asked_by)
    outcome = STORED if receipt.outcome == "already" else str(receipt.outcome)
    return {"path": piece.path, "kind": piece.kind, "id": name, "outcome": outcome, "why": receipt.why}


def _told(piece: Piece, name: str, why: str = "") -> Answer:
    return {"path": piece.path, "kind": piece.kind, "id": name, "outcome": REFUSED if why else STORED, "why": why}


def _handed_over(work: Work, sent: SentFile) -> str:
    """Put the photo where the intake looks for it; why not, or ''."""
    if not 0 < sent.size <= LARGEST_UPLOAD:
        return _("Foto “%(name)s” kosong atau lebih besar daripada 12 MB.") % {"name": sent.name}
    if not state_of(work.person, sent.sha256).complete and sent.let_go_at is None:
        take_piece(work.person, sent.sha256, FilePiece(0, sent.size, path_of(sent.sha256).read_bytes()))
    return ""


def _corrected(work: Work, was: Piece, now: Piece, name: str) -> str:
    """Mend the aspiration; why not, or ''."""
    row = Aspiration.objects.visible_to(work.person).filter(pk=name).first()
    if row is None:
        return _("Aspirasi ini tidak ada lagi di kantor.")
    if was.body["visit"] != now.body["visit"]:
        return _("Kunjungan dari aspirasi yang sudah tercatat tidak dapat diganti dari HP.")
    if _stands(row, now):
        return ""
    if not _stands(row, was):
        return _("Kantor sudah mengubah aspirasi ini: bandingkan, lalu betulkan di halaman kunjungan.")
    return _refusal(lambda: correct_aspiration(row, work.person, **_column_values(now)))


def _gone(work: Work, piece: Piece, answer: Answer) -> Answer | None:
    """What the phone took out. An aspiration goes too; what else was written down stays, and says so."""
    if answer["outcome"] != STORED:
        return None
    if piece.kind != "aspiration":
        why = _("Dihapus di HP; yang sudah tercatat di Sambang tetap ada.")
        return {**answer, "outcome": KEPT, "why": why}
    row = Aspiration.objects.visible_to(work.person).filter(pk=answer["id"]).first()
    if row is None:
        return None
    if not _stands(row, piece):
        return _told(
            piece, answer["id"], _("Dihapus di HP, padahal kantor sudah mengubahnya: periksa di halaman kunjungan.")
        )
    return _told(piece, answer["id"], _refusal(lambda: delete_aspiration(row, work.person)))


def _column_values(piece: Piece) -> dict[str, Any]:
    return {column: piece.body.get(key, "") for key, column in ASPIRATION_COLUMNS.items()}


def _stands(row: Aspiration, piece: Piece) -> bool:
    return all(getattr(row, column) == value for column, value in _column_values(piece).items())


def _refusal(do: Any) -> str:
    try:
        do()
    except ValidationError as refused:
        return " ".join(refused.messages)
    except PermissionDenied:
        return _("Peran Anda tidak dapat menyimpan catatan jenis ini di sini.")
    return ""


def _let_go_of_photos(submission: Submission, found: list[Piece], answers: list[Answer]) -> None:
    """A photo that was taken over is kept re-encoded, without place and device: the bytes as they came are no longer."""
    done = {
        piece.file for piece, answer in zip(found, answers, strict=True) if piece.file and answer["outcome"] == STORED
    }
    for sent in submission.files.filter(name__in=done, let_go_at=None):
        SentFile.objects.filter(pk=sent.pk).update(let_go_at=timezone.now())
        if not SentFile.objects.filter(sha256=sent.sha256, let_go_at=None).exists():
            path_of(sent.sha256).unlink(missing_ok=True)
