"""Operations on letterhead, signers and paper numbers of a council."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.papers.message_texts import check_placeholders
from sambang.papers.models import Letterhead, MessageText, PaperNumber, Signer


@operation("papers.set_letterhead", lock=True)
def set_letterhead(
    council: Council, by: Person, /, *, logo: ContentFile[bytes] | None = None, remove_logo: bool = False, **fields: str
) -> Letterhead:
    """Set the letterhead. `logo`: a re-encoded image; if omitted, the present logo stays."""
    letterhead = Letterhead.objects.filter(council=council).first() or Letterhead(council=council)
    for name, value in fields.items():
        setattr(letterhead, name, value)
    if logo is not None:
        letterhead.logo = logo
    elif remove_logo:
        letterhead.logo = None
    letterhead.full_clean(exclude=["council"])
    letterhead.save()
    return letterhead


@operation("papers.add_signer")
def add_signer(council: Council, by: Person, /, **fields: Any) -> Signer:
    signer = Signer(council=council, **fields)
    signer.full_clean()
    signer.save(force_insert=True)
    return signer


@operation("papers.change_signer", lock=True)
def change_signer(signer: Signer, by: Person, /, **fields: Any) -> Signer:
    for name, value in fields.items():
        setattr(signer, name, value)
    signer.full_clean()
    signer.save(update_fields=list(fields))
    return signer


@operation("papers.assign_number", lock=True)
def assign_number(
    council: Council,
    by: Person,
    /,
    *,
    paper: str,
    subject: UUID,
    title: str,
    number: str,
    dated_on: date,
    signer: Signer | None = None,
) -> PaperNumber:
    """Assign a number to a paper, or correct its number. Raises ValidationError for the number of another paper."""
    existing = PaperNumber.objects.filter(council=council, number=number).first()
    if existing and (existing.paper, existing.subject) != (paper, subject):
        raise ValidationError(
            {
                "number": _("Nomor %(number)s sudah dipakai untuk “%(title)s”, %(day)s. Tulis nomor yang lain.")
                % {"number": number, "title": existing.title, "day": date_format(existing.dated_on, "j F Y")}
            }
        )
    entry = PaperNumber.objects.filter(paper=paper, subject=subject).first() or PaperNumber(
        paper=paper, subject=subject, created_by=by
    )
    entry.council, entry.title, entry.number, entry.dated_on, entry.signer = council, title, number, dated_on, signer
    entry.full_clean()
    entry.save()
    return entry


@operation("papers.set_message_text", lock=True)
def set_message_text(council: Council, by: Person, /, *, kind: MessageText.Kind, text: str) -> Council:
    """Set the office's own text of a message; an empty one is the standard text again. Raises ValidationError."""
    stored = council.message_texts.filter(kind=kind)
    if not text.strip():
        stored.delete()
        return council
    try:
        check_placeholders(kind, text)
    except ValidationError as wrong:
        raise ValidationError({"text": wrong.messages}) from None
    row = stored.first() or MessageText(council=council, kind=kind)
    row.text = text.strip()
    row.full_clean()
    row.save()
    return council
