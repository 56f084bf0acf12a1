"""A whole visit on one page: the attendance and the aspirations of every IKM, stored row by row.

Each row is a form of its own in one HTML form. A submission stores the rows that the person changed; what cannot be
stored comes back with its error, and the others are stored all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.http import QueryDict

from sambang.access.models import Person
from sambang.aspirations.grid_forms import AspirationRowForm, AttendanceRowForm
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import correct_aspiration, note_aspiration
from sambang.lib.edit_form import MergingEditForm
from sambang.lib.forms import run_operation
from sambang.registry.models import Business
from sambang.registry.personal_names import NameReader
from sambang.visits.models import Visit
from sambang.visits.operations import record_attendance, record_attendances
from sambang.visits.queries import AttendanceRow

ASPIRATION = "kata-"  # + the id of the aspiration: the prefix of its fields
BUSINESS_SUFFIX = "-ikm"  # the hidden field that names the IKM of an aspiration


SPARE_IDS = 6  # ids for new aspirations of an IKM, so that a draft finds its fields again on a fresh copy of the page


@dataclass(frozen=True)
class VisitRecords:
    """What is stored of a visit. `used`: the ids of all its aspirations, also of withdrawn ones."""

    visit: Visit
    names: NameReader
    aspirations: Mapping[UUID, Aspiration]
    used: Collection[UUID]

    @classmethod
    def of(cls, visit: Visit, names: NameReader) -> VisitRecords:
        aspirations = Aspiration.objects.visible_to(names.person).filter(visit=visit).order_by("raised_at", "pk")
        used = set(Aspiration._base_manager.filter(visit=visit).values_list("pk", flat=True))
        return cls(visit, names, {row.pk: row for row in aspirations}, used)

    def of_business(self, business: Business) -> list[UUID]:
        return [key for key, row in self.aspirations.items() if row.business_id == business.pk]

    def new_ids(self, business: Business) -> list[UUID]:
        """The same until they are used, and for nobody else."""
        source = f"{self.visit.pk} {business.pk} {self.names.person.pk}"
        candidates = (uuid5(NAMESPACE_OID, f"{source} {number}") for number in count())
        return list(islice((key for key in candidates if key not in self.used), SPARE_IDS))


@dataclass
class GridRow:
    """One IKM: the form of its attendance, and the forms of its aspirations, the last one for a new aspiration. `free`:
    ids of new aspirations."""

    business: Business
    attendance: AttendanceRowForm
    aspirations: list[AspirationRowForm]
    free: list[UUID]

    @property
    def spare(self) -> str:
        """The ids that the script of the page may use, separated by blanks: of no form that is shown without it."""
        first, *others = self.aspirations
        used = {str(form.prefix) for form in (first, *(form for form in others if form.errors))}
        return " ".join(str(key) for key in self.free if f"{ASPIRATION}{key}" not in used)

    @property
    def forms(self) -> list[MergingEditForm]:
        return [self.attendance, *self.aspirations]


def grid_rows(
    rows: Iterable[AttendanceRow], records: VisitRecords, submitted: QueryDict | None = None, *, bind: bool = True
) -> list[GridRow]:
    """The rows of the page. Forms that are in `submitted` are bound to it; without `bind` they only keep their ids."""
    keys_by_business = _submitted_aspirations(submitted) if submitted else {}
    data = submitted if bind else None
    listed_rows = []
    for row in rows:
        business, prefix, shows = row.business, str(row.business.pk), records.names.reader.shows
        attendance = AttendanceRowForm(
            data if data and f"{prefix}-seen" in data else None,
            row.attendance,
            prefix=prefix,
            shows_representative=shows(business, "visits.Attendance.represented_by"),
            shows_pulse=shows(business, "visits.Attendance.pulse"),
        )
        free = records.new_ids(business)
        new = [key for key in keys_by_business.get(prefix, ()) if key not in records.aspirations] or free[:1]
        keys = [*records.of_business(business), *new]
        aspirations = [_aspiration_form(key, records.aspirations, data) for key in keys]
        listed_rows.append(GridRow(business, attendance, aspirations, free))
    return listed_rows


def _submitted_aspirations(data: QueryDict) -> dict[str, list[UUID]]:
    """The ids of submitted aspirations by primary key of their IKM."""
    keys_by_business: dict[str, list[UUID]] = {}
    for name in data:
        if name.startswith(ASPIRATION) and name.endswith(BUSINESS_SUFFIX):
            try:
                key = UUID(name.removeprefix(ASPIRATION).removesuffix(BUSINESS_SUFFIX))
            except ValueError:
                continue
            keys_by_business.setdefault(str(data[name]), []).append(key)
    return keys_by_business


def _aspiration_form(key: UUID, stored: Mapping[UUID, Aspiration], data: QueryDict | None) -> AspirationRowForm:
    prefix = f"{ASPIRATION}{key}"
    is_submitted = data is not None and f"{prefix}{BUSINESS_SUFFIX}" in data
    return AspirationRowForm(data if is_submitted else None, stored.get(key), prefix=prefix)


def save_rows(rows: Iterable[GridRow], visit: Visit, person: Person) -> list[MergingEditForm]:
    """Store what was submitted and changed. Returns the submitted forms; those with `errors` are not stored.

    Requires a transaction in which the visit is locked, so that the stored values are the current ones.
    """
    submitted: list[MergingEditForm] = []
    for row in rows:
        for form in row.forms:
            if form.is_bound:
                submitted.append(form)
                _store(form, row, visit, person)
    return submitted


def _store(form: MergingEditForm, row: GridRow, visit: Visit, person: Person) -> None:
    def act() -> object:
        if form.touched and isinstance(form, AttendanceRowForm):
            return _attend(form, row, visit, person)
        if form.touched and isinstance(form, AspirationRowForm):
            return _note(form, row, visit, person)
        return None

    run_operation(form, act)


def _attend(form: AttendanceRowForm, row: GridRow, visit: Visit, person: Person) -> object:
    values = form.attendance()
    if values is None:
        return form.stored and record_attendances(visit, person, present={row.business.pk: None})
    if form.stored and all(getattr(form.stored, name) == value for name, value in values.items()):
        return None
    return record_attendance(visit, person, business=row.business, **values)


def _note(form: AspirationRowForm, row: GridRow, visit: Visit, person: Person) -> object:
    values = form.aspiration()
    if values is None:
        return None
    if form.stored is None:
        key = UUID(str(form.prefix).removeprefix(ASPIRATION))
        return note_aspiration(row.business, person, visit=visit, id=key, **values)
    if all(getattr(form.stored, name) == value for name, value in values.items()):
        return None
    return correct_aspiration(form.stored, person, **values)


def replies(submitted: Iterable[MergingEditForm], current: Iterable[GridRow]) -> dict[str, dict[str, Any]]:
    """For the script of the page, by prefix of each submitted form: the version that is stored now, and the errors
    of a form that was not stored."""
    versions = {str(form.prefix): form.version() for row in current for form in row.forms}
    reply_by_prefix = {}
    for form in submitted:
        prefix = str(form.prefix)
        errors = [{"field": name, "text": " ".join(str(line) for line in lines)} for name, lines in form.errors.items()]
        reply_by_prefix[prefix] = {"seen": versions.get(prefix, ""), "errors": errors}
    return reply_by_prefix


def with_errors(current: list[GridRow], submitted: Iterable[MergingEditForm]) -> list[GridRow]:
    """The rows as stored now, with the forms that were not stored in their place."""
    refused = {str(form.prefix): form for form in submitted if form.errors}
    for row in current:
        attendance = refused.pop(str(row.attendance.prefix), None)
        if isinstance(attendance, AttendanceRowForm):
            row.attendance = attendance
        row.aspirations = [_refused_or(form, refused) for form in row.aspirations]
    return current


def _refused_or(form: AspirationRowForm, refused: dict[str, MergingEditForm]) -> AspirationRowForm:
    other = refused.pop(str(form.prefix), None)
    return other if isinstance(other, AspirationRowForm) else form
