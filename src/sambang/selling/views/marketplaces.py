"""The owner fills the template of the own shop with the goods of the shelf."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.market.marketplace_forms import MarketplaceFileForm
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling import queries


@owner_page
def marketplace_fill(request: OwnerRequest) -> HttpResponse:
    form = MarketplaceFileForm(request.POST or None, request.FILES or None, business=request.business)
    filling = None
    if form.is_bound:
        items = queries.own_items(request.owner, request.business).filter(withdrawn_at=None)
        filling = form.fill(items, request.build_absolute_uri)
        if filling and form.is_ready(filling):
            return form.response(filling)
    context = {"form": form, "filling": filling}
    return render(request, "selling/marketplace_fill.html", context, status=422 if form.is_bound else 200)
