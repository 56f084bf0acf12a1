"""The attendance of one IKM at one visit; each field takes the value recorded last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.intake.kinds.base import (
    ItemKind,
    MergeTarget,
    ReceivedSubmission,
    SubmittedValue,
    business_of,
    visit_of_submission,
)
from sambang.intake.merging import (
    CompetingVersions,
    Resolution,
    Value,
    Version,
    latest_of_each_field,
)
from sambang.intake.schema import Name
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.operations import record_attendance
from sambang.visits.queries import attendance_of


@dataclass(frozen=True)
class AttendanceItem:
    """An omitted field leaves the stored value unchanged; '' deletes the representative."""

    visit: UUID
    business: UUID
    present: bool | None = None
    represented_by: Name | None = None
    workers_seen: int | None = None
    pulse: int | None = None


def is_given(value: Value) -> bool:
    return value is not None


def _with_defaults(value: Value) -> Value:
    """An attendance with details but without `present` counts as present."""
    present = value["present"] is not False
    return {**value, "present": present, "represented_by": value["represented_by"] or ""}


@dataclass(frozen=True)
class AttendanceTarget(MergeTarget):
    visit: Visit
    business: Business

    @property
    def key(self) -> str:
        return f"attend:{self.visit.pk}:{self.business.pk}"

    def merge(self, group: CompetingVersions) -> Resolution:
        """A later "absent" discards the details recorded before it."""
        versions = group.versions
        resolution = latest_of_each_field(group, is_given=is_given)
        if resolution.current.value["present"] is False:
            last = max(place for place, version in enumerate(versions) if version.value["present"] is False)
            current = latest_of_each_field(CompetingVersions(None, tuple(versions[last:])), is_given=is_given).current
            resolution = Resolution(current, resolution.conflicting)
        return replace(resolution, current=replace(resolution.current, value=_with_defaults(resolution.current.value)))

    @property
    def row(self) -> Visit:
        return self.visit

    def current(self) -> Version | None:
        row = attendance_of(self.visit, self.business)
        if row is None:
            return None
        value = {name: getattr(row, name) for name in ("present", "represented_by", "workers_seen", "pulse")}
        return Version(value, row.noted_at, row.noted_by_id)

    def is_written(self, current: Version, version: Version) -> bool:
        """Also compares time and author: an attendance shows who recorded it and when, so the same value recorded later
        or by somebody else is written again."""
        return (current.value, current.at, current.by) == (version.value, version.at, version.by)

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        row = record_attendance.within(
            entries, self.visit, by, business=self.business, noted_at=version.at, **version.value
        )
        if version.by is not None and row.noted_by_id != version.by:
            # The author is that of the version recorded last, although this item may be older.
            row.noted_by_id = version.by
            row.save(update_fields=["noted_by"])
        return row

    def complete(self, value: Value) -> Value:
        current = self.current()
        given = {name: part for name, part in value.items() if is_given(part)}
        return _with_defaults({**(current.value if current else value), **given})


def attend(submission: ReceivedSubmission, body: AttendanceItem) -> SubmittedValue:
    value = {
        "present": body.present,
        "represented_by": body.represented_by,
        "workers_seen": body.workers_seen,
        "pulse": body.pulse,
    }
    return SubmittedValue(
        AttendanceTarget(visit_of_submission(submission), business_of(submission, body.business)), value
    )


KIND = ItemKind(
    name="attend",
    guarded_by=("registry.see_contact", "registry.see_finances"),
    title=gettext_lazy("kehadiran"),
    schema=AttendanceItem,
    submitted_value=attend,
    changes_references=False,
    field_titles={
        "present": gettext_lazy("hadir"),
        "represented_by": gettext_lazy("diwakili"),
        "workers_seen": gettext_lazy("pekerja yang ditemui"),
        "pulse": gettext_lazy("produksi dibanding bulan biasa (%)"),
    },
)
