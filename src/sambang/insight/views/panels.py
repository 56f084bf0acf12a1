"""Pages of the panel, the IKM that are asked to report: the active panel, and drawing a new one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from sambang.access.models import Council
from sambang.access.permissions import councils_of, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.insight.forms import PanelForm
from sambang.insight.panel_drawing import SEED_LIMIT, draw_council_panel, read_frame
from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.region_code import RegionCode, in_region
from sambang.production.panels import ask_everybody, current_panel, is_asked
from sambang.production.queries import readable_businesses


def regency_council(request: PersonRequest, council_id: object) -> Council:
    """A council of the person; 404 for a province, whose regencies draw their own panels."""
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    if not RegionCode(council.region_code).is_within_regency:
        raise Http404
    return council


def panel_detail(request: PersonRequest, council_id: object) -> HttpResponseBase:
    """The IKM that are asked to report, and the active panel with its expected interval width."""
    council = regency_council(request, council_id)
    rows = readable_businesses(request.user).active().filter(in_region("region__code", council.region_code), is_asked())
    rows = rows.select_related("cluster", "region", "industry").order_by("cluster__name", "name", "pk")
    columns = (
        (_("Sentra"), "cluster.name"),
        (pgettext("one", "IKM"), "name"),
        (_("Desa/kelurahan"), "region.name"),
        (_("KBLI"), "industry.code"),
    )

    def context(_page: Page) -> Mapping[str, Any]:
        return {
            "council": council,
            "panel": current_panel(council),
            "may_draw": reader_for(request.user).may("production.draw_panel", council, code=council.region_code),
        }

    return list_response(request, rows, "insight/panel_detail.html", Export(_("yang-ditanya"), columns), context)


def panel_draw(request: PersonRequest, council_id: object) -> HttpResponse:
    council = regency_council(request, council_id)
    require(request.user, "production.draw_panel", council)
    panel = current_panel(council)
    form = PanelForm(panel, request.POST or None)
    seed = secrets.randbelow(SEED_LIMIT)
    if run_operation(form, lambda: draw_council_panel(council, request.user, seed=seed, **form.cleaned_data)):
        messages.success(request, _("Panel diundi. Yang tidak terpilih tidak ditagih laporannya."))
        return redirect("insight:panel_detail", council.pk)
    frame = read_frame(council)
    context = {
        "council": council,
        "form": form,
        "panel": panel,
        "registered": frame.open if frame else 0,
        "widths": frame.widths(by_cluster=False) if frame else (),
    }
    return render(request, "insight/panel_draw.html", context, status=422 if form.is_bound else 200)


@require_POST
@ask_first(
    gettext_lazy("Akhiri panel ini?"),
    gettext_lazy("Semua IKM ditanya tiap bulan lagi; panel yang diundi tidak dipakai lagi."),
    gettext_lazy("Ya, akhiri"),
)
def panel_end(request: PersonRequest, council_id: object) -> HttpResponse:
    council = regency_council(request, council_id)
    ask_everybody(council, request.user)
    messages.success(request, _("Semua IKM ditanya lagi."))
    return redirect("insight:panel_detail", council.pk)
