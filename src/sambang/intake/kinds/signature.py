"""The signature of the head of the sentra under the minutes of a visit; each item adds a row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.intake.kinds.base import (
    ItemKind,
    ReceivedSubmission,
    opened_file,
    visit_of_submission,
)
from sambang.intake.schema import Name
from sambang.visits.operations import sign_by_head


@dataclass(frozen=True)
class SignatureItem:
    visit: UUID
    name: Name
    office: Name = ""


def signature(submission: ReceivedSubmission, body: SignatureItem) -> models.Model:
    with opened_file(submission) as image:
        return sign_by_head.within(
            submission.entries,
            visit_of_submission(submission),
            submission.actor,
            image=image,
            name=body.name,
            office=body.office,
            signed_at=submission.at,
        )


KIND = ItemKind(
    name="signature",
    title=gettext_lazy("tanda tangan ketua"),
    schema=SignatureItem,
    apply=signature,
    field_titles={"name": gettext_lazy("nama"), "office": gettext_lazy("jabatan")},
    has_file=True,
)
