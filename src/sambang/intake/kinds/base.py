"""Base classes of all kinds of items: the kind, the item and the rows to which it refers, and the merge target."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.intake.envelope import Envelope
from sambang.intake.merging import CompetingVersions, Resolution, Value, Version, equal
from sambang.lib.db_scope import Scope, database_scope
from sambang.production.cells import lock_for_reports
from sambang.registry.models import Business
from sambang.registry.queries import merged_into
from sambang.visits.models import Visit


class MissingBusinessError(Exception):
    """The item refers to a business that is not registered here; another item may still register it."""

    def __init__(self, business: UUID) -> None:
        super().__init__(business)
        self.business = business


class PendingItemError(Exception):
    """The item refers to another item that is not stored yet; the phone sends it again."""


class WrongCodeError(ValidationError):
    """The confirmation code is not the owner's; wrong attempts are counted."""

    def __init__(self, business: Business) -> None:
        super().__init__(
            _(
                "Kode pemilik tidak cocok: hanya pemilik dapat menyatakan masalahnya selesai. Minta kode enam angka di "
                "halaman pribadinya atau di kertas tautannya, atau pemilik menjawab sendiri lewat tautannya."
            )
        )
        self.business = business


@dataclass(frozen=True)
class ItemKind:
    """One kind of item. A module of this package with a `KIND` is all that the intake needs of a new kind; the phone's
    page, docs/openapi.yaml and decision 18 follow.

    `schema`: a dataclass that `intake.schema.read_dataclass` can fill. Exactly one of `apply` (adds a row, returns it)
    and `submitted_value` (the value and the target that several submissions merge into) is given; both raise
    ValidationError, PermissionDenied, MissingBusinessError or PendingItemError. `registers_business`: items that wait
    for the IKM are applied again. `writes_production`: the production cells of the IKM are locked beforehand.
    `changes_references`: whether an item may change the row of its visit or of its IKM, which are then read again for
    the next item. `guarded_by`: the verbs required to see an item's content; each display is recorded in the read
    audit.

    For the desk's pages: `field_titles` (fields without a title are not shown: ids and the owner's code),
    `field_texts` (values that need another text than their own), `display_value` (of a merge target).
    """

    name: str
    title: Promise | str
    schema: type
    apply: Callable[[ReceivedSubmission, Any], models.Model] | None = None
    submitted_value: Callable[[ReceivedSubmission, Any], SubmittedValue] | None = None
    has_file: bool = False
    registers_business: bool = False
    writes_production: bool = False
    changes_references: bool = True
    field_titles: Mapping[str, Promise | str] = field(default_factory=dict)
    field_texts: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    display_value: Callable[[Value], list[tuple[str, str]]] | None = None
    guarded_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.apply is None) == (self.submitted_value is None):
            raise TypeError(self.name)


@dataclass(frozen=True)
class FieldItem:
    """An envelope and its body: an instance of the schema of its kind."""

    envelope: Envelope
    body: Any
    kind: ItemKind

    @property
    def visit_key(self) -> UUID | None:
        return getattr(self.body, "visit", None)

    @property
    def business_key(self) -> UUID | None:
        return getattr(self.body, "business", None)


class References:
    """The visits and the IKM to which the items of one request refer, as far as `reader` may read them. Each is read
    once; `forget` has them read again. All of a request run in one `Scope` object, because PostgreSQL caches the
    reader's regions per scope."""

    def __init__(self, reader: Person) -> None:
        self.reader, self.scope = reader, Scope(reader=reader.pk)
        self._visits: dict[UUID, Visit] = {}
        self._businesses: dict[UUID, Business] = {}
        self._locked: set[models.Model] = set()

    def lock(self, items: Sequence[FieldItem]) -> None:
        """Lock the visits, IKM and cells to which the items refer until the transaction ends, in key order, so that two
        requests cannot deadlock, and read the rows. SQLite has one writer at a time and only reads."""
        with database_scope(self.scope):
            self._visits = _locked(Visit.objects.visible_to(self.reader), [item.visit_key for item in items])
            keys = [item.business_key for item in items]
            self._businesses = _locked(Business.objects.visible_to(self.reader), keys)
            self._locked = {*self._visits.values(), *self._businesses.values()}
            reported = {item.business_key for item in items if item.kind.writes_production}
            businesses = [business for key in reported if key and (business := self.business(key))]
        if businesses:
            lock_for_reports(businesses)

    def lock_row(self, row: models.Model) -> None:
        """Lock a row that `lock` may have locked already."""
        if connection.features.has_select_for_update and row not in self._locked:
            lock_without_reading(row)

    def forget(self) -> None:
        """After an item that changed a row, or failed and may have left unsaved values in it."""
        self._visits, self._businesses = {}, {}

    def submission(self, item: FieldItem, at: datetime, files: Mapping[str, Path] | None = None) -> ReceivedSubmission:
        visit = self.visit(item.visit_key) if item.visit_key else None
        business = self.business(item.business_key) if item.business_key else None
        return ReceivedSubmission(item, self.reader, visit, business, self, at, files or {})

    def visit(self, key: UUID) -> Visit | None:
        if key not in self._visits and (visit := _row(Visit.objects.visible_to(self.reader), key)):
            self._visits[key] = visit
        return self._visits.get(key)

    def business(self, key: UUID) -> Business | None:
        """The IKM with this key, or the one into which it was merged."""
        if key not in self._businesses:
            businesses = Business.objects.visible_to(self.reader)
            # If a merge is undone between these queries, the IKM exists under its own key again.
            if business := _row(businesses, key) or _row(businesses, merged_into(key) or key):
                self._businesses[key] = business
        return self._businesses.get(key)


def _row[M: models.Model](rows: models.QuerySet[M], key: UUID) -> M | None:
    """The row with this key; `first()` would compile an ORDER BY for it."""
    return next(iter(rows.filter(pk=key)), None)


def _locked(reached: models.QuerySet[Any], keys: Iterable[UUID | None]) -> dict[UUID, Any]:
    if not (wanted := set(keys) - {None}):
        return {}
    reached = reached.filter(pk__in=wanted)
    if not connection.features.has_select_for_update:
        return {row.pk: row for row in reached}
    rows = reached.model._base_manager.filter(pk__in=reached.values("pk")).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True)}


@dataclass
class ReceivedSubmission:
    """An item with the rows to which it refers, if `actor` may read them. `at`: the time of recording, never in the
    future. `files`: the paths of its files by hash. `entries`: the audit entries of the operations that apply it."""

    item: FieldItem
    actor: Person
    visit: Visit | None
    business: Business | None
    references: References
    at: datetime
    files: Mapping[str, Path]
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class MergeTarget(ABC):
    """The object for which several values can be submitted: one attendance, the report of one month, or one column of
    an IKM."""

    @property
    @abstractmethod
    def key(self) -> str: ...

    @abstractmethod
    def merge(self, group: CompetingVersions) -> Resolution:
        """The merge rule of the kind."""

    @property
    @abstractmethod
    def row(self) -> models.Model:
        """The row to lock, so that concurrent items merge one after the other."""

    @abstractmethod
    def current(self) -> Version | None:
        """The stored value; None if there is none yet."""

    @abstractmethod
    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        """Write the value by an operation. Raises ValidationError or PermissionDenied."""

    def same(self, one: Value, other: Value) -> bool:
        return equal(one, other)

    def complete(self, value: Value) -> Value:
        """The submitted value, with omitted fields filled from the stored value."""
        return value

    def is_written(self, current: Version, version: Version) -> bool:
        """Whether the stored version equals this one."""
        return self.same(current.value, version.value)


@dataclass(frozen=True)
class SubmittedValue:
    """A value for a merge target. `base`: the value that the author saw before the change, if the kind sends it. `by`:
    the person who writes it, if not the actor. `use_up`: called once when the item is merged, for what is valid for
    one item only."""

    target: MergeTarget
    value: Value
    base: Value = None
    by: Person | None = None
    use_up: Callable[[], object] | None = None


def visit_of_submission(submission: ReceivedSubmission) -> Visit:
    if submission.visit is None:
        raise ValidationError(_("Kunjungan ini tidak ada dalam jangkauan Anda."))
    return submission.visit


def business_of(submission: ReceivedSubmission, key: UUID) -> Business:
    if submission.business is None:
        raise MissingBusinessError(key)
    return submission.business


def opened_file(submission: ReceivedSubmission) -> UploadedFile[bytes]:
    [file] = submission.item.envelope.files
    path = submission.files[file.sha256]
    opened = File(path.open("rb"))
    return UploadedFile(opened.file, name=file.name or "foto", size=path.stat().st_size)


def lock_without_reading(row: models.Model) -> None:
    """Lock the row until the transaction ends; its columns stay as they were read."""
    row._meta.model._base_manager.select_for_update(no_key=True).values_list("pk").get(pk=row.pk)


def target_of(item: FieldItem, actor: Person, at: datetime) -> MergeTarget:
    """The merge target of an item. Raises TypeError for a kind that adds rows."""
    if item.kind.submitted_value is None:
        raise TypeError(item.kind.name)
    return item.kind.submitted_value(References(actor).submission(item, at), item.body).target
