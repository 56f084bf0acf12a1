"""Pages of the quarterly SIINas sheets: list of IKM, sheet of one IKM, target of the council."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.access.permissions import councils_of, may, require
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.redirects import redirect_within
from sambang.registry.models import Business
from sambang.registry.personal_names import SEE_FINANCES
from sambang.siinas import operations, queries
from sambang.siinas.forms import QuarterForm, QuarterTargetForm, SheetForm
from sambang.siinas.models import FIGURE_FIELDS, QuarterSheet
from sambang.siinas.quarters import Quarter, quarter_to_report


def quarter_or_404(year: int, number: int) -> Quarter:
    try:
        return Quarter(year, number)
    except ValueError:
        raise Http404 from None


def sheet_list(request: PersonRequest) -> HttpResponseBase:
    keys = [council.pk for council in councils_of(request.user) if may(request.user, SEE_FINANCES, council)]
    form = QuarterForm(request.user, Council.objects.filter(pk__in=keys), request.GET)
    council, quarter = form.council, form.quarter
    if council is None:
        return render(request, "siinas/sheet_list.html", {})
    log_read(request.user, [council], [SEE_FINANCES], again=REPEAT_INTERVAL)
    rows = queries.reporting_businesses(request.user, council)
    may_ask = quarter == quarter_to_report(clock.today()) and may(request.user, "owners.send_reminder", council)

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "council": council,
            "quarter": quarter,
            "count": queries.reporting_count(rows, council, quarter),
            "lines": [
                (business, queries.state_text(business), may_ask and queries.can_be_asked(business))
                for business in page
            ],
            "may_ask": may_ask,
            "may_set_target": may(request.user, "siinas.set_target", council),
            "simulated": council.is_simulated,
        }

    listed = queries.with_sheets(form.narrow(rows), quarter)
    return list_response(request, listed, "siinas/sheet_list.html", sheet_export(quarter), context)


def sheet_export(quarter: Quarter) -> Export:
    """The eleven items of every IKM with the state of its sheet."""

    def item(name: str) -> Any:
        return lambda business: getattr(next(iter(business.quarter_sheets), None), name, None)

    columns = [(QuarterSheet.title_of(name), item(name)) for name in FIGURE_FIELDS]
    return Export(
        f"siinas-{quarter.year}-{quarter.number}",
        (
            (_("IKM"), "name"),
            (_("Sentra"), "cluster.name"),
            (_("Desa"), "region.name"),
            *columns,
            (_("Dikirim di SIINas"), item("reported_on")),
            (_("Keadaan"), queries.state_text),
        ),
    )


def current_sheet(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """The sheet that the IKM fills in now."""
    quarter = quarter_to_report(clock.today())
    address = reverse("siinas:sheet_change", args=[business_id, quarter.year, quarter.number])
    return redirect(f"{address}?{query}" if (query := request.GET.urlencode()) else address)


def sheet_change(request: PersonRequest, business_id: UUID, year: int, quarter: int) -> HttpResponse:
    """The sheet of a quarter, with stored values as initial ones. `?next=`: the page to return to."""
    chosen = quarter_or_404(year, quarter)
    business = reached_row(request, Business, business_id, SEE_FINANCES, related=("cluster", "region", "owner"))
    require(request.user, "siinas.save", business)
    log_read(request.user, [business], [SEE_FINANCES], again=REPEAT_INTERVAL)
    form = SheetForm.of(queries.prefill_sheet(business, chosen), request.POST or None)
    if run_operation(form, lambda: operations.save_sheet(business, request.user, quarter=chosen, **form.cleaned_data)):
        messages.success(request, _("Lembar SIINas disimpan."))
        return redirect_within(request, request.GET.get("next", ""), list_address(chosen))
    title = _("SIINas %(quarter)s: %(business)s") % {"quarter": chosen, "business": business}
    return form_page(request, form, title=title, back=(list_address(chosen), _("Lembar SIINas")))


def target_change(request: PersonRequest, council_id: UUID, year: int, quarter: int) -> HttpResponse:
    chosen = quarter_or_404(year, quarter)
    council = own_council(request, council_id, "siinas.set_target")
    form = QuarterTargetForm.of(queries.quarter_target(council, chosen), request.POST or None)
    if run_operation(
        form, lambda: operations.set_quarter_target(council, request.user, quarter=chosen, **form.cleaned_data)
    ):
        messages.success(request, _("Batas waktu dan target disimpan."))
        return redirect(list_address(chosen))
    title = _("Batas waktu dan target %(quarter)s") % {"quarter": chosen}
    return form_page(request, form, title=title, back=(list_address(chosen), _("Lembar SIINas")))


def list_address(quarter: Quarter) -> str:
    return f"{reverse('siinas:sheet_list')}?tahun={quarter.year}&triwulan={quarter.number}"
