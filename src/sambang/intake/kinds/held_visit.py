"""A visit that took place: day, talk and conclusion; each of the three merges by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry, row_reference
from sambang.intake.kinds.base import (
    Kind,
    MergeTarget,
    Submission,
    SubmittedValue,
    lock_row,
    visit_of,
)
from sambang.intake.merging import (
    Span,
    Verdict,
    Word,
    each_part_stands,
)
from sambang.intake.schema import Talk
from sambang.lib.unit_of_work import is_locked
from sambang.visits.models import Visit
from sambang.visits.operations import conduct_visit


@dataclass(frozen=True)
class HeldVisitItem:
    visit: UUID
    held_on: date
    summary: Talk = ""
    conclusion: Talk = ""


@dataclass(frozen=True)
class VisitTarget(MergeTarget):
    visit: Visit

    @property
    def key(self) -> str:
        return f"hold:{self.visit.pk}"

    def judge(self, span: Span) -> Verdict:
        return each_part_stands(span)

    def lock(self) -> None:
        lock_row(self.visit)

    def held(self) -> Word | None:
        visit = self.visit if is_locked(self.visit) else Visit.objects.get(pk=self.visit.pk)
        if visit.held_on is None:
            return None
        value = {"held_on": visit.held_on.isoformat(), "summary": visit.summary, "conclusion": visit.conclusion}
        entry = Entry.objects.filter(subject=row_reference(visit), verb="visits.conduct").order_by("at").last()
        return Word(value, entry.at if entry else timezone.now(), entry.by_id if entry else None)

    def write(self, word: Word, by: Person) -> models.Model:
        facts = {**word.value, "held_on": date.fromisoformat(word.value["held_on"])}
        return conduct_visit(self.visit, by, **facts)

    def title(self) -> str:
        return _("pelaksanaan %(visit)s") % {"visit": self.visit}


def hold(submission: Submission, body: HeldVisitItem) -> SubmittedValue:
    value = {"held_on": body.held_on.isoformat(), "summary": body.summary, "conclusion": body.conclusion}
    return SubmittedValue(VisitTarget(visit_of(submission)), value)


KIND = Kind(
    name="hold",
    title=gettext_lazy("pelaksanaan kunjungan"),
    schema=HeldVisitItem,
    submitted_value=hold,
    field_titles={
        "held_on": gettext_lazy("tanggal"),
        "summary": gettext_lazy("pokok pembicaraan"),
        "conclusion": gettext_lazy("kesimpulan"),
    },
    target_key=lambda body: f"hold:{body.visit}",
)
