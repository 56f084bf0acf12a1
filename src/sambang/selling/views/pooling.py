"""The office's pages of pooled orders: note one, split it, see who answered what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere, require
from sambang.access.requests import PersonRequest, reached_row
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.owner_messages import whatsapp_redirect
from sambang.selling.forms import PooledOrderForm, SplitForm
from sambang.selling.models import PooledOrder, PooledShare
from sambang.selling.pooling import order_members, pooled_orders, share_text
from sambang.selling.pooling_operations import cancel_pooled_order, plan_pooled_order, split_order


def shared_quantity(order: PooledOrder, *states: str) -> int:
    return sum(share.quantity for share in order.shares.all() if share.state in states)


def pooled_order_list(request: PersonRequest) -> HttpResponseBase:
    agreed = (PooledShare.State.AGREED, PooledShare.State.DELIVERED)
    columns = (
        (_("Pesanan"), "title"),
        (_("Sentra"), "cluster.name"),
        (_("Jumlah"), "quantity"),
        (_("Satuan"), "unit"),
        (_("Sanggup"), lambda row: shared_quantity(row, *agreed)),
        (_("Selesai paling lambat"), "due_on"),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "orders": [(order, shared_quantity(order, *agreed)) for order in page],
            "may_plan": may_somewhere(request.user, "selling.plan_pooled_order"),
        }

    rows = pooled_orders(request.user)
    return list_response(
        request, rows, "selling/pooled_order_list.html", Export(_("pesanan-bersama"), columns), context
    )


def pooled_order_create(request: PersonRequest) -> HttpResponse:
    form = PooledOrderForm(request.user, request.POST or None)

    def plan() -> PooledOrder:
        fields = dict(form.cleaned_data)
        return plan_pooled_order(fields.pop("cluster"), request.user, **fields)

    if order := run_operation(form, plan):
        messages.success(request, _("Pesanan dicatat. Periksa usulan pembagiannya, lalu tanyakan."))
        return redirect("pooling:pooled_order_detail", order.pk)
    back = (reverse("pooling:pooled_order_list"), _("Pesanan bersama"))
    return form_page(request, form, title=_("Catat pesanan bersama"), back=back)


def pooled_order_detail(request: PersonRequest, order_id: object) -> HttpResponse:
    """The members with their capacity and shares; POST asks for the shares that were entered."""
    order = get_object_or_404(pooled_orders(request.user), pk=order_id)
    if request.method == "POST":
        require(request.user, "selling.split_order", order)
    members = order_members(order, request.user, today=clock.today())
    form = SplitForm(members, request.POST or None)
    if run_operation(form, lambda: split_order(order, request.user, quantities=form.quantities())):
        messages.success(request, _("Bagian ditanyakan. Pemilik menjawab lewat tautan pribadinya."))
        return redirect("pooling:pooled_order_detail", order.pk)
    agreed = shared_quantity(order, PooledShare.State.AGREED, PooledShare.State.DELIVERED)
    context = {
        "order": order,
        "rows": form.rows(),
        "form": form,
        "agreed": agreed,
        "missing": order.quantity - agreed,
        "spare": sum(member.spare for member in members),
        "may_split": order.cancelled_on is None and may(request.user, "selling.split_order", order),
        "may_message": may(request.user, "registry.see_contact", order),
    }
    return render(request, "selling/pooled_order_detail.html", context, status=422 if form.is_bound else 200)


@require_POST
@ask_first(
    gettext_lazy("Batalkan pesanan bersama ini?"),
    gettext_lazy("Bagian yang sudah disetujui para pemilik ikut batal."),
    gettext_lazy("Ya, batalkan"),
)
def pooled_order_cancel(request: PersonRequest, order_id: object) -> HttpResponse:
    order = get_object_or_404(pooled_orders(request.user), pk=order_id)
    run_without_form(request, lambda: cancel_pooled_order(order, request.user), _("Pesanan bersama dibatalkan."))
    return redirect("pooling:pooled_order_detail", order.pk)


def share_message(request: PersonRequest, share_id: object) -> HttpResponse:
    """Redirect to WhatsApp with the question to the owner."""
    share = reached_row(request, PooledShare, share_id, related=("order", "business__owner"))
    require(request.user, "registry.see_contact", share.business)
    return whatsapp_redirect(request, request.user, share.business, share_text(share), verb="registry.see_contact")
