"""Aspirations: the board, grouping in matters, and corrections of one aspiration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.aspirations import operations, queries
from sambang.aspirations.forms import (
    AspirationBoardForm,
    AspirationCorrectForm,
    AspirationGroupForm,
    TargetMatterForm,
)
from sambang.aspirations.models import Aspiration, Matter
from sambang.aspirations.similarity import SuggestedGroup
from sambang.audit.change_cache import until_change
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.models import Business, Cluster
from sambang.registry.personal_names import names_for
from sambang.registry.queries import is_uuid

MAX_SUGGESTIONS = 6


def aspiration_of(request: PersonRequest, aspiration_id: str) -> Aspiration:
    reach = Aspiration.objects.visible_to(request.user)
    reach = reach.select_related("business__owner", "business__cluster", "visit", "matter__cluster")
    return get_object_or_404(reach, pk=aspiration_id)


def aspiration_board(request: PersonRequest) -> HttpResponseBase:
    """The list of ungrouped aspirations with suggested groups, and the matters in a column for each state."""
    form = AspirationBoardForm(request.user, request.GET)
    names = names_for(request)
    ungrouped = form.narrow(queries.ungrouped_aspirations(request.user))
    export = Export(
        _("aspirasi-belum-disatukan"),
        (
            (_("Disampaikan"), lambda row: timezone.localtime(row.raised_at)),
            (_("Sentra"), "business.cluster"),
            (_("IKM"), "business.name"),
            (_("Pemilik"), lambda row: names.owner(row.business)),
            (_("Jenis"), "get_kind_display"),
            (_("Kesulitan"), "get_difficulty_display"),
            (_("Kata-katanya"), "text"),
            (_("Juga mengalami"), "also_touches"),
            (_("Dicatat oleh"), "noted_by.name"),
        ),
    )

    def context(page: Page) -> dict[str, Any]:
        may_group = may_somewhere(request.user, "aspirations.group")
        groups = queries.suggested_groups(request.user, ungrouped)[:MAX_SUGGESTIONS] if may_group else []
        owners = queries.speakers(request.user, page)
        return {
            "form": form,
            "aspirations": [(row, owners[row.pk]) for row in page],
            "suggestions": [(group, queries.suggestion_reason(group), _group_url(group)) for group in groups],
            "columns": queries.matter_board(form.narrow(queries.matters(request.user)))
            if request.GET
            else until_change(reader_for(request.user), queries.unfiltered_matter_board, request.user),
            "may_group": may_group,
            "simulated": any(row.business__is_simulated for row in page),
        }

    return list_response(
        request, ungrouped, "aspirations/aspiration_board.html", export, context, queries.ASPIRATION_COLUMNS
    )


def _group_url(group: SuggestedGroup) -> str:
    query: dict[str, Any] = {"kesulitan": group.difficulty, "aspirasi": [row.pk for row in group.aspirations]}
    if group.matter:
        query["pokok"] = group.matter.pk
    if group.cluster is None:
        return reverse("aspirations:aspiration_group_outside", args=[group.aspirations[0].business_id], query=query)
    return reverse("aspirations:aspiration_group", args=[group.cluster.pk], query=query)


def aspiration_group(request: PersonRequest, cluster_id: str) -> HttpResponse:
    cluster = reached_row(request, Cluster, cluster_id)
    return _group(request, cluster, Q(business__cluster=cluster))


def aspiration_group_outside(request: PersonRequest, business_id: str) -> HttpResponse:
    """Group aspirations of IKM outside any sentra, in a matter that this IKM raises."""
    rows = Business.objects.visible_to(request.user).filter(cluster=None)
    return _group(request, get_object_or_404(rows, pk=business_id), Q(business__cluster=None))


def _group(request: PersonRequest, place: Cluster | Business, near: Q) -> HttpResponse:
    """Group the aspirations `near` a place, with `?semua=1` of its regency. The query string may preselect aspirations,
    a matter and a difficulty."""
    require(request.user, "aspirations.group", place)
    initial = {
        "aspirasi": request.GET.getlist("aspirasi"),
        "matter": request.GET.get("pokok"),
        "difficulty": request.GET.get("kesulitan"),
    }
    form = AspirationGroupForm(place.region_id, request.POST or None, initial=initial)

    def group() -> Matter:
        data = dict(form.cleaned_data)
        aspirations = list(data.pop("aspirasi"))
        return operations.group_aspirations(place, request.user, aspirations=aspirations, **data)

    if matter := run_operation(form, group):
        messages.success(request, _("Disatukan dalam “%(title)s”.") % {"title": matter.title})
        return redirect("aspirations:matter_detail", matter.pk)
    selected = {str(key) for key in form["aspirasi"].value() or [] if is_uuid(str(key))}
    all_of_regency = bool(request.GET.get("semua"))
    ungrouped = Aspiration.objects.visible_to(request.user).ungrouped().in_regency(place.region_id)
    if not all_of_regency:
        ungrouped = ungrouped.filter(near | Q(pk__in=selected))
    ungrouped = ungrouped.select_related("business__owner", "business__cluster").order_by("difficulty", "raised_at")
    rows = [(row, str(row.pk) in selected) for row in ungrouped]
    is_cluster = isinstance(place, Cluster)
    context = {
        "form": form,
        "place": place,
        "is_cluster": is_cluster,
        "board_url": reverse("aspirations:aspiration_board", query={"sentra": place.pk} if is_cluster else {}),
        "rows": sorted(rows, key=lambda row: not row[1]),
        "whole_regency": all_of_regency,
        "simulated": place.is_simulated,
    }
    return render(request, "aspirations/aspiration_group.html", context, status=422 if form.is_bound else 200)


def aspiration_correct(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration = aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.correct", aspiration)
    initial = {name: getattr(aspiration, name) for name in ("text", "kind", "difficulty", "also_touches")}
    form = AspirationCorrectForm(request.POST or None, initial=initial)
    if run_operation(form, lambda: operations.correct_aspiration(aspiration, request.user, **form.cleaned_data)):
        messages.success(request, _("Diperbaiki. Riwayat mencatat siapa yang memperbaikinya."))
        return _redirect_to_record(aspiration)
    return _aspiration_form(request, aspiration, form, title=_("Perbaiki catatan"), button=_("Simpan"))


def aspiration_ungroup(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration, matter = _grouped_aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.ungroup", aspiration)
    form = forms.Form(request.POST or None)
    if run_operation(form, lambda: operations.ungroup_aspiration(aspiration, request.user)):
        messages.success(request, _("Dikeluarkan: aspirasi itu kembali ke daftar yang belum disatukan."))
        return redirect("aspirations:matter_detail", matter.pk)
    text = {"title": _("Keluarkan dari pokok bahasan ini?"), "button": _("Keluarkan")}
    return _aspiration_form(request, aspiration, form, matter=matter, **text)


def aspiration_transfer(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    """Move one aspiration to another matter of the same regency."""
    aspiration, matter = _grouped_aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.group", matter)
    form = TargetMatterForm(matter, request.POST or None)
    if target := run_operation(form, lambda: move_to_matter(request, [aspiration], form.cleaned_data["matter"])):
        messages.success(request, _("Dipindahkan ke “%(title)s”.") % {"title": target.title})
        return redirect("aspirations:matter_detail", target.pk)
    text = {"title": _("Pindahkan ke pokok bahasan lain"), "button": _("Pindahkan")}
    return _aspiration_form(request, aspiration, form, matter=matter, **text)


def move_to_matter(request: PersonRequest, aspirations: list[Aspiration], target: Matter) -> Matter:
    """Move aspirations to a matter, which keeps its title and difficulty."""
    unchanged = {"title": target.title, "difficulty": target.difficulty}
    place = target.cluster or aspirations[0].business
    return operations.group_aspirations(place, request.user, aspirations=aspirations, matter=target, **unchanged)


def _grouped_aspiration_of(request: PersonRequest, aspiration_id: str) -> tuple[Aspiration, Matter]:
    aspiration = aspiration_of(request, aspiration_id)
    if aspiration.matter is None:
        raise Http404
    return aspiration, aspiration.matter


def _aspiration_form(
    request: PersonRequest, aspiration: Aspiration, form: forms.Form, **context: object
) -> HttpResponse:
    context = {"aspiration": aspiration, "form": form, "simulated": aspiration.business.is_simulated, **context}
    return render(request, "aspirations/aspiration_form.html", context, status=422 if form.is_bound else 200)


def _redirect_to_record(aspiration: Aspiration) -> HttpResponse:
    if aspiration.visit_id is None:
        return redirect("aspirations:aspiration_board")
    return redirect("aspirations:visit_record", aspiration.visit_id, aspiration.business_id)
