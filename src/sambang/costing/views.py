"""The owner's cost pages, opened by the personal link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.costing import operations, queries
from sambang.costing.forms import CostItemFormSet, CostSheetForm, FirstCostForm, item_rows, items_of
from sambang.costing.models import CostSheet
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_operation
from sambang.owners.authentication import OwnerRequest, owner_page


def sheet_of(request: OwnerRequest, sheet_id: UUID) -> CostSheet:
    return get_object_or_404(queries.cost_sheets(request.owner, request.business), pk=sheet_id)


@owner_page
def sheet_list(request: OwnerRequest) -> HttpResponse:
    today = clock.today()
    rows = [
        (sheet, queries.cost_result(sheet, today=today))
        for sheet in queries.cost_sheets(request.owner, request.business)
    ]
    return render(request, "costing/sheet_list.html", {"rows": rows})


@owner_page
def sheet_create(request: OwnerRequest) -> HttpResponse:
    form = FirstCostForm(request.POST or None)

    def save() -> CostSheet:
        fields = {"name": form.cleaned_data["name"]}
        return operations.save_cost_sheet(
            request.business, request.owner, sheet=None, fields=fields, items=form.items()
        )

    if sheet := run_operation(form, save):
        messages.success(request, _("Dihitung dan disimpan. Hanya Anda yang dapat melihatnya."))
        return redirect("costing:sheet_detail", sheet.pk)
    return render(request, "costing/sheet_create.html", {"form": form}, status=422 if form.is_bound else 200)


@owner_page
def sheet_detail(request: OwnerRequest, sheet_id: UUID) -> HttpResponse:
    """The result, followed by the form with its input."""
    sheet = sheet_of(request, sheet_id)
    form = CostSheetForm.of(sheet, request.POST or None)
    formset = CostItemFormSet(request.POST or None, initial=item_rows(sheet), prefix="biaya")

    def save() -> CostSheet:
        return operations.save_cost_sheet(
            request.business, request.owner, sheet=sheet, fields=form.values(), items=items_of(formset)
        )

    if request.method == "POST" and formset.is_valid():
        saved = run_operation(form, save)
        if saved:
            messages.success(request, _("Dihitung dan disimpan. Hanya Anda yang dapat melihatnya."))
            return redirect("costing:sheet_detail", saved.pk)
    stored = sheet_of(request, sheet_id)  # a refused form may have changed `sheet`
    context = {
        "sheet": stored,
        "form": form,
        "formset": formset,
        "result": queries.cost_result(stored, today=clock.today()),
        "cluster_prices": queries.cluster_price_texts(stored, now=clock.now()),
    }
    return render(request, "costing/sheet_detail.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@owner_page
@ask_first(
    gettext_lazy("Hapus hitungan ini?"),
    gettext_lazy("Bahan, upah, dan harga yang Anda tulis ikut terhapus."),
    gettext_lazy("Ya, hapus"),
)
def sheet_delete(request: OwnerRequest, sheet_id: UUID) -> HttpResponse:
    operations.delete_cost_sheet(sheet_of(request, sheet_id), request.owner)
    messages.success(request, _("Hitungan dihapus."))
    return redirect("costing:sheet_list")
