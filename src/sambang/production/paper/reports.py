"""The reports that photographed sheets propose: forms with what was read, which a person checks and submits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.forms import BoundField
from django.http import QueryDict

from sambang.access.models import Person
from sambang.production import queries
from sambang.production.forms import ProductLineFields, ReportForm
from sambang.production.models import Report
from sambang.production.paper.layout import SheetReference
from sambang.production.paper.photo import DOUBTFUL, ReadNumber, ReadRow, ReadSheet
from sambang.registry.models import Business, ProductLine

BASE64_IMAGE = re.compile(r"[A-Za-z0-9+/]{1,20000}={0,2}")  # a WebP in base 64


@dataclass(frozen=True)
class NumberField:
    """A field with the picture of its boxes."""

    field: BoundField
    strip: str
    is_doubtful: bool


@dataclass
class PaperReport:
    """The report of one IKM and month. `stored`: the month's report, where there is one already."""

    business: Business
    month: date
    form: ReportForm
    strips: Mapping[str, str]
    stored: Report | None

    @property
    def rows(self) -> list[tuple[ProductLineFields, list[NumberField]]]:
        return [(row, [self._number_field(row.quantity), self._number_field(row.value)]) for row in self.form.rows()]

    def _number_field(self, bound: BoundField) -> NumberField:
        return NumberField(bound, self.strips.get(bound.name, ""), DOUBTFUL in str(bound.value() or ""))

    @property
    def is_empty(self) -> bool:
        """Nothing was written for this IKM: there is nothing to store."""
        return not any(number.field.value() for _row, numbers in self.rows for number in numbers)

    @property
    def is_left_out(self) -> bool:
        return self.is_empty and not self.stored

    @property
    def is_open(self) -> bool:
        """There is something to store."""
        return not self.is_empty and not self.is_repeated

    @property
    def doubtful(self) -> list[NumberField]:
        return [number for _row, numbers in self.rows for number in numbers if number.is_doubtful]

    @property
    def is_repeated(self) -> bool:
        """The month is stored already, with these figures."""
        return self.stored is not None and self.form.equals_report(self.stored)


@dataclass
class Proposal:
    """`unreadable`: rows of lines that this person may not report, or that were removed since the sheet was printed."""

    reports: list[PaperReport] = field(default_factory=list)
    unreadable: int = 0


def propose(
    person: Person,
    references: Iterable[SheetReference],
    *,
    read: Mapping[tuple[date, UUID], ReadRow],
    data: QueryDict | None = None,
    note: str = "",
) -> Proposal:
    """The forms of every IKM on the sheets: with the digits that were read, or bound to `data`."""
    by_report, unreadable = lines_by_report(person, references)
    proposal = Proposal(unreadable=unreadable)
    for (_key, month), own in by_report.items():
        business = own[0].business
        prefix = f"{business.pk}-{month:%Y%m}"
        proposed = {line.pk: read[month, line.pk] for line in own if (month, line.pk) in read}
        numbers = {f"{name}-{key}": number for key, row in proposed.items() for name, number in vars(row).items()}
        initial = {"note": note} | {name: grouped(number.text) for name, number in numbers.items()}
        form = ReportForm(business, month, data, prefix=prefix, initial=initial)
        strips = strips_of(data, form) if data else {name: number.strip for name, number in numbers.items()}
        proposal.reports.append(PaperReport(business, month, form, strips, queries.report_of(business, month)))
    return proposal


def grouped(text: str) -> str:
    """With the dots of thousands, so that zeros need not be counted."""
    return f"{int(text):,}".replace(",", ".") if text.isdigit() else text


def lines_by_report(
    person: Person, references: Iterable[SheetReference]
) -> tuple[dict[tuple[UUID, date], list[ProductLine]], int]:
    """The lines of each IKM and month, and how many lines are out of this person's reach or gone."""
    months: dict[UUID, set[date]] = {}
    for reference in references:
        for key in reference.lines:
            months.setdefault(key, set()).add(reference.month)
    readable = queries.readable_businesses(person)
    lines = ProductLine.objects.filter(pk__in=months, business__in=readable).select_related("business__cluster")
    by_report: dict[tuple[UUID, date], list[ProductLine]] = {}
    for line in lines.order_by("business__name", "business", "name"):
        for month in sorted(months.pop(line.pk)):
            by_report.setdefault((line.business_id, month), []).append(line)
    return by_report, len(months)


def strips_of(data: QueryDict, form: ReportForm) -> dict[str, str]:
    """The pictures that the form sent back, to be shown again; anything else is left out."""
    sent = {name: str(data.get(f"{form.add_prefix(name)}-strip", "")) for name in form.fields}
    return {name: text for name, text in sent.items() if BASE64_IMAGE.fullmatch(text)}


def combine(sheets: Iterable[ReadSheet]) -> dict[tuple[date, UUID], ReadRow]:
    """The rows of all sheets; of two photos of one sheet, what both say."""
    row_by_line: dict[tuple[date, UUID], ReadRow] = {}
    for sheet in sheets:
        for line, row in sheet.rows.items():
            other = row_by_line.get((sheet.reference.month, line), row)
            row_by_line[sheet.reference.month, line] = ReadRow(
                ReadNumber(agreed(row.quantity.text, other.quantity.text), row.quantity.strip),
                ReadNumber(agreed(row.value.text, other.value.text), row.value.strip),
            )
    return row_by_line


def agreed(one: str, two: str) -> str:
    """Digits that are doubtful in one text are taken from the other; texts that contradict each other are doubtful."""
    if len(one) != len(two):
        return DOUBTFUL
    digits = [b if a == DOUBTFUL else a for a, b in zip(one, two, strict=True)]
    is_same = all(DOUBTFUL in (a, b) or a == b for a, b in zip(one, two, strict=True))
    return "".join(digits) if is_same else DOUBTFUL
