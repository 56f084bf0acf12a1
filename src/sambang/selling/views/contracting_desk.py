"""The office's pages of contracted work (maklon): list, record, ask, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.production import contracted_work as operations
from sambang.production.models import ContractedWork
from sambang.registry.models import Business, Cluster
from sambang.registry.owner_messages import whatsapp_redirect
from sambang.registry.queries import is_uuid
from sambang.selling.contracting_forms import ContractedWorkForm, ContractedWorkListForm, ReasonForm


def work_list(request: PersonRequest) -> HttpResponseBase:
    form = ContractedWorkListForm(request.user, request.GET)
    rows = form.narrow(operations.readable_works(request.user))
    columns = (
        (_("Bulan"), "month"),
        (_("Pemesan"), "product_line.business.name"),
        (_("Yang mengerjakan"), "contractor.name"),
        (_("Barang"), "product_line.name"),
        (_("Jumlah"), "quantity"),
        (_("Satuan"), "product_line.unit"),
        (_("Upah (Rp)"), "fee"),
        (_("Keadaan"), "state.label"),
        (_("Upah diterima"), "paid_on"),
        (_("Alasan ditarik"), "withdrawn_because"),
    )

    def context(page: Page) -> dict[str, Any]:
        unpaid = rows.confirmed().filter(paid_on=None).aggregate(total=Sum("fee"))["total"]
        may_record = may_somewhere(request.user, "production.record_contracted_work")
        may_message = may_somewhere(request.user, "registry.see_contact")
        return {"form": form, "works": page, "unpaid": unpaid, "may_record": may_record, "may_message": may_message}

    return list_response(request, rows, "selling/contracted_work_list.html", Export("maklon", columns), context)


def work_create(request: PersonRequest, business_id: object) -> HttpResponse:
    """Record work for an IKM, the principal. `?sentra=`: of which sentra the contractor is, by default its own."""
    rows = Business.objects.visible_to(request.user).processable().select_related("cluster")
    business = get_object_or_404(rows, pk=business_id)
    require(request.user, "production.record_contracted_work", business)
    chosen = request.GET.get("sentra", "")
    cluster = UUID(chosen) if is_uuid(chosen) else business.cluster_id
    contractors = Business.objects.visible_to(request.user).processable().exclude(pk=business.pk)
    contractors = contractors.filter(cluster__pk__in=[cluster] if cluster else []).order_by("name", "pk")
    form = ContractedWorkForm(business, contractors, request.POST or None)
    if run_operation(form, lambda: operations.record_contracted_work(business, request.user, data=form.work_data())):
        messages.success(request, _("Maklon dicatat. Kedua pemilik membenarkannya lewat tautan pribadinya."))
        return redirect("contracting:work_list")
    clusters = Cluster.objects.visible_to(request.user).order_by("name", "pk")
    context = {"form": form, "business": business, "clusters": clusters, "chosen": str(cluster or "")}
    return render(request, "selling/contracted_work_create.html", context, status=422 if form.is_bound else 200)


def get_work(request: PersonRequest, work_id: object) -> ContractedWork:
    return get_object_or_404(operations.readable_works(request.user), pk=work_id)


def work_withdraw(request: PersonRequest, work_id: object) -> HttpResponse:
    work = get_work(request, work_id)
    require(request.user, "production.withdraw_contracted_work", work)
    form = ReasonForm(request.POST or None)
    if run_operation(form, lambda: operations.withdraw_contracted_work(work, request.user, **form.cleaned_data)):
        messages.success(request, _("Catatan maklon ditarik."))
        return redirect("contracting:work_list")
    names = {"principal": work.product_line.business.name, "contractor": work.contractor.name}
    title = _("Tarik maklon %(principal)s – %(contractor)s") % names
    return form_page(request, form, title=title, back=(reverse("contracting:work_list"), _("Maklon")), save=_("Tarik"))


def work_message(request: PersonRequest, work_id: object) -> HttpResponse:
    """Redirect to WhatsApp with the question to the side that has not answered. 404 once both have."""
    rows = operations.readable_works(request.user).select_related("product_line__business__owner", "contractor__owner")
    work = get_object_or_404(rows, pk=work_id)
    if not work.is_open:
        raise Http404
    business = work.contractor if work.contractor_confirmed_at is None else work.product_line.business
    require(request.user, "registry.see_contact", business)
    text = operations.work_question_text(work, business)
    return whatsapp_redirect(request, request.user, business, text, verb="registry.see_contact")
