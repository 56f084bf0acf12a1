"""The paper form of a month: print it, read its photos, and store what a person has checked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import astuple
from datetime import date, timedelta
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import Council
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.documents import document_response
from sambang.lib.months import add_months, first_of_month, month_name, parse_month
from sambang.lib.region_code import RegionCode
from sambang.lib.sealed_session import read_sealed, store_sealed
from sambang.production import queries
from sambang.production.figures_audit import audit_list_read
from sambang.production.paper.forms import PhotosForm, PrintForm
from sambang.production.paper.layout import SheetReference, parse_reference
from sambang.production.paper.photo import ReadNumber, ReadRow, ReadSheet
from sambang.production.paper.printing import rows_of, sheets_of, sheets_pdf
from sambang.production.paper.reports import PaperReport, combine, propose
from sambang.production.paper.uploads import MAX_SHEETS, read_files
from sambang.production.views.reports import submit_form
from sambang.production.views.workbooks import require_submitting
from sambang.registry.models import Business, Cluster, ProductLine
from sambang.registry.reporting_period import product_lines_made_in

PAPER_SESSION_KEY = "paper_form"
CHECK_PERIOD = timedelta(hours=1)  # in which the page of what was read can be loaded again


def paper_import(request: PersonRequest) -> HttpResponse:
    """Print sheets, or upload photos of sheets."""
    require_submitting(request)
    if request.method == "POST":
        return read_photos(request)
    last = add_months(first_of_month(clock.today()), -1)
    clusters = clusters_of(request)
    initial = {"bulan": f"{last:%Y-%m}", "sentra": clusters[0].pk if clusters else ""}
    print_form = PrintForm(clusters, initial=initial, auto_id="print_%s")
    return render(request, "production/paper.html", {"form": PhotosForm(), "print_form": print_form})


def read_photos(request: PersonRequest) -> HttpResponse:
    """Keep what was read, without the photos, for the page that shows it: going back to that page uploads nothing."""
    form = PhotosForm(request.POST, request.FILES)
    upload = read_files(form.cleaned_data["every"] if form.is_valid() else [])
    for text in map(str, chain(*form.errors.values(), upload.errors)):
        messages.error(request, text)
    if not upload.sheets:
        return redirect("production:paper_import")
    for text in [*upload.remarks, *other_months(upload.sheets)]:
        messages.warning(request, text)
    rows = [[str(month), str(line), *astuple(row)] for (month, line), row in combine(upload.sheets).items()]
    sheets = [str(sheet.reference) for sheet in upload.sheets]
    store_sealed(request.session, PAPER_SESSION_KEY, {"sheets": sheets, "rows": rows, "posted": None})
    return redirect("production:paper_check")


def other_months(sheets: list[ReadSheet]) -> list[str]:
    """A sentence for each month that is not the one that is reported now: an old sheet may have been filled in."""
    last = add_months(first_of_month(clock.today()), -1)
    text = _("Ada lembar untuk %(month)s, sedangkan bulan lalu adalah %(last)s: pastikan memang bulan itu.")
    months = sorted({sheet.reference.month for sheet in sheets} - {last})
    return [text % {"month": month_name(month), "last": month_name(last)} for month in months]


@require_safe
def paper_check(request: PersonRequest) -> HttpResponse:
    """What was read, and after saving what could not be stored yet."""
    require_submitting(request)
    content = read_sealed(request.session, PAPER_SESSION_KEY, CHECK_PERIOD)
    if content is None:
        messages.info(request, _("Tidak ada lembar yang sedang diperiksa. Yang belum tersimpan: unggah fotonya lagi."))
        return redirect("production:paper_import")
    references = list(map(parse_reference, content["sheets"]))
    read = {
        (date.fromisoformat(month), UUID(line)): ReadRow(ReadNumber(*quantity), ReadNumber(*value))
        for month, line, quantity, value in content["rows"]
    }
    data = None if content["posted"] is None else QueryDict(content["posted"])
    proposal = propose(request.user, references, read=read, data=data, note=_("Dari formulir kertas"))
    reports = [report for report in proposal.reports if data is None or report.is_open]
    audit_list_read(request.user, [report.business for report in reports])
    context = {
        "reports": reports,
        "doubtful": [report for report in reports if report.doubtful],
        "unreadable": proposal.unreadable,
        "sheets": content["sheets"],
    }
    response = render(request, "production/paper_check.html", context)
    add_never_cache_headers(response)
    return response


@require_POST
def paper_confirm(request: PersonRequest) -> HttpResponse:
    """Submit the reports that were checked, each as if typed at the desk; those with questions come back."""
    require_submitting(request)
    references = posted_references(request)
    proposal = propose(request.user, references, read={}, data=request.POST)
    open_reports = [report for report in proposal.reports if report.is_open]
    stored = sum(submit_paper_report(request, report) for report in open_reports)
    if stored:
        text = ngettext("%(many)d laporan tersimpan.", "%(many)d laporan tersimpan.", stored)
        messages.success(request, text % {"many": stored})
    if stored < len(open_reports) or not proposal.reports:
        content = {"sheets": list(map(str, references)), "rows": [], "posted": request.POST.urlencode()}
        store_sealed(request.session, PAPER_SESSION_KEY, content)
        return redirect("production:paper_check")
    request.session.pop(PAPER_SESSION_KEY, None)
    tell_left_out(request, sum(report.is_left_out for report in proposal.reports), stored)
    months = {"bulan": f"{references[0].month:%Y-%m}"} if references else {}
    return redirect(reverse("production:month_detail", query=months))


def submit_paper_report(request: PersonRequest, report: PaperReport) -> bool:
    """Whether it was stored."""
    if report.stored or not report.form.is_valid():
        return False
    try:
        submit_form(request, report.form)
    except ValidationError as refused:
        messages.error(request, f"{report.business.name}: {' '.join(refused.messages)}")
        return False
    return True


def tell_left_out(request: PersonRequest, empty: int, stored: int) -> None:
    if empty:
        text = ngettext("%(many)d IKM dilewati: kotaknya kosong.", "%(many)d IKM dilewati: kotaknya kosong.", empty)
        messages.info(request, text % {"many": empty})
    elif not stored:
        messages.info(request, _("Laporan dari lembar ini sudah tersimpan sebelumnya."))


def posted_references(request: PersonRequest) -> list[SheetReference]:
    """The sheets that the form names; texts that are no references are left out."""
    references = []
    for text in request.POST.getlist("sheet")[:MAX_SHEETS]:
        with suppress(ValueError):
            references.append(parse_reference(text))
    return references


def clusters_of(request: PersonRequest) -> list[Cluster]:
    own = reader_for(request.user).in_own_regency(Cluster)
    return list(Cluster.objects.visible_to(request.user).filter(own).only("name").order_by("name"))


@require_safe
def paper_sheet(request: PersonRequest) -> HttpResponse:
    """The sheets of a sentra's IKM that have not reported the month, as PDF."""
    require_submitting(request)
    clusters = clusters_of(request)
    form = PrintForm(clusters, request.GET)
    try:
        month = parse_month(request.GET.get("bulan", ""))
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("production:paper_import")
    if not form.is_valid():
        raise Http404
    own = reader_for(request.user).in_own_regency(Business)
    expected = queries.businesses_expected_to_report(request.user, month).filter(own, ~queries.has_reported(month))
    expected = expected.filter(cluster=form.cleaned_data["sentra"] or None).select_related("owner", "cluster", "region")
    businesses = list(expected.order_by("name", "pk"))
    if not businesses:
        messages.info(request, _("Tidak ada lembar: semua IKM di sini sudah melapor bulan itu."))
        return redirect("production:paper_import")
    audit_list_read(request.user, businesses)
    lines = ProductLine.objects.filter(business__in=businesses).filter(product_lines_made_in(month))
    before = queries.latest_reports_before(businesses, month)
    sheets = sheets_of(
        rows_of(businesses, list(lines.order_by("name", "unit")), before), one_business=form.cleaned_data["satu"]
    )
    place = businesses[0].cluster.name if businesses[0].cluster else _("Di luar sentra")
    content = sheets_pdf(sheets, month=month, council=council_of_business(businesses[0]), place=place)
    response = document_response(content, f"formulir-{month:%Y-%m}-{slugify(place)}.pdf")
    add_never_cache_headers(response)
    return response


def council_of_business(business: Business) -> str:
    regency = RegionCode(business.region_id).regency
    return Council.objects.filter(region_code=regency).values_list("name", flat=True).first() or ""
