"""The owner's own figures: the chart and seasonality of each product, and a year as a document."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from sambang.lib import clock
from sambang.lib.documents import document_response
from sambang.lib.months import FIRST_YEAR, first_of_month
from sambang.owners import own_figures
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.owners.own_figures import YearSummary
from sambang.owners.year_paper import year_pdf, year_png


@owner_page
def figure_list(request: OwnerRequest) -> HttpResponse:
    context = {
        "curves": own_figures.curves_of(request.business, last=first_of_month(clock.today())),
        "years": own_figures.years_of(request.business),
        "width": own_figures.DRAWING_WIDTH,
        "height": own_figures.DRAWING_HEIGHT,
        "bar_width": own_figures.DRAWING_WIDTH // own_figures.CURVE_MONTHS - 2,
    }
    return render(request, "owners/figure_list.html", context)


def _summary(request: OwnerRequest, year: int) -> YearSummary:
    if not FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    return own_figures.year_summary(request.business, year)


@owner_page
def year_detail(request: OwnerRequest, year: int) -> HttpResponse:
    summary = _summary(request, year)
    products = [(product, own_figures.price_text(product)) for product in summary.products]
    return render(request, "owners/year_detail.html", {"summary": summary, "products": products})


@owner_page
def year_document(request: OwnerRequest, year: int) -> HttpResponse:
    return document_response(year_pdf(request.business, _summary(request, year)), f"produksi-{year}.pdf")


@owner_page
def year_picture(request: OwnerRequest, year: int) -> HttpResponse:
    return document_response(year_png(request.business, _summary(request, year)), f"produksi-{year}.png")
