"""Spare capacity and shares of pooled orders, opened by the personal link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib import clock
from sambang.lib.forms import run_operation, run_without_form
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling.forms import CapacityForm
from sambang.selling.models import PooledShare
from sambang.selling.pooling_operations import answer_share, declare_capacity

MAX_SHARES = 20


@owner_page
def capacity_list(request: OwnerRequest) -> HttpResponse:
    form = CapacityForm(request.business, request.POST or None, today=clock.today())

    def declare() -> int:
        return declare_capacity(request.business, request.owner, quantities=form.quantities()) + 1

    if run_operation(form, declare):
        messages.success(request, _("Kapasitas luang disimpan."))
        return redirect("selling:share_list")
    return render(request, "selling/capacity_list.html", {"form": form}, status=422 if form.is_bound else 200)


@owner_page
def share_list(request: OwnerRequest) -> HttpResponse:
    rows = PooledShare.objects.visible_to(request.owner).filter(business=request.business)
    shares = rows.select_related("order__cluster").order_by("-order__created_at", "pk")[:MAX_SHARES]
    return render(request, "selling/share_list.html", {"shares": shares})


@owner_page
@require_POST
def share_answer(request: OwnerRequest, share_id: UUID, answer: str) -> HttpResponse:
    if answer not in PooledShare.State.values:
        raise Http404
    rows = PooledShare.objects.visible_to(request.owner).filter(business=request.business)
    share = get_object_or_404(rows.select_related("order"), pk=share_id)
    text = request.POST.get("quantity", "")
    quantity = int(text) if text.isdecimal() else 0
    if run_without_form(request, lambda: answer_share(share, request.owner, answer=answer, quantity=quantity)):
        messages.success(request, _("Jawaban Anda dicatat: %(state)s.") % {"state": share.get_state_display()})
    return redirect("selling:share_list")
