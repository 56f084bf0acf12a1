"""Export of reports as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.production.figures_audit import audit_list_read
from sambang.production.models import Report, ReportLine
from sambang.production.queries import has_reported, reports_by_business
from sambang.registry.models import Business

EXPORT_HEADINGS = (_("Bulan"), _("Sentra"), _("IKM"), _("Produk"), _("Satuan"), _("Jumlah"), _("Nilai (Rp)"), _("Asal"))
BUSINESS_HEADINGS = (
    _("Bulan"),
    _("Produk"),
    _("Satuan"),
    _("Jumlah"),
    _("Nilai (Rp)"),
    _("Asal"),
    _("Diterima"),
)
BUSINESSES_PER_FETCH = 500  # IKM whose reports are read at once


@dataclass(frozen=True)
class MonthExport:
    """One month: a row for each product, and a row for each IKM without a report."""

    reader: Person
    month: date
    headings: Sequence[object] = EXPORT_HEADINGS

    @property
    def filename(self) -> str:
        return f"produksi-{self.month:%Y-%m}"

    def table(self, rows: QuerySet[Business]) -> Iterator[list[object]]:
        """Writes the read audit before the first row is read."""
        audit_list_read(self.reader, rows.filter(has_reported(self.month)).order_by())
        return self._cells(rows)

    def _cells(self, rows: QuerySet[Business]) -> Iterator[list[object]]:
        for businesses in batched(rows.iterator(chunk_size=BUSINESSES_PER_FETCH), BUSINESSES_PER_FETCH, strict=False):
            reports = reports_by_business(businesses, self.month)
            for business in businesses:
                start: list[object] = [f"{self.month:%Y-%m}", str(business.cluster or ""), business.name]
                report = reports.get(business.pk)
                if report is None:
                    yield [*start, None, None, None, None, _("belum melapor")]
                    continue
                for line in report.lines.all():
                    yield [*start, *product_cells(line), report.get_source_display()]


@dataclass(frozen=True)
class BusinessReportExport:
    """Every report of one IKM: a row for each product and month."""

    business: str
    headings: Sequence[object] = BUSINESS_HEADINGS

    @property
    def filename(self) -> str:
        return f"laporan-{self.business}"

    def table(self, rows: QuerySet[Report]) -> Iterator[list[object]]:
        for report in rows:
            for line in report.lines.all():
                yield [
                    f"{report.month:%Y-%m}",
                    *product_cells(line),
                    report.get_source_display(),
                    timezone.localtime(report.submitted_at),
                ]


def product_cells(line: ReportLine) -> list[object]:
    """Product, unit, quantity, value."""
    return [line.product_line.name, line.product_line.unit, line.quantity, line.value]
