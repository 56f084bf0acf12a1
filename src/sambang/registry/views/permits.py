"""The list of permits that expire."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.forms import PermitListForm
from sambang.registry.permit_expiry import expiring_permits, permit_notices


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
