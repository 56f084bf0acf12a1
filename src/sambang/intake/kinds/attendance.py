"""The presence of one IKM on one visit: the value recorded last counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.intake.kinds.base import (
    Kind,
    MergeTarget,
    PrefetchedRows,
    Submission,
    SubmittedValue,
    business_of,
    lock_row,
    visit_of,
)
from sambang.intake.merging import (
    Span,
    Verdict,
    Word,
    last_stands,
)
from sambang.intake.schema import Name
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.operations import record_attendance
from sambang.visits.queries import attendance_of, prefetch_attendances


@dataclass(frozen=True)
class AttendanceItem:
    visit: UUID
    business: UUID
    present: bool
    represented_by: Name = ""
    workers_seen: int | None = None
    pulse: int | None = None


@dataclass(frozen=True)
class AttendanceTarget(MergeTarget):
    visit: Visit
    business: Business

    @property
    def key(self) -> str:
        return f"attend:{self.visit.pk}:{self.business.pk}"

    def judge(self, span: Span) -> Verdict:
        return last_stands(span)

    def lock(self) -> None:
        lock_row(self.visit)

    def held(self) -> Word | None:
        row = attendance_of(self.visit, self.business)
        if row is None:
            return None
        value = {name: getattr(row, name) for name in ("present", "represented_by", "workers_seen", "pulse")}
        return Word(value, row.noted_at, row.noted_by_id)

    def is_written(self, held: Word, stands: Word) -> bool:
        """Submission again by somebody else or later, it is noted anew: a presence says who noted it and when."""
        return (held.value, held.at, held.by) == (stands.value, stands.at, stands.by)

    def write(self, word: Word, by: Person) -> models.Model:
        return record_attendance(self.visit, by, business=self.business, noted_at=word.at, **word.value)

    def title(self) -> str:
        return _("kehadiran %(business)s, %(visit)s") % {"business": self.business, "visit": self.visit}


def attend(submission: Submission, body: AttendanceItem) -> SubmittedValue:
    value = {
        "present": body.present,
        "represented_by": body.represented_by,
        "workers_seen": body.workers_seen,
        "pulse": body.pulse,
    }
    return SubmittedValue(AttendanceTarget(visit_of(submission), business_of(submission, body.business)), value)


def _prefetch(bodies: Sequence[AttendanceItem], rows: PrefetchedRows) -> None:
    prefetch_attendances(
        [
            (rows.visits[body.visit], rows.businesses[body.business])
            for body in bodies
            if body.visit in rows.visits and body.business in rows.businesses
        ]
    )


KIND = Kind(
    name="attend",
    title=gettext_lazy("kehadiran"),
    schema=AttendanceItem,
    submitted_value=attend,
    field_titles={
        "present": gettext_lazy("hadir"),
        "represented_by": gettext_lazy("diwakili"),
        "workers_seen": gettext_lazy("pekerja yang ditemui"),
        "pulse": gettext_lazy("produksi dibanding bulan biasa (%)"),
    },
    target_key=lambda body: f"attend:{body.visit}:{body.business}",
    prefetch=_prefetch,
)
