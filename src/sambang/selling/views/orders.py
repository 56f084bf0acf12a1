"""Orders that the owner notes and marks, opened by the personal link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib.forms import perform
from sambang.lib.lists import page_of
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling import operations, queries
from sambang.selling.forms import OrderNoteForm
from sambang.selling.models import Order

PAGE_SIZE = 20


def get_own_order(request: OwnerRequest, order_id: UUID) -> Order:
    return get_object_or_404(queries.own_orders(request.owner, request.business), pk=order_id)


@owner_page
def order_list(request: OwnerRequest) -> HttpResponse:
    orders = queries.own_orders(request.owner, request.business)
    page = page_of(orders, request.GET, size=PAGE_SIZE)
    return render(request, "selling/order_list.html", {"page": page, "paid_total": queries.paid_total(orders)})


@owner_page
def order_create(request: OwnerRequest) -> HttpResponse:
    items = queries.own_items(request.owner, request.business).filter(withdrawn_at=None)
    form = OrderNoteForm(request.POST or None, items)

    def note() -> Order:
        values = dict(form.cleaned_data)
        return operations.note_order(values.pop("item"), request.owner, **values)

    if order := perform(form, note):
        messages.success(request, _("Pesanan %(number)s dicatat.") % {"number": order.number})
        return redirect("selling:order_list")
    context = {"form": form, "has_items": items.exists()}
    return render(request, "selling/order_create.html", context, status=422 if form.is_bound else 200)


@owner_page
@require_POST
def order_mark(request: OwnerRequest, order_id: UUID, step: str) -> HttpResponse:
    if step not in Order.Step.values:
        raise Http404
    order = get_own_order(request, order_id)
    try:
        operations.mark_order(order, request.owner, step=step)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        done = {"number": order.number, "step": Order.Step(step).label}
        messages.success(request, _("Pesanan %(number)s: %(step)s.") % done)
    return redirect("selling:order_list")


@owner_page
@require_POST
def order_cancel(request: OwnerRequest, order_id: UUID) -> HttpResponse:
    order = get_own_order(request, order_id)
    try:
        operations.cancel_order(order, request.owner)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Pesanan %(number)s dibatalkan.") % {"number": order.number})
    return redirect("selling:order_list")
