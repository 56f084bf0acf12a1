"""Pages of received items: the list, one item, and applying it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere
from sambang.access.requests import PersonRequest
from sambang.intake import operations, queries
from sambang.intake.display import kind_label, submitted_fields
from sambang.intake.forms import ReceivedFilterForm
from sambang.intake.models import Conflict, Received
from sambang.intake.read_log import log_received_read, may_read
from sambang.lib.forms import run_without_form
from sambang.lib.lists import Export, Page, list_response
from sambang.visits.models import Photo, Visit


def received_list(request: PersonRequest) -> HttpResponseBase:
    form = ReceivedFilterForm(request.GET)
    columns = (
        (_("Dicatat"), lambda row: timezone.localtime(row.recorded_at)),
        (_("Menurut HP"), lambda row: row.device_time and timezone.localtime(row.device_time)),
        (_("Diterima"), lambda row: timezone.localtime(row.received_at)),
        (_("Jenis"), lambda row: kind_label(row.kind)),
        (_("Oleh"), "person.name"),
        (_("Perangkat"), "device"),
        (_("Urutan"), "sequence"),
        (_("Dibawa oleh"), "brought_by.name"),
        (_("Kunjungan"), "visit"),
        (_("IKM"), "business"),
        (_("Hasil"), "get_outcome_display"),
        (_("Sebab"), "reason"),
        (_("Nomor terima"), "number"),
        (_("Sidik SHA-256"), "sha256"),
    )

    def context(_page: Page) -> dict[str, Any]:
        visit = form.cleaned_data.get("kunjungan")
        return {
            "form": form,
            "attention": queries.attention(request.user),
            "visit": Visit.objects.visible_to(request.user).filter(pk=visit).first() if visit else None,
            "may_import": may_somewhere(request.user, "intake.import"),
        }

    rows = form.narrow(queries.received_for(request.user))
    return list_response(request, rows, "intake/received_list.html", Export(_("catatan-lapangan"), columns), context)


def received_detail(request: PersonRequest, received_id: object) -> HttpResponse:
    rows = queries.desk(request.user, Received)
    row = get_object_or_404(
        rows.select_related("person", "device", "visit__cluster", "business__cluster", "brought_by"), pk=received_id
    )
    label, _colon, key = row.result.partition(":")
    photo = Photo.objects.visible_to(request.user).filter(pk=key).first() if label == "visits.Photo" else None
    readable = may_read(request.user, row)
    if readable:
        log_received_read(request.user, [row])
    context = {
        "row": row,
        "fields": submitted_fields(row) if readable else [],
        "photo": photo,
        "corrected": rows.filter(item_id=row.corrects).first() if row.corrects else None,
        "corrected_by": rows.filter(corrects=row.item_id).first() if row.item_id else None,
        "conflict": (
            queries.desk(request.user, Conflict).filter(merge_key=row.merge_key).first() if row.merge_key else None
        ),
        "may_try": row.outcome != Received.Outcome.STORED and may(request.user, "intake.retry", row),
    }
    return render(request, "intake/received_detail.html", context)


@require_POST
def received_retry(request: PersonRequest, received_id: object) -> HttpResponse:
    row = get_object_or_404(queries.desk(request.user, Received), pk=received_id)
    if receipt := run_without_form(request, lambda: operations.retry_item(row, request.user)):
        if receipt.outcome in {"stored", "already"}:
            messages.success(request, _("Tersimpan."))
        else:
            messages.error(request, receipt.reason or _("Fotonya belum sampai."))
    return redirect("intake:received_detail", row.pk)
