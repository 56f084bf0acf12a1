"""The council's pages: requests of owners with their deadlines, erasure, and the reads that the audit log records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sambang.access.permissions import councils_of, may, may_somewhere
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, set_choices
from sambang.lib.lists import ROWS_PER_FETCH, CellSource, Export, Page, list_response
from sambang.privacy import queries
from sambang.privacy.forms import PrivacyStatementForm, ReadListForm, RequestAnswerForm, SureForm
from sambang.privacy.models import DataRequest, PrivacyStatement
from sambang.privacy.operations import StatementData, answer_request, change_statement, erase_business
from sambang.registry.models import Business

# The beginning of an assessment (Pasal 34), which a council completes.
ASSESSMENT = gettext_noop(
    "Yang diolah: identitas, kontak, produksi, dan keuangan pemilik IKM (lihat daftar di pemberitahuan privasi).\n"
    "Perlunya: pembinaan dan statistik sentra; yang tidak perlu tidak diminta.\n"
    "Risiko: NIK atau nomor HP terbuka; angka satu usaha terbaca dari hasil gabungan; HP petugas hilang; cadangan "
    "dicuri.\n"
    "Penanganan: NIK, kontak, dan keuangan disegel; tiap pembacaan dicatat; hasil hanya gabungan sedikitnya tiga "
    "usaha; data di HP dienkripsi dan HP dapat dicabut; cadangan dienkripsi.\n"
    "Sisa risiko dan keputusan dewan: …"
)


def _require_somewhere(request: PersonRequest, verb: str) -> None:
    if not may_somewhere(request.user, verb):
        raise PermissionDenied(verb)


def request_list(request: PersonRequest) -> HttpResponseBase:
    """Requests of owners. Empty for a province: requests stay in the owner's regency."""
    _require_somewhere(request, "privacy.see_requests")
    columns: tuple[tuple[Any, CellSource], ...] = (
        (_("IKM"), "business.name"),
        (_("Permintaan"), "get_kind_display"),
        (_("Diminta"), lambda row: timezone.localtime(row.asked_at)),
        (_("Batas waktu"), lambda row: timezone.localtime(row.due_at)),
        (_("Dijawab"), lambda row: row.answered_at and timezone.localtime(row.answered_at)),
        (_("Hasil"), "get_outcome_display"),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "now": clock.now(),
            "lists_reads": may_somewhere(request.user, "privacy.list_reads"),
            "stating": [one for one in councils_of(request.user) if may(request.user, "privacy.change_statement", one)],
            "notes_breach": may_somewhere(request.user, "privacy.note_breach"),
        }

    export = Export(_("permintaan-data-pribadi"), columns)
    return list_response(request, queries.requests_of(request.user), "privacy/request_list.html", export, context)


def request_answer(request: PersonRequest, request_id: UUID) -> HttpResponse:
    row = reached_row(request, DataRequest, request_id, "privacy.answer", related=("business__cluster", "answered_by"))
    form = RequestAnswerForm(request.POST or None)
    if row.kind == DataRequest.Kind.ERASE:
        set_choices(form, "outcome", [(DataRequest.Outcome.REFUSED.value, DataRequest.Outcome.REFUSED.label)])
    if run_operation(form, lambda: answer_request(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Jawaban dicatat; pemilik membacanya di tautan pribadinya."))
        return redirect("privacy:request_list")
    context = {"asked": row, "form": form, "now": clock.now()}
    return render(request, "privacy/request_answer.html", context, status=422 if form.is_bound else 200)


def statement_change(request: PersonRequest, council_id: UUID) -> HttpResponse:
    """The form of the council's part of the public privacy notice."""
    council = own_council(request, council_id, "privacy.change_statement")
    stored = PrivacyStatement.objects.filter(council=council).first()
    initial = model_to_dict(stored) if stored else {"controller": council.name, "assessment": _(ASSESSMENT)}
    form = PrivacyStatementForm(request.POST or None, initial=initial)
    if run_operation(form, lambda: change_statement(council, request.user, data=StatementData(**form.cleaned_data))):
        messages.success(request, _("Tersimpan; tampil di pemberitahuan privasi."))
        return redirect("privacy:notice_detail")
    intro = _(
        "UU 27/2022 meminta %(council)s menyebut siapa yang bertanggung jawab atas data pemilik IKM, siapa yang "
        "menerimanya, dan ke mana mengadu. Isinya tampil di pemberitahuan privasi, terbuka untuk umum."
    ) % {"council": council.name}
    back = (reverse("privacy:request_list"), _("Data pribadi"))
    return form_page(request, form, title=_("Keterangan pengendali data"), back=back, intro=intro)


def business_erase(request: PersonRequest, business_id: UUID) -> HttpResponse:
    row = reached_row(request, Business, business_id, "privacy.erase", related=("owner",))
    form = SureForm(request.POST or None)
    if run_operation(form, lambda: erase_business(row, request.user)):
        messages.success(request, _("Data pemilik sudah dihapus. Baca juga catatan kunjungan di bawah ini."))
        return redirect("privacy:erasure_review", row.pk)
    context = {"business": row, "form": form, "visits": queries.visits_to_review(row)}
    return render(request, "privacy/business_erase.html", context, status=422 if form.is_bound else 200)


def erasure_review(request: PersonRequest, business_id: UUID) -> HttpResponse:
    """After an erasure: visits whose free text may still contain the owner's name."""
    row = reached_row(request, Business, business_id, "privacy.erase")
    return render(request, "privacy/erasure_review.html", {"business": row, "visits": queries.visits_to_review(row)})


def read_list(request: PersonRequest) -> HttpResponseBase:
    """Reads of guarded data that the audit log records."""
    _require_somewhere(request, "privacy.list_reads")
    form = ReadListForm(request.GET)
    rows = form.narrow(queries.audited_reads(request.user))

    def context(page: Page) -> dict[str, Any]:
        return {"form": form, "lines": list(queries.described_reads(page.rows))}

    return list_response(request, rows, "privacy/read_list.html", ReadTable(), context)


class ReadTable:
    """The file of `read_list` (lists.Table): subjects are named in batches."""

    filename = _("siapa-melihat-data")

    @property
    def headings(self) -> list[str]:
        return [_("Waktu"), _("Oleh"), _("Yang dilihat"), _("Tentang")]

    def table(self, rows: QuerySet[Entry]) -> Iterator[list[object]]:
        for batch in batched(rows.iterator(chunk_size=ROWS_PER_FETCH), ROWS_PER_FETCH, strict=False):
            for entry, label, name in queries.described_reads(batch):
                yield [timezone.localtime(entry.at), entry.by.name, label, name]
