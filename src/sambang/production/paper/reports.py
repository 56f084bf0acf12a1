"""The reports that photographed sheets propose: forms with what was read, which a person checks and submits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict

from sambang.access.models import Person
from sambang.production import queries
from sambang.production.forms import ProductLineFields, ReportForm
from sambang.production.models import Report
from sambang.production.paper.layout import SheetReference
from sambang.production.paper.photo import DOUBTFUL, ReadRow, ReadSheet
from sambang.registry.models import Business, ProductLine

BASE64_IMAGE = re.compile(r"[A-Za-z0-9+/]{1,20000}={0,2}")  # a JPEG in base 64


@dataclass
class PaperReport:
    """The report of one IKM and month. `stored`: the month's report, where there is one already."""

    business: Business
    month: date
    form: ReportForm
    strips: Mapping[UUID, str]
    stored: Report | None

    @property
    def rows(self) -> list[tuple[ProductLineFields, str]]:
        """Each product's fields with the picture of its boxes."""
        return [(row, self.strips.get(row.line.pk, "")) for row in self.form.rows()]


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
        initial = {"note": note} | {
            f"{name}-{key}": text
            for key, row in proposed.items()
            for name, text in vars(row).items()
            if name != "strip"
        }
        form = ReportForm(business, month, data, prefix=prefix, initial=initial)
        strips = strips_of(data, own) if data else {key: row.strip for key, row in proposed.items()}
        proposal.reports.append(PaperReport(business, month, form, strips, queries.report_of(business, month)))
    return proposal


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


def strips_of(data: QueryDict, lines: Iterable[ProductLine]) -> dict[UUID, str]:
    """The pictures that the form sent back, to be shown again; anything else is left out."""
    sent = {line.pk: data.get(f"strip-{line.pk}", "") for line in lines}
    return {key: str(text) for key, text in sent.items() if BASE64_IMAGE.fullmatch(str(text))}


def combine(sheets: Iterable[ReadSheet]) -> dict[tuple[date, UUID], ReadRow]:
    """The rows of all sheets. Two photos of one sheet that differ make the number doubtful."""
    row_by_line: dict[tuple[date, UUID], ReadRow] = {}
    for sheet in sheets:
        for line, row in sheet.rows.items():
            other = row_by_line.get((sheet.reference.month, line), row)
            agreed = [
                one if one == two else DOUBTFUL
                for one, two in ((row.quantity, other.quantity), (row.value, other.value))
            ]
            row_by_line[sheet.reference.month, line] = ReadRow(agreed[0], agreed[1], row.strip)
    return row_by_line
