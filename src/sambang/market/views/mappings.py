"""The council's mappings of marketplace templates: list, upload of a template, and the columns of a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import councils_of, may
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.market import mapping_operations
from sambang.market.marketplace_forms import MappingForms, MarketplaceTemplateForm
from sambang.market.models import MarketplaceMapping
from sambang.market.queries import newest_mappings


def mapping_list(request: PersonRequest) -> HttpResponseBase:
    """The newest version of each mapping within reach."""
    columns = (
        (_("Lokapasar"), "name"),
        (_("Dewan"), "council.name"),
        (_("Versi"), "version"),
        (_("Siap dipakai"), "is_complete"),
        (_("Dibuat"), lambda row: row.made_at),
    )

    def context(page: Page) -> dict[str, Any]:
        councils = [one for one in councils_of(request.user) if may(request.user, "market.map_marketplace", one)]
        return {"councils": councils}

    rows = newest_mappings(request.user)
    return list_response(request, rows, "market/mapping_list.html", Export("lokapasar", columns), context)


def mapping_upload(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "market.map_marketplace")
    form = MarketplaceTemplateForm(request.POST or None, request.FILES or None)
    if template := form.template():
        name = form.cleaned_data["name"]
        mapping = run_operation(
            form,
            lambda: mapping_operations.upload_template(council, request.user, name=name, template=template),
        )
        if mapping:
            messages.success(request, _("Kolomnya terbaca. Pilih isi tiap kolom, lalu simpan."))
            return redirect("market:mapping_detail", mapping.pk)
    back = (reverse("market:mapping_list"), _("Lokapasar"))
    return form_page(request, form, title=_("Unggah template lokapasar"), back=back, save=_("Baca kolomnya"))


def mapping_detail(request: PersonRequest, mapping_id: UUID) -> HttpResponse:
    """The columns of a version with their examples; saving makes the next version."""
    mapping = reached_row(
        request, MarketplaceMapping, mapping_id, "market.map_marketplace", related=("council", "made_by")
    )
    chosen = MappingForms(mapping, request.POST or None)
    if request.method == "POST" and chosen.is_valid():
        saved = run_operation(
            chosen.first_row,
            lambda: mapping_operations.save_mapping(
                mapping, request.user, columns=chosen.chosen_columns(), **chosen.first_row.cleaned_data
            ),
        )
        if saved:
            messages.success(request, _("Tersimpan sebagai versi %(version)d.") % {"version": saved.version})
            return redirect("market:mapping_detail", saved.pk)
    versions = MarketplaceMapping.objects.visible_to(request.user).filter(council=mapping.council, name=mapping.name)
    context = {
        "mapping": mapping,
        "chosen": chosen,
        "versions": versions.order_by("-version"),
    }
    return render(request, "market/mapping_detail.html", context, status=422 if request.method == "POST" else 200)
