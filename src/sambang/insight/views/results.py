from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Council
from sambang.access.permissions import councils_of
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, own_council
from sambang.insight import charts
from sambang.insight.annual_report import annual_report
from sambang.insight.arrivals import changes_since_run
from sambang.insight.coaching import coaching_effect
from sambang.insight.contributions import GrowthContribution
from sambang.insight.council_screen import DIFFICULTY_ROWS, council_screen
from sambang.insight.forms import AnnualReportForm, BaseForm
from sambang.insight.leader_report import is_simulated, leader_pdf
from sambang.insight.leader_report_word import leader_paper
from sambang.insight.operations import choose_base, compute
from sambang.insight.queries import AreaResult, CouncilOverview, IndustryResult, council_overview
from sambang.insight.release import readable_series, sees_finances
from sambang.insight.summary import Summary, summarise
from sambang.insight.vintages import Revision, revisions
from sambang.lib import clock
from sambang.lib.documents import document_response
from sambang.lib.exports import workbook_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.papers.pdf import render_pdf
from sambang.papers.word import render_word


def chosen_council(request: PersonRequest) -> Council:
    """The council of `?dewan=…`, else the first of the person's own councils by name."""
    chosen = request.GET.get("dewan")
    councils = [council for council in reader_for(request.user).councils if not chosen or str(council.pk) == chosen]
    if not councils:
        raise Http404
    return councils[0]


def council_detail(request: PersonRequest) -> HttpResponse:
    council = chosen_council(request)
    overview = council_overview(council, request.user, today=clock.today())
    if request.GET.get("format") == "xlsx":
        return areas_workbook(overview)
    context = {
        "overview": overview,
        "council": council,
        "annual_form": AnnualReportForm(council, request.user, clock.today().year),
        "councils": reader_for(request.user).councils,
        "may_compute": reader_for(request.user).may("insight.compute", council, code=council.region_code),
        "is_simulated": is_simulated(overview),
    }
    return render(request, "insight/leader.html", context)


def council_screen_detail(request: PersonRequest) -> HttpResponse:
    """The leader's page, for a projector."""
    council, today = chosen_council(request), clock.today()
    overview = council_overview(council, request.user, today=today)
    context = {
        "overview": overview,
        "council": council,
        "screen": council_screen(overview, request.user, today=today),
        "heard": overview.difficulties[:DIFFICULTY_ROWS],
        "recovery": overview.summary.figures[0] if overview.summary and overview.summary.latest else None,
        "today": today,
        "is_simulated": is_simulated(overview),
    }
    return render(request, "insight/council_screen.html", context)


def areas_workbook(overview: CouncilOverview) -> HttpResponse:
    headings = [
        _("Kabupaten/kota atau industri") if overview.by_regency else _("Sentra atau industri"),
        _("Bulan"),
        f"{overview.against} (%)",
        _("Batas bawah 90%"),
        _("Batas atas 90%"),
        _("Masa pembanding"),
        _("Arti"),
        _("Melapor"),
        _("Bagian dari perubahan setahun (poin persen)"),
        pgettext("many", "IKM"),
        _("Aspirasi"),
        _("Tindakan terbuka"),
        _("Keterangan"),
    ]
    note = _("simulasi") if is_simulated(overview) else ""
    table = [
        *(
            [*result_cells(row, overview.area_contributions), row.businesses, row.aspirations, row.open_actions, note]
            for row in overview.areas
        ),
        *others_row(overview.area_contributions, note),
        *([*result_cells(row, overview.industry_contributions), None, None, None, note] for row in overview.industries),
        *others_row(overview.industry_contributions, note),
    ]
    return workbook_response(f"hasil-{slugify(overview.council.name)}", headings, table)


def result_cells(row: AreaResult | IndustryResult, contributions: Iterable[GrowthContribution]) -> list[object]:
    points = next((one.points for one in contributions if one.name == row.name), None)
    return [
        row.name,
        row.series.recovery_month if row.series else None,
        row.recovery.percent,
        row.recovery.lower,
        row.recovery.upper,
        row.series.base_text if row.series else None,
        row.recovery.direction.label,
        row.response,
        None if points is None else round(points, 1),
    ]


def others_row(contributions: Iterable[GrowthContribution], note: str) -> list[list[object]]:
    """The contribution of all areas without a row of their own; empty if no contribution is known."""
    others = [round(one.points, 1) for one in contributions if not one.name]
    return [[_("lainnya"), *[None] * 7, points, None, None, None, note] for points in others]


def council_report_pdf(request: PersonRequest) -> HttpResponse:
    council = chosen_council(request)
    overview = council_overview(council, request.user, today=clock.today())
    return document_response(leader_pdf(overview), f"laporan-{slugify(council.name)}-{overview.month:%Y-%m}.pdf")


def council_report_word(request: PersonRequest) -> HttpResponse:
    council = chosen_council(request)
    overview = council_overview(council, request.user, today=clock.today())
    name = f"laporan-{slugify(council.name)}-{overview.month:%Y-%m}.docx"
    return document_response(render_word(leader_paper(overview)), name)


def annual_report_file(request: PersonRequest) -> HttpResponse:
    """The yearly report as PDF or Word, as `AnnualReportForm` asks for it on the results page."""
    council = chosen_council(request)
    form = AnnualReportForm(council, request.user, clock.today().year, request.GET)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data
    content = annual_report(council, request.user, int(chosen["tahun"]), chosen["penandatangan"])
    name = f"laporan-tahunan-{slugify(council.name)}-{chosen['tahun']}.{chosen['berkas']}"
    render_document = render_pdf if chosen["berkas"] == "pdf" else render_word
    return document_response(render_document(content), name, is_download=True)


@require_POST
def index_compute(request: PersonRequest, council_id: object) -> HttpResponse:
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    try:
        run = compute(council, request.user)
        coaching_effect(council, request.user)  # so that no reader of its page waits for the estimate
        messages.success(request, _("Dihitung ulang dari %(count)d laporan.") % {"count": run.reports})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("insight:council_detail", query={"dewan": council.pk}))


def base_change(request: PersonRequest, council_id: object) -> HttpResponse:
    """Set the base period of the council's index: a year or a range of months with reports."""
    council = own_council(request, council_id, "insight.choose_base")
    form = BaseForm(council, request.POST or None)
    back = reverse("insight:council_detail", query={"dewan": council.pk})
    if run_operation(form, lambda: choose_base(council, request.user, **form.cleaned_data)):
        messages.success(request, _("Masa pembanding tersimpan; berlaku pada perhitungan berikutnya."))
        return redirect(back)
    intro = _(
        "Rata-rata bulan-bulan ini dihitung 100, dan pemulihan diukur terhadapnya. Pilih satu tahun atau beberapa "
        "bulan berurutan yang semuanya sudah ada laporannya. Kosongkan keduanya untuk memakai 2019, atau tahun penuh "
        "pertama yang ada laporannya."
    )
    validity = _(
        "Berlaku pada perhitungan berikutnya. Masa yang bukan tahun penuh dibandingkan tanpa menyisihkan musim."
    )
    title = _("Masa pembanding indeks")
    return form_page(request, form, title=title, back=(back, _("Hasil")), intro=f"{intro}\n\n{validity}")


def series_detail(request: PersonRequest, series_id: object) -> HttpResponse:
    rows = readable_series(request.user).select_related("run", "cluster")
    summary = summarise(get_object_or_404(rows, pk=series_id))
    revised = revisions(summary.series, list(summary.points))
    if request.GET.get("format") == "xlsx":
        return points_workbook(summary, revised)
    series = summary.series
    scope = rows.filter(cluster=series.cluster, region_code=series.region_code, industry=series.industry)
    newest = scope.filter(kind=series.kind).newest_first().first()
    other_kind = scope.filter(run=series.run)
    context = {
        "shown": summary,
        "newest_first": reversed(summary.points),
        "changed": [row for row in reversed(revised.values()) if row.is_changed],
        "other_kind": other_kind.exclude(kind=series.kind).first(),
        "is_simulated": summary.is_simulated,
        "newest": newest,
        "since": changes_since_run(summary.series)
        if newest == summary.series and sees_finances(request.user, summary.series)
        else 0,
    }
    return render(request, "insight/series.html", context)


def points_workbook(summary: Summary, revised: Mapping[date, Revision]) -> HttpResponse:
    headings = [
        _("Bulan"),
        _("Indeks"),
        _("Batas bawah 90%"),
        _("Batas atas 90%"),
        *([_("Disesuaikan")] if summary.series.is_adjusted else []),
        _("Melapor"),
        _("Nilai tercakup"),
        _("Mutu"),
        _("Sebab"),
        _("Dibantu dari"),
        _("Angka pertama"),
        _("Sebelum koreksi"),
        _("Pertama terbit"),
        _("Pertama terbit pada"),
        _("Keterangan"),
    ]
    series = summary.series
    note = _("simulasi") if summary.is_simulated else ""
    table = [
        [
            point.month,
            point.index,
            point.lower,
            point.upper,
            *([point.adjusted] if series.is_adjusted else []),
            point.get_response_display(),
            point.get_coverage_display(),
            point.get_status_display(),
            point.get_reason_display(),
            _(point.borrowed) if point.borrowed else "",
            _("ya") if point.is_first_estimate else "",
            point.uncorrected,
            *first_published(revised.get(point.month)),
            note,
        ]
        for point in summary.points
    ]
    return workbook_response(f"indeks-{slugify(series.name or 'indonesia')}", headings, table)


def first_published(revision: Revision | None) -> tuple[float | None, date | None]:
    return (revision.first, revision.first_on) if revision else (None, None)


def series_chart(request: PersonRequest, series_id: object, layout: str) -> HttpResponse:
    """The chart of a readable series. It never changes, so the browser may cache it."""
    series = get_object_or_404(readable_series(request.user), pk=series_id)
    if layout not in charts.CHART_LAYOUTS:
        raise Http404
    answer = HttpResponse(charts.series_svg(series.pk, layout, get_language() or "id"), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=604800"
    return answer
