"""Pages that find, compare and merge two rows of one IKM, and undo a merge."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.reader import hidden_columns, reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.read_audit import log_read
from sambang.lib.forms import run_without_form
from sambang.lib.lists import PAGE_SIZE
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry import operations, queries
from sambang.registry.models import Business, MergeRecord
from sambang.registry.row_snapshots import load_changes
from sambang.registry.views.businesses import get_business


def business_duplicates(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """Likely duplicates of the IKM; a search finds others."""
    row = get_business(request, business_id, verb="registry.merge")
    search = request.GET.get("cari", "")
    if search:
        businesses = queries.businesses_for(request.user).named(search, request.user).exclude(pk=row.pk)
        businesses = businesses.filter(in_region("region__code", RegionCode(row.region_id).regency))
        exact_first = Case(When(name__iexact=search.strip(), then=0), default=1)
        others = list(businesses.order_by(exact_first, "name")[:PAGE_SIZE])
    else:
        others = queries.likely_duplicates(row, request.user)
    context = {"business": row, "others": others, "search": search}
    return render(request, "registry/business_duplicates.html", context)


def business_merge(request: PersonRequest, business_id: UUID, other_id: UUID) -> HttpResponse:
    """The comparison of two IKM; POST merges the second into the first."""
    survivor = get_business(request, business_id, verb="registry.merge")
    duplicate = get_business(request, other_id, verb="registry.merge")
    if request.method == "POST":
        done = _("Digabung: yang tersisa satu, dengan catatan keduanya.")
        if run_without_form(
            request, lambda: operations.merge_businesses(survivor, request.user, duplicate=duplicate), done
        ):
            return redirect("registry:business_detail", business_id)
        return redirect("registry:business_merge", business_id, other_id)
    comparison = queries.compare_businesses(survivor, duplicate, hidden=_hidden(request, survivor, duplicate))
    return render(
        request, "registry/business_merge.html", {"survivor": survivor, "duplicate": duplicate, "facts": comparison}
    )


@require_POST
def business_unmerge(request: PersonRequest, record_id: UUID) -> HttpResponse:
    record = reached_row(request, MergeRecord, record_id, related=("business",))
    require(request.user, "registry.merge", record.business)
    moved = load_changes(record.content).keys() if record.undone_at is None else set()
    restored = run_without_form(request, lambda: operations.unmerge_businesses(record, request.user))
    if restored is None:
        return redirect("registry:business_detail", record.business_id)
    _say_what_was_undone(request, restored, record.business, moved)
    return redirect("registry:business_detail", restored.pk)


def _say_what_was_undone(
    request: PersonRequest, restored: Business, survivor: Business, moved: Collection[tuple[str, str]]
) -> None:
    own, later = queries.record_counts(restored), queries.record_counts(survivor, but=moved)
    text = _("Penggabungan dibatalkan. Kembali ke %(name)s: %(records)s.")
    messages.success(request, text % {"name": restored.name, "records": ", ".join(own) or _("tidak ada catatan lain")})
    if later:
        text = _("Dicatat sesudah digabung dan tetap di %(name)s: %(records)s. Periksa mana yang bukan miliknya.")
        messages.warning(request, text % {"name": survivor.name, "records": ", ".join(later)})


def _hidden(request: PersonRequest, *rows: Business) -> frozenset[str]:
    """The guarded columns that the reader may not see in all of the rows."""
    verbs = reader_for(request.user).open_verbs(*rows) - {"registry.see_identity"}
    log_read(request.user, rows, verbs)
    return hidden_columns("registry.Business", verbs)
