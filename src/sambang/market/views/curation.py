"""The curator's pages: items that owners submitted, published or returned with reasons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.pictures import stored_bytes
from sambang.market import queries, shelf_operations
from sambang.market.curation import crafts_of, permit_warnings
from sambang.market.forms import ReturnItemForm
from sambang.market.listing_rules import listing_errors
from sambang.market.models import Item
from sambang.market.photo_advice import photo_advice


def curation_list(request: PersonRequest) -> HttpResponseBase:
    """Submitted items within reach, longest waiting first."""
    columns = (
        (_("Diajukan"), lambda row: timezone.localtime(row.submitted_at)),
        (_("Sentra"), "business.cluster"),
        (_("IKM"), "business.name"),
        (_("Barang"), "name"),
        (_("Harga (Rp)"), "price"),
    )

    def context(page: Page) -> dict[str, Any]:
        return {}

    rows = queries.submitted_items(request.user)
    return list_response(request, rows, "market/curation_list.html", Export("kurasi", columns), context)


def get_submitted(request: PersonRequest, item_id: str) -> Item:
    return get_object_or_404(queries.submitted_items(request.user), pk=item_id)


def curation_detail(request: PersonRequest, item_id: str) -> HttpResponse:
    item = get_submitted(request, item_id)
    return _render(request, item, ReturnItemForm(None, item.business))


def _render(request: PersonRequest, item: Item, form: ReturnItemForm) -> HttpResponse:
    first = item.pictures.first()
    context = {
        "item": item,
        "form": form,
        "crafts": crafts_of(item.business),
        "warnings": permit_warnings(item.business, today=clock.today()),
        "advice": [*(photo_advice(stored_bytes(first.image)) if first else ()), *listing_errors(item)],
        "may_curate": may(request.user, "market.curate", item),
        "simulated": item.business.is_simulated,
    }
    return render(request, "market/curation_detail.html", context, status=422 if form.is_bound else 200)


@require_POST
def item_publish(request: PersonRequest, item_id: str) -> HttpResponse:
    item = shelf_operations.publish_item(get_submitted(request, item_id), request.user)
    messages.success(request, _("“%(item)s” ditayangkan di katalog.") % {"item": item.name})
    return redirect("market:curation_list")


@require_POST
def item_return(request: PersonRequest, item_id: str) -> HttpResponse:
    item = get_submitted(request, item_id)
    form = ReturnItemForm(request.POST, item.business)
    if not run_operation(form, lambda: shelf_operations.return_item(item, request.user, **form.cleaned_data)):
        return _render(request, item, form)
    messages.success(request, _("“%(item)s” dikembalikan kepada pemiliknya dengan alasannya.") % {"item": item.name})
    return redirect("market:curation_list")
