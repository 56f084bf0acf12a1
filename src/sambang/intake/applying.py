"""Apply one received item as an operation. A refused item gets a reason, and its writes are rolled back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils.translation import gettext as _

from sambang.audit.models import Entry, row_reference
from sambang.intake import uploads
from sambang.intake.conflicts import merge_submitted_value
from sambang.intake.kinds.base import (
    FieldItem,
    MissingBusinessError,
    PendingItemError,
    ReceivedSubmission,
    References,
    WrongCodeError,
)
from sambang.intake.models import Received
from sambang.lib.db_scope import database_scope
from sambang.owners.rate_limit import count_wrong_code
from sambang.registry.models import Business

Outcome = Received.Outcome
log = logging.getLogger(__name__)


@dataclass
class AppliedItems:
    """The result of applying the items of one request so far, inside one transaction: the stored rows, which have no
    receipt number yet, and the audit entries, which are appended at the end of the transaction."""

    rows: list[Received] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Refusal:
    """`reason` is shown to the author of the item. `missing_business`: its key, which another item may register.
    `wrong_code_for`: the business whose confirmation code did not match; no further actor is tried then."""

    reason: str
    missing_business: UUID | None = None
    wrong_code_for: Business | None = None
    outcome: str = Outcome.REFUSED


def apply_item(row: Received, item: FieldItem, actors: Sequence[References], applied: AppliedItems) -> dict[str, bool]:
    """Apply the item as the first of `actors` who has permission, and set the outcome on `row` without saving it.
    Returns the hash of each file of the item and whether that file is complete."""
    paths = uploads.complete_files(item, row.person) if item.envelope.files else {}
    files = {file.sha256: file.sha256 in paths for file in item.envelope.files}
    refusal = Refusal("")
    for references in actors:
        with database_scope(references.scope):
            submission = references.submission(item, row.recorded_at, paths)
            _set_references(row, submission)
            if not all(files.values()):
                set_outcome(row, Outcome.INCOMPLETE)
                return files
            applied_files = _apply_as(row, submission, applied)
        if item.kind.changes_references or isinstance(applied_files, Refusal):
            references.forget()
        if isinstance(applied_files, models.Model):
            if paths:
                uploads.delete_files(item, row.person)
            set_outcome(row, Outcome.STORED, result=row_reference(applied_files))
            applied.rows.append(row)
            return files
        refusal = applied_files
        if refusal.wrong_code_for is not None:
            break
    if refusal.wrong_code_for is not None and row.number is None:  # a numbered item is a retry of a counted attempt
        count_wrong_code(refusal.wrong_code_for)
    set_outcome(row, refusal.outcome, reason=refusal.reason, missing_business=refusal.missing_business)
    return files


def set_outcome(
    row: Received, outcome: str, *, reason: str = "", missing_business: UUID | None = None, result: str = ""
) -> None:
    row.outcome, row.reason, row.missing_business, row.result = outcome, reason, missing_business, result


def _set_references(row: Received, submission: ReceivedSubmission) -> None:
    """Set the visit, the business and the region of the row, as far as the actor may read them."""
    row.visit, row.business = submission.visit, submission.business
    if submission.business is not None:
        row.region_code = submission.business.region_id
    elif submission.visit is not None:
        row.region_code = submission.visit.region_id


def _apply_as(row: Received, submission: ReceivedSubmission, applied: AppliedItems) -> models.Model | Refusal:
    """Apply the item inside a savepoint. Returns the resulting row, or a refusal."""
    try:
        with transaction.atomic():
            result = _call_handler(row, submission, applied.rows)
    except (OperationalError, InterfaceError):
        raise  # a database failure, not a fault of the item: the sender retries
    except Exception as error:
        return _refusal(error, row)
    applied.entries += submission.entries
    if isinstance(result, Business):
        row.business, row.region_code = result, result.region_id
    return result


def _call_handler(row: Received, submission: ReceivedSubmission, stored: Sequence[Received]) -> models.Model:
    kind, body = submission.item.kind, submission.item.body
    if kind.submitted_value is not None:
        return merge_submitted_value(row, submission, kind.submitted_value(submission, body), stored)
    assert kind.apply is not None, kind.name
    return kind.apply(submission, body)


def _refusal(error: Exception, row: Received) -> Refusal:
    if isinstance(error, WrongCodeError):
        return Refusal(" ".join(error.messages), wrong_code_for=error.business)
    if isinstance(error, ValidationError):
        return Refusal(" ".join(error.messages))
    if isinstance(error, PermissionDenied):
        return Refusal(_("Peran Anda tidak dapat menyimpan catatan jenis ini di sini."))
    if isinstance(error, MissingBusinessError):
        reason = _("IKM ini tidak ada di kantor, atau belum sampai dari HP yang mendaftarkannya.")
        return Refusal(reason, missing_business=error.business)
    if isinstance(error, PendingItemError):
        return Refusal("", outcome=Outcome.INCOMPLETE)
    # An item that fails unexpectedly must not block the items after it.
    log.error("field item %s could not be applied", row.pk, exc_info=error)
    return Refusal(_("Kantor belum dapat mengolah catatan ini. Catatannya disimpan, dan akan dicoba lagi."))
