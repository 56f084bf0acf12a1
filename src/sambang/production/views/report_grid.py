"""The page with all reports of a sentra's month: filled in by hand, or pasted from a spreadsheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.edit_form import strange_rows
from sambang.lib.months import add_months, first_of_month
from sambang.production import queries
from sambang.production.figures_audit import audit_list_read
from sambang.production.report_grid import (
    MonthFigures,
    ReportRowForm,
    read_pasted,
    report_replies,
    report_rows,
    save_report_rows,
    with_pasted,
)
from sambang.production.views.months import requested_month
from sambang.production.views.workbooks import require_submitting
from sambang.registry.models import Business

GRID_PAGE_SIZE = 40  # IKM; a form of Django has at most 1000 fields


class ReportGrid:
    """The IKM of one sentra that should report a month, as far as this person may read them."""

    def __init__(self, request: PersonRequest) -> None:
        require_submitting(request)
        self.month: date = requested_month(request)
        rows = queries.businesses_expected_to_report(request.user, self.month).filter(
            reader_for(request.user).in_own_regency(Business)
        )
        self.counts = queries.reporting_by_cluster(request.user, self.month)
        keys = {str(count.key or "") for count in self.counts}
        asked = request.GET.get("sentra", "")
        self.cluster = asked if asked in keys else str(self.counts[0].key or "") if self.counts else ""
        rows = rows.filter(cluster__pk=self.cluster) if self.cluster else rows.filter(cluster=None)
        rows = rows.select_related("cluster").order_by("name", "pk")
        self.page = Paginator(rows, GRID_PAGE_SIZE).get_page(request.GET.get("halaman"))
        self.businesses = list(self.page)

    def rows(self, data: Any = None) -> list[ReportRowForm]:
        return report_rows(self.businesses, MonthFigures.of(self.businesses, self.month), data)

    def response(self, request: PersonRequest, rows: list[ReportRowForm], **context: Any) -> HttpResponse:
        audit_list_read(request.user, self.businesses)
        values = {
            "month": self.month,
            "before": add_months(self.month, -1),
            "after": add_months(self.month, 1),
            "is_last": self.month >= first_of_month(clock.today()),
            "clusters": self.counts,
            "cluster": self.cluster,
            "page": self.page,
            "rows": rows,
            **context,
        }
        return render(request, "production/report_grid.html", values, status=422 if "is_refused" in context else 200)


def report_grid(request: PersonRequest) -> HttpResponse:
    """A submission holds some or all rows; a script that sends `Accept: application/json` gets the outcome as JSON."""
    grid = ReportGrid(request)
    if request.method != "POST":
        return grid.response(request, grid.rows())
    rows = grid.rows(request.POST)
    refused = save_report_rows(rows, request.user)
    current = grid.rows()
    if request.accepts("application/json") and not request.accepts("text/html"):
        stored = MonthFigures.of(grid.businesses, grid.month).current
        return JsonResponse({"forms": report_replies(rows, refused, stored)})
    strangers = strange_rows(request.POST, (row.prefix for row in rows))
    if strangers:
        sentence = _("%(count)s IKM tidak ada lagi di halaman ini: isiannya tidak disimpan.")
        messages.warning(request, sentence % {"count": strangers})
    elif not refused:
        messages.success(request, _("Tersimpan."))
        return redirect(request.get_full_path())
    by_business = {row.business: row for row in refused}
    return grid.response(request, [by_business.get(row.business, row) for row in current], is_refused=True)


@require_POST
def report_grid_paste(request: PersonRequest) -> HttpResponse:
    """Type the pasted block into the page. Nothing is stored before the person saves."""
    grid = ReportGrid(request)
    pasted = read_pasted(request.POST.get("block", ""), grid.rows())
    rows = with_pasted(grid.rows(), pasted)
    return grid.response(request, rows, pasted=pasted, unread="\n".join(pasted.unread))
