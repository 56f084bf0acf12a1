"""Pages of the workbook of monthly reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.months import add_months, first_of_month, parse_month
from sambang.production.figures_audit import audit_list_read
from sambang.production.forms import TemplateForm, WorkbookForm
from sambang.production.queries import businesses_expected_to_report
from sambang.production.workbooks import WORKBOOK_HEADINGS, import_reports, template_rows
from sambang.registry.models import Business

MAX_MONTHS = 120


def require_submitting(request: PersonRequest) -> None:
    if not (reader_for(request.user).is_in_regency_council and may_somewhere(request.user, "production.submit")):
        raise PermissionDenied


def workbook_import(request: PersonRequest) -> HttpResponse:
    require_submitting(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    last = add_months(first_of_month(clock.today()), -1)
    context = {"form": form, "template_form": TemplateForm(initial={"first": f"{last:%Y-%m}", "last": f"{last:%Y-%m}"})}
    if not form.is_valid():
        return render(request, "production/workbook.html", context, status=422 if form.is_bound else 200)
    file = form.cleaned_data["workbook"]
    outcome = import_reports(file.read(), request.user, filename=file.name, replace=form.cleaned_data["replace"])
    if outcome.errors:
        return render(request, "production/workbook.html", {**context, "outcome": outcome}, status=422)
    messages.success(
        request,
        _("%(new)d laporan masuk, %(corrected)d dibetulkan, %(same)d sudah ada dan tidak berubah.")
        % {"new": outcome.submitted, "corrected": outcome.corrected, "same": outcome.unchanged},
    )
    for asked in outcome.asked[:20]:
        messages.warning(request, asked)
    return redirect("production:workbook_import")


def workbook_template(request: PersonRequest) -> HttpResponse:
    """The blank workbook with the office's IKM and products for the chosen months."""
    require_submitting(request)
    try:
        first, last = parse_month(request.GET.get("first", "")), parse_month(request.GET.get("last", ""))
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("production:workbook_import")
    if not first <= last <= add_months(first, MAX_MONTHS):
        messages.error(request, _("Bulan awal harus sebelum bulan akhir, paling banyak sepuluh tahun."))
        return redirect("production:workbook_import")
    last = min(last, first_of_month(clock.today()))
    own = reader_for(request.user).in_own_regency(Business)
    audit_list_read(
        request.user, businesses_expected_to_report(request.user, last).filter(own).select_related("cluster")
    )
    return workbook_response(f"laporan-{first:%Y-%m}", WORKBOOK_HEADINGS, template_rows(request.user, first, last))
