"""Pages of the performance indicators: the table of a year, an indicator with its targets, the rows behind a figure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import councils_of, may, require
from sambang.access.requests import PersonRequest, own_council
from sambang.actions.models import Action
from sambang.facilitation.models import ApplicationEvent
from sambang.indicators import operations, queries
from sambang.indicators.document import cell_text, table_cells, table_headings, word_document
from sambang.indicators.forms import IndicatorForm, TargetForm, YearForm
from sambang.indicators.models import Indicator
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.documents import document_response
from sambang.lib.exports import workbook_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.months import FIRST_YEAR, LAST_YEAR
from sambang.registry.models import Business

YEARS_AHEAD = 5


def indicator_of(request: PersonRequest, indicator_id: UUID, *, verb: str = "") -> Indicator:
    """The indicator: 404 outside the person's reach, 403 without the verb."""
    indicator = get_object_or_404(queries.indicators(request.user), pk=indicator_id)
    if verb:
        require(request.user, verb, indicator)
    return indicator


def indicator_list(request: PersonRequest) -> HttpResponse:
    form = YearForm(councils_of(request.user), clock.today().year, request.GET)
    council, year = form.council, form.year
    if council is None:
        return render(request, "indicators/indicator_list.html", {})
    results = queries.results(request.user, council, year)
    if request.GET.get("format") == "xlsx":
        return workbook_response(_("indikator"), table_headings(year), [table_cells(result) for result in results])
    if request.GET.get("format") == "docx":
        return document_response(word_document(council, year, results), f"{_('indikator')}-{year}.docx")
    titles = table_headings(year)
    context = {
        "form": form,
        "council": council,
        "year": year,
        "headings": titles,
        "results": [
            (result, list(zip(titles, map(cell_text, table_cells(result)), strict=True))) for result in results
        ],
        "may_define": may(request.user, "indicators.define", council),
        "simulated": council.is_simulated,
    }
    return render(request, "indicators/indicator_list.html", context)


@require_POST
def indicator_suggest(request: PersonRequest, council_id: UUID) -> HttpResponse:
    """Define the suggested indicators that the council does not have yet."""
    council = own_council(request, council_id, "indicators.define")
    existing = set(council.indicators.values_list("name", flat=True))
    new = [row for row in queries.suggestions() if row["name"] not in existing]
    with transaction.atomic():
        for fields in new:
            operations.define_indicator(council, request.user, **fields)
    messages.success(
        request, _("%(count)d indikator ditambahkan. Sesuaikan dengan Renstra Anda.") % {"count": len(new)}
    )
    return redirect("indicators:indicator_list")


def indicator_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "indicators.define")
    form = IndicatorForm(request.POST or None)
    if indicator_made := run_operation(
        form, lambda: operations.define_indicator(council, request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Indikator ditambahkan. Tulis targetnya."))
        return redirect("indicators:indicator_detail", indicator_made.pk)
    return form_page(
        request, form, title=_("Indikator baru"), back=(reverse("indicators:indicator_list"), _("Indikator kinerja"))
    )


def indicator_change(request: PersonRequest, indicator_id: UUID) -> HttpResponse:
    indicator = indicator_of(request, indicator_id, verb="indicators.change")
    form = IndicatorForm.of(indicator, request.POST or None)
    if run_operation(form, lambda: operations.change_indicator(indicator, request.user, **form.cleaned_data)):
        messages.success(request, _("Indikator diubah."))
        return redirect("indicators:indicator_detail", indicator.pk)
    return form_page(
        request,
        form,
        title=_("Ubah indikator"),
        back=(reverse("indicators:indicator_detail", args=[indicator.pk]), indicator),
    )


def indicator_detail(request: PersonRequest, indicator_id: UUID) -> HttpResponse:
    indicator = indicator_of(request, indicator_id)
    this_year = clock.today().year
    years = range(max(this_year - 1, FIRST_YEAR), min(this_year + YEARS_AHEAD, LAST_YEAR) + 1)
    form = TargetForm(indicator, years, request.POST or None)
    if request.method == "POST":
        require(request.user, "indicators.set_target", indicator)
        if form.is_valid():
            with transaction.atomic():
                for year, value in form.targets().items():
                    operations.set_target(indicator, request.user, year=year, value=value)
            messages.success(request, _("Target disimpan."))
            return redirect("indicators:indicator_detail", indicator.pk)
    evidence_by_year = [
        (year, queries.evidence(request.user, indicator, year)) for year in range(this_year - 2, this_year + 1)
    ]
    context = {
        "indicator": indicator,
        "form": form,
        "values": [(year, cell_text(evidence.value)) for year, evidence in evidence_by_year],
        "may_change": may(request.user, "indicators.change", indicator),
        "simulated": indicator.council.is_simulated,
    }
    return render(request, "indicators/indicator_detail.html", context, status=422 if form.errors else 200)


@require_POST
@ask_first(
    gettext_lazy("Hapus indikator ini?"),
    gettext_lazy("Target dan isian indikator ini ikut terhapus. Data yang dihitungnya tetap ada."),
    gettext_lazy("Ya, hapus"),
)
def indicator_withdraw(request: PersonRequest, indicator_id: UUID) -> HttpResponse:
    operations.withdraw_indicator(indicator_of(request, indicator_id), request.user)
    messages.success(request, _("Indikator dihapus. Data yang dihitungnya tetap ada."))
    return redirect("indicators:indicator_list")


def evidence_list(request: PersonRequest, indicator_id: UUID, year: int) -> HttpResponseBase:
    """The rows that a figure counts; `?bagian=dasar` lists the rows of the denominator."""
    indicator = indicator_of(request, indicator_id)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    evidence = queries.evidence(request.user, indicator, year)
    shows_base = request.GET.get("bagian") == "dasar" and evidence.base is not None
    rows = evidence.base if shows_base and evidence.base is not None else evidence.rows

    def context(page: Page) -> dict[str, Any]:
        return {
            "indicator": indicator,
            "year": year,
            "value": cell_text(evidence.value),
            "count": evidence.rows.count(),
            "base": None if evidence.base is None else evidence.base.count(),
            "shows_base": shows_base,
            "lines": [evidence_line(row) for row in page],
            "simulated": indicator.council.is_simulated,
        }

    export = Export(
        _("rincian-indikator"),
        (
            (_("Nama"), lambda row: evidence_line(row)[1]),
            (_("Sentra"), lambda row: evidence_line(row)[2]),
            (_("Keterangan"), lambda row: evidence_line(row)[3]),
        ),
    )
    return list_response(request, rows, "indicators/evidence_list.html", export, context)


def evidence_line(row: Any) -> tuple[str, str, str, str]:
    """(address, name, sentra, note) of a counted row."""
    if isinstance(row, Business):
        return reverse("registry:business_detail", args=[row.pk]), row.name, str(row.cluster or ""), row.region.name
    if isinstance(row, Action):
        return (
            reverse("actions:action_detail", args=[row.pk]),
            row.title,
            str(row.cluster or ""),
            row.get_state_display(),
        )
    assert isinstance(row, ApplicationEvent)
    business = row.application.business
    note = f"{row.application.programme} · {row.document_number}"
    address = reverse("registry:business_detail", args=[business.pk])
    return address, business.name, str(business.cluster or ""), note
