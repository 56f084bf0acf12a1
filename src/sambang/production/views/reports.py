from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.lib.months import add_months, first_of_month, month_name, parse_month
from sambang.production import queries
from sambang.production.amounts import NONE_MADE
from sambang.production.forms import ReportForm
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.registry.models import Business, Cluster

A_PAGE = 50


def requested_month(request: PersonRequest) -> date:
    """`?bulan=2022-03`, else the last full month; a month that is none is the last full one too."""
    last = add_months(first_of_month(timezone.localdate()), -1)
    try:
        return parse_month(request.GET.get("bulan", ""))
    except ValueError:
        return last


def month_detail(request: PersonRequest) -> HttpResponse:
    """Who has reported the month and who has not. A province sees counts a regency, never the IKM."""
    shown = requested_month(request)
    rows = queries.expected(request.user, shown)
    facts: dict[str, Any] = {"month": shown, "before": add_months(shown, -1), "after": add_months(shown, 1)}
    facts["is_last"] = shown >= first_of_month(timezone.localdate())
    if not reader_for(request.user).is_in_regency_council:
        return render(request, "production/regencies.html", {**facts, "tallies": queries.count_by_regency(rows, shown)})
    own = reader_for(request.user).in_own_regency(Business)
    if not reader_for(request.user).reaches_only_own_regencies:  # a member of a council above, too
        facts["regencies"] = queries.count_by_regency(rows.exclude(own), shown)
    rows = rows.filter(own)
    tallies = queries.count_by_cluster(rows, shown)
    rows = filter_businesses(request, rows, shown).select_related("cluster").order_by("cluster__name", "name", "pk")
    if request.GET.get("format") == "xlsx":
        return month_workbook(request, shown, rows)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("halaman"))
    reports = queries.reports_by_business(page, shown)
    audit_figures_read(request, [row for row in page if row.pk in reports])
    facts |= {
        "tallies": tallies,
        "expected": sum(tally.expected for tally in tallies),
        "reported": sum(tally.reported for tally in tallies),
        "page": page,
        "rows": [(row, reports.get(row.pk)) for row in page],
        "clusters": Cluster.objects.visible_to(request.user).order_by("name"),
        "may_submit": may_somewhere(request.user, "production.submit"),
        "simulated": any(report.source == Report.Source.SIMULATION for report in reports.values()),
    }
    return render(request, "production/month.html", facts)


def audit_figures_read(request: PersonRequest, rows: Iterable[Business]) -> None:
    """What single IKM made and earned is about to be shown: written down, a list by its sentra."""
    log_read(request.user, {row.cluster or row for row in rows}, ["registry.see_finances"], again=REPEAT_INTERVAL)


def audit_business_figures_read(request: PersonRequest, shown: Business) -> None:
    log_read(request.user, [shown], ["registry.see_finances"], again=REPEAT_INTERVAL)


def filter_businesses(request: PersonRequest, rows: QuerySet[Business], shown: date) -> QuerySet[Business]:
    """By sentra, by whether it reported, and by words; an unknown sentra finds nothing."""
    if cluster_id := request.GET.get("sentra"):
        rows = rows.filter(
            cluster__in=[row.pk for row in Cluster.objects.visible_to(request.user) if str(row.pk) == cluster_id]
        )
    if state := request.GET.get("keadaan"):
        came = queries.has_reported(shown)
        rows = rows.filter(came if state == "sudah" else ~came)
    for word in request.GET.get("cari", "").split():
        rows = rows.filter(name__icontains=word)
    return rows


def month_workbook(request: PersonRequest, shown: date, rows: QuerySet[Business]) -> HttpResponse:
    businesses = list(rows)
    reports = queries.reports_by_business(businesses, shown)
    audit_figures_read(request, [row for row in businesses if row.pk in reports])
    table: list[list[object]] = []
    for row in businesses:
        report = reports.get(row.pk)
        start: list[object] = [f"{shown:%Y-%m}", str(row.cluster or ""), row.name]
        if report is None:
            table.append([*start, None, None, None, None, _("belum melapor")])
            continue
        for line in report.lines.all():
            product = line.product_line
            table.append([*start, product.name, product.unit, line.quantity, line.value, report.get_source_display()])
    headings = [_("Bulan"), _("Sentra"), _("IKM"), _("Produk"), _("Satuan"), _("Jumlah"), _("Nilai (Rp)"), _("Asal")]
    return workbook_response(f"produksi-{shown:%Y-%m}", headings, table)


def readable_business(request: PersonRequest, business_id: object) -> Business:
    """An IKM that this person may see by name."""
    return get_object_or_404(queries.readable_businesses(request.user).select_related("cluster"), pk=business_id)


def business_reports(request: PersonRequest, business_id: object) -> HttpResponse:
    shown = readable_business(request, business_id)
    reports = queries.report_history(shown)
    audit_business_figures_read(request, shown)
    if request.GET.get("format") == "xlsx":
        headings = [_("Bulan"), _("Produk"), _("Satuan"), _("Jumlah"), _("Nilai (Rp)"), _("Asal"), _("Diterima")]
        table = [
            [
                f"{row.month:%Y-%m}",
                line.product_line.name,
                line.product_line.unit,
                line.quantity,
                line.value,
                row.get_source_display(),
                timezone.localtime(row.submitted_at),
            ]
            for row in reports
            for line in row.lines.all()
        ]
        return workbook_response(f"laporan-{shown.name}", headings, table)
    page = Paginator(reports, A_PAGE).get_page(request.GET.get("halaman"))
    facts = {
        "business": shown,
        "page": page,
        "simulated": any(row.source == Report.Source.SIMULATION for row in page),
        "may_submit": may(request.user, "production.submit", shown),
        "last_month": add_months(first_of_month(timezone.localdate()), -1),
    }
    return render(request, "production/business.html", facts)


def report_create(request: PersonRequest, business_id: object, month: date) -> HttpResponse:
    shown = readable_business(request, business_id)
    if held := queries.report_of(shown, month):
        form = ReportForm(shown, month, request.POST or None, current=held)
        if form.is_bound and not form.says_again(held) and may(request.user, "production.correct", held):
            messages.warning(
                request,
                _(
                    "Belum disimpan: laporan bulan ini sudah ada, dengan angka lain. Periksa, lalu simpan "
                    "sebagai pembetulan."
                ),
            )
            return render_report_form(request, form, True, held)
        if form.is_bound:
            messages.warning(request, _("Tidak ada yang disimpan: laporan bulan ini sudah ada."))
        return redirect("production:report_detail", held.pk)
    form = ReportForm(shown, month, request.POST or None)
    if perform(form, lambda: submit_form(request, form)):
        messages.success(request, _("Laporan %(month)s tersimpan.") % {"month": month_name(month)})
        return redirect(reverse("production:month_detail", query={"bulan": f"{month:%Y-%m}"}))
    return render_report_form(request, form, may(request.user, "production.submit", shown))


def submit_form(request: PersonRequest, form: ReportForm) -> Report:
    return submit_report(
        form.business,
        request.user,
        month=form.month,
        amounts=form.amounts,
        source=Report.Source.OFFICER,
        note=form.cleaned_data["note"],
    )


def render_report_form(
    request: PersonRequest, form: ReportForm, allowed: bool, current: Report | None = None
) -> HttpResponse:
    audit_business_figures_read(request, form.business)  # those of the month before, or that are corrected
    facts = {"form": form, "business": form.business, "month": form.month, "current": current, "may_submit": allowed}
    return render(request, "production/report_form.html", facts, status=422 if form.is_bound else 200)


@require_POST
def report_create_zero(request: PersonRequest, business_id: object, month: date) -> HttpResponse:
    """One tap: nothing was made of anything."""
    shown = readable_business(request, business_id)
    amounts = dict.fromkeys(queries.lines_of(shown, month), NONE_MADE)
    try:
        submit_report(shown, request.user, month=month, amounts=amounts, source=Report.Source.OFFICER)
        messages.success(
            request,
            _("Tercatat: %(name)s tidak berproduksi %(month)s.") % {"name": shown.name, "month": month_name(month)},
        )
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    return redirect(reverse("production:month_detail", query={"bulan": f"{month:%Y-%m}"}))


def report_detail(request: PersonRequest, report_id: object) -> HttpResponse:
    shown = readable_report(request, report_id)
    audit_business_figures_read(request, shown.business)
    facts = {
        "report": shown,
        "versions": queries.report_versions(shown),
        "may_correct": shown.replaced_by_id is None and may(request.user, "production.correct", shown),
        "simulated": shown.source == Report.Source.SIMULATION,
    }
    return render(request, "production/report.html", facts)


def readable_report(request: PersonRequest, report_id: object) -> Report:
    rows = Report.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(Report))
    rows = rows.select_related("business__cluster", "by")
    return get_object_or_404(rows.prefetch_related(queries.LINES), pk=report_id)


def report_correct(request: PersonRequest, report_id: object) -> HttpResponse:
    held = readable_report(request, report_id)
    form = ReportForm(held.business, held.month, request.POST or None, current=held)

    def correct() -> Report:
        note = form.cleaned_data["note"]
        return correct_report(held, request.user, amounts=form.amounts, source=Report.Source.OFFICER, note=note)

    if newer := perform(form, correct):
        messages.success(request, _("Laporan dibetulkan; versi lama tetap tersimpan."))
        return redirect("production:report_detail", newer.pk)
    return render_report_form(request, form, may(request.user, "production.correct", held), held)
