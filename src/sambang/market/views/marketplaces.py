"""The council's files of an IKM's goods: a marketplace's own workbook, filled, and labels with QR codes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.market import queries
from sambang.market.labels import labels_response
from sambang.market.marketplace_forms import MarketplaceFileForm
from sambang.market.models import Consent
from sambang.market.views.items import get_business


def marketplace_fill(request: PersonRequest, business_id: str) -> HttpResponse:
    """Only while the owner agrees that the goods are passed on to marketplaces."""
    business = get_business(request, business_id)
    require(request.user, "market.offer", business)
    agreed = business.consents.valid().filter(purpose=Consent.Purpose.MARKETPLACE).exists()
    form = MarketplaceFileForm(request.POST or None, request.FILES or None, business=business)
    filling = None
    if form.is_bound and agreed:
        items = business.items.filter(withdrawn_at=None).prefetch_related(queries.FIRST_PICTURES).order_by("name")
        filling = form.fill(items, request.build_absolute_uri)
        if filling and form.is_ready(filling):
            return form.response(filling)
    context = {"business": business, "form": form, "filling": filling, "agreed": agreed}
    return render(request, "market/marketplace_fill.html", context, status=422 if form.is_bound else 200)


def label_document(request: PersonRequest, business_id: str) -> HttpResponse:
    return labels_response(get_business(request, business_id), request.build_absolute_uri)
