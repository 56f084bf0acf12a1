"""Pages of sentra."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sambang.access.models import Council
from sambang.access.permissions import councils_of, may, may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.reached_lists import reached_list
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response, page_of
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry import operations, queries
from sambang.registry.business_columns import PAGE_PATHS
from sambang.registry.forms import ClusterChangeForm, ClusterForm, ClusterListForm, HeadForm
from sambang.registry.models import Cluster, Region
from sambang.registry.personal_names import names_for
from sambang.registry.size_classes import criteria_of
from sambang.registry.views.form_page import registry_form_page


def get_cluster(request: PersonRequest, cluster_id: UUID, *, verb: str = "") -> Cluster:
    """The sentra: 404 outside the person's reach, 403 without the verb."""
    return reached_row(request, Cluster, cluster_id, verb, related=("region__parent__parent", "head"))


def cluster_list(request: PersonRequest) -> HttpResponseBase:
    form = ClusterListForm(request.user, request.GET)
    columns = (
        (_("Sentra"), "name"),
        (_("Komoditas"), "commodity"),
        (_("Desa/kalurahan"), "region"),
        (_("Kecamatan/kapanewon"), "region.parent"),
        (_("Ketua"), names_for(request).head),
        (pgettext("many", "IKM"), "units"),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "may_register": may_somewhere(request.user, "registry.register_cluster"),
            "may_import": may_somewhere(request.user, "imports.import_register"),
            "named": {row.pk for row in page if names_for(request).may_see_head(row)},
            "simulated": any(row.is_simulated for row in page),
        }

    rows = reached_list(queries.clusters_for, request.user, narrow=form.narrow)
    export = Export("daftar-sentra", columns)
    return list_response(request, rows, "registry/cluster_list.html", export, context, queries.CLUSTER_COLUMNS)


def cluster_detail(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    row = get_cluster(request, cluster_id)
    rows = queries.businesses_for(request.user).filter(cluster=row)
    verbs = ("register_business", "change_cluster", "form_group")
    page, units = page_of(rows, request.GET, columns=PAGE_PATHS), rows.active().count()
    context = {
        "cluster": row,
        "page": page,
        "named": queries.with_readable_owner(request.user, page),
        "units": units,
        "criteria": criteria_of(units),
        "people": queries.workers_in(rows),
        "groups": row.groups.annotate(size=Count("members", filter=Q(members__left_on=None))).order_by("name"),
        "history": queries.history_of(row, request.user, lines=10),
        "may": {verb: may(request.user, f"registry.{verb}", row) for verb in verbs},
        "shows": reader_for(request.user).visible_columns(row),
        "may_import": may(request.user, "imports.import_register", row),
    }
    return render(request, "registry/cluster_detail.html", context)


def cluster_create(request: PersonRequest) -> HttpResponse:
    """First choose the village (by search or district), then fill in the form."""
    chosen = chosen_village(request, "registry.register_cluster", title=_("Di desa/kalurahan mana sentranya?"))
    if isinstance(chosen, HttpResponse):
        return chosen
    council, village = chosen
    form = ClusterForm(request.POST or None)
    if made := run_operation(
        form, lambda: operations.register_cluster(council, request.user, region=village, **form.cleaned_data)
    ):
        messages.success(request, _("%(name)s terdaftar.") % {"name": made.name})
        return redirect("registry:cluster_detail", made.pk)
    intro = _("Di %(village)s, %(district)s.") % {"village": village.name, "district": village.parent}
    return registry_form_page(request, form, title=_("Daftarkan sentra"), save=_("Daftarkan"), intro=intro)


def chosen_village(request: PersonRequest, verb: str, *, title: str) -> tuple[Council, Region] | HttpResponse:
    """The council and the village named in the query string, or the page on which they are chosen."""
    councils = [council for council in councils_of(request.user) if may(request.user, verb, council)]
    council = next((c for c in councils if str(c.pk) == request.GET.get("dewan")), councils[0] if councils else None)
    if council is None:
        raise PermissionDenied(verb)
    villages = Region.objects.filter(in_region("code", council.region_code), level=Region.Level.VILLAGE)
    village = villages.select_related("parent").filter(code=request.GET.get("desa", "")).first()
    return _choose_village(request, council, councils, title) if village is None else (council, village)


def _choose_village(request: PersonRequest, council: Council, councils: list[Council], title: str) -> HttpResponse:
    search, district = request.GET.get("cari", ""), request.GET.get("kecamatan", "")
    inside = district.isdecimal() and RegionCode(council.region_code).contains(district)
    asked = bool(search.strip()) or inside
    villages = queries.villages_named(council, search, district=district if inside else "")[:60] if asked else []
    context: dict[str, Any] = {
        "title": title,
        "council": council,
        "councils": councils,
        "search": search,
        "district": district,
        "districts": queries.districts_of(council),
        "asked": asked,
        "villages": villages,
    }
    return render(request, "registry/choose_village.html", context)


def cluster_change(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    row = get_cluster(request, cluster_id, verb="registry.change_cluster")
    columns = ("name", "commodity", "place", "basis", "decree", "since", "story", "story_en")
    initial = {name: getattr(row, name) for name in columns}
    form = ClusterChangeForm(request.POST or None, initial=initial)
    if run_operation(form, lambda: operations.change_cluster(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Data sentra disimpan."))
        return redirect("registry:cluster_detail", row.pk)
    return registry_form_page(request, form, title=_("Ubah data sentra"), cluster=row)


def cluster_name_head(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    row = get_cluster(request, cluster_id, verb="registry.change_cluster")
    require(request.user, "registry.see_contact", row)  # the form shows the name of the head
    form = HeadForm(request.POST or None, cluster=row, initial={"name": row.head.name if row.head else ""})
    if run_operation(form, lambda: operations.name_head(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Ketua sentra dicatat."))
        return redirect("registry:cluster_detail", row.pk)
    return registry_form_page(request, form, title=_("Ketua sentra"), cluster=row)
