"""What was heard, and what it was brought together into."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.aspirations import queries
from sambang.aspirations.forms.matters import FilterForm, TogetherForm
from sambang.aspirations.models import Aspiration, Matter
from sambang.aspirations.operations import group_aspirations
from sambang.lib.board import board_columns
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.registry.models import Cluster
from sambang.registry.names import Names, names_for


def board(request: PersonRequest) -> HttpResponse:
    """What is not yet brought together, with suggestions; and the matters by state."""
    form = FilterForm(request.user, request.GET, leave_out=("keadaan",))
    chosen = form.chosen()
    ungrouped = queries.ungrouped_aspirations(request.user, chosen)
    if request.GET.get("format") == "xlsx":
        return _aspirations_workbook(ungrouped, names_for(request))
    may_bring = may_somewhere(request.user, "aspirations.group")
    likely = queries.suggestions(request.user, ungrouped)[:6] if may_bring else []
    page = Paginator(ungrouped, 50).get_page(request.GET.get("halaman"))
    facts = {
        "form": form,
        "page": page,
        "likely": [(likeness, queries.reason(likeness)) for likeness in likely],
        "columns": board_columns(queries.matters(request.user, chosen), Matter.State, first="-opened_at"),
        "may_bring": may_bring,
        "simulated": any(one.business.is_simulated for one in page),
    }
    return render(request, "aspirations/board.html", facts)


def matter_list(request: PersonRequest) -> HttpResponse:
    form = FilterForm(request.user, request.GET)
    rows = queries.matters(request.user, form.chosen())
    if request.GET.get("format") == "xlsx":
        return _matters_workbook(rows)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    simulated = any(matter.cluster.is_simulated for matter in page)
    return render(request, "aspirations/matters.html", {"form": form, "page": page, "simulated": simulated})


def together(request: PersonRequest, cluster_id: str) -> HttpResponse:
    """Bring like aspirations of one sentra together: the address may already name those that were suggested."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), pk=cluster_id)
    require(request.user, "aspirations.group", cluster)
    suggested = {
        "aspirasi": request.GET.getlist("aspirasi"),
        "matter": request.GET.get("pokok"),
        "difficulty": request.GET.get("kesulitan"),
    }
    form = TogetherForm(cluster, request.POST or None, initial=suggested)

    def bring() -> Matter:
        facts = dict(form.cleaned_data)
        return group_aspirations(cluster, request.user, aspirations=list(facts.pop("aspirasi")), **facts)

    if matter := perform(form, bring):
        messages.success(request, _("Disatukan dalam “%(title)s”.") % {"title": matter.title})
        return redirect("aspirations:matter", matter.pk)
    ungrouped = Aspiration.objects.ungrouped().filter(business__cluster=cluster).select_related("business__owner")
    ticked = set(form["aspirasi"].value() or [])
    rows = [(one, str(one.pk) in ticked) for one in ungrouped.order_by("difficulty", "raised_at")]
    facts = {"form": form, "cluster": cluster, "rows": sorted(rows, key=lambda row: not row[1])}
    return render(request, "aspirations/together.html", facts, status=422 if form.is_bound else 200)


def _aspirations_workbook(rows: QuerySet[Aspiration], names: Names) -> HttpResponse:
    headings = [
        _("Disampaikan"),
        _("Sentra"),
        _("IKM"),
        _("Pemilik"),
        _("Jenis"),
        _("Kesulitan"),
        _("Kata-katanya"),
        _("Juga mengalami"),
        _("Dicatat oleh"),
    ]
    table = (
        [
            timezone.localtime(one.raised_at),
            str(one.business.cluster or ""),
            one.business.name,
            names.owner(one.business),
            one.get_kind_display(),
            one.get_difficulty_display(),
            one.text,
            one.also_touches,
            one.noted_by.name,
        ]
        for one in rows
    )
    return workbook_response(_("aspirasi-belum-disatukan"), headings, table)


def _matters_workbook(rows: QuerySet[Matter]) -> HttpResponse:
    headings = [
        _("Dibuka"),
        _("Sentra"),
        _("Pokok bahasan"),
        _("Kesulitan"),
        _("Keadaan"),
        _("Jumlah IKM"),
        _("Alasan"),
    ]
    table = (
        [
            timezone.localtime(one.opened_at),
            one.cluster.name,
            one.title,
            one.get_difficulty_display(),
            one.get_state_display(),
            getattr(one, "headcount", None),
            one.set_aside_because,
        ]
        for one in rows
    )
    return workbook_response(_("pokok-bahasan"), headings, table)
