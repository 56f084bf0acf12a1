"""The page of a month: which IKM have reported it and which have not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from sambang.access.permissions import may_somewhere
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.audit.reached_lists import reached_list
from sambang.lib import clock
from sambang.lib.lists import Page, list_response
from sambang.lib.months import add_months, first_of_month, parse_month
from sambang.production import queries
from sambang.production.figures_audit import audit_page_read
from sambang.production.forms import MonthListForm
from sambang.production.models import Report
from sambang.production.report_export import MonthExport
from sambang.registry.models import Business


def requested_month(request: PersonRequest) -> date:
    """The month of `?bulan=2022-03`; the last complete month if it is absent or invalid."""
    last = add_months(first_of_month(clock.today()), -1)
    try:
        return parse_month(request.GET.get("bulan", ""))
    except ValueError:
        return last


def month_detail(request: PersonRequest) -> HttpResponseBase:
    """The IKM of the reader's own regencies; for other regencies only counts."""
    month, reader = requested_month(request), reader_for(request.user)
    navigation = {
        "month": month,
        "before": add_months(month, -1),
        "after": add_months(month, 1),
        "is_last": month >= first_of_month(clock.today()),
    }
    if not reader.is_in_regency_council:
        counts = queries.reporting_by_regency(request.user, month)
        return render(request, "production/regencies.html", {**navigation, "tallies": counts})
    others = None
    if not reader.reaches_only_own_regencies:
        rows = queries.businesses_expected_to_report(request.user, month)
        others = rows.exclude(reader.in_own_regency(Business))
    counts = queries.reporting_by_cluster(request.user, month)
    form = MonthListForm(month, counts, request.GET)

    def context(page: Page) -> dict[str, Any]:
        reports = queries.listed_reports(page, month)
        audit_page_read(request.user, [row for row in page if row.pk in reports])
        return {
            **navigation,
            "form": form,
            "tallies": counts,
            "expected": sum(count.expected for count in counts),
            "reported": sum(count.reported for count in counts),
            "rows": [(row, reports.get(row.pk)) for row in page],
            "regencies": [] if others is None else queries.count_by_regency(others, month),
            "may_submit": may_somewhere(request.user, "production.submit"),
            "simulated": any(report.source == Report.Source.SIMULATION for report in reports.values()),
        }

    listed = reached_list(queries.businesses_of_month, request.user, month, narrow=form.narrow)
    export = MonthExport(request.user, month)
    return list_response(request, listed, "production/month.html", export, context, queries.MONTH_LIST_COLUMNS)
