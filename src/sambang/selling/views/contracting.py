"""Contracted work (maklon) on the personal link: record, confirm or refuse, fee received, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.row_security import bypass_row_security
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import page_of
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.production import contracted_work as operations
from sambang.production.models import ContractedWork
from sambang.selling.contracting_forms import ContractedWorkForm, ReasonForm

CARDS_PER_PAGE = 20
ANSWERS = {"benar": True, "salah": False}
PAYMENTS = {"diterima": True, "belum": False}


def get_own_work(request: OwnerRequest, work_id: UUID) -> ContractedWork:
    """With both businesses, of which row security shows the owner only one."""
    with bypass_row_security(__name__):
        return get_object_or_404(operations.works_of(request.business), pk=work_id)


@owner_page
def work_list(request: OwnerRequest) -> HttpResponse:
    with bypass_row_security(__name__):
        page = page_of(operations.works_of(request.business), request.GET, size=CARDS_PER_PAGE)
        rows = [WorkCard(work, request.business.pk) for work in page]
    return render(request, "selling/work_list.html", {"rows": rows, "page": page})


class WorkCard:
    """A work as one of its owners sees it."""

    def __init__(self, work: ContractedWork, business_id: UUID) -> None:
        self.work, self.is_contractor = work, work.contractor_id == business_id
        self.partner = work.product_line.business if self.is_contractor else work.contractor
        own = work.contractor_confirmed_at if self.is_contractor else work.principal_confirmed_at
        self.may_answer = work.is_open and own is None


@owner_page
def work_create(request: OwnerRequest) -> HttpResponse:
    with bypass_row_security(__name__):
        contractors = operations.possible_contractors(request.business)
        form = ContractedWorkForm(request.business, contractors, request.POST or None)
        form.is_valid()

    def record() -> ContractedWork:
        return operations.record_contracted_work(request.business, request.owner, data=form.work_data())

    if run_operation(form, record):
        messages.success(request, _("Dicatat. Yang mengerjakan membenarkannya lewat tautan pribadinya."))
        return redirect("selling:work_list")
    with bypass_row_security(__name__):
        context = {"form": form, "has_partners": contractors.exists()}
        return render(request, "selling/work_create.html", context, status=422 if form.is_bound else 200)


def _carry_out(request: OwnerRequest, do: Callable[[], object], done: str) -> HttpResponse:
    run_without_form(request, do, done)
    return redirect("selling:work_list")


@owner_page
@require_POST
def work_answer(request: OwnerRequest, work_id: UUID, answer: str) -> HttpResponse:
    if answer not in ANSWERS:
        raise Http404
    work, is_right = get_own_work(request, work_id), ANSWERS[answer]

    def do() -> object:
        return operations.answer_contracted_work(work, request.owner, business=request.business, is_right=is_right)

    return _carry_out(request, do, _("Anda membenarkannya.") if is_right else _("Anda menyangkalnya."))


@owner_page
@require_POST
def work_mark(request: OwnerRequest, work_id: UUID, payment: str) -> HttpResponse:
    if payment not in PAYMENTS:
        raise Http404
    work, is_paid = get_own_work(request, work_id), PAYMENTS[payment]

    def do() -> object:
        return operations.mark_contracted_work_paid(work, request.owner, business=request.business, is_paid=is_paid)

    done = _("Dicatat: upah sudah diterima.") if is_paid else _("Dicatat: upah belum diterima.")
    return _carry_out(request, do, done)


@owner_page
def work_withdraw(request: OwnerRequest, work_id: UUID) -> HttpResponse:
    work = get_own_work(request, work_id)
    form = ReasonForm(request.POST if "because" in request.POST else None)
    if run_operation(form, lambda: operations.withdraw_contracted_work(work, request.owner, **form.cleaned_data)):
        messages.success(request, _("Catatan maklon ditarik."))
        return redirect("selling:work_list")
    context = {"form": form, "work": work}
    return render(request, "selling/work_withdraw.html", context, status=422 if form.is_bound else 200)
