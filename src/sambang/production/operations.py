"""Operations on monthly reports: submit, correct by a new version, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import new_id
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_withdrawn
from sambang.lib.bulk_sql import insert_rows
from sambang.lib.months import first_of_month, month_name
from sambang.lib.time_zones import today_in
from sambang.lib.whatsapp import whatsapp_number
from sambang.production.amounts import Amount
from sambang.production.cells import follow_businesses, link_report
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, ProductLine
from sambang.registry.reporting_period import period_of_business, period_of_product_line

EARLIEST = date(2000, 1, 1)


class ReportDetails(TypedDict, total=False):
    note: str
    id: uuid.UUID | None  # the id comes from the device


@operation("production.submit")
def submit_report(
    business: Business,
    by: Person,
    /,
    *,
    month: date,
    amounts: Mapping[ProductLine, Amount],
    source: str,
    **details: Unpack[ReportDetails],
) -> Report:
    """Submit the month of an IKM with one amount for each product line; omitted lines are missing, zero is a report.
    Raises ValidationError with one sentence; nothing is written then."""
    month = first_of_month(month)
    require_reportable_month(business, month)
    require_valid_amounts(business, month, amounts)
    report = Report(
        id=details.get("id") or new_id(),
        business=business,
        month=month,
        source=source,
        by=by,
        note=details.get("note", "")[:300],
    )
    try:
        _write(report, amounts, "production.submit")
    # another current report of this month exists; the unique constraint decides, also for concurrent requests
    except IntegrityError:
        raise ValidationError(already_reported(business, month), code="already") from None
    return report


@operation("production.correct")
def correct_report(
    report: Report, by: Person, /, *, amounts: Mapping[ProductLine, Amount], source: str, note: str = ""
) -> Report:
    """Replace a report by a new version and return it. The old version stays, so that published indices remain
    reproducible. Raises ValidationError with one sentence; nothing is written then."""
    if not report.is_latest:
        raise ValidationError(_("Laporan ini sudah diganti versi yang lebih baru: betulkan yang terbaru."))
    require_reportable_month(report.business, report.month)
    require_valid_amounts(report.business, report.month, amounts)
    if _is_unchanged(report, amounts):
        raise ValidationError(_("Tidak ada angka yang berubah, jadi tidak ada yang disimpan."), code="same")
    newer = Report(business=report.business, month=report.month, source=source, by=by, note=note[:300])
    _write(newer, amounts, "production.correct", instead_of=report)
    report.replaced_by = newer
    return newer


@operation("production.submit_for_member")
def submit_report_for_member(
    business: Business, by: Person, /, *, month: date, amounts: Mapping[ProductLine, Amount], note: str = ""
) -> Report:
    """`submit_report` by the head of the sentra, for an IKM whose owner has no phone. Raises ValidationError."""
    _require_no_phone(business)
    return submit_report.do(business, by, month=month, amounts=amounts, source=Report.Source.HEAD, note=note)


@operation("production.correct_for_member")
def correct_report_for_member(
    report: Report, by: Person, /, *, amounts: Mapping[ProductLine, Amount], note: str = ""
) -> Report:
    """`correct_report` by the head who recorded that report. Raises ValidationError."""
    _require_no_phone(report.business)
    if not is_recorded_by(report, by):
        raise ValidationError(_("Laporan ini dicatat orang lain: ketua sentra membetulkan catatannya sendiri saja."))
    return correct_report.do(report, by, amounts=amounts, source=Report.Source.HEAD, note=note)


def is_recorded_by(report: Report, head: Person) -> bool:
    """Whether this head of a sentra recorded the report for its owner."""
    return report.source == Report.Source.HEAD and report.by_id == head.pk


def _require_no_phone(business: Business) -> None:
    if whatsapp_number(business.phone):
        raise ValidationError(
            _("%(name)s punya nomor HP: pemiliknya melapor sendiri lewat tautan pribadinya.") % {"name": business.name}
        )


@operation("production.withdraw", lock=True)
def withdraw_report(report: Report, by: Person, /, *, because: str) -> Report:
    """Withdraw a report of the wrong IKM or month: the month is missing again, and can be reported anew. The row stays,
    so that published indices remain reproducible. Raises ValidationError."""
    if not report.is_latest:
        raise ValidationError(_("Laporan ini sudah diganti atau ditarik: muat ulang halaman ini."))
    with follow_businesses([report.business], "production.withdraw"):
        return mark_withdrawn(report, by, because)


def _write(
    report: Report, amounts: Mapping[ProductLine, Amount], verb: str, *, instead_of: Report | None = None
) -> None:
    lines = [
        ReportLine(
            report=report, product_line=line, quantity=amount.quantity, value=amount.value, entered=amount.entered
        )
        for line, amount in amounts.items()
    ]
    link_report(report, lines, verb)
    # Only one version may be current, so the old one is replaced first: foreign keys are deferred to the end of the
    # transaction.
    old = Report.objects.latest_version().filter(pk=instead_of.pk) if instead_of else None
    if old is not None and not old.update(replaced_by=report.pk):
        raise ValidationError(_("Laporan ini baru saja diganti orang lain: muat ulang halaman ini."))
    insert_rows([report])
    insert_rows(lines)


def _is_unchanged(report: Report, amounts: Mapping[ProductLine, Amount]) -> bool:
    current = {line.product_line_id: (line.quantity, line.value) for line in report.lines.all()}
    return current == {line.pk: (amount.quantity, amount.value) for line, amount in amounts.items()}


def already_reported(business: Business, month: date) -> str:
    return _("%(name)s sudah melapor %(month)s: buka laporan itu lalu pilih Betulkan bila angkanya salah.") % {
        "name": business.name,
        "month": month_name(month),
    }


def require_reportable_month(business: Business, month: date) -> None:
    """Raise ValidationError for a month that cannot be reported for this IKM."""
    this_month = first_of_month(today_in(business.region_id))
    if month > this_month:
        raise ValidationError(
            _("%(month)s belum tiba: laporan paling baru untuk %(last)s.")
            % {"month": month_name(month), "last": month_name(this_month)}
        )
    period = period_of_business(business)
    if period.last and month > period.last:
        raise ValidationError(
            _("%(name)s tercatat tutup sejak %(day)s: tidak ada laporan untuk %(month)s.")
            % {"name": business.name, "day": f"{business.closed_on:%d-%m-%Y}", "month": month_name(month)}
        )
    if month < EARLIEST:
        raise ValidationError(
            _("%(month)s terlalu lama lalu: laporan dicatat sejak %(first)s.")
            % {"month": month_name(month), "first": month_name(EARLIEST)}
        )
    if period.first and month < period.first:
        raise ValidationError(
            _("%(name)s belum berdiri pada %(month)s (berdiri %(year)s): periksa bulannya.")
            % {"name": business.name, "month": month_name(month), "year": period.first.year}
        )


def require_valid_amounts(business: Business, month: date, amounts: Mapping[ProductLine, Amount]) -> None:
    """Raise ValidationError for lines of another IKM, lines not made in that month, and impossible numbers."""
    if not amounts:
        raise ValidationError(_("Belum ada produk yang diisi: tulis jumlahnya, atau 0 bila tidak berproduksi."))
    for line, amount in amounts.items():
        if line.business_id != business.pk:
            raise ValidationError(_("%(line)s bukan produk %(name)s.") % {"line": line, "name": business.name})
        period = period_of_product_line(line)
        if period.first and month < period.first:
            raise ValidationError(
                _("%(line)s baru dibuat sejak %(start)s: tidak ada laporan untuk %(month)s.")
                % {"line": line, "start": month_name(period.first), "month": month_name(month)}
            )
        if period.last and month > period.last:
            raise ValidationError(
                _("%(line)s tidak dibuat lagi sejak %(end)s: tidak ada laporan untuk %(month)s.")
                % {"line": line, "end": month_name(period.last), "month": month_name(month)}
            )
        if not amount.quantity.is_finite() or amount.quantity < 0 or (amount.value or 0) < 0:
            raise ValidationError(_("Jumlah dan nilai %(line)s tidak boleh kurang dari nol.") % {"line": line})
