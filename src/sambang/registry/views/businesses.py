"""Pages of IKM: the list, one IKM, its forms, its product lines and permits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere
from sambang.access.reader import hidden_columns, reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.reached_lists import reached_list
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Page, list_response
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry import operations, queries
from sambang.registry.business_columns import PAGE_PATHS
from sambang.registry.business_export import BusinessExport
from sambang.registry.encryption import DecryptionError, decrypt_nik
from sambang.registry.existence import EXISTENCE, Existence, last_seen
from sambang.registry.forms import (
    FIELD_OF,
    BusinessForm,
    BusinessListForm,
    DayForm,
    MoveForm,
    NikForm,
    PermitForm,
    ProductLineForm,
)
from sambang.registry.models import Business, Cluster, ProductLine
from sambang.registry.size_classes import sizes_of
from sambang.registry.views.clusters import chosen_village, get_cluster
from sambang.registry.views.form_page import registry_form_page

EXISTENCE_BADGES = {
    Existence.CONFIRMED: "badge-good",
    Existence.UNSURE: "badge-warn",
    Existence.NOT_FOUND: "badge-bad",
}
BUSINESS_VERBS = (
    "change_business",
    "close_business",
    "add_product_line",
    "add_permit",
    "change_permit",
    "withdraw",
    "merge",
)


def get_business(request: PersonRequest, business_id: UUID, *, verb: str = "") -> Business:
    """The IKM: 404 outside the person's reach, 403 without the verb."""
    related = ("owner", "cluster__region", "region__parent", "industry")
    return reached_row(request, Business, business_id, verb, related=related)


def business_list(request: PersonRequest) -> HttpResponseBase:
    if queries.LOOKS_LIKE_NIK.search(request.GET.get("cari", "")):
        # URLs are stored in browser histories and logs.
        messages.error(
            request, _("Cari NIK lewat kotak NIK di bawah daftar, supaya tidak tertinggal di alamat halaman.")
        )
        return redirect("registry:business_list")
    form = BusinessListForm(request.user, request.GET)

    def context(page: Page) -> dict[str, Any]:
        return {
            "form": form,
            "named": queries.with_readable_owner(request.user, page),
            "nik_form": NikForm(),
            "may_register": may_somewhere(request.user, "registry.register_business"),
            "may_import": may_somewhere(request.user, "imports.import_register"),
            "simulated": any(row.is_simulated for row in page),
        }

    rows = reached_list(queries.businesses_for, request.user, narrow=form.narrow)
    export = BusinessExport(request.user)
    return list_response(request, rows, "registry/business_list.html", export, context, PAGE_PATHS)


@require_POST
def business_find_nik(request: PersonRequest) -> HttpResponse:
    form = NikForm(request.POST)
    if not form.is_valid():
        return registry_form_page(request, form, title=_("Cari menurut NIK"), save=_("Cari"))
    businesses = queries.businesses_with_nik(request.user, form.cleaned_data["nik"])
    if not businesses:
        messages.error(request, _("Tidak ada IKM dengan NIK itu di wilayah Anda."))
        return redirect("registry:business_list")
    return redirect("registry:business_detail", businesses[0].pk)


def business_detail(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id)
    allowed = {verb: may(request.user, f"registry.{verb}", row) for verb in BUSINESS_VERBS}
    reader = reader_for(request.user)
    seen = last_seen(Business.objects.filter(pk=row.pk))[row.pk]
    existence = seen.existence(clock.today())
    context = {
        "business": row,
        "may": allowed,
        "shows": reader.visible_columns(row),
        "lines": row.product_lines.order_by("ended_on", "name"),
        "permits": queries.permit_states(row, today=clock.today()),
        "sizes": sizes_of(row),
        "changes": queries.changes_of(row.industry),
        "group_memberships": queries.memberships_of(row),
        "last_seen": seen,
        "existence": EXISTENCE[existence],
        "existence_badge": EXISTENCE_BADGES[existence],
        "merges": queries.recent_merges(row) if allowed["merge"] else [],
        "history": queries.history_of(row, request.user),
    }
    log_read(request.user, [row], reader.open_verbs(row) - {"registry.see_identity"})
    return render(request, "registry/business_detail.html", context)


@require_POST
def business_identity(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """NIK and NPWP; every view of them is recorded in the read audit."""
    row = get_business(request, business_id, verb="registry.see_identity")
    log_read(request.user, [row], ["registry.see_identity"])
    response = render(request, "registry/business_identity.html", {"business": row, "nik": _nik(row)})
    add_never_cache_headers(response)
    return response


def _nik(row: Business) -> str:
    try:
        return decrypt_nik(row.nik_encrypted)
    except DecryptionError:
        return _("tersegel dengan kunci lain: hubungi pengelola sistem")


def business_create(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    row = get_cluster(request, cluster_id, verb="registry.register_business")
    form = BusinessForm(request.POST or None, village=row.region)
    if made := run_operation(
        form, lambda: operations.register_business(row, request.user, data=form.new_business_data())
    ):
        messages.success(request, _("%(name)s terdaftar.") % {"name": made.name})
        return redirect("registry:business_detail", made.pk)
    return registry_form_page(request, form, title=_("Daftarkan IKM"), save=_("Daftarkan"), cluster=row)


def business_create_outside(request: PersonRequest) -> HttpResponse:
    """Create an IKM outside any sentra: first choose its village, then fill in the form."""
    chosen = chosen_village(request, "registry.register_business", title=_("Di desa/kalurahan mana IKM-nya?"))
    if isinstance(chosen, HttpResponse):
        return chosen
    council, village = chosen
    form = BusinessForm(request.POST or None, village=village)
    if made := run_operation(
        form, lambda: operations.register_business_outside(council, request.user, data=form.new_business_data())
    ):
        messages.success(request, _("%(name)s terdaftar.") % {"name": made.name})
        return redirect("registry:business_detail", made.pk)
    intro = _("Di luar sentra, di %(village)s, %(district)s.") % {"village": village.name, "district": village.parent}
    return registry_form_page(request, form, title=_("Daftarkan IKM"), save=_("Daftarkan"), intro=intro)


def business_change(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id, verb="registry.change_business")
    verbs = reader_for(request.user).open_verbs(row)
    guarded = tuple(FIELD_OF.get(column, column) for column in hidden_columns("registry.Business", verbs))
    if request.method != "POST":
        log_read(request.user, [row], verbs)
    form = BusinessForm(request.POST or None, business=row, guarded=guarded)
    if run_operation(form, lambda: operations.change_business(row, request.user, data=form.changed_business_data())):
        messages.success(request, _("Data IKM disimpan."))
        return redirect("registry:business_detail", row.pk)
    return registry_form_page(request, form, title=_("Ubah data IKM"), business=row)


def business_move(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id, verb="registry.change_business")
    of_regency = in_region("region__code", RegionCode(row.region_id).regency)
    clusters = Cluster.objects.visible_to(request.user).filter(of_regency).order_by("name")
    form = MoveForm(request.POST or None, clusters=clusters, initial={"cluster": row.cluster_id})
    if run_operation(form, lambda: operations.move_business(row, request.user, **form.cleaned_data)):
        messages.success(request, _("%(name)s kini di %(place)s.") % {"name": row.name, "place": _place(row)})
        return redirect("registry:business_detail", row.pk)
    intro = _("Laporan dan catatannya ikut. Keanggotaannya di kelompok sentra lama berakhir hari ini.")
    return registry_form_page(request, form, title=_("Pindah sentra"), save=_("Pindahkan"), business=row, intro=intro)


def _place(row: Business) -> str:
    return row.cluster.name if row.cluster else _("luar sentra")


def business_close(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id, verb="registry.close_business")
    form = DayForm(request.POST or None)
    if run_operation(form, lambda: operations.close_business(row, request.user, closed_on=form.cleaned_data["day"])):
        messages.success(request, _("%(name)s tercatat tutup; datanya tetap ada.") % {"name": row.name})
        return redirect("registry:business_detail", row.pk)
    intro = _("IKM yang tutup tetap dihitung dalam indeks sebagai nol, supaya pemulihan tidak tampak lebih baik.")
    return registry_form_page(request, form, title=_("Catat tutup"), save=_("Catat tutup"), business=row, intro=intro)


@require_POST
def business_reopen(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_business(request, business_id)
    done = _("%(name)s tercatat berproduksi lagi.") % {"name": row.name}
    run_without_form(request, lambda: operations.reopen_business(row, request.user), done)
    return redirect("registry:business_detail", row.pk)


def product_line_create(request: PersonRequest, business_id: UUID) -> HttpResponse:
    return _add(request, business_id, ProductLineForm(request.POST or None), "add_product_line", _("Tambah produk"))


def permit_create(request: PersonRequest, business_id: UUID) -> HttpResponse:
    return _add(request, business_id, PermitForm(request.POST or None), "add_permit", _("Tambah izin"))


def _add(request: PersonRequest, business_id: UUID, form: forms.Form, verb: str, title: str) -> HttpResponse:
    """Call the operation named `verb` with the form's fields."""
    row = get_business(request, business_id, verb=f"registry.{verb}")
    if run_operation(form, lambda: getattr(operations, verb)(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Disimpan."))
        return redirect("registry:business_detail", row.pk)
    return registry_form_page(request, form, title=title, business=row)


def product_line_end(request: PersonRequest, line_id: UUID) -> HttpResponse:
    line = reached_row(request, ProductLine, line_id, "registry.end_product_line", related=("business",))
    form = DayForm(request.POST or None)
    if run_operation(form, lambda: operations.end_product_line(line, request.user, ended_on=form.cleaned_data["day"])):
        messages.success(request, _("Produk tercatat tidak dibuat lagi."))
        return redirect("registry:business_detail", line.business_id)
    title = _("%(product)s tidak dibuat lagi") % {"product": line}
    return registry_form_page(request, form, title=title, business=line.business)
