"""What every kind of item shares: the description of a kind, the submission it handles, and the target it merges
into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.intake.envelope import Envelope
from sambang.intake.merging import Span, Value, Verdict, Word, equal
from sambang.intake.seen import seen
from sambang.lib.unit_of_work import is_locked
from sambang.registry.models import Business
from sambang.registry.queries import merged_into
from sambang.visits.models import Visit


class MissingBusinessError(Exception):
    """The item speaks about a row that is not here, and that another item may still bring."""

    def __init__(self, row: UUID) -> None:
        super().__init__(row)
        self.row = row


class WrongCodeError(ValidationError):
    """Whoever typed this code is not the owner; the tries are counted."""

    def __init__(self, business: Business) -> None:
        super().__init__(
            _(
                "Kode pemilik tidak cocok: hanya pemilik dapat menyatakan masalahnya selesai. Minta kode enam angka di "
                "halaman pribadinya atau di kertas tautannya, atau pemilik menjawab sendiri lewat tautannya."
            )
        )
        self.business = business


@dataclass(frozen=True)
class Kind:
    """One kind of item. A module of this package with a `KIND` is all that a new kind needs.

    `schema`: a dataclass that `sambang.intake.schema.read` can fill. Exactly one of `apply` (adds a row, returns it)
    and `submitted_value` (the value and the target that several submissions merge into) is given; both raise
    ValidationError, PermissionDenied or MissingBusinessError. `target_key`: the target's key from the body alone, ''
    where that needs the database. `prefetch`: reads what the items of one sending need by one query a table.
    `writes_production`: the production cells of the IKM are locked beforehand. `field_titles`, `display_value`: for
    the desk's pages.
    """

    name: str
    title: Promise | str
    schema: type
    apply: Callable[[Submission, Any], models.Model] | None = None
    submitted_value: Callable[[Submission, Any], SubmittedValue] | None = None
    has_file: bool = False
    target_key: Callable[[Any], str] = lambda body: ""
    prefetch: Callable[[Sequence[Any], PrefetchedRows], None] | None = None
    writes_production: bool = False
    field_titles: Mapping[str, Promise | str] = field(default_factory=dict)
    display_value: Callable[[Value], list[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class Item:
    """An envelope and its body: an instance of the schema of its kind."""

    head: Envelope
    body: Any
    kind: Kind


@dataclass(frozen=True)
class PrefetchedRows:
    """The visits and IKM that the items of one sending refer to and the actor reaches, by primary key; locked."""

    visits: Mapping[UUID, Visit]
    businesses: Mapping[UUID, Business]


@dataclass
class Submission:
    """An item, who carries it out, when it was recorded (never later than now), and its files on disk by hash; and the
    visit and the IKM it speaks about, read once, where the actor reaches them."""

    item: Item
    actor: Person
    at: datetime
    files: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def visit(self) -> Visit | None:
        key = getattr(self.item.body, "visit", None)
        return seen(Visit, self.actor, key) if key else None

    @cached_property
    def business(self) -> Business | None:
        key = getattr(self.item.body, "business", None)
        if not key:
            return None
        standing = seen(Business, self.actor, key)
        if standing is None and (merged := merged_into(key)):
            standing = seen(Business, self.actor, merged)
        return standing


@dataclass(frozen=True)
class MergeTarget(ABC):
    @abstractmethod
    def judge(self, span: Span) -> Verdict:
        """What stands of what was said."""

    @property
    @abstractmethod
    def key(self) -> str: ...

    @abstractmethod
    def lock(self) -> None:
        """Hold the row about which is spoken, so that two items at once see each other."""

    @abstractmethod
    def held(self) -> Word | None:
        """What the office holds now; None where nothing was said yet."""

    @abstractmethod
    def write(self, word: Word, by: Person) -> models.Model:
        """The operation. Raises ValidationError or PermissionDenied."""

    def same(self, one: Value, other: Value) -> bool:
        return equal(one, other)

    def is_written(self, held: Word, stands: Word) -> bool:
        """Does the office hold this word already?"""
        return self.same(held.value, stands.value)

    @abstractmethod
    def title(self) -> str:
        """What is spoken about, for people."""


@dataclass(frozen=True)
class SubmittedValue:
    """What a slot is told: `base` where the kind says what it saw before; `by` where another than the actor answers."""

    target: MergeTarget
    value: Value
    base: Value = None
    by: Person | None = None


def visit_of(submission: Submission) -> Visit:
    if submission.visit is None:
        raise ValidationError(_("Kunjungan ini tidak ada dalam jangkauan Anda."))
    return submission.visit


def business_of(submission: Submission, key: UUID) -> Business:
    if submission.business is None:
        raise MissingBusinessError(key)
    return submission.business


def opened_file(submission: Submission) -> UploadedFile[bytes]:
    [file] = submission.item.head.files
    path = submission.files[file.sha256]
    opened = File(path.open("rb"))
    return UploadedFile(opened.file, name=file.name or "foto", size=path.stat().st_size)


def lock_row(row: models.Model) -> None:
    if not is_locked(row):
        row._meta.model._base_manager.select_for_update().values_list("pk").get(pk=row.pk)


def target_of(item: Item, actor: Person, at: datetime) -> MergeTarget:
    """The target that an item merges into. Raises TypeError for a kind that adds rows."""
    if item.kind.submitted_value is None:
        raise TypeError(item.kind.name)
    return item.kind.submitted_value(Submission(item, actor, at), item.body).target
