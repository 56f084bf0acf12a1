"""The owner's confirmation, with a code, whether a claimed action solved the difficulty that the IKM raised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.actions.models import Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.audit.models import Entry
from sambang.intake.kinds.base import (
    ItemKind,
    MergeTarget,
    ReceivedSubmission,
    SubmittedValue,
    WrongCodeError,
    business_of,
)
from sambang.intake.merging import (
    CompetingVersions,
    Resolution,
    Value,
    Version,
    latest_without_conflict,
)
from sambang.intake.schema import Code
from sambang.lib import clock
from sambang.owners.authentication import use_code
from sambang.owners.queries import find_code
from sambang.owners.rate_limit import too_many_codes


@dataclass(frozen=True)
class ConfirmationItem:
    business: UUID
    action: UUID
    solved: bool
    code: Code
    text: Annotated[str, 1000] = ""


@dataclass(frozen=True)
class ConfirmationTarget(MergeTarget):
    """The owner's answer, from any phone. `write` acts as the owner."""

    confirmation: Confirmation

    @property
    def key(self) -> str:
        return f"confirm:{self.confirmation.pk}"

    def merge(self, group: CompetingVersions) -> Resolution:
        return latest_without_conflict(group)

    @property
    def row(self) -> Confirmation:
        return self.confirmation

    def current(self) -> Version | None:
        row = Confirmation.objects.get(pk=self.confirmation.pk)
        if row.answered_at is None:
            return None
        value = {"solved": row.answer == Confirmation.Answer.SOLVED, "text": row.text}
        return Version(value, row.answered_at, row.answered_by_id)

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        row = Confirmation.objects.select_related("action__matter", "business").get(pk=self.confirmation.pk)
        answer = confirm_action if version.value["solved"] else dispute_action
        return answer.within(entries, row, by, text=version.value["text"], answered_at=version.at)

    def same(self, one: Value, other: Value) -> bool:
        """Two answers *solved* are equal, whatever their comments."""
        return bool(one == other or (one["solved"] and other["solved"]))


def submitted_confirmation(submission: ReceivedSubmission, body: ConfirmationItem) -> SubmittedValue:
    business = business_of(submission, body.business)
    asked = Confirmation.objects.filter(action=body.action, business=business).select_related("business").first()
    if asked is None:
        raise ValidationError(_("%(name)s tidak ditanyai tentang tindakan itu.") % {"name": business.name})
    now = clock.now()
    if too_many_codes(business, now=now):
        raise ValidationError(_("Terlalu sering kode yang salah untuk IKM ini: coba lagi besok."))
    code = find_code(business, body.code, now=now)
    if code is None:
        raise WrongCodeError(business)
    if code.is_used:
        raise ValidationError(_("Kode ini sudah dipakai untuk satu jawaban: minta kode berikutnya kepada pemilik."))
    value = {"solved": body.solved, "text": body.text}
    return SubmittedValue(ConfirmationTarget(asked), value, by=business.owner, use_up=partial(use_code, code))


KIND = ItemKind(
    name="confirm",
    title=gettext_lazy("jawaban pemilik"),
    schema=ConfirmationItem,
    submitted_value=submitted_confirmation,
    field_titles={"solved": gettext_lazy("sudah beres"), "text": gettext_lazy("kata-katanya")},
)
