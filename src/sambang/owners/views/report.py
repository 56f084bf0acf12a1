"""The owner's monthly report: create, report zero, correct."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib import clock
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.months import first_of_month, month_name
from sambang.owners import own_figures, queries
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.production.amounts import NONE_MADE
from sambang.production.forms import ReportForm
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.production.queries import product_lines_made_in_month, report_of


@owner_page
def month_list(request: OwnerRequest) -> HttpResponse:
    rows = queries.months_of(request.business, last=first_of_month(clock.today()))
    return render(request, "owners/month_list.html", {"rows": rows})


@owner_page
def report_create(request: OwnerRequest, month: date) -> HttpResponse:
    current = report_of(request.business, month)
    if current:
        form = ReportForm(request.business, month, request.POST or None, current=current)
        if not form.is_bound or form.equals_report(current):
            return already(request, month)
        messages.warning(
            request,
            _("Laporan %(month)s sudah ada dan angkanya lain. Periksa, lalu kirim sebagai pembetulan.")
            % {"month": month_name(month)},
        )
        return show(request, form, current)
    form = ReportForm(request.business, month, request.POST or None)

    def submit() -> Report:
        return submit_report(
            request.business,
            request.owner,
            month=month,
            amounts=form.amounts,
            source=Report.Source.OWNER,
            note=form.cleaned_data["note"],
        )

    if run_operation(form, submit):
        thanks = _("Terima kasih. Laporan %(month)s sudah kami terima.") % {"month": month_name(month)}
        messages.success(request, f"{thanks} {own_figures.cluster_response_text(request.business, month)}".strip())
        return redirect("owners:home")
    return show(request, form)


def already(request: OwnerRequest, month: date) -> HttpResponse:
    """Answer a second report of one month: the first report is not changed."""
    if request.method == "POST":
        messages.info(request, _("Laporan %(month)s sudah ada pada kami.") % {"month": month_name(month)})
        return redirect("owners:home")
    return redirect("owners:report_correct", f"{month:%Y-%m}")


@owner_page
@require_POST
def report_zero(request: OwnerRequest, month: date) -> HttpResponse:
    """Report zero of every product."""
    if report_of(request.business, month):
        return already(request, month)
    amounts = dict.fromkeys(product_lines_made_in_month(request.business, month), NONE_MADE)
    run_without_form(
        request,
        lambda: submit_report(
            request.business, request.owner, month=month, amounts=amounts, source=Report.Source.OWNER
        ),
        _("Tercatat: %(month)s tidak berproduksi.") % {"month": month_name(month)},
    )
    return redirect("owners:home")


@owner_page
def report_correct(request: OwnerRequest, month: date) -> HttpResponse:
    current = report_of(request.business, month)
    if current is None:
        return redirect("owners:report_create", f"{month:%Y-%m}")
    form = ReportForm(request.business, month, request.POST or None, current=current)

    def correct() -> Report:
        note = form.cleaned_data["note"]
        return correct_report(current, request.owner, amounts=form.amounts, source=Report.Source.OWNER, note=note)

    if run_operation(form, correct):
        messages.success(request, _("Laporan %(month)s sudah dibetulkan.") % {"month": month_name(month)})
        return redirect("owners:home")
    return show(request, form, current)


def show(request: OwnerRequest, form: ReportForm, current: Report | None = None) -> HttpResponse:
    changes = own_figures.figure_changes(request.business, [form.month]).get(form.month, [])
    context = {
        "form": form,
        "month": form.month,
        "current": current,
        "changes": changes,
        "form_url": reverse(
            "owners:report_correct" if current else "owners:report_create", args=[f"{form.month:%Y-%m}"]
        ),
        "zero_url": reverse("owners:report_zero", args=[f"{form.month:%Y-%m}"]),
    }
    return render(request, "owners/report.html", context, status=422 if form.is_bound else 200)
