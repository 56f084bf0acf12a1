"""An officer looks at the screenshot that an owner handed in as evidence of a ladder step."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest, reached_row
from sambang.lib.forms import run_operation
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.training.forms import ScreenshotAnswerForm
from sambang.training.models import LadderStep, Screenshot
from sambang.training.screenshots import answer_screenshot

SCREENSHOT_CACHE_SECONDS = 600


def get_screenshot(request: PersonRequest, screenshot_id: UUID) -> Screenshot:
    return reached_row(
        request,
        Screenshot,
        screenshot_id,
        "training.answer_screenshot",
        related=("business", "added_by", "answered_by"),
    )


def screenshot_image(request: PersonRequest, screenshot_id: UUID) -> HttpResponse:
    """It may show names of buyers: for those who may answer it."""
    return jpeg_response(stored_bytes(get_screenshot(request, screenshot_id).image), seconds=SCREENSHOT_CACHE_SECONDS)


def screenshot_detail(request: PersonRequest, screenshot_id: UUID) -> HttpResponse:
    screenshot = get_screenshot(request, screenshot_id)
    form = ScreenshotAnswerForm(request.POST or None)

    def answer() -> Screenshot:
        accepted = form.cleaned_data["answer"] == "yes"
        return answer_screenshot(screenshot, request.user, accepted=accepted, because=form.cleaned_data["because"])

    if run_operation(form, answer):
        messages.success(request, _("Jawaban disimpan. Pemilik membacanya di tautan pribadinya."))
        return redirect("training:ladder_detail", screenshot.business_id)
    context = {
        "screenshot": get_screenshot(request, screenshot_id),  # a refused form has changed the first
        "ladder_step": LadderStep.objects.filter(business=screenshot.business_id, step=screenshot.step).first(),
        "form": form,
        "simulated": screenshot.business.is_simulated,
    }
    return render(request, "training/screenshot_detail.html", context, status=422 if form.is_bound else 200)
