"""Attachments of an action (photos, PDF) and what was spent on it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.actions.models import Action, ActionEvent, Attachment
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn
from sambang.lib.pictures import PictureError, reencode
from sambang.lib.templatetags.formatting import rupiah

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_PDF_SIZE = 5 * 1024 * 1024  # bytes
MAX_ATTACHMENTS = 30  # of one action
PDF_START, PDF_END = b"%PDF-", b"%%EOF"
TAIL_BYTES = 1024  # bytes at the end that must contain the PDF's end marker
ACTIVE_CONTENT = (b"/JavaScript", b"/JS ", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


@operation("actions.add_attachment", lock=True)
def add_attachment(action: Action, by: Person, /, *, file: UploadedFile[bytes], title: str) -> Attachment:
    """Store a photo, re-encoded, or a PDF; the same content once. Raises ValidationError."""
    content = _checked(file)
    digest = hashlib.sha256(content.read()).hexdigest()
    content.seek(0)
    existing = action.attachments.filter(sha256=digest).first()
    if existing:
        return existing
    if action.attachments.count() >= MAX_ATTACHMENTS:
        raise ValidationError(_("Sudah ada %(most)d lampiran: tarik yang tidak perlu.") % {"most": MAX_ATTACHMENTS})
    attachment = Attachment(action=action, title=title.strip(), sha256=digest, added_by=by)
    attachment.full_clean(exclude=["file"])
    attachment.file.save(content.name or "lampiran", content, save=False)
    attachment.save(force_insert=True)
    return attachment


def _checked(upload: UploadedFile[bytes]) -> ContentFile[bytes]:
    """The file as it is stored; its type follows from the content, not from the name. Raises ValidationError."""
    start = upload.read(len(PDF_START))
    upload.seek(0)
    if start != PDF_START:
        try:
            return reencode(upload).file
        except PictureError as error:
            raise ValidationError({"file": _("%(error)s Atau kirim PDF.") % {"error": error}}) from None
    if (upload.size or 0) > MAX_PDF_SIZE:
        raise ValidationError({"file": _("“%(name)s” terlalu besar: PDF paling banyak 5 MB.") % {"name": upload.name}})
    content = upload.read()
    if PDF_END not in content[-TAIL_BYTES:]:
        raise ValidationError({"file": _("“%(name)s” terpotong: kirim ulang berkasnya.") % {"name": upload.name}})
    if any(mark in content for mark in ACTIVE_CONTENT):
        raise ValidationError(
            {"file": _("“%(name)s” memuat program atau berkas lain: cetak ulang menjadi PDF.") % {"name": upload.name}}
        )
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:32]}.pdf")


@operation("actions.withdraw", lock=True)
def withdraw_attachment(attachment: Attachment, by: Person, /, *, because: str) -> Attachment:
    """Raises ValidationError."""
    return mark_withdrawn(attachment, by, because)


@operation("actions.restore", lock=True)
def restore_attachment(attachment: Attachment, by: Person, /) -> Attachment:
    """Restore within thirty days. Raises ValidationError."""
    return mark_restored(attachment)


@operation("actions.record_spent", lock=True)
def record_spent(action: Action, by: Person, /, *, spent: int | None) -> Action:
    """Record what was spent until now, in whole rupiah; None: not known. The history has both values. Raises
    ValidationError."""
    if spent is not None and spent < 0:
        raise ValidationError({"spent": _("Belanja tidak boleh kurang dari nol.")})
    if spent == action.spent:
        raise ValidationError(_("Belanjanya masih sama: tidak ada yang diubah."), code="unchanged")
    amounts = {"old": rupiah(action.spent), "new": rupiah(spent)}
    action.spent = spent
    action.full_clean()
    action.save(update_fields=["spent"])
    event = ActionEvent(
        action=action,
        kind=ActionEvent.Kind.CORRECTED,
        by=by,
        correction=_("mencatat belanja %(new)s (semula %(old)s)") % amounts,
    )
    event.full_clean()
    event.save(force_insert=True)
    return action
