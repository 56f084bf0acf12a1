"""Orders that the owner notes and marks, opened by the personal link."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import page_of
from sambang.lib.months import month_name
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.production.forms import ReportForm
from sambang.production.queries import report_of
from sambang.selling import operations, queries
from sambang.selling.forms import OrderNoteForm
from sambang.selling.models import Order
from sambang.selling.report_prefill import months_to_report, prefill

ORDERS_PER_PAGE = 20


def get_own_order(request: OwnerRequest, order_id: UUID) -> Order:
    return get_object_or_404(queries.own_orders(request.owner, request.business), pk=order_id)


@owner_page
def order_list(request: OwnerRequest) -> HttpResponse:
    orders = queries.own_orders(request.owner, request.business)
    page = page_of(orders, request.GET, size=ORDERS_PER_PAGE)
    months = months_to_report(request.owner, request.business, today=clock.today())
    context = {"page": page, "paid_total": queries.paid_total(orders), "months": months}
    return render(request, "selling/order_list.html", context)


@owner_page
def order_report(request: OwnerRequest, month: date) -> HttpResponse:
    """The form of the month's report, filled in from the orders that were sent; it is sent as any other."""
    if report_of(request.business, month):
        messages.info(request, _("Laporan %(month)s sudah ada pada kami.") % {"month": month_name(month)})
        return redirect("owners:report_correct", f"{month:%Y-%m}")
    filled = prefill(request.owner, request.business, month)
    form = ReportForm(request.business, month, initial=filled.initial)
    context = {"form": form, "month": month, "current": None, "changes": [], "prefill": filled}
    return render(request, "owners/report.html", context)


@owner_page
def order_create(request: OwnerRequest) -> HttpResponse:
    items = queries.own_items(request.owner, request.business).filter(withdrawn_at=None)
    form = OrderNoteForm(request.POST or None, items)

    def note() -> Order:
        values = dict(form.cleaned_data)
        return operations.note_order(values.pop("item"), request.owner, **values)

    if order := run_operation(form, note):
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
    if run_without_form(request, lambda: operations.mark_order(order, request.owner, step=step)):
        done = {"number": order.number, "step": Order.Step(step).label}
        messages.success(request, _("Pesanan %(number)s: %(step)s.") % done)
    return redirect("selling:order_list")


@owner_page
@require_POST
@ask_first(
    gettext_lazy("Batalkan pesanan ini?"),
    gettext_lazy("Pesanan yang batal tidak dihitung lagi di laporan dan tidak dapat dilanjutkan."),
    gettext_lazy("Ya, batalkan"),
)
def order_cancel(request: OwnerRequest, order_id: UUID) -> HttpResponse:
    order = get_own_order(request, order_id)
    done = _("Pesanan %(number)s dibatalkan.") % {"number": order.number}
    run_without_form(request, lambda: operations.cancel_order(order, request.owner), done)
    return redirect("selling:order_list")
