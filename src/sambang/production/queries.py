"""Queries of reports: who has reported a month and who has not, and earlier reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.audit.change_cache import rows_until_change, until_change
from sambang.lib.compiled_queries import compiled_rows
from sambang.lib.months import add_months
from sambang.lib.region_code import regency_at
from sambang.production.models import Report, ReportLine, current_report, quantity_text
from sambang.production.panels import is_asked
from sambang.registry.models import Business, BusinessQuerySet, ProductLine, Region
from sambang.registry.reporting_period import businesses_reporting_in, product_lines_made_in

PREFETCH_LINES = Prefetch("lines", ReportLine.objects.select_related("product_line").order_by("product_line__name"))
PREVIOUS_MONTHS = 12  # how far back a previous figure is shown beside a field


def readable_businesses(person: Person) -> BusinessQuerySet:
    """The IKM whose individual figures this person may read."""
    return Business.objects.visible_to(person).filter(reader_for(person).in_own_regency(Business))


def prefetch_product_lines(month: date) -> Prefetch[str]:
    """Prefetch the product lines made in a month as `made`."""
    return Prefetch(
        "product_lines",
        ProductLine.objects.filter(product_lines_made_in(month)).order_by("name", "unit"),
        to_attr="made",
    )


def product_lines_made_in_month(business: Business, month: date) -> list[ProductLine]:
    return list(business.product_lines.filter(product_lines_made_in(month)).order_by("name", "unit"))


def has_reported(month: date) -> Exists:
    """Condition on a Business queryset: a report of the month exists."""
    return Exists(Report.objects.latest_version().filter(business=OuterRef("pk"), month=month))


def businesses_expected_to_report(person: Person, month: date) -> QuerySet[Business]:
    """IKM that should report a month (`should_report`). Provinces get only counts of them
    (`reporting_by_regency`)."""
    return Business.objects.visible_to(person).filter(should_report(month))


def should_report(month: date) -> Q:
    """Condition on a Business queryset: asked to report, open in the month, with a product made in it."""
    made = ProductLine.objects.filter(product_lines_made_in(month), business=OuterRef("pk"))
    return businesses_reporting_in(month) & Q(Exists(made)) & is_asked()


# Columns that the page of a month reads, with those of its read audit.
MONTH_LIST_COLUMNS = ("pk", "name", "region_id", "cluster_id", "cluster__name", "cluster__region_id")


def businesses_of_month(person: Person, month: date) -> QuerySet[Business]:
    """The IKM whose individual figures the person may read, in list order, with the columns that the list shows."""
    rows = readable_businesses(person).filter(should_report(month))
    columns = ("name", "region", "cluster__name", "cluster__region")
    return rows.select_related("cluster").only(*columns).order_by("cluster__name", "name", "pk")


@dataclass(frozen=True)
class ReportingCount:
    """Number of expected IKM that have reported."""

    key: object
    name: str
    expected: int
    reported: int

    @property
    def missing(self) -> int:
        return self.expected - self.reported


def reporting_by_cluster(person: Person, month: date) -> Sequence[ReportingCount]:
    """By sentra, of the IKM whose individual figures the person may read."""
    rows = rows_until_change(_grouped_by_cluster, reader_for(person), month)
    return [ReportingCount(key, name or "–", *counts) for key, name, *counts in rows]


def _grouped_by_cluster(reader: Reader, month: date) -> QuerySet[Business, Any]:
    rows = readable_businesses(reader.person).filter(should_report(month)).values("cluster", "cluster__name")
    counted = rows.annotate(**_counts(month)).order_by("cluster__name")
    columns = ("cluster", "cluster__name", "expected", "reported")
    return counted.values_list(*columns)


def reporting_by_regency(person: Person, month: date) -> Sequence[ReportingCount]:
    """By regency, of the IKM within reach."""
    reader = reader_for(person)
    return until_change(reader, _reporting_by_regency, reader, month)


def _reporting_by_regency(reader: Reader, month: date) -> Sequence[ReportingCount]:
    return _of_regencies(compiled_rows(_expected_by_regency, reader, month))


def _expected_by_regency(reader: Reader, month: date) -> QuerySet[Business, Any]:
    return _grouped_by_regency(businesses_expected_to_report(reader.person, month), month)


def _grouped_by_regency(rows: QuerySet[Business], month: date) -> QuerySet[Business, Any]:
    counted = rows.annotate(regency=regency_at("region__code")).values("regency").annotate(**_counts(month))
    return counted.order_by("regency").values_list("regency", "expected", "reported")


def _counts(month: date) -> dict[str, Count]:
    return {"expected": Count("pk"), "reported": Count("pk", filter=has_reported(month))}


def count_by_regency(rows: QuerySet[Business], month: date) -> Sequence[ReportingCount]:
    return _of_regencies(_grouped_by_regency(rows, month))


def _of_regencies(rows: Iterable[tuple[Any, ...]]) -> list[ReportingCount]:
    counts = list(rows)
    names = dict(Region.objects.filter(code__in=[code for code, *_counts in counts]).values_list("code", "name"))
    return [ReportingCount(code, names.get(code, code), *of_region) for code, *of_region in counts]


def reports_by_business(businesses: Iterable[Business], month: date) -> dict[object, Report]:
    """The month's reports with their lines, by primary key of the IKM."""
    rows = Report.objects.latest_version().filter(business__in=[business.pk for business in businesses], month=month)
    columns = ("report", "quantity", "value", "product_line__name", "product_line__unit")
    lines = ReportLine.objects.select_related("product_line").only(*columns).order_by("product_line__name")
    return {report.business_id: report for report in rows.prefetch_related(Prefetch("lines", lines))}


@dataclass
class ListedReport:
    """A report as shown in the list of a month."""

    pk: UUID
    source: str
    quantities: list[str] = field(default_factory=list)


def listed_reports(businesses: Iterable[Any], month: date) -> dict[object, ListedReport]:
    """The month's reports by primary key of the IKM: one query."""
    rows = Report.objects.latest_version().filter(business__in=[business.pk for business in businesses], month=month)
    lines = rows.order_by("lines__product_line__name").values_list(
        *("business", "pk", "source", "lines__product_line__name", "lines__quantity", "lines__product_line__unit")
    )
    reports: dict[object, ListedReport] = {}
    for business, key, source, product, amount, unit in lines:
        report = reports.setdefault(business, ListedReport(key, source))
        if product is not None:
            report.quantities.append(quantity_text(product, amount, unit))
    return reports


def latest_report_before(business: Business, month: date, *, only_by: Person | None = None) -> Report | None:
    """The newest report of the previous twelve months, shown beside the fields. `only_by`: of this person."""
    rows = Report.objects.latest_version().filter(
        business=business, month__lt=month, month__gte=add_months(month, -PREVIOUS_MONTHS)
    )
    if only_by is not None:
        rows = rows.filter(by=only_by)
    return rows.prefetch_related(PREFETCH_LINES).order_by("-month").first()


def latest_reports_before(businesses: Iterable[Business], month: date) -> dict[object, Report]:
    """`latest_report_before` for many IKM, by primary key of the IKM."""
    newest: dict[object, Report] = {}
    rows = Report.objects.latest_version().filter(
        business__in=[business.pk for business in businesses],
        month__lt=month,
        month__gte=add_months(month, -PREVIOUS_MONTHS),
    )
    for report in rows.prefetch_related(PREFETCH_LINES).order_by("month"):
        newest[report.business_id] = report
    return newest


def report_of(business: Business, month: date) -> Report | None:
    rows = Report.objects.latest_version().filter(business=business, month=month)
    return next(iter(rows.prefetch_related(PREFETCH_LINES)), None)  # unique: needs no order


def report_history(business: Business) -> QuerySet[Report]:
    """The latest version of every month, newest first."""
    return (
        Report.objects.latest_version()
        .filter(business=business)
        .select_related("by")
        .prefetch_related(PREFETCH_LINES)
        .annotate(corrected=Exists(Report.objects.filter(replaced_by=OuterRef("pk"))))
        .order_by("-month")
    )


def report_versions(report: Report) -> list[Report]:
    """Every version of the month, newest first."""
    return list(
        Report.objects.filter(business=report.business_id, month=report.month)
        .select_related("by")
        .prefetch_related(PREFETCH_LINES)
        .order_by("-submitted_at")
    )


def has_unlinked_lines() -> bool:
    """True in a database that was filled before cells existed, until `sambang cells rebuild` has run."""
    return ReportLine.objects.filter(current_report("report__"), volume=None).exists()


def last_report_days(businesses: QuerySet[Business]) -> list[tuple[UUID, date]]:
    """Keys of IKM with the date on which their last report was submitted."""
    rows = Report.objects.filter(business__in=businesses, withdrawn_at=None).order_by().values_list("business")
    return [(key, timezone.localdate(last)) for key, last in rows.annotate(last=Max("submitted_at"))]


def reported_after(day: Any) -> Exists:
    """Condition on Business: a report was submitted after `day` (or an OuterRef)."""
    return Exists(Report.objects.filter(business=OuterRef("pk"), submitted_at__date__gt=day))
