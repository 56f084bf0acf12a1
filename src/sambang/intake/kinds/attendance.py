"""The presence of one IKM on one visit: the value recorded last counts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.intake.kinds.base import (
    Kind,
    MergeTarget,
    Submission,
    SubmittedValue,
    business_of,
    lock_row,
    visit_of,
)
from sambang.intake.merging import (
    Group,
    Resolution,
    Version,
    latest_counts,
)
from sambang.intake.schema import Name
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.operations import record_attendance
from sambang.visits.queries import attendance_of


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

    def merge(self, group: Group) -> Resolution:
        return latest_counts(group)

    def lock(self) -> None:
        lock_row(self.visit)

    def current(self) -> Version | None:
        row = attendance_of(self.visit, self.business)
        if row is None:
            return None
        value = {name: getattr(row, name) for name in ("present", "represented_by", "workers_seen", "pulse")}
        return Version(value, row.noted_at, row.noted_by_id)

    def is_written(self, current: Version, version: Version) -> bool:
        """Submitted again by somebody else or later, it is written again: an attendance says by whom and when."""
        return (current.value, current.at, current.by) == (version.value, version.at, version.by)

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        return record_attendance.within(entries)(
            self.visit, by, business=self.business, noted_at=version.at, **version.value
        )


def attend(submission: Submission, body: AttendanceItem) -> SubmittedValue:
    value = {
        "present": body.present,
        "represented_by": body.represented_by,
        "workers_seen": body.workers_seen,
        "pulse": body.pulse,
    }
    return SubmittedValue(AttendanceTarget(visit_of(submission), business_of(submission, body.business)), value)


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
)
