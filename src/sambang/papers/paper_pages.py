"""A paper as a file, and the page that gives it its number, date and signer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.documents import document_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.papers.blocks import PaperContent
from sambang.papers.forms import PaperNumberForm
from sambang.papers.models import PaperNumber
from sambang.papers.operations import assign_number
from sambang.papers.pdf import render_pdf
from sambang.papers.queries import number_of, suggested_number
from sambang.papers.word import render_word

RENDERERS = {"pdf": render_pdf, "docx": render_word}


def paper_response(content: PaperContent, extension: str, name: str) -> HttpResponse:
    """`extension`: pdf is shown, docx is downloaded. `name`: of the file, without the extension."""
    response = document_response(RENDERERS[extension](content), f"{name}.{extension}")
    response["Cache-Control"] = "private, no-store"
    return response


def number_page(
    request: PersonRequest, council: Council, *, paper: str, subject: UUID, title: str, back: tuple[str, object]
) -> HttpResponse:
    """`back`: address and name of the page to return to."""
    require(request.user, "papers.assign_number", council)
    entry = number_of(paper, subject)
    day = entry.dated_on if entry else clock.today()
    form = PaperNumberForm(
        council.signers.filter(Q(is_active=True) | Q(pk=entry.signer_id if entry else None)),
        request.POST or None,
        initial={
            "number": entry.number if entry else suggested_number(council, day.year, day.month),
            "dated_on": day,
            "signer": entry.signer if entry else council.signers.filter(is_active=True).first(),
        },
    )

    def save() -> PaperNumber:
        return assign_number(council, request.user, paper=paper, subject=subject, title=title, **form.cleaned_data)

    if run_operation(form, save):
        messages.success(request, _("Nomor disimpan. Naskahnya sudah memakainya."))
        return redirect(back[0])
    return form_page(request, form, title=title, back=back)
