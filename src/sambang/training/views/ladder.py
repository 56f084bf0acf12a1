"""The ladder of each IKM towards selling online: the list, and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest, reached_row
from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.forms import LadderListForm, LadderStepForm
from sambang.training.ladder import LadderProgress, businesses_with_ladder, ladder_columns, tally
from sambang.training.models import LadderStep
from sambang.training.screenshots import waiting_screenshots


def ladder_list(request: PersonRequest) -> HttpResponseBase:
    form = LadderListForm(request.user, request.GET)
    rows = form.narrow(businesses_with_ladder(request.user))
    columns = (
        (_("Sentra"), "cluster"),
        (_("IKM"), "name"),
        *ladder_columns(),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "rows": [LadderProgress.of(business) for business in page],
            "tally": tally(rows),
            "simulated": any(business.is_simulated for business in page),
            "steps": LadderStep.Step,
            "waiting": waiting_screenshots(request.user).count(),
        }

    return list_response(request, rows, "training/ladder_list.html", Export("tangga", columns), context)


def ladder_detail(request: PersonRequest, business_id: str) -> HttpResponse:
    business = reached_row(request, Business, business_id, related=("cluster",))
    form = LadderStepForm(request.POST or None, request.FILES or None, initial={"reached_on": clock.today()})
    if ladder_step := run_operation(
        form, lambda: operations.record_ladder_step(business, request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Dicatat: %(step)s.") % {"step": ladder_step.get_step_display()})
        return redirect("training:ladder_detail", business.pk)
    context = {
        "business": business,
        "ladder_steps": business.ladder_steps.select_related("noted_by"),
        "screenshots": business.screenshots.select_related("added_by", "answered_by"),
        "may_look": may(request.user, "training.answer_screenshot", business),
        "channels": business.channels.order_by("opened_on"),
        "form": form,
        "may_withdraw": may(request.user, "training.withdraw", business),
        "may_climb": may(request.user, "training.record_ladder_step", business),
    }
    return render(request, "training/ladder_detail.html", context, status=422 if form.is_bound else 200)
