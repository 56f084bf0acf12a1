"""Operations on Collect keys, a council's own forms, and submissions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import may
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.lib.tokens import digest_of, new_token
from sambang.odk.files import IncomingFile, store_file
from sambang.odk.models import CollectKey, FormMedia, OdkForm, SentFile, Submission
from sambang.odk.own_forms import FormError, convert_xlsform, media_of, require_supported, required_paths
from sambang.odk.reading import Reading, UnreadableError, blank_paths, expected_files, tree, upload_paths
from sambang.odk.visit_form import XForm
from sambang.odk.visit_mapping import VISIT_UPLOADS
from sambang.odk.xlsform import FORM_ID


@dataclass(frozen=True)
class NewKey:
    """The key and its token. The token is not stored: it is shown once."""

    key: CollectKey
    token: str

    def __repr__(self) -> str:  # keeps the token out of tracebacks and logs
        return f"NewKey({self.key.pk})"


@operation("odk.make_key")
def make_key(council: Council, by: Person, /, *, phone: str) -> NewKey:
    """Create a key for one's own phone. Raises ValidationError."""
    return _new_key(council, by, by, phone)


@operation("odk.give_key")
def give_key(council: Council, by: Person, /, *, person: Person, phone: str) -> NewKey:
    """Create a key for a colleague's phone. Raises ValidationError."""
    return _new_key(council, by, person, phone)


def _new_key(council: Council, by: Person, person: Person, phone: str) -> NewKey:
    if not RegionCode(council.region_code).is_regency:
        raise ValidationError(_("Kunci Collect dibuat di kabupaten atau kota: di sanalah IKM didata."))
    if not may(person, "odk.send", council):
        raise ValidationError(_("%(name)s tidak bertugas di %(council)s.") % {"name": person, "council": council})
    token = new_token()
    key = CollectKey(council=council, person=person, phone=phone.strip(), digest=digest_of(token), created_by=by)
    key.full_clean()
    key.save(force_insert=True)
    return NewKey(key, token)


@operation("odk.revoke_key")
def revoke_key(key: CollectKey, by: Person, /) -> CollectKey:
    """The key is refused from now on. Allowed for one's own key, and for any key with the verb odk.give_key."""
    if key.person_id != by.pk and not may(by, "odk.give_key", key):
        raise PermissionDenied("odk.give_key")
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
    return key


@operation("odk.offer_form", lock=True)
def offer_form(council: Council, by: Person, /, *, xlsform: bytes, media: Mapping[str, bytes] | None = None) -> OdkForm:
    """Offer a council's own XLSForm to its phones, with the files that it opens; files of its earlier version are
    taken over. Raises ValidationError with the reason, or the message of pyxform."""
    try:
        form, made = convert_xlsform(xlsform)
        xform = tree(form.body)
        require_supported(xform)
        served = media_of(xform, {**(media or {}), **made}, _earlier_media(council, form.form_id))
    except (FormError, UnreadableError) as error:
        raise ValidationError({"xlsform": _("Formulir ini belum benar: %(why)s") % {"why": error}}) from None
    _require_new(council, form)
    row = OdkForm(
        council=council,
        form_id=form.form_id,
        title=form.title,
        version=form.version,
        xform=form.body,
        xlsform=xlsform,
        md5=form.md5,
        uploads=upload_paths(xform),
        required=required_paths(xform),
        offered_by=by,
    )
    row.full_clean()
    OdkForm.objects.offered().filter(council=council, form_id=form.form_id).update(withdrawn_at=clock.now())
    row.save(force_insert=True)
    FormMedia.objects.bulk_create([FormMedia(form=row, name=name, content=body) for name, body in served.items()])
    return row


def _earlier_media(council: Council, form_id: str) -> dict[str, bytes]:
    earlier = OdkForm.objects.filter(council=council, form_id=form_id).order_by("-offered_at").first()
    return {row.name: bytes(row.content) for row in FormMedia.objects.filter(form=earlier)} if earlier else {}


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
    """Stop offering the form; submissions of it are still accepted."""
    if form.withdrawn_at is None:
        form.withdrawn_at = clock.now()
        form.save(update_fields=["withdrawn_at"])
    return form


class SubmissionError(Exception):
    """The submission contradicts the stored ones; `status` is the HTTP status, `text` the message for the phone."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass(frozen=True)
class IncomingSubmission:
    """The content of one request. Where the XML cannot be read, `reading` is None and `read_error` is the reason."""

    id: UUID
    xml: bytes
    reading: Reading | None
    files: Sequence[IncomingFile] = ()
    read_error: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.xml).hexdigest()

    @property
    def instance_id(self) -> str:
        return self.reading.instance_id if self.reading else f"unreadable:{self.sha256}"


def find_stored(key: CollectKey, incoming: IncomingSubmission) -> Submission | None:
    """The stored submission, if it and every file of this request are stored already."""
    submission = Submission.objects.filter(council=key.council_id, instance_id=incoming.instance_id).first()
    if submission is None or submission.sha256 != incoming.sha256:
        return None
    stored = set(submission.files.values_list("name", "sha256"))
    return submission if {(file.name, file.sha256) for file in incoming.files} <= stored else None


@operation("odk.send")
def store_submission(key: CollectKey, by: Person, /, *, incoming: IncomingSubmission) -> Submission:
    """Store the bytes without interpreting them; files are written only after the submission is accepted. The same
    bytes again add only their new files. `is_new` on the result tells whether anything was added. Raises
    SubmissionError. Of two simultaneous requests the database keeps one row."""
    row = _new_row(key, incoming)
    Submission.objects.bulk_create([row], ignore_conflicts=True)
    submission = Submission.objects.filter(council=key.council_id, instance_id=incoming.instance_id).first()
    if submission is None:  # the unique constraint on `replaces`: two corrections of one version
        raise SubmissionError(409, _("Kiriman ini sudah dibetulkan dengan isi lain."))
    if submission.sha256 != incoming.sha256:
        raise SubmissionError(409, _("Kiriman dengan nama ini sudah ada dengan isi lain: keduanya tidak dicampur."))
    submission.is_new = submission.pk == row.pk
    if incoming.files:
        for file in incoming.files:
            store_file(file)
        before = submission.files.count()
        SentFile.objects.bulk_create(
            [
                SentFile(submission=submission, name=file.name, sha256=file.sha256, size=file.size)
                for file in incoming.files
            ],
            ignore_conflicts=True,
        )
        submission.is_new |= submission.files.count() > before
    return submission


@operation("odk.send")
def record_results(submission: Submission, by: Person, /, *, results: list[dict[str, Any]]) -> Submission:
    """Store the result of each item; the submission is processed once no item is waiting."""
    submission.results = results
    if all(result["outcome"] != "waiting" for result in results):
        submission.processed_at = clock.now()
    submission.save(update_fields=["results", "processed_at"])
    return submission


def _new_row(key: CollectKey, incoming: IncomingSubmission) -> Submission:
    row = Submission(
        id=incoming.id,
        council_id=key.council_id,
        key=key,
        instance_id=incoming.instance_id,
        xml=incoming.xml,
        sha256=incoming.sha256,
        read_error=incoming.read_error[:300],
    )
    reading = incoming.reading
    if reading is None:
        row.results, row.processed_at = [], row.received_at
        return row
    row.name = reading.name
    if reading.form_id == FORM_ID:
        uploads = list(VISIT_UPLOADS)
    else:
        row.form, row.results, row.processed_at = _form_of(key, reading), [], row.received_at
        uploads = row.form.uploads
        row.unanswered = blank_paths(reading.root, row.form.required)
    row.expected_files = expected_files(reading.root, uploads)
    if (
        reading.deprecated_id
        and not Submission.objects.filter(council=key.council_id, instance_id=row.instance_id).exists()
    ):
        row.replaces = _replaced(key, reading)
    return row


def _form_of(key: CollectKey, reading: Reading) -> OdkForm:
    """The form by its version, else its newest version: phones may send submissions of older versions."""
    forms = OdkForm.objects.filter(council=key.council_id, form_id=reading.form_id).defer("xform", "xlsform")
    forms = forms.order_by("-offered_at")
    form = forms.filter(version=reading.version).first() or forms.first()
    if form is None:
        raise SubmissionError(404, _("Formulir “%(name)s” tidak dikenal kantor ini.") % {"name": reading.form_id[:80]})
    return form


def _replaced(key: CollectKey, reading: Reading) -> Submission:
    own = Submission.objects.filter(council=key.council_id, key__person=key.person_id)
    submission = own.filter(instance_id=reading.deprecated_id).select_related("replacement").first()
    if submission is None:
        raise SubmissionError(404, _("Kiriman yang dibetulkan belum sampai di kantor: kirim dahulu yang pertama."))
    if hasattr(submission, "replacement"):
        raise SubmissionError(409, _("Kiriman ini sudah dibetulkan dengan isi lain."))
    return submission
