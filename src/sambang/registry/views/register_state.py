"""The state of the register: IKM whose existence is confirmed, unsure, or that were not found."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.templatetags.formatting import count
from sambang.registry import operations, queries
from sambang.registry.existence import EXISTENCE, register_state
from sambang.registry.views.businesses import get_business

MAX_AREAS = 100  # sentra or villages on the page


def register_state_detail(request: PersonRequest) -> HttpResponse:
    state = register_state(queries.businesses_for(request.user), today=clock.today())
    context = {
        "state": state,
        "evidence": [f"{source} {count(number)}" for source, number in state.evidence],
        "states": [(name, *number) for name, number in zip(EXISTENCE, state.total.numbers, strict=True)],
        "tables": [
            (_("Menurut sentra"), _("Sentra"), state.by_cluster[:MAX_AREAS]),
            (_("Menurut desa/kalurahan"), _("Desa/kalurahan"), state.by_village[:MAX_AREAS]),
        ],
    }
    return render(request, "registry/register_state.html", context)


@require_POST
def business_confirm(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id, verb="registry.change_business")
    operations.confirm_business(row, request.user, on=clock.today())
    messages.success(request, _("%(name)s tercatat masih ada, hari ini.") % {"name": row.name})
    return redirect("registry:business_detail", row.pk)


@require_POST
def business_not_found(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id, verb="registry.change_business")
    operations.mark_not_found(row, request.user, on=clock.today())
    messages.success(request, _("%(name)s tercatat tidak ditemukan, hari ini.") % {"name": row.name})
    return redirect("registry:business_detail", row.pk)
