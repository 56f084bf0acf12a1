"""A wish or difficulty of an IKM, recorded on a visit; each item adds a row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.aspirations.operations import note_aspiration
from sambang.intake.kinds.base import (
    ItemKind,
    ReceivedSubmission,
    business_of,
    visit_of_submission,
)
from sambang.intake.schema import Code, ShortText, Text


@dataclass(frozen=True)
class AspirationItem:
    visit: UUID
    business: UUID
    kind: Code
    text: Text
    difficulty: Code
    also_touches: ShortText = ""


def aspiration(submission: ReceivedSubmission, body: AspirationItem) -> models.Model:
    return note_aspiration.within(
        submission.entries,
        business_of(submission, body.business),
        submission.actor,
        id=submission.item.envelope.id,
        visit=visit_of_submission(submission),
        kind=body.kind,
        text=body.text,
        difficulty=body.difficulty,
        also_touches=body.also_touches,
        raised_at=submission.at,
    )


KIND = ItemKind(
    name="aspiration",
    title=gettext_lazy("aspirasi"),
    schema=AspirationItem,
    apply=aspiration,
    changes_references=False,
    field_titles={
        "kind": gettext_lazy("jenis"),
        "text": gettext_lazy("kata-katanya"),
        "difficulty": gettext_lazy("kesulitan"),
        "also_touches": gettext_lazy("siapa lagi yang mengalami"),
    },
)
