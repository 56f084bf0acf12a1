"""Keys for phones, a council's own forms, and what phones send."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import may
from sambang.audit.operation import operation
from sambang.lib.tokens import digest_of, new_token
from sambang.odk.files import KeptFile
from sambang.odk.models import CollectKey, OdkForm, SentFile, Submission
from sambang.odk.reading import Reading, UnreadableError, expected_files, upload_paths
from sambang.odk.visit_form import FormError, XForm, own_form
from sambang.odk.visit_mapping import UPLOADS
from sambang.odk.xlsform import FORM_ID


@dataclass(frozen=True)
class NewKey:
    """The key and its token, which exists nowhere else: show it now or make another."""

    key: CollectKey
    token: str

    def __repr__(self) -> str:  # a traceback or a log line must not spell the token
        return f"NewKey({self.key.pk})"


@operation("odk.make_key")
def make_key(council: Council, by: Person, /, *, phone: str) -> NewKey:
    """For a phone of one's own. Raises ValidationError."""
    return _new_key(council, by, by, phone)


@operation("odk.give_key")
def give_key(council: Council, by: Person, /, *, person: Person, phone: str) -> NewKey:
    """For a colleague's phone. Raises ValidationError."""
    return _new_key(council, by, person, phone)


def _new_key(council: Council, by: Person, person: Person, phone: str) -> NewKey:
    if len(council.region_code) != 4:
        raise ValidationError(_("Kunci Collect dibuat di kabupaten atau kota: di sanalah IKM didata."))
    if not may(person, "odk.send", council):
        raise ValidationError(_("%(name)s tidak bertugas di %(council)s.") % {"name": person, "council": council})
    token = new_token()
    key = CollectKey(council=council, person=person, phone=phone.strip(), digest=digest_of(token), made_by=by)
    key.full_clean()
    key.save(force_insert=True)
    return NewKey(key, token)


@operation("odk.revoke_key")
def revoke_key(key: CollectKey, by: Person, /) -> CollectKey:
    """From this moment the phone gets nothing and brings nothing. One's own, or anybody's for those who give keys."""
    if key.person_id != by.pk and not may(by, "odk.give_key", key):
        raise PermissionDenied("odk.give_key")
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


@operation("odk.offer_form")
def offer_form(council: Council, by: Person, /, *, xlsform: bytes) -> OdkForm:
    """Offer a council's own XLSForm to its phones. Raises ValidationError with what pyxform says of it."""
    try:
        form = own_form(xlsform)
        uploads = upload_paths(form.body)
    except (FormError, UnreadableError) as wrong:
        raise ValidationError({"xlsform": _("Formulir ini belum benar: %(why)s") % {"why": wrong}}) from None
    _require_new(council, form)
    made = OdkForm(
        council=council,
        form_id=form.form_id,
        title=form.title,
        version=form.version,
        xform=form.body,
        xlsform=xlsform,
        md5=form.md5,
        uploads=uploads,
        offered_by=by,
    )
    made.full_clean()
    OdkForm.objects.offered().filter(council=council, form_id=form.form_id).update(withdrawn_at=timezone.now())
    made.save(force_insert=True)
    return made


def _require_new(council: Council, form: XForm) -> None:
    if form.form_id == FORM_ID:
        raise ValidationError(
            {"xlsform": _("form_id “%(name)s” dipakai Sambang sendiri: beri nama lain.") % {"name": FORM_ID}}
        )
    if OdkForm.objects.filter(council=council, form_id=form.form_id, version=form.version).exists():
        raise ValidationError(
            {
                "xlsform": _("Versi %(version)s formulir ini sudah ada: naikkan versinya.")
                % {"version": form.version or "–"}
            }
        )


@operation("odk.withdraw_form")
def withdraw_form(form: OdkForm, by: Person, /) -> OdkForm:
    """No longer offered; what phones still hold of it is taken all the same."""
    if form.withdrawn_at is None:
        form.withdrawn_at = timezone.now()
        form.save(update_fields=["withdrawn_at"])
    return form


class SubmissionRefused(Exception):  # noqa: N818 - says what happened, as the phone reads it
    """This submission cannot be kept beside those that are here; `status` is the HTTP answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


@dataclass(frozen=True)
class Sending:
    """What one request brought. `reading` is None where the XML cannot be read: then `trouble` says why."""

    id: UUID
    xml: bytes
    reading: Reading | None
    files: Sequence[KeptFile] = ()
    trouble: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.xml).hexdigest()

    @property
    def instance_id(self) -> str:
        return self.reading.instance_id if self.reading else f"unreadable:{self.sha256}"


def already_kept(key: CollectKey, sending: Sending) -> Submission | None:
    """The submission, where it and every file of this sending are here already."""
    found = Submission.objects.filter(council=key.council_id, instance_id=sending.instance_id).first()
    if found is None or found.sha256 != sending.sha256:
        return None
    held = set(found.files.values_list("name", "sha256"))
    return found if {(file.name, file.sha256) for file in sending.files} <= held else None


@operation("odk.send")
def keep_submission(key: CollectKey, by: Person, /, *, sending: Sending) -> Submission:
    """Keep the bytes, whatever they mean; the same bytes again bring only their new files. `brought` on the result says
    whether anything was new. Raises SubmissionRefused.

    The database decides who was first, so twins at one moment leave one row.
    """
    made = _fresh(key, sending)
    Submission.objects.bulk_create([made], ignore_conflicts=True)
    found = Submission.objects.filter(council=key.council_id, instance_id=sending.instance_id).first()
    if found is None:  # the other uniqueness: two corrections of one version
        raise SubmissionRefused(409, _("Kiriman ini sudah dibetulkan dengan isi lain."))
    if found.sha256 != sending.sha256:
        raise SubmissionRefused(409, _("Kiriman dengan nama ini sudah ada dengan isi lain: keduanya tidak dicampur."))
    found.brought = found.pk == made.pk
    if sending.files:
        before = found.files.count()
        SentFile.objects.bulk_create(
            [SentFile(submission=found, name=file.name, sha256=file.sha256, size=file.size) for file in sending.files],
            ignore_conflicts=True,
        )
        found.brought |= found.files.count() > before
    return found


@operation("odk.send")
def note_answers(submission: Submission, by: Person, /, *, answers: list[dict[str, Any]]) -> Submission:
    """What became of each thing in a submission; it is settled once nothing in it waits for its turn."""
    submission.answers = answers
    if all(answer["outcome"] != "waiting" for answer in answers):
        submission.settled_at = timezone.now()
    submission.save(update_fields=["answers", "settled_at"])
    return submission


def _fresh(key: CollectKey, sending: Sending) -> Submission:
    row = Submission(
        id=sending.id,
        council_id=key.council_id,
        key=key,
        instance_id=sending.instance_id,
        xml=sending.xml,
        sha256=sending.sha256,
        trouble=sending.trouble[:300],
    )
    reading = sending.reading
    if reading is None:
        row.answers, row.settled_at = [], row.received_at
        return row
    row.name = reading.name
    if reading.form_id == FORM_ID:
        uploads = list(UPLOADS)
    else:
        row.form, row.answers, row.settled_at = _form_of(key, reading), [], row.received_at
        uploads = row.form.uploads
    row.expected = expected_files(reading.root, uploads)
    if (
        reading.deprecated_id
        and not Submission.objects.filter(council=key.council_id, instance_id=row.instance_id).exists()
    ):
        row.replaces = _replaced(key, reading)
    return row


def _form_of(key: CollectKey, reading: Reading) -> OdkForm:
    """The form, by its version where that is known: a phone may send what it filled in long ago."""
    forms = OdkForm.objects.filter(council=key.council_id, form_id=reading.form_id).defer("xform", "xlsform")
    forms = forms.order_by("-offered_at")
    found = forms.filter(version=reading.version).first() or forms.first()
    if found is None:
        raise SubmissionRefused(
            404, _("Formulir “%(name)s” tidak dikenal kantor ini.") % {"name": reading.form_id[:80]}
        )
    return found


def _replaced(key: CollectKey, reading: Reading) -> Submission:
    mine = Submission.objects.filter(council=key.council_id, key__person=key.person_id)
    found = mine.filter(instance_id=reading.deprecated_id).select_related("replacement").first()
    if found is None:
        raise SubmissionRefused(404, _("Kiriman yang dibetulkan belum sampai di kantor: kirim dahulu yang pertama."))
    if hasattr(found, "replacement"):
        raise SubmissionRefused(409, _("Kiriman ini sudah dibetulkan dengan isi lain."))
    return found
