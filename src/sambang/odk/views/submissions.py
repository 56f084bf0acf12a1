"""Pages of submissions: list, detail, XML, files, and the exports of a council's own form."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.lib.documents import document_response
from sambang.lib.lists import Export, list_response
from sambang.odk import queries
from sambang.odk.exports import as_json, structure_of, write_csv, write_workbook
from sambang.odk.files import path_of
from sambang.odk.models import OdkForm, SentFile, Submission
from sambang.odk.processing import process_logging_errors
from sambang.odk.reading import UnreadableError, leaves, tree
from sambang.odk.views.forms import form_of, require_send
from sambang.odk.virus_scan import ScanError, require_clean
from sambang.odk.visit_mapping import without_codes


def submission_list(request: PersonRequest) -> HttpResponseBase:
    require_send(request)
    columns = (
        (_("Kiriman"), str),
        (_("Dari"), "key.person.name"),
        (_("HP"), "key.phone"),
        (_("Diterima"), lambda row: timezone.localtime(row.received_at)),
        (_("Berkas"), lambda row: len(row.files.all())),
        (_("Perlu diperiksa"), lambda row: "; ".join(row.problems())),
    )
    rows = queries.readable_submissions(request.user)
    return list_response(
        request, rows, "odk/submission_list.html", Export(_("kiriman-collect"), columns), lambda _page: {}
    )


def submission_of(request: PersonRequest, submission_id: UUID) -> Submission:
    """Raises Http404 out of reach or outside the person's own councils, PermissionDenied without the verb odk.send."""
    rows = Submission.objects.visible_to(request.user).filter(council__in=queries.regency_councils(request.user))
    submission = get_object_or_404(
        rows.select_related("key__person", "form", "replaces", "replacement"), pk=submission_id
    )
    require_send(request)
    return submission


def submission_detail(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    submission = submission_of(request, submission_id)
    try:
        answers = [(path, answer) for path, answer in leaves(tree(_masked_xml(submission))) if answer]
    except UnreadableError:
        answers = []
    context = {
        "submission": submission,
        "answers": answers,
        "results": queries.result_rows(request.user, submission),
        "files": submission.files.order_by("name", "pk"),
    }
    return render(request, "odk/submission_detail.html", context)


@require_POST
def submission_reprocess(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    """Process the unfinished items again; with `confirmed`, unusual figures are stored."""
    submission = submission_of(request, submission_id)
    require(request.user, "odk.send", submission)
    if submission.reads_as_visit():
        if process_logging_errors([submission], request.user, is_confirmed="confirmed" in request.POST):
            messages.success(request, _("Kiriman diolah lagi."))
        else:
            messages.error(request, _("Kiriman tersimpan utuh, tetapi belum dapat diolah: coba lagi nanti."))
    return redirect("odk:submission_detail", submission.pk)


def submission_xml(request: PersonRequest, submission_id: UUID) -> HttpResponse:
    """The XML as it was received, with owners' codes masked."""
    submission = submission_of(request, submission_id)
    return document_response(_masked_xml(submission), f"{submission.pk}.xml")


def _masked_xml(submission: Submission) -> bytes:
    return without_codes(bytes(submission.xml)) if submission.reads_as_visit() else bytes(submission.xml)


def submission_file(request: PersonRequest, submission_id: UUID, file_id: int) -> HttpResponseBase:
    """A file as it was received, as a download after the virus scan."""
    submission = submission_of(request, submission_id)
    file = get_object_or_404(SentFile.objects.visible_to(request.user).filter(submission=submission), pk=file_id)
    try:
        content = path_of(file.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    try:
        require_clean(content)
    except ScanError as error:
        content.close()
        messages.error(request, str(error))
        return redirect("odk:submission_detail", submission.pk)
    return FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")


def form_export(request: PersonRequest, form_id: UUID, kind: str) -> HttpResponseBase:
    """All versions of the form, without replaced submissions; the file is named after the form."""
    form = form_of(request, form_id)
    require_send(request)
    rows = Submission.objects.visible_to(request.user).filter(form__council=form.council_id, form__form_id=form.form_id)
    rows = rows.current().select_related("key__person").prefetch_related("files").order_by("received_at", "pk")
    name = slugify(form.form_id) or "formulir"
    if kind == "json":
        response = StreamingHttpResponse(as_json(rows), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    versions = OdkForm.objects.filter(council=form.council_id, form_id=form.form_id).order_by("-offered_at")
    structure = structure_of((bytes(xform) for xform in versions.values_list("xform", flat=True)), rows)
    if kind == "xlsx":
        return FileResponse(write_workbook(structure, rows, name), as_attachment=True, filename=f"{name}.xlsx")
    content, suffix = write_csv(structure, rows, name)
    return FileResponse(content, as_attachment=True, filename=f"{name}.{suffix}")
