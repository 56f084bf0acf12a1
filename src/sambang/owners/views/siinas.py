"""The owner's SIINas sheet of the last quarter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.siinas.forms import SheetForm
from sambang.siinas.operations import save_sheet
from sambang.siinas.quarters import quarter_to_report
from sambang.siinas.queries import prefill_sheet


@owner_page
def sheet_change(request: OwnerRequest) -> HttpResponse:
    quarter = quarter_to_report(clock.today())
    form = SheetForm.of(prefill_sheet(request.business, quarter), request.POST or None)
    if run_operation(form, lambda: save_sheet(request.business, request.owner, quarter=quarter, **form.cleaned_data)):
        messages.success(request, _("Terima kasih, lembar SIINas Anda disimpan."))
        return redirect("owners:home")
    context = {"form": form, "quarter": quarter}
    return render(request, "owners/sheet_change.html", context, status=422 if form.is_bound else 200)
