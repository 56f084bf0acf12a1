"""Pages of an uploaded workbook: upload, preview with decisions, import, discard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import councils_of, may_somewhere, require
from sambang.access.requests import PersonRequest, reached_row
from sambang.imports import operations
from sambang.imports.forms import UploadForm
from sambang.imports.models import ImportBatch, Placement
from sambang.imports.preview import Pane
from sambang.imports.queries import waiting_batches
from sambang.imports.region_lookup import UnknownRegionError
from sambang.imports.sheets import ColumnChoices, SheetError, read_register
from sambang.imports.views.preview import cluster_of_batch, plan_of_batch, preview_context
from sambang.imports.views.progress import progress_lines
from sambang.lib.ask_first import ask_first
from sambang.lib.exports import workbook_response
from sambang.lib.forms import run_operation
from sambang.lib.templatetags.formatting import count
from sambang.registry.models import Cluster

MAX_WAITING_BATCHES = 20
MANY_ROWS = 1500  # from here on the page shows progress
PROGRESS_PLACEHOLDER = "<!-- progress -->"


def get_batch(request: PersonRequest, batch_id: UUID) -> ImportBatch:
    return reached_row(request, ImportBatch, batch_id, "imports.import_register", related=("region",))


def batch_create(request: PersonRequest) -> HttpResponse:
    clusters = Cluster.objects.visible_to(request.user).order_by("name")
    form = UploadForm(
        request.POST or None, request.FILES or None, clusters=clusters, initial={"cluster": request.GET.get("sentra")}
    )
    if not may_somewhere(request.user, "imports.import_register"):
        require(request.user, "imports.import_register", clusters.first() or Cluster())
    if batch := run_operation(form, lambda: _upload(request, form)):
        return redirect("imports:batch_detail", batch.pk)
    context = {
        "form": form,
        "title": _("Impor buku kerja"),
        "back": (reverse("registry:cluster_list"), _("Daftar sentra")),
        "save": _("Periksa berkas"),
        "intro": _("Berkas diperiksa dulu: belum ada yang ditulis sebelum Anda memutuskan."),
        "waiting": waiting_batches(request.user)[:MAX_WAITING_BATCHES],
    }
    return render(request, "imports/batch_create.html", context, status=422 if form.is_bound and form.errors else 200)


def _upload(request: PersonRequest, form: UploadForm) -> ImportBatch:
    """Read the workbook first, so that a file that is no list is refused and not stored."""
    file, cluster, placement = (form.cleaned_data[name] for name in ("workbook", "cluster", "placement"))
    content = file.read()
    try:
        choices = ColumnChoices(by_heading=operations.office_choices(request.user))
        sheet = read_register(content, file.name, choices=choices)
        if placement == Placement.CLUSTER:
            name, region = (
                (cluster.name, cluster.region) if cluster else (form.cleaned_data["name"], form.chosen_village(sheet))
            )
        else:
            council = councils_of(request.user).first()
            name, region = "", form.regency(sheet, council.region_code if council else "")
    except (SheetError, UnknownRegionError) as wrong:
        raise ValidationError({"workbook": str(wrong)}) from None
    council = operations.council_for(request.user, region, verb="imports.import_register")
    return operations.upload_workbook(
        council,
        request.user,
        content=content,
        sheet=sheet,
        filename=file.name,
        cluster_name=name,
        region=region,
        placement=placement,
    )


def batch_detail(request: PersonRequest, batch_id: UUID) -> HttpResponseBase:
    """The preview of the import, its errors and its questions."""
    batch = get_batch(request, batch_id)
    if batch.imported_at is not None:
        messages.info(request, _("Buku kerja ini sudah diambil."))
        return redirect(_imported_address(cluster_of_batch(batch)))
    if request.GET.get("format") == "xlsx":
        return _remarks_as_workbook(batch)
    if batch.row_count >= MANY_ROWS:
        return StreamingHttpResponse(_streamed_preview(request, batch))
    return render(request, "imports/batch_detail.html", preview_context(request, batch))


def _streamed_preview(request: PersonRequest, batch: ImportBatch) -> Iterator[str]:
    page = render_to_string("imports/preview_progress.html", {"batch": batch}, request=request)
    head, after_lines, foot = page.split(PROGRESS_PLACEHOLDER)

    def work(progress: Callable[[int, int], None]) -> str:
        context = preview_context(request, batch, progress=progress)
        return after_lines + render_to_string("imports/_preview.html", context, request=request)

    yield head
    yield from progress_lines(work)
    yield foot


def _remarks_as_workbook(batch: ImportBatch) -> HttpResponse:
    """Errors, what the rules decided, and IKM that the workbook does not name: all of them."""
    headings = [_("Lembar"), _("Baris"), _("Sel"), _("Yang tertulis"), _("Masalah dan cara memperbaikinya")]
    sheet, plan = batch.sheet, plan_of_batch(batch)
    rows: list[list[object]] = [[c.sheet, c.row, c.cell, c.value, c.message] for c in sheet.errors]
    notices = (*plan.notices, *plan.refused)
    rows += [[notice.row.sheet, notice.row.row, "", notice.row.name, notice.text] for notice in notices]
    absent = _("Ada di daftar, tidak ada di berkas ini")
    rows += [["", None, "", f"{business.name}, {business.region}", absent] for business in plan.missing]
    return workbook_response("keluhan-buku-kerja", headings, rows)


@require_POST
def batch_import(request: PersonRequest, batch_id: UUID) -> HttpResponseBase:
    """Import the workbook. For a long one the response is streamed HTML with progress, without JavaScript."""
    batch = get_batch(request, batch_id)
    decisions = {
        name.removeprefix("putusan-"): str(value) for name, value in request.POST.items() if name.startswith("putusan-")
    }
    if batch.row_count >= MANY_ROWS:
        return StreamingHttpResponse(_streamed(request, batch, decisions))
    try:
        result = operations.import_batch(batch, request.user, decisions=decisions)
    except (SheetError, ValidationError) as wrong:
        messages.error(request, _refusal(wrong))
        return redirect("imports:batch_detail", batch.pk)
    messages.success(request, _result_sentence(result))
    return redirect(_imported_address(cluster_of_batch(batch)))


@require_POST
def batch_columns(request: PersonRequest, batch_id: UUID) -> HttpResponse:
    """Reread the workbook with chosen meanings of its columns."""
    batch = get_batch(request, batch_id)
    choices = {
        name.removeprefix("kolom-"): str(value) for name, value in request.POST.items() if name.startswith("kolom-")
    }
    try:
        operations.choose_columns(batch, request.user, choices=choices)
    except (SheetError, ValidationError) as wrong:
        messages.error(request, _refusal(wrong))
    else:
        messages.success(request, _("Berkas dibaca ulang dengan arti kolom yang Anda pilih."))
    return redirect(reverse("imports:batch_detail", args=[batch.pk]) + f"?keadaan={Pane.COLUMNS}")


def _imported_address(cluster: Cluster | None) -> str:
    return reverse("registry:cluster_detail", args=[cluster.pk]) if cluster else reverse("registry:business_list")


def _result_sentence(result: operations.ImportResult | None) -> str:
    if result is None:
        return _("Buku kerja ini sudah diambil.")
    counts = (
        (result.businesses, _("%(count)s IKM baru")),
        (result.filled, _("%(count)s IKM dilengkapi atau diubah")),
        (result.unchanged, _("%(count)s IKM tetap")),
        (result.skipped, _("%(count)s baris dilewati")),
        (result.refused, _("%(count)s baris di luar wilayah, tidak dicatat")),
    )
    parts = [text % {"count": count(number)} for number, text in counts if number]
    return _("Buku kerja diambil: %(counts)s.") % {"counts": ", ".join(parts)}


def _refusal(wrong: SheetError | ValidationError) -> str:
    return " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)


def _streamed(request: PersonRequest, batch: ImportBatch, decisions: dict[str, str]) -> Iterator[str]:
    head, foot = render_to_string("imports/progress.html", {"batch": batch}, request=request).split(
        PROGRESS_PLACEHOLDER
    )

    def work(progress: Callable[[int, int], None]) -> str:
        try:
            result = operations.import_batch(batch, request.user, decisions=decisions, progress=progress)
        except (SheetError, ValidationError) as wrong:
            back = reverse("imports:batch_detail", args=[batch.pk])
            return format_html(
                '<p class="note note-error" role="alert">{}</p><p><a class="button" href="{}">{}</a></p>',
                _refusal(wrong),
                back,
                _("Kembali"),
            )
        cluster = cluster_of_batch(batch)
        return format_html(
            '<p class="note note-success" role="status">{}</p><p><a class="button main" href="{}">{}</a></p>',
            _result_sentence(result),
            _imported_address(cluster),
            cluster or _("daftar IKM"),
        )

    yield head
    yield from progress_lines(work)
    yield foot


@require_POST
@ask_first(
    gettext_lazy("Buang buku kerja ini?"),
    gettext_lazy("Arti kolom dan putusan yang sudah dipilih ikut hilang. Daftar IKM tetap seperti semula."),
    gettext_lazy("Ya, buang"),
)
def batch_discard(request: PersonRequest, batch_id: UUID) -> HttpResponse:
    operations.discard_batch(get_batch(request, batch_id), request.user)
    messages.success(request, _("Buku kerja dibuang; daftar tidak berubah."))
    return redirect("registry:cluster_list")
