"""Reports after a merge of two businesses was undone: each belongs to the business whose products it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db.models import F

from sambang.access.row_security import bypass_row_security
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, ProductLine


@contextmanager
def return_reports(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Hook around a merge and its undoing: afterwards no current report of theirs has a line of another's product.

    What was reported between the two is taken apart: a correction of a returned report goes with it, a report with
    products of the other business only becomes that business's, and of any other the lines move to a report of its
    own. Enter it inside `cells.follow_businesses`, which reads the reports after it."""
    yield
    keys = [business.pk for business in businesses]
    with bypass_row_security(__name__):
        _return_corrections(keys)
        strays = ReportLine.objects.filter(report__business__in=keys).exclude(
            product_line__business=F("report__business")
        )
        for report in Report.objects.latest_version().filter(pk__in=strays.values("report")):
            _divide(report)


def _return_corrections(keys: list[UUID]) -> None:
    """A correction belongs to the business of the report that it replaced; its lines name that business's products."""
    corrected = Report.objects.filter(business__in=keys, replaced_by__isnull=False).select_related("replaced_by")
    while original := corrected.exclude(replaced_by__business=F("business")).first():
        moved = original.replaced_by
        assert moved is not None
        products = ProductLine.objects.filter(business=original.business_id)
        own = {(line.name.casefold(), line.unit.casefold()): line for line in products}
        moved.business_id = original.business_id
        moved.save(update_fields=["business"])
        for line in moved.lines.select_related("product_line"):
            same = own.get((line.product_line.name.casefold(), line.product_line.unit.casefold()))
            if same is not None and same != line.product_line:
                line.product_line = same
                line.save(update_fields=["product_line"])


def _divide(report: Report) -> None:
    by_business: dict[UUID, list[ReportLine]] = defaultdict(list)
    for line in report.lines.select_related("product_line"):
        by_business[line.product_line.business_id].append(line)
    if report.business_id not in by_business and not report.replaces.exists():
        report.business_id = next(iter(by_business))
        report.save(update_fields=["business"])
    for business_id, lines in by_business.items():
        if business_id != report.business_id:
            columns = ("month", "source", "by_id", "submitted_at", "note")
            own = Report(business_id=business_id, **{column: getattr(report, column) for column in columns})
            own.save(force_insert=True)
            ReportLine.objects.filter(pk__in=[line.pk for line in lines]).update(report=own)
