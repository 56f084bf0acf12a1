"""Two rows that may be one IKM: found, laid side by side, made one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib.lists import PAGE_SIZE
from sambang.registry import operations, queries
from sambang.registry.forms import GUARDS
from sambang.registry.models import Business
from sambang.registry.views.businesses import business_of


def business_duplicates(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """Which other row is this IKM? The likely ones first; a search finds the rest."""
    row = business_of(request, business_id, verb="registry.merge")
    words = request.GET.get("cari", "")
    if words:
        found = queries.businesses_for(request.user).named(words, request.user)
        found = found.filter(region__code__startswith=row.region_id[:4]).exclude(pk=row.pk)
        others = list(found[:PAGE_SIZE])
    else:
        others = queries.likely_duplicates(row, request.user)
    context = {"business": row, "others": others, "words": words}
    return render(request, "registry/business_duplicates.html", context)


def business_merge(request: PersonRequest, business_id: UUID, other_id: UUID) -> HttpResponse:
    """Side by side; a POST keeps the first and takes the second into it."""
    kept = business_of(request, business_id, verb="registry.merge")
    duplicate = business_of(request, other_id, verb="registry.merge")
    if request.method == "POST":
        try:
            operations.merge(kept, request.user, duplicate=duplicate)
        except ValidationError as wrong:
            messages.error(request, " ".join(wrong.messages))
            return redirect("registry:business_merge", business_id, other_id)
        messages.success(request, _("Digabung: yang tersisa satu, dengan catatan keduanya."))
        return redirect("registry:business_detail", business_id)
    facts = queries.side_by_side(kept, duplicate, reads=_reads(request, kept, duplicate))
    return render(request, "registry/business_merge.html", {"kept": kept, "duplicate": duplicate, "facts": facts})


def _reads(request: PersonRequest, *rows: Business) -> set[str]:
    """Of the guarded fields, the readable ones: those of both rows, or none."""
    verbs = ("registry.see_contact", "registry.see_finances")
    open_to_them = [verb for verb in verbs if all(may(request.user, verb, row) for row in rows)]
    log_read(request.user, rows, open_to_them)
    return {name for verb in open_to_them for name in GUARDS[verb]}
