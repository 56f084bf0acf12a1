"""The planner's page: LQ, shift-share and Klassen by area and industry, with XLSX."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest
from sambang.insight.forms import PlanningForm
from sambang.insight.planning_tables import planning_tables
from sambang.insight.views.results import chosen_council
from sambang.lib import clock
from sambang.lib.lists import Export, file_response

DEFAULT_YEARS_APART = 5  # years between the two year ends, unless chosen


def planning_detail(request: PersonRequest) -> HttpResponseBase:
    council, last = chosen_council(request), clock.today().year - 1
    form = PlanningForm(request.GET.dict(), first=last - DEFAULT_YEARS_APART, last=last)
    years = form.years()
    tables = planning_tables(council, request.user, first=years[0], last=years[1])
    columns = (
        (_("Wilayah"), "area"),
        (_("Industri"), "industry"),
        (_("IKM awal"), "before"),
        (_("IKM akhir"), "after"),
        ("LQ", "location_quotient"),
        (_("Pertumbuhan acuan"), "national"),
        (_("Bauran industri"), "mix"),
        (_("Daya saing"), "competitive"),
        ("Klassen", "klassen"),
    )
    if (file := file_response(request, tables.rows, Export(_("potensi"), columns))) is not None:
        return file
    context = {"council": council, "form": form, "tables": tables, "first": str(years[0]), "last": str(years[1])}
    return render(request, "insight/planning.html", context, status=422 if form.errors else 200)
