"""Pages of an office's papers: the register of numbers, the letterhead, the signers, the WhatsApp texts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import councils_of, may
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.papers import operations
from sambang.papers.forms import LetterheadForm, MessageTextForm, SignerForm
from sambang.papers.message_texts import PREVIEW_VALUES, STANDARD_TEXTS, check_placeholders, filled_in
from sambang.papers.models import Letterhead, MessageText, PaperNumber, Signer

LOGO_CACHE_SECONDS = 60


def number_list(request: PersonRequest) -> HttpResponseBase:
    """The register of paper numbers, with links to letterhead and signers for those who may set them."""
    rows = PaperNumber.objects.visible_to(request.user).select_related("council", "signer")
    councils = [council for council in councils_of(request.user) if may(request.user, "papers.set_letterhead", council)]

    def context(page: Page) -> dict[str, Any]:
        return {"councils": councils, "simulated": any(row.council.is_simulated for row in page)}

    export = Export(
        _("nomor-naskah"),
        (
            (_("Nomor"), "number"),
            (_("Tanggal"), "dated_on"),
            (_("Perihal"), "title"),
            (_("Ditandatangani oleh"), lambda row: str(row.signer or "")),
            (_("Dewan"), "council.name"),
        ),
    )
    return list_response(request, rows, "papers/number_list.html", export, context)


def letterhead_change(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "papers.set_letterhead")
    letterhead = Letterhead.objects.filter(council=council).first()
    # A copy of the row: the form's validation writes into its instance.
    form = LetterheadForm(
        request.POST or None, request.FILES or None, instance=Letterhead.objects.filter(council=council).first()
    )

    def save() -> Letterhead:
        fields = dict(form.cleaned_data)
        picture = fields.pop("logo")
        return operations.set_letterhead(council, request.user, logo=picture.file if picture else None, **fields)

    if run_operation(form, save):
        messages.success(request, _("Kop surat disimpan. Semua naskah berikutnya memakainya."))
        return redirect("papers:letterhead_change", council.pk)
    context = {"form": form, "council": council, "letterhead": letterhead}
    return render(request, "papers/letterhead_change.html", context, status=422 if form.is_bound else 200)


def logo_image(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "papers.set_letterhead")
    letterhead = get_object_or_404(Letterhead, council=council)
    if not letterhead.logo:
        raise Http404
    return jpeg_response(stored_bytes(letterhead.logo), seconds=LOGO_CACHE_SECONDS)


def signer_list(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "papers.add_signer")
    context = {"council": council, "signers": council.signers.order_by("-is_active", "name")}
    return render(request, "papers/signer_list.html", context)


def signer_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "papers.add_signer")
    form = SignerForm(request.POST or None)
    if run_operation(form, lambda: operations.add_signer(council, request.user, **form.cleaned_data)):
        messages.success(request, _("Penanda tangan ditambahkan."))
        return redirect("papers:signer_list", council.pk)
    back = (reverse("papers:signer_list", args=[council.pk]), _("Penanda tangan"))
    return form_page(request, form, title=_("Penanda tangan baru"), back=back)


def signer_change(request: PersonRequest, signer_id: UUID) -> HttpResponse:
    signer = reached_row(request, Signer, signer_id, "papers.change_signer")
    form = SignerForm(request.POST or None, instance=get_object_or_404(Signer, pk=signer.pk))
    if run_operation(form, lambda: operations.change_signer(signer, request.user, **form.cleaned_data)):
        messages.success(request, _("Penanda tangan diubah."))
        return redirect("papers:signer_list", signer.council_id)
    back = (reverse("papers:signer_list", args=[signer.council_id]), _("Penanda tangan"))
    return form_page(request, form, title=_("Ubah penanda tangan"), back=back)


def message_list(request: PersonRequest, council_id: UUID) -> HttpResponse:
    """Each WhatsApp message as currently sent."""
    council = own_council(request, council_id, "papers.set_message_text")
    own = dict(council.message_texts.values_list("kind", "text"))
    rows = [
        (kind, kind in own, filled_in(own.get(kind) or STANDARD_TEXTS[kind], PREVIEW_VALUES[kind]))
        for kind in MessageText.Kind
    ]
    return render(request, "papers/message_list.html", {"council": council, "rows": rows})


def message_change(request: PersonRequest, council_id: UUID, kind: str) -> HttpResponse:
    """The office's text with its preview; initially the standard text."""
    council = own_council(request, council_id, "papers.set_message_text")
    if kind not in MessageText.Kind.values:
        raise Http404(kind)
    message = MessageText.Kind(kind)
    stored = council.message_texts.filter(kind=message).first()
    form = MessageTextForm(request.POST or None, initial={"text": stored.text if stored else STANDARD_TEXTS[message]})
    if "preview" in request.POST:
        if form.is_valid() and form.cleaned_data["text"]:
            run_operation(form, lambda: check_placeholders(message, form.cleaned_data["text"]))
    elif run_operation(
        form, lambda: operations.set_message_text(council, request.user, kind=message, text=_own_text(form, message))
    ):
        messages.success(request, _("Tersimpan; berlaku mulai pesan berikutnya."))
        return redirect("papers:message_list", council.pk)
    text = str(form["text"].value() or "").strip() or STANDARD_TEXTS[message]
    context = {
        "form": form,
        "council": council,
        "message": message,
        "placeholders": PREVIEW_VALUES[message],
        "preview": filled_in(text, PREVIEW_VALUES[message]),
        "standard": STANDARD_TEXTS[message],
    }
    return render(request, "papers/message_change.html", context, status=422 if form.errors else 200)


def _own_text(form: MessageTextForm, message: MessageText.Kind) -> str:
    """Empty for the standard text, so that an unchanged text follows later versions."""
    text: str = form.cleaned_data["text"].replace("\r\n", "\n")
    return "" if text == STANDARD_TEXTS[message] else text
