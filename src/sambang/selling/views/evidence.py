"""Steps towards selling online that the owner records on the personal link, with a screenshot or without."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.training.forms import OwnStepForm
from sambang.training.models import LadderStep, Screenshot
from sambang.training.screenshots import record_own_step, withdraw_own_step
from sambang.training.views.screenshots import SCREENSHOT_CACHE_SECONDS


@owner_page
def step_create(request: OwnerRequest) -> HttpResponse:
    form = OwnStepForm(request.POST or None, request.FILES or None)

    def record() -> LadderStep:
        return record_own_step(request.business, request.owner, **form.cleaned_data)

    if run_operation(form, record):
        messages.success(
            request,
            _("Tercatat. Petugas melihat gambarnya.")
            if form.cleaned_data["screenshot"]
            else _("Tercatat sebagai kata Anda. Tambahkan tangkapan layar bila ada."),
        )
        return redirect("selling:learning_list")
    return render(request, "selling/step_create.html", {"form": form}, status=422 if form.is_bound else 200)


@owner_page
@require_POST
def step_withdraw(request: OwnerRequest, step_id: UUID) -> HttpResponse:
    ladder_step = get_object_or_404(LadderStep.objects.visible_to(request.owner), business=request.business, pk=step_id)
    run_without_form(request, lambda: withdraw_own_step(ladder_step, request.owner), _("Catatan itu dihapus."))
    return redirect("selling:learning_list")


@owner_page
def screenshot_image(request: OwnerRequest, screenshot_id: UUID) -> HttpResponse:
    rows = Screenshot.objects.visible_to(request.owner).filter(business=request.business)
    return jpeg_response(
        stored_bytes(get_object_or_404(rows, pk=screenshot_id).image), seconds=SCREENSHOT_CACHE_SECONDS
    )
