"""KBLI: search over both versions, and IKM that still have a code of 2020."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.requests import PersonRequest
from sambang.registry import operations
from sambang.registry.industry_search import search_industries
from sambang.registry.industry_transition import on_old_version, transitions
from sambang.registry.kbli_versions import NEW_VERSION, OLD_VERSION
from sambang.registry.models import Business, Industry, IndustryChange
from sambang.registry.queries import is_uuid

MAX_SEARCH_LENGTH = 100


def industry_list(request: PersonRequest) -> HttpResponse:
    search, version = request.GET.get("cari", "")[:MAX_SEARCH_LENGTH], request.GET.get("versi", "")
    context = {
        "search": search,
        "version": version,
        "versions": Industry.Version.choices,
        "industries": search_industries(search, version=version if version in Industry.Version.values else ""),
    }
    return render(request, "registry/industry_list.html", context)


def industry_transition(request: PersonRequest) -> HttpResponse:
    """Which IKM still have a code of KBLI 2020, with the question that each has to answer."""
    return render(request, "registry/industry_transition.html", {"transitions": transitions(request.user)})


@require_POST
def industry_move(request: PersonRequest, change_id: int) -> HttpResponse:
    """Give the chosen IKM (`ikm`, several), or all of the old code (`semua`), the new code."""
    change = get_object_or_404(IndustryChange.objects.select_related("old", "new"), pk=change_id)
    return _move(request, change.old, change.new)


@require_POST
def industry_assign(request: PersonRequest, industry_id: int) -> HttpResponse:
    """The same for a code of 2020 without a recorded successor: `kode` is chosen, or typed in `kode_lain`."""
    old = get_object_or_404(Industry, pk=industry_id, version=OLD_VERSION)
    code = request.POST.get("kode_lain", "").strip() or request.POST.get("kode", "")
    new = Industry.objects.filter(version=NEW_VERSION, code=code).first()
    if new is None:
        messages.error(request, _("Pilih kode KBLI 2025, atau tulis lima angkanya."))
        return redirect("registry:industry_transition")
    return _move(request, old, new)


def _move(request: PersonRequest, old: Industry, new: Industry) -> HttpResponse:
    """Give the IKM of the old code that the form chose the new one."""
    rows = on_old_version(request.user).filter(industry=old).select_related("owner", "region", "industry")
    if "semua" not in request.POST:
        rows = rows.filter(pk__in=[UUID(key) for key in request.POST.getlist("ikm") if is_uuid(key)])
    businesses = _permitted(request, list(rows))
    if not businesses:
        messages.error(request, _("Pilih IKM yang kodenya diganti."))
        return redirect("registry:industry_transition")
    operations.move_industry(businesses, request.user, new)
    params = {"count": len(businesses), "code": new.code}
    messages.success(request, _("%(count)d IKM memakai kode %(code)s (KBLI 2025).") % params)
    return redirect("registry:industry_transition")


def _permitted(request: PersonRequest, rows: list[Business]) -> list[Business]:
    """The rows that the person may change; 403 if there are rows and none may be changed."""
    permitted = [row for row in rows if may(request.user, "registry.change_business", row)]
    if rows and not permitted:
        require(request.user, "registry.change_business", rows[0])
    return permitted
