"""The page that records a whole visit: every IKM with its attendance and aspirations, stored as they are entered."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.aspirations.record_grid import GridRow, VisitRecords, grid_rows, replies, save_rows, with_errors
from sambang.lib.edit_form import MergingEditForm, strange_rows
from sambang.registry.personal_names import names_for
from sambang.visits.models import Visit
from sambang.visits.queries import AttendanceList, AttendanceRow, attendance_list
from sambang.visits.states import lock
from sambang.visits.views.visits import visit_of

BUSINESSES_PER_PAGE = 50  # IKM; a form of Django has at most 1000 fields


def visit_record_grid(request: PersonRequest, visit_id: str) -> HttpResponse:
    """A submission holds some or all rows; a script that sends `Accept: application/json` gets the outcome as JSON."""
    visit = visit_of(request, visit_id)
    require(request.user, "visits.attend", visit)
    if not visit.is_open:
        messages.warning(request, _("Kunjungan ini tidak terbuka lagi: isinya hanya dapat dibaca."))
        return redirect("aspirations:visit_aspirations", visit.pk)
    if request.method == "POST":
        return _save(request, visit)
    return _page(request, visit, [], status=200)


def _save(request: PersonRequest, visit: Visit) -> HttpResponse:
    with transaction.atomic():
        lock(visit)
        rows = _rows(request, visit)[1]
        submitted = save_rows(rows, visit, request.user)
    if request.accepts("application/json") and not request.accepts("text/html"):
        _part, current, attendance = _rows(request, visit, bind=False)
        return JsonResponse({"forms": replies(submitted, current), "pending": attendance.pending})
    if strange_rows(request.POST, (form.prefix for row in rows for form in row.forms)):
        messages.warning(request, _("Sebagian IKM tidak ada lagi di halaman ini: isiannya tidak disimpan."))
    elif not any(form.errors for form in submitted):
        messages.success(request, _("Tersimpan."))
        return redirect(request.get_full_path())
    return _page(request, visit, submitted, status=422)


def _page(request: PersonRequest, visit: Visit, submitted: list[MergingEditForm], *, status: int) -> HttpResponse:
    page, current, attendance = _rows(request, visit, bind=False)
    attendance.log_read(request.user, visit)
    context = {
        "visit": visit,
        "page": page,
        "rows": with_errors(current, submitted),
        "attendance": attendance,
        "is_refused": status != 200,
    }
    return render(request, "aspirations/visit_record_grid.html", context, status=status)


def _rows(
    request: PersonRequest, visit: Visit, *, bind: bool = True
) -> tuple[Page[AttendanceRow], list[GridRow], AttendanceList]:
    """The IKM of the requested part of the attendance list, with what is stored now."""
    attendance = attendance_list(visit, request.user)
    page = Paginator(attendance.rows, BUSINESSES_PER_PAGE).get_page(request.GET.get("halaman"))
    records = VisitRecords.of(visit, names_for(request))
    submitted = request.POST if request.method == "POST" else None
    return page, grid_rows(page, records, submitted, bind=bind), attendance
