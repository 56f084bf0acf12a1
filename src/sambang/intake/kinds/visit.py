"""A visit that took place: date, summary and conclusion; each of the three merges separately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry, row_reference
from sambang.intake.kinds.base import (
    ItemKind,
    MergeTarget,
    ReceivedSubmission,
    SubmittedValue,
    visit_of_submission,
)
from sambang.intake.merging import (
    CompetingVersions,
    Resolution,
    Value,
    Version,
    latest_of_each_field,
)
from sambang.intake.schema import LongText
from sambang.lib import clock
from sambang.visits.models import Visit
from sambang.visits.operations import conduct_visit


@dataclass(frozen=True)
class VisitItem:
    visit: UUID
    held_on: date
    summary: LongText = ""
    conclusion: LongText = ""


@dataclass(frozen=True)
class VisitTarget(MergeTarget):
    visit: Visit

    @property
    def key(self) -> str:
        return f"visit:{self.visit.pk}"

    def merge(self, group: CompetingVersions) -> Resolution:
        return latest_of_each_field(group)

    @property
    def row(self) -> Visit:
        return self.visit

    def current(self) -> Version | None:
        visit = Visit.objects.get(pk=self.visit.pk)
        if visit.held_on is None:
            return None
        value = {"held_on": visit.held_on.isoformat(), "summary": visit.summary, "conclusion": visit.conclusion}
        entry = Entry.objects.filter(subject=row_reference(visit), verb="visits.conduct").order_by("at").last()
        return Version(value, entry.at if entry else clock.now(), entry.by_id if entry else None)

    def complete(self, value: Value) -> Value:
        current = self.current()
        return {**(current.value if current else value), **{name: part for name, part in value.items() if part}}

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        values = {**version.value, "held_on": date.fromisoformat(version.value["held_on"])}
        return conduct_visit.within(entries, self.visit, by, **values)


def submitted_visit(submission: ReceivedSubmission, body: VisitItem) -> SubmittedValue:
    value = {"held_on": body.held_on.isoformat(), "summary": body.summary, "conclusion": body.conclusion}
    return SubmittedValue(VisitTarget(visit_of_submission(submission)), value)


KIND = ItemKind(
    name="visit",
    title=gettext_lazy("pelaksanaan kunjungan"),
    schema=VisitItem,
    submitted_value=submitted_visit,
    field_titles={
        "held_on": gettext_lazy("tanggal"),
        "summary": gettext_lazy("pokok pembicaraan"),
        "conclusion": gettext_lazy("kesimpulan"),
    },
)
