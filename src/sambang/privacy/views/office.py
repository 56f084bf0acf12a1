"""The office's side: the queue of requests with its clock, erasing, and who looked at whose data."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.audit.verb_labels import VERB_LABELS
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.privacy import queries
from sambang.privacy.forms import AnswerForm, SureForm
from sambang.privacy.models import DataRequest
from sambang.privacy.operations import answer_request, erase_business
from sambang.registry.models import Business


def _need(request: PersonRequest, verb: str) -> None:
    if not may_somewhere(request.user, verb):
        raise PermissionDenied(verb)


def request_list(request: PersonRequest) -> HttpResponse:
    """A province has the page and an empty list: what owners wrote stays in their regency."""
    _need(request, "privacy.erase")
    rows = queries.requests_of(request.user)
    if request.GET.get("format") == "xlsx":
        headings = [_("IKM"), _("Permintaan"), _("Diminta"), _("Batas waktu"), _("Dijawab"), _("Hasil")]
        local = timezone.localtime
        table = (
            [
                row.business.name,
                row.get_kind_display(),
                local(row.asked_at),
                local(row.due_at),
                row.answered_at and local(row.answered_at),
                row.get_outcome_display(),
            ]
            for row in rows
        )
        return workbook_response(_("permintaan-data-pribadi"), headings, table)
    facts = {
        "page": Paginator(rows, 50).get_page(request.GET.get("halaman")),
        "now": clock.now(),
        "lists_reads": may_somewhere(request.user, "privacy.list_reads"),
        "notes_breach": may_somewhere(request.user, "privacy.note_breach"),
    }
    return render(request, "privacy/request_list.html", facts)


def request_answer(request: PersonRequest, request_id: UUID) -> HttpResponse:
    rows = DataRequest.objects.visible_to(request.user).select_related("business__cluster", "answered_by")
    row = get_object_or_404(rows, pk=request_id)
    require(request.user, "privacy.answer", row)
    form = AnswerForm(request.POST or None)
    if row.kind == DataRequest.Kind.ERASE:
        form.fields["outcome"].choices = [(DataRequest.Outcome.REFUSED.value, DataRequest.Outcome.REFUSED.label)]  # type: ignore[attr-defined]
    if perform(form, lambda: answer_request(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Jawaban dicatat; pemilik membacanya di tautan pribadinya."))
        return redirect("privacy:request_list")
    facts = {"asked": row, "form": form, "now": clock.now()}
    return render(request, "privacy/request_answer.html", facts, status=422 if form.is_bound else 200)


def business_erase(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = get_object_or_404(Business.objects.visible_to(request.user).select_related("owner"), pk=business_id)
    require(request.user, "privacy.erase", row)
    form = SureForm(request.POST or None)
    if perform(form, lambda: erase_business(row, request.user)):
        messages.success(request, _("Data pemilik sudah dihapus. Baca juga catatan kunjungan di bawah ini."))
        return redirect("privacy:erasure_review", row.pk)
    facts = {"business": row, "form": form, "visits": queries.to_read_by_hand(row)}
    return render(request, "privacy/business_erase.html", facts, status=422 if form.is_bound else 200)


def erasure_review(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """After erasing: the office's own words in which a name may stand."""
    row = get_object_or_404(Business.objects.visible_to(request.user), pk=business_id)
    require(request.user, "privacy.erase", row)
    return render(request, "privacy/erasure_review.html", {"business": row, "visits": queries.to_read_by_hand(row)})


def read_list(request: PersonRequest) -> HttpResponse:
    _need(request, "privacy.list_reads")
    rows = queries.looks_of(request.user)
    if request.GET.get("oleh"):
        rows = rows.filter(by__name__icontains=request.GET["oleh"])
    if request.GET.get("format") == "xlsx":
        lines = list(rows[:20_000])
        names = queries.names_of(lines)
        headings = [_("Waktu"), _("Oleh"), _("Yang dilihat"), _("Tentang")]
        table = (
            [timezone.localtime(line.at), line.by.name, VERB_LABELS[line.verb], names.get(line.subject, "–")]
            for line in lines
        )
        return workbook_response(_("siapa-melihat-data"), headings, table)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    names = queries.names_of(list(page))
    shown = [(line, VERB_LABELS[line.verb], names.get(line.subject, "–")) for line in page]
    return render(request, "privacy/read_list.html", {"page": page, "lines": shown, "by": request.GET.get("oleh", "")})
