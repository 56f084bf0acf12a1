"""A workbook on a page: uploaded, looked through, decided, taken over or thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import councils_of, may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.imports import operations
from sambang.imports.forms import UploadForm
from sambang.imports.models import ImportBatch, Placement
from sambang.imports.places import PlaceUnknownError
from sambang.imports.plan import DECISIONS, balance, columns_read, plan_import, row_states
from sambang.imports.sheets import RegisterSheet, SheetError, read_register
from sambang.imports.views.progress import progress_lines
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.lib.templatetags.words import count
from sambang.registry.models import Cluster
from sambang.registry.views.answers import form_page

MANY_ROWS = 1500  # from here on the page tells how far it is while it works
SHOWN = 300  # complaints or notices on the page; the rest is in the downloaded list


def get_batch(request: PersonRequest, batch_id: UUID) -> ImportBatch:
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user).select_related("region"), pk=batch_id)
    require(request.user, "imports.import_register", batch)
    return batch


def batch_create(request: PersonRequest) -> HttpResponse:
    clusters = Cluster.objects.visible_to(request.user).order_by("name")
    form = UploadForm(
        request.POST or None, request.FILES or None, clusters=clusters, initial={"cluster": request.GET.get("sentra")}
    )
    if not may_somewhere(request.user, "imports.import_register"):
        require(request.user, "imports.import_register", clusters.first() or Cluster())
    if batch := perform(form, lambda: _upload(request, form)):
        return redirect("imports:batch_detail", batch.pk)
    intro = _("Berkas diperiksa dulu: belum ada yang ditulis sebelum Anda memutuskan.")
    return form_page(request, form, title=_("Impor buku kerja"), save=_("Periksa berkas"), intro=intro, has_file=True)


def _upload(request: PersonRequest, form: UploadForm) -> ImportBatch:
    """Read once, so that a file that is no list is refused here and not kept."""
    file, cluster, placement = (form.cleaned_data[name] for name in ("workbook", "cluster", "placement"))
    content = file.read()
    try:
        sheet = read_register(content, file.name)
        if placement == Placement.CLUSTER:
            name, region = (cluster.name, cluster.region) if cluster else (form.cleaned_data["name"], form.place(sheet))
        else:
            council = councils_of(request.user).first()
            name, region = "", form.regency(sheet, council.region_code if council else "")
    except (SheetError, PlaceUnknownError) as wrong:
        raise ValidationError({"workbook": str(wrong)}) from None
    council = operations.council_for(request.user, region, verb="imports.import_register")
    return operations.upload_workbook(
        council,
        request.user,
        content=content,
        filename=file.name,
        cluster_name=name,
        region=region,
        placement=placement,
    )


def batch_detail(request: PersonRequest, batch_id: UUID) -> HttpResponse:
    """What would be made of the workbook, what is wrong in it, and what is to be decided."""
    batch = get_batch(request, batch_id)
    cluster = Cluster.objects.filter(region=batch.region, name=batch.cluster_name).first()
    if batch.imported_at is not None:
        messages.info(request, _("Buku kerja ini sudah diambil."))
        return redirect(_imported_address(cluster))
    sheet = read_register(bytes(batch.workbook), batch.filename)
    if request.GET.get("format") == "xlsx":
        return _complaints_as_workbook(sheet)
    plan = plan_import(
        sheet,
        region=batch.region,
        cluster=cluster,
        placement=Placement(batch.placement),
        cluster_name=batch.cluster_name,
    )
    context = {
        "batch": batch,
        "cluster": cluster,
        "sheet": sheet,
        "plan": plan,
        "columns": columns_read(sheet),
        "members": sum(1 for member in sheet.members if member.register is not None),
        "complaints": sheet.complaints[:SHOWN],
        "notices": plan.notices[:SHOWN],
        "differing": plan.differing[:SHOWN],
        "decisions": DECISIONS.items(),
        "left_aside": sheet.left_aside[:SHOWN],
        "refused": plan.refused[:SHOWN],
        "new_clusters": [f"{name} ({place})" for name, place in plan.new_clusters.items()],
        "balance": balance_sentences(balance(sheet, plan)),
        "states": row_states(plan)[:SHOWN],
    }
    return render(request, "imports/batch_detail.html", context)


def balance_sentences(sums: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The two equations of the ledger, of rows and of cells."""
    rows = _("Baris terisi: %(total)s = %(read)s dibaca + %(asked)s ditanyakan + %(left_aside)s dikesampingkan.")
    cells = _(
        "Sel terisi: %(filled)s = %(values)s diambil + %(complaints)s dikeluhkan + %(headings)s judul + "
        "%(left_aside)s dikesampingkan."
    )
    in_rows = {"total" if name == "in" else name: count(number) for name, number in sums["rows"].items()}
    return [rows % in_rows, cells % {name: count(number) for name, number in sums["cells"].items()}]


def _complaints_as_workbook(sheet: RegisterSheet) -> HttpResponse:
    headings = [_("Lembar"), _("Baris"), _("Sel"), _("Yang tertulis"), _("Masalah dan cara memperbaikinya")]
    rows = [[c.sheet, c.row, c.cell, c.value, c.message] for c in sheet.complaints]
    return workbook_response("keluhan-buku-kerja", headings, rows)


@require_POST
def batch_import(request: PersonRequest, batch_id: UUID) -> HttpResponseBase:
    """Import it. A long workbook answers at once and tells how far it is, in plain HTML that needs no script."""
    batch = get_batch(request, batch_id)
    decisions = {
        name.removeprefix("putusan-"): str(value) for name, value in request.POST.items() if name.startswith("putusan-")
    }
    if request.POST.get("rows", "").isdigit() and int(request.POST["rows"]) >= MANY_ROWS:
        return StreamingHttpResponse(_streamed(request, batch, decisions))
    try:
        cluster = operations.import_batch(batch, request.user, decisions=decisions)
    except (SheetError, ValidationError) as wrong:
        messages.error(request, _refusal(wrong))
        return redirect("imports:batch_detail", batch.pk)
    messages.success(request, _("Buku kerja diambil ke %(name)s.") % {"name": cluster or _("daftar IKM")})
    return redirect(_imported_address(cluster))


def _imported_address(cluster: Cluster | None) -> str:
    return reverse("registry:cluster_detail", args=[cluster.pk]) if cluster else reverse("registry:business_list")


def _refusal(wrong: SheetError | ValidationError) -> str:
    return " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)


def _streamed(request: PersonRequest, batch: ImportBatch, decisions: dict[str, str]) -> Iterator[str]:
    head, foot = render_to_string("imports/progress.html", {"batch": batch}, request=request).split("<!-- progress -->")

    def work(progress: Callable[[int, int], None]) -> str:
        try:
            cluster = operations.import_batch(batch, request.user, decisions=decisions, progress=progress)
        except (SheetError, ValidationError) as wrong:
            back = reverse("imports:batch_detail", args=[batch.pk])
            return format_html(
                '<p class="note note-error" role="alert">{}</p><p><a class="button" href="{}">{}</a></p>',
                _refusal(wrong),
                back,
                _("Kembali"),
            )
        there = _imported_address(cluster)
        return format_html(
            '<p class="note note-success" role="status">{}</p><p><a class="button main" href="{}">{}</a></p>',
            _("Selesai: seluruh buku kerja sudah diambil."),
            there,
            cluster or _("daftar IKM"),
        )

    yield head
    yield from progress_lines(work)
    yield foot


@require_POST
def batch_discard(request: PersonRequest, batch_id: UUID) -> HttpResponse:
    operations.discard_batch(get_batch(request, batch_id), request.user)
    messages.success(request, _("Buku kerja dibuang; daftar tidak berubah."))
    return redirect("registry:cluster_list")
