"""What phones brought in, for the desk: the list, one item, trying it again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere
from sambang.access.requests import PersonRequest
from sambang.intake import operations, queries
from sambang.intake.display import kind_name, said_in
from sambang.intake.forms import FilterForm
from sambang.intake.models import Conflict, Received
from sambang.lib.exports import workbook_response
from sambang.visits.models import Photo, Visit

A_PAGE = 50


def received_list(request: PersonRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    chosen = form.chosen()
    rows = queries.received_for(request.user, chosen)
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    facts = {
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("halaman")),
        "attention": queries.attention(request.user),
        "visit": Visit.objects.visible_to(request.user).filter(pk=chosen.visit).first() if chosen.visit else None,
        "may_import": may_somewhere(request.user, "intake.import"),
    }
    return render(request, "intake/received_list.html", facts)


def _workbook(rows: QuerySet[Received]) -> HttpResponse:
    headings = [
        _("Dicatat"),
        _("Menurut HP"),
        _("Diterima"),
        _("Jenis"),
        _("Oleh"),
        _("Perangkat"),
        _("Urutan"),
        _("Dibawa oleh"),
        _("Kunjungan"),
        _("IKM"),
        _("Hasil"),
        _("Sebab"),
        _("Nomor terima"),
        _("Sidik SHA-256"),
    ]
    table = (
        [
            timezone.localtime(row.recorded_at),
            row.told_at and timezone.localtime(row.told_at),
            timezone.localtime(row.received_at),
            kind_name(row.kind),
            row.person.name,
            str(row.device),
            row.sequence,
            row.brought_by.name if row.brought_by else "",
            str(row.visit or ""),
            str(row.business or ""),
            row.get_outcome_display(),
            row.why,
            row.number,
            row.sha256,
        ]
        for row in rows
    )
    return workbook_response(_("catatan-lapangan"), headings, table)


def received_detail(request: PersonRequest, received_id: object) -> HttpResponse:
    rows = queries.desk(request.user, Received)
    row = get_object_or_404(
        rows.select_related("person", "device", "visit__cluster", "business", "brought_by"), pk=received_id
    )
    label, _colon, key = row.result.partition(":")
    photo = Photo.objects.visible_to(request.user).filter(pk=key).first() if label == "visits.Photo" else None
    facts = {
        "row": row,
        "said": said_in(row),
        "photo": photo,
        "mended": rows.filter(told_id=row.mends).first() if row.mends else None,
        "mended_by": rows.filter(mends=row.told_id).first() if row.told_id else None,
        "conflict": queries.desk(request.user, Conflict).filter(slot=row.slot).first() if row.slot else None,
        "may_try": row.outcome != Received.Outcome.STORED and may(request.user, "intake.try_again", row),
    }
    return render(request, "intake/received_detail.html", facts)


@require_POST
def received_retry(request: PersonRequest, received_id: object) -> HttpResponse:
    row = get_object_or_404(queries.desk(request.user, Received), pk=received_id)
    try:
        receipt = operations.offer_again(row, request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        if receipt.outcome in {"stored", "already"}:
            messages.success(request, _("Tersimpan."))
        else:
            messages.error(request, receipt.why or _("Fotonya belum sampai."))
    return redirect("intake:received_detail", row.pk)
