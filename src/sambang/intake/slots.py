"""The things about which several phones may speak: what the office holds of each, and how a word is written there.

A slot is one such thing: the presence of one IKM on one visit, one month of one IKM, one fact of its profile. Each slot
knows its key, its lock, what stands, and the operation that writes a word.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import note_region
from sambang.actions.models import Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.audit.models import Entry, row_reference
from sambang.intake.merging import (
    Span,
    Value,
    Verdict,
    Word,
    agreed,
    based_on_what_stood,
    each_part_stands,
    equal,
    last_stands,
)
from sambang.lib.months import month_name
from sambang.lib.unit_of_work import holds, note, recall
from sambang.production.amounts import Amount
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.production.queries import report_of
from sambang.registry.dto import business_data
from sambang.registry.id_numbers import clean_phone
from sambang.registry.models import Business, ProductLine
from sambang.registry.operations import change_business
from sambang.visits.models import Visit
from sambang.visits.operations import hold_visit, record_attendance
from sambang.visits.queries import attendance_of


@dataclass(frozen=True)
class Slot(ABC):
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


def _lock(row: models.Model) -> None:
    if not holds(row):
        row._meta.model._base_manager.select_for_update().values_list("pk").get(pk=row.pk)


def _with_what_it_names(business: Business) -> Business:
    if holds(business):
        return business
    return Business.objects.select_related("owner", "region", "industry").get(pk=business.pk)


def lines_of(business: Business) -> dict[UUID, ProductLine]:
    """Every product line of an IKM by its key."""
    return recall(("lines", business.pk), lambda: ProductLine.objects.filter(business=business).in_bulk())


def read_lines(businesses: Sequence[Business]) -> None:
    """`lines_of` of all these by one question, inside steps of one transaction."""
    found: dict[UUID, dict[UUID, ProductLine]] = {business.pk: {} for business in businesses}
    for line in ProductLine.objects.filter(business__in=found):
        found[line.business_id][line.pk] = line
    for business, lines in found.items():
        note(("lines", business), lines)


@dataclass(frozen=True)
class HoldSlot(Slot):
    visit: Visit

    @property
    def key(self) -> str:
        return f"hold:{self.visit.pk}"

    def judge(self, span: Span) -> Verdict:
        return each_part_stands(span)

    def lock(self) -> None:
        _lock(self.visit)

    def held(self) -> Word | None:
        visit = self.visit if holds(self.visit) else Visit.objects.get(pk=self.visit.pk)
        if visit.held_on is None:
            return None
        value = {"held_on": visit.held_on.isoformat(), "summary": visit.summary, "conclusion": visit.conclusion}
        entry = Entry.objects.filter(subject=row_reference(visit), verb="visits.hold").order_by("at").last()
        return Word(value, entry.at if entry else timezone.now(), entry.by_id if entry else None)

    def write(self, word: Word, by: Person) -> models.Model:
        facts = {**word.value, "held_on": date.fromisoformat(word.value["held_on"])}
        return hold_visit(self.visit, by, **facts)

    def title(self) -> str:
        return _("pelaksanaan %(visit)s") % {"visit": self.visit}


@dataclass(frozen=True)
class AttendSlot(Slot):
    visit: Visit
    business: Business

    @property
    def key(self) -> str:
        return f"attend:{self.visit.pk}:{self.business.pk}"

    def judge(self, span: Span) -> Verdict:
        return last_stands(span)

    def lock(self) -> None:
        _lock(self.visit)

    def held(self) -> Word | None:
        row = attendance_of(self.visit, self.business)
        if row is None:
            return None
        value = {name: getattr(row, name) for name in ("present", "represented_by", "workers_seen", "pulse")}
        return Word(value, row.noted_at, row.noted_by_id)

    def is_written(self, held: Word, stands: Word) -> bool:
        """Said again by somebody else or later, it is noted anew: a presence says who noted it and when."""
        return (held.value, held.at, held.by) == (stands.value, stands.at, stands.by)

    def write(self, word: Word, by: Person) -> models.Model:
        return record_attendance(self.visit, by, business=self.business, noted_at=word.at, **word.value)

    def title(self) -> str:
        return _("kehadiran %(business)s, %(visit)s") % {"business": self.business, "visit": self.visit}


def _same_figures(one: Value, other: Value) -> bool:
    """How a figure was typed does not matter: 3 kodi are 60 pieces."""
    return _figures(one) == _figures(other)


def _figures(value: Value) -> dict[str, tuple[Decimal, int | None]]:
    return {line: (Decimal(said["quantity"]), said["value"]) for line, said in value.items()}


@dataclass(frozen=True)
class ReportSlot(Slot):
    business: Business
    month: date

    @property
    def key(self) -> str:
        return f"report:{self.business.pk}:{self.month:%Y-%m}"

    def judge(self, span: Span) -> Verdict:
        return last_stands(span, same=_same_figures)

    def lock(self) -> None:
        _lock(self.business)

    def held(self) -> Word | None:
        report = report_of(self.business, self.month)
        if report is None:
            return None
        amounts = {
            str(line.product_line_id): amount_value(Amount(line.quantity, line.value, line.entered))
            for line in report.lines.all()
        }
        return Word(amounts, report.submitted_at, report.by_id)

    def write(self, word: Word, by: Person) -> models.Model:
        lines = lines_of(self.business)
        amounts = {
            line: Amount(Decimal(said["quantity"]), said["value"], said["entered"])
            for key, said in word.value.items()
            if (line := lines.get(UUID(key)))
        }
        report = report_of(self.business, self.month)
        source = Report.Source.OFFICER
        if report is None:
            return submit_report(self.business, by, month=self.month, amounts=amounts, source=source)
        if holds(self.business):
            note_region(report, self.business.region_id)
        return correct_report(report, by, amounts=amounts, source=source)

    def same(self, one: Value, other: Value) -> bool:
        return _same_figures(one, other)

    def title(self) -> str:
        return _("laporan %(month)s %(business)s") % {"month": month_name(self.month), "business": self.business}


def amount_value(amount: Amount) -> dict[str, Any]:
    """As JSON; the quantity without trailing noughts."""
    quantity = amount.quantity.quantize(Decimal("0.001")).normalize()
    return {"quantity": f"{quantity:f}", "value": amount.value, "entered": amount.entered}


TEXTS = ("name", "owner_name", "phone", "address", "commodity", "marketing")
NUMBERS = ("workers_male", "workers_female")


def profile_value(field: str, value: Value) -> Value:
    """A fact as the register keeps it. Raises ValidationError for a fact that no phone changes, or an unreadable one."""
    if field not in TEXTS + NUMBERS:
        raise ValidationError(_("“%(field)s” tidak diubah dari lapangan.") % {"field": field})
    if field in NUMBERS:
        if value in {None, ""}:
            return None
        if not isinstance(value, int) or value < 0:
            raise ValidationError(_("Jumlah pekerja harus angka bulat, atau kosong bila tidak diketahui."))
        return value
    words = " ".join(str("" if value is None else value).split())
    try:
        return clean_phone(words) if field == "phone" else words
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


@dataclass(frozen=True)
class ProfileSlot(Slot):
    business: Business
    field: str

    @property
    def key(self) -> str:
        return f"profile:{self.business.pk}:{self.field}"

    def judge(self, span: Span) -> Verdict:
        return based_on_what_stood(span)

    def lock(self) -> None:
        _lock(self.business)

    def held(self) -> Word | None:
        facts = business_data(_with_what_it_names(self.business))
        return Word(profile_value(self.field, getattr(facts, self.field)), timezone.now(), None)

    def write(self, word: Word, by: Person) -> models.Model:
        business = _with_what_it_names(self.business)
        facts = replace(business_data(business), **{self.field: word.value})
        if self.field in NUMBERS and None not in {facts.workers_male, facts.workers_female}:
            facts = replace(facts, workers=None)  # counted anew
        return change_business(business, by, facts=facts)

    def title(self) -> str:
        return _("%(field)s %(business)s") % {"field": field_title(self.field), "business": self.business}


def field_title(field: str) -> str:
    if field == "owner_name":
        return _("nama pemilik")
    return str(getattr(Business._meta.get_field(field), "verbose_name", field))


@dataclass(frozen=True)
class ConfirmSlot(Slot):
    """The answer of the owner, on whoever's phone: `write` is by the owner."""

    confirmation: Confirmation

    @property
    def key(self) -> str:
        return f"confirm:{self.confirmation.pk}"

    def judge(self, span: Span) -> Verdict:
        return agreed(span)

    def lock(self) -> None:
        _lock(self.confirmation)

    def held(self) -> Word | None:
        row = Confirmation.objects.get(pk=self.confirmation.pk)
        if row.answered_at is None:
            return None
        value = {"solved": row.answer == Confirmation.Answer.SOLVED, "words": row.text}
        return Word(value, row.answered_at, row.answered_by_id)

    def write(self, word: Word, by: Person) -> models.Model:
        row = Confirmation.objects.select_related("action__matter", "business").get(pk=self.confirmation.pk)
        answer = confirm_action if word.value["solved"] else dispute_action
        return answer(row, by, text=word.value["words"], answered_at=word.at)

    def same(self, one: Value, other: Value) -> bool:
        """Two times *solved* is one answer, whatever words go with it."""
        return bool(one == other or (one["solved"] and other["solved"]))

    def title(self) -> str:
        return _("jawaban %(business)s") % {"business": self.confirmation.business}
