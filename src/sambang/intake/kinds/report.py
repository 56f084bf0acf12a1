"""The production of one IKM in one month; each product takes the figure recorded last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.intake.kinds.base import (
    ItemKind,
    MergeTarget,
    ReceivedSubmission,
    SubmittedValue,
    business_of,
)
from sambang.intake.merging import (
    CompetingVersions,
    Resolution,
    Value,
    Version,
    latest_of_each_field,
)
from sambang.intake.schema import Month
from sambang.lib.numbers import NumberError
from sambang.production.amounts import Amount, read_amount
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.production.queries import report_of
from sambang.registry.models import Business, ProductLine
from sambang.registry.queries import former_lines


@dataclass(frozen=True)
class ReportedAmount:
    """`amount` as typed ("3 kodi"); `value` in whole rupiah, or as typed."""

    line: UUID
    amount: Annotated[str, 60]
    value: int | Annotated[str, 60] = ""


@dataclass(frozen=True)
class ReportItem:
    business: UUID
    month: Month
    amounts: tuple[ReportedAmount, ...]


def product_lines_of(business: Business) -> dict[UUID, ProductLine]:
    """All product lines of an IKM by primary key."""
    return ProductLine.objects.filter(business=business).in_bulk()


def _same_figures(one: Value, other: Value) -> bool:
    """Compares quantities, not their spelling: 3 kodi equal 60 pieces."""
    return _figures(one) == _figures(other)


def _same_amount(one: Value, other: Value) -> bool:
    return _figures({"": one}) == _figures({"": other})


def _figures(value: Value) -> dict[str, tuple[Decimal, int | None]]:
    return {line: (Decimal(submitted["quantity"]), submitted["value"]) for line, submitted in value.items()}


@dataclass(frozen=True)
class ReportTarget(MergeTarget):
    business: Business
    month: date

    @property
    def key(self) -> str:
        return f"report:{self.business.pk}:{self.month:%Y-%m}"

    def merge(self, group: CompetingVersions) -> Resolution:
        return latest_of_each_field(group, is_given=bool, same=_same_amount)

    @property
    def row(self) -> Business:
        return self.business

    @cached_property
    def report(self) -> Report | None:
        """Read once, after the row of the IKM is locked."""
        return report_of(self.business, self.month)

    def current(self) -> Version | None:
        report = self.report
        if report is None:
            return None
        amounts = {
            str(line.product_line_id): amount_value(Amount(line.quantity, line.value, line.entered))
            for line in report.lines.all()
        }
        return Version(amounts, report.submitted_at, report.by_id)

    def write(self, version: Version, by: Person, entries: list[Entry]) -> models.Model:
        lines = product_lines_of(self.business)
        amounts = {
            line: Amount(Decimal(submitted["quantity"]), submitted["value"], submitted["entered"])
            for key, submitted in version.value.items()
            if (line := lines.get(UUID(key)))
        }
        report, source = self.report, Report.Source.OFFICER
        if report is None:
            return submit_report.within(entries, self.business, by, month=self.month, amounts=amounts, source=source)
        return correct_report.within(entries, report, by, amounts=amounts, source=source)

    def complete(self, value: Value) -> Value:
        current = self.current()
        return {**(current.value if current else {}), **value}

    def same(self, one: Value, other: Value) -> bool:
        return _same_figures(one, other)


def amount_value(amount: Amount) -> dict[str, Any]:
    """The amount as JSON, the quantity without trailing zeros."""
    quantity = amount.quantity.quantize(Decimal("0.001")).normalize()
    return {"quantity": f"{quantity:f}", "value": amount.value, "entered": amount.entered}


def submitted_report(submission: ReceivedSubmission, body: ReportItem) -> SubmittedValue:
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


def _display(value: Value) -> list[tuple[str, str]]:
    """The figures by product name."""
    lines = ProductLine.objects.in_bulk([UUID(key) for key in value])
    return [(str(lines.get(UUID(key), key)), _amount(submitted)) for key, submitted in sorted(value.items())]


def _amount(submitted: dict[str, Any]) -> str:
    typed = submitted["entered"] if submitted["entered"] not in {"", submitted["quantity"]} else ""
    parts = [
        submitted["quantity"],
        f"(“{typed}”)" if typed else "",
        f"Rp{submitted['value']}" if submitted["value"] is not None else "",
    ]
    return " ".join(part for part in parts if part)


KIND = ItemKind(
    name="report",
    guarded_by=("registry.see_finances",),
    title=gettext_lazy("laporan bulanan"),
    schema=ReportItem,
    submitted_value=submitted_report,
    changes_references=False,
    field_titles={
        "month": gettext_lazy("bulan"),
        "amounts": gettext_lazy("jumlah"),
        "amount": gettext_lazy("jumlah"),
        "value": gettext_lazy("nilai"),
    },
    writes_production=True,
    display_value=_display,
)
