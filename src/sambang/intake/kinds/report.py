"""The production of one IKM in one month: the figures recorded last count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.access.reader import note_region
from sambang.intake.kinds.base import (
    Kind,
    MergeTarget,
    PrefetchedRows,
    Submission,
    SubmittedValue,
    business_of,
    lock_row,
)
from sambang.intake.merging import (
    Span,
    Value,
    Verdict,
    Word,
    last_stands,
)
from sambang.intake.schema import Month
from sambang.lib.months import month_name
from sambang.lib.numbers import NumberError
from sambang.lib.unit_of_work import cached, is_locked, store_cached
from sambang.production.amounts import Amount, read_amount
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.production.queries import read_reports, report_of
from sambang.registry.models import Business, ProductLine
from sambang.registry.queries import former_lines


@dataclass(frozen=True)
class ReportedAmount:
    """`amount` as it was typed ("3 kodi"); `value` whole rupiah, or as it was typed."""

    line: UUID
    amount: Annotated[str, 60]
    value: int | Annotated[str, 60] = ""


@dataclass(frozen=True)
class ReportItem:
    business: UUID
    month: Month
    amounts: tuple[ReportedAmount, ...]


def product_lines_of(business: Business) -> dict[UUID, ProductLine]:
    """Every product line of an IKM by its key."""
    return cached(("lines", business.pk), lambda: ProductLine.objects.filter(business=business).in_bulk())


def prefetch_product_lines(businesses: Sequence[Business]) -> None:
    """`product_lines_of` of all these by one question, inside steps of one transaction."""
    found: dict[UUID, dict[UUID, ProductLine]] = {business.pk: {} for business in businesses}
    for line in ProductLine.objects.filter(business__in=found):
        found[line.business_id][line.pk] = line
    for business, lines in found.items():
        store_cached(("lines", business), lines)


def _same_figures(one: Value, other: Value) -> bool:
    """How a figure was typed does not matter: 3 kodi are 60 pieces."""
    return _figures(one) == _figures(other)


def _figures(value: Value) -> dict[str, tuple[Decimal, int | None]]:
    return {line: (Decimal(said["quantity"]), said["value"]) for line, said in value.items()}


@dataclass(frozen=True)
class ReportTarget(MergeTarget):
    business: Business
    month: date

    @property
    def key(self) -> str:
        return f"report:{self.business.pk}:{self.month:%Y-%m}"

    def judge(self, span: Span) -> Verdict:
        return last_stands(span, same=_same_figures)

    def lock(self) -> None:
        lock_row(self.business)

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
        lines = product_lines_of(self.business)
        amounts = {
            line: Amount(Decimal(said["quantity"]), said["value"], said["entered"])
            for key, said in word.value.items()
            if (line := lines.get(UUID(key)))
        }
        report = report_of(self.business, self.month)
        source = Report.Source.OFFICER
        if report is None:
            return submit_report(self.business, by, month=self.month, amounts=amounts, source=source)
        if is_locked(self.business):
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


def report(submission: Submission, body: ReportItem) -> SubmittedValue:
    business = business_of(submission, body.business)
    lines = product_lines_of(business)
    if missing := {amount.line for amount in body.amounts} - lines.keys():
        lines = lines | former_lines(business, missing)
    value: dict[str, Any] = {}
    for amount in body.amounts:
        if amount.line not in lines:
            raise ValidationError(
                _("Ada produk pada laporan ini yang bukan produk %(name)s.") % {"name": business.name}
            )
        try:
            line = lines[amount.line]
            if str(line.pk) in value:
                raise ValidationError(_("Laporan ini menyebut %(line)s dua kali: sebut sekali.") % {"line": line.name})
            value[str(line.pk)] = amount_value(read_amount(line, amount.amount, str(amount.value)))
        except NumberError as wrong:
            raise ValidationError(str(wrong)) from None
    return SubmittedValue(ReportTarget(business, body.month), value)


def _prefetch(bodies: Sequence[ReportItem], rows: PrefetchedRows) -> None:
    reported = [(rows.businesses[body.business], body.month) for body in bodies if body.business in rows.businesses]
    if reported:
        read_reports(reported)
        prefetch_product_lines([business for business, _month in reported])


def _display(value: Value) -> list[tuple[str, str]]:
    """The figures by the name of their product."""
    lines = ProductLine.objects.in_bulk([UUID(key) for key in value])
    return [(str(lines.get(UUID(key), key)), _amount(said)) for key, said in sorted(value.items())]


def _amount(said: dict[str, Any]) -> str:
    typed = said["entered"] if said["entered"] not in {"", said["quantity"]} else ""
    parts = [
        said["quantity"],
        f"(“{typed}”)" if typed else "",
        f"Rp{said['value']}" if said["value"] is not None else "",
    ]
    return " ".join(part for part in parts if part)


KIND = Kind(
    name="report",
    title=gettext_lazy("laporan bulanan"),
    schema=ReportItem,
    submitted_value=report,
    field_titles={
        "month": gettext_lazy("bulan"),
        "amounts": gettext_lazy("jumlah"),
        "amount": gettext_lazy("jumlah"),
        "value": gettext_lazy("nilai"),
    },
    target_key=lambda body: f"report:{body.business}:{body.month:%Y-%m}",
    prefetch=_prefetch,
    writes_production=True,
    display_value=_display,
)
