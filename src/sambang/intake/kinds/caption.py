"""The caption of a photo, typed after the photo was taken; applied once the photo is stored."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.intake.kinds.base import ItemKind, PendingItemError, ReceivedSubmission
from sambang.intake.models import Received
from sambang.intake.schema import ShortText
from sambang.visits.models import Photo
from sambang.visits.operations import caption_photo


@dataclass(frozen=True)
class CaptionItem:
    """`photo` is the id of the photo's item, which must be from the same person."""

    visit: UUID
    photo: UUID
    caption: ShortText


def caption(submission: ReceivedSubmission, body: CaptionItem) -> models.Model:
    brought = Received.objects.stored().filter(item_id=body.photo, kind="photo", person=submission.item.envelope.by)
    item = brought.first()
    if item is None:
        raise PendingItemError(body.photo)
    label, _colon, key = item.result.partition(":")
    photo = Photo.objects.visible_to(submission.actor).select_related("visit").filter(pk=key).first()
    if label != "visits.Photo" or photo is None:
        raise ValidationError(_("Foto yang diberi keterangan ini sudah tidak ada di kantor."))
    return caption_photo.within(submission.entries, photo, submission.actor, caption=body.caption)


KIND = ItemKind(
    name="caption",
    title=gettext_lazy("keterangan foto"),
    schema=CaptionItem,
    apply=caption,
    field_titles={"caption": gettext_lazy("keterangan")},
)
