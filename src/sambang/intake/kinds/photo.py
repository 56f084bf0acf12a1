"""A picture of a visit, with an optional IKM, caption and position; each item adds a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.intake.kinds.base import (
    ItemKind,
    ReceivedSubmission,
    business_of,
    opened_file,
    visit_of_submission,
)
from sambang.intake.schema import ShortText
from sambang.visits.operations import add_photo
from sambang.visits.positions import MeasuredPosition


@dataclass(frozen=True)
class PhotoItem:
    visit: UUID
    business: UUID | None = None
    caption: ShortText = ""
    position: Annotated[str, 60] = ""  # a geo URI with its uncertainty (RFC 5870)


def photo(submission: ReceivedSubmission, body: PhotoItem) -> models.Model:
    business = business_of(submission, body.business) if body.business else None
    with opened_file(submission) as image:
        return add_photo.within(
            submission.entries,
            visit_of_submission(submission),
            submission.actor,
            image=image,
            caption=body.caption,
            position=MeasuredPosition.read(body.position),
            business=business,
            taken_at=submission.at,
        )


KIND = ItemKind(
    name="photo",
    title=gettext_lazy("foto"),
    schema=PhotoItem,
    apply=photo,
    field_titles={"caption": gettext_lazy("keterangan")},
    has_file=True,
)
