"""The list of permits that expire; the correction of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest, reached_row
from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.registry import operations
from sambang.registry.forms import PermitChangeForm, PermitListForm
from sambang.registry.models import Permit
from sambang.registry.permit_expiry import expiring_permits, permit_notices
from sambang.registry.views.form_page import registry_form_page


def permit_list(request: PersonRequest) -> HttpResponseBase:
    today = clock.today()
    form = PermitListForm(request.GET)
    export = Export(
        "izin-yang-habis",
        (
            (_("IKM"), "business.name"),
            (_("Izin"), "get_kind_display"),
            (_("Berlaku sampai"), "valid_until"),
            (_("Sisa hari"), lambda row: (row.valid_until - today).days),
            (_("Sentra"), "business.cluster"),
            (_("Desa/kalurahan"), "business.region"),
        ),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "notices": permit_notices(request.user, today=today),
            "rows": [(row, (row.valid_until - today).days) for row in page],
        }

    rows = form.narrow(expiring_permits(request.user))
    return list_response(request, rows, "registry/permit_list.html", export, context)


def permit_change(request: PersonRequest, permit_id: UUID) -> HttpResponse:
    permit = reached_row(request, Permit, permit_id, "registry.change_permit", related=("business",))
    require(request.user, "registry.see_contact", permit)  # the form shows its number
    fields = ("kind", "number", "issuer", "issued_on", "valid_until", "source")
    form = PermitChangeForm(request.POST or None, initial={name: getattr(permit, name) for name in fields})
    if run_operation(form, lambda: operations.change_permit(permit, request.user, **form.cleaned_data)):
        messages.success(request, _("Izin disimpan."))
        return redirect("registry:business_detail", permit.business_id)
    return registry_form_page(request, form, title=_("Betulkan izin"), business=permit.business)
