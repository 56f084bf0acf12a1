"""What phones sent: the list, each one whole, and the exports of a council's own form."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.lib.exports import workbook_response
from sambang.odk import queries
from sambang.odk.exports import as_csv, as_json
from sambang.odk.files import path_of
from sambang.odk.models import SentFile, Submission
from sambang.odk.processing import settle
from sambang.odk.reading import UnreadableError, leaves, tree
from sambang.odk.views.forms import form_of, require_field_work
from sambang.odk.virus_scan import NotGivenError, require_clean
from sambang.odk.visit_mapping import without_codes

A_PAGE = 50


def submission_list(request: PersonRequest) -> HttpResponse:
    require_field_work(request)
    rows = queries.submissions_for(request.user)
    if request.GET.get("format") == "xlsx":
        headings = [_("Kiriman"), _("Dari"), _("HP"), _("Diterima"), _("Berkas"), _("Perlu diperiksa")]
        table = (
            [
                str(row),
                row.key.person.name,
                row.key.phone,
                timezone.localtime(row.received_at),
                len(row.files.all()),
                "; ".join(row.troubles()),
            ]
            for row in rows
        )
        return workbook_response(_("kiriman-collect"), headings, table)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("halaman"))
    return render(request, "odk/submissions.html", {"page": page})


def submission_of(request: PersonRequest, submission_id: UUID) -> Submission:
    """404 out of reach, and where one is no member of that regency's council; 403 for those who do no field work."""
    rows = Submission.objects.visible_to(request.user).filter(council__in=queries.workplaces(request.user))
    found = get_object_or_404(rows.select_related("key__person", "form", "replaces", "replacement"), pk=submission_id)
    require_field_work(request)
    return found


def submission(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    found = submission_of(request, submission_id)
    try:
        answers = [(path, answer) for path, answer in leaves(tree(_readable(found))) if answer]
    except UnreadableError:
        answers = []
    facts = {
        "submission": found,
        "answers": answers,
        "pieces": queries.pieces_in_words(request.user, found),
        "files": found.files.order_by("name", "pk"),
    }
    return render(request, "odk/submission.html", facts)


@require_POST
def again(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    """Try once more what could not be worked out."""
    found = submission_of(request, submission_id)
    require(request.user, "odk.send", found)
    if found.reads_as_visit():
        settle(found, request.user)
        messages.success(request, _("Kiriman diolah lagi."))
    return redirect("odk:submission", found.pk)


def original(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    """The very bytes that the phone sent, but for owners' codes."""
    found = submission_of(request, submission_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.pk}.xml"'}
    return HttpResponse(_readable(found), content_type="text/xml", headers=headers)


def _readable(found: Submission) -> bytes:
    return without_codes(bytes(found.xml)) if found.reads_as_visit() else bytes(found.xml)


def sent_file(request: PersonRequest, submission_id: UUID, file_id: int) -> HttpResponseBase:
    """A file as it came, to keep and not to open here: nobody looked into it but a scanner."""
    found = submission_of(request, submission_id)
    file = get_object_or_404(SentFile.objects.visible_to(request.user).filter(submission=found), pk=file_id)
    try:
        content = path_of(file.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    try:
        require_clean(content)
    except NotGivenError as why:
        content.close()
        messages.error(request, str(why))
        return redirect("odk:submission", found.pk)
    return FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")


def form_export(request: PersonRequest, form_id: UUID, kind: str) -> HttpResponseBase:
    """Every version of the form together, the newest version of each submission."""
    form = form_of(request, form_id)
    require_field_work(request)
    rows = Submission.objects.visible_to(request.user).filter(form__council=form.council_id, form__form_id=form.form_id)
    rows = rows.current().select_related("key__person").prefetch_related("files").order_by("received_at", "pk")
    written, content_type = (as_csv, "text/csv") if kind == "csv" else (as_json, "application/json")
    response = StreamingHttpResponse(written(rows), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="isian.{kind}"'
    return response
