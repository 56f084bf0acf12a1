from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Page, list_response
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.production import queries
from sambang.production.amounts import NONE_MADE
from sambang.production.figures_audit import audit_figures_read
from sambang.production.forms import ReportForm, WithdrawForm
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report, withdraw_report
from sambang.production.report_export import BusinessReportExport
from sambang.registry.models import Business


def readable_business(request: PersonRequest, business_id: object) -> Business:
    """An IKM whose name this person may read."""
    return get_object_or_404(queries.readable_businesses(request.user).select_related("cluster"), pk=business_id)


def business_reports(request: PersonRequest, business_id: object) -> HttpResponseBase:
    business = readable_business(request, business_id)
    audit_figures_read(request.user, business)

    def context(page: Page) -> dict[str, Any]:
        return {
            "business": business,
            "simulated": any(row.source == Report.Source.SIMULATION for row in page),
            "may_submit": may(request.user, "production.submit", business),
            "last_month": add_months(first_of_month(clock.today()), -1),
        }

    reports = queries.report_history(business)
    return list_response(request, reports, "production/business.html", BusinessReportExport(business.name), context)


def report_create(request: PersonRequest, business_id: object, month: date) -> HttpResponse:
    business = readable_business(request, business_id)
    if stored := queries.report_of(business, month):
        form = ReportForm(business, month, request.POST or None, current=stored)
        if form.is_bound and not form.equals_report(stored) and may(request.user, "production.correct", stored):
            messages.warning(
                request,
                _(
                    "Belum disimpan: laporan bulan ini sudah ada, dengan angka lain. Periksa, lalu simpan "
                    "sebagai pembetulan."
                ),
            )
            return render_report_form(request, form, True, stored)
        if form.is_bound:
            messages.warning(request, _("Tidak ada yang disimpan: laporan bulan ini sudah ada."))
        return redirect("production:report_detail", stored.pk)
    form = ReportForm(business, month, request.POST or None)
    if run_operation(form, lambda: submit_form(request, form)):
        messages.success(request, _("Laporan %(month)s tersimpan.") % {"month": month_name(month)})
        return redirect(reverse("production:month_detail", query={"bulan": f"{month:%Y-%m}"}))
    return render_report_form(request, form, may(request.user, "production.submit", business))


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
    audit_figures_read(request.user, form.business)  # the previous month's figures, or those to correct
    context = {
        "form": form,
        "business": form.business,
        "month": form.month,
        "current": current,
        "may_submit": allowed,
        "simulated": any(row and row.source == Report.Source.SIMULATION for row in (form.before, current)),
    }
    return render(request, "production/report_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def report_create_zero(request: PersonRequest, business_id: object, month: date) -> HttpResponse:
    business = readable_business(request, business_id)
    amounts = dict.fromkeys(queries.product_lines_made_in_month(business, month), NONE_MADE)
    run_without_form(
        request,
        lambda: submit_report(business, request.user, month=month, amounts=amounts, source=Report.Source.OFFICER),
        _("Tercatat: %(name)s tidak berproduksi %(month)s.") % {"name": business.name, "month": month_name(month)},
    )
    return redirect(reverse("production:month_detail", query={"bulan": f"{month:%Y-%m}"}))


def report_detail(request: PersonRequest, report_id: object) -> HttpResponse:
    report = readable_report(request, report_id)
    audit_figures_read(request.user, report.business)
    context = {
        "report": report,
        "versions": queries.report_versions(report),
        "may_correct": report.is_latest and may(request.user, "production.correct", report),
        "may_withdraw": report.is_latest and may(request.user, "production.withdraw", report),
        "simulated": report.source == Report.Source.SIMULATION,
    }
    return render(request, "production/report.html", context)


def readable_report(request: PersonRequest, report_id: object) -> Report:
    rows = Report.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(Report))
    rows = rows.select_related("business__cluster", "by")
    return get_object_or_404(rows.prefetch_related(queries.PREFETCH_LINES), pk=report_id)


def report_withdraw(request: PersonRequest, report_id: object) -> HttpResponse:
    stored = readable_report(request, report_id)
    require(request.user, "production.withdraw", stored)
    form = WithdrawForm(request.POST or None)
    if run_operation(form, lambda: withdraw_report(stored, request.user, **form.cleaned_data)):
        messages.success(
            request,
            _("Laporan %(month)s ditarik. Bulan itu tercatat belum dilaporkan, bukan nol.")
            % {"month": month_name(stored.month)},
        )
        return redirect("production:business_reports", stored.business_id)
    back = (reverse("production:report_detail", args=[stored.pk]), stored)
    return form_page(request, form, title=_("Tarik laporan %(report)s") % {"report": stored}, back=back)


def report_correct(request: PersonRequest, report_id: object) -> HttpResponse:
    stored = readable_report(request, report_id)
    form = ReportForm(stored.business, stored.month, request.POST or None, current=stored)

    def correct() -> Report:
        note = form.cleaned_data["note"]
        return correct_report(stored, request.user, amounts=form.amounts, source=Report.Source.OFFICER, note=note)

    if newer := run_operation(form, correct):
        messages.success(request, _("Laporan dibetulkan; versi lama tetap tersimpan."))
        return redirect("production:report_detail", newer.pk)
    return render_report_form(request, form, may(request.user, "production.correct", stored), stored)
