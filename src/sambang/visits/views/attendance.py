"""The attendance list of a visit: as a form with two radio buttons for each IKM, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib.forms import run_without_form
from sambang.lib.lists import Export, file_response
from sambang.registry.personal_names import SEE_CONTACT, SEE_FINANCES, names_for
from sambang.visits import operations, queries
from sambang.visits.queries import AttendanceList, AttendanceRow
from sambang.visits.views.visits import permissions, visit_of


def visit_attendance(request: PersonRequest, visit_id: str) -> HttpResponseBase:
    visit = visit_of(request, visit_id)
    attendance = queries.attendance_list(visit, request.user)
    if (file := file_response(request, attendance.rows, _export(request))) is not None:
        if may(request.user, SEE_CONTACT, visit.cluster_or_business):
            log_read(request.user, [visit.cluster_or_business], [SEE_CONTACT, SEE_FINANCES])
        return file
    if request.method == "POST":
        present = _choices(request, attendance)
        if run_without_form(
            request,
            lambda: operations.record_attendances(visit, request.user, present=present),
            _("Daftar hadir tersimpan."),
        ):
            return redirect("visits:visit_detail", visit.pk)
    context = {"visit": visit, "attendance": attendance, "may": permissions(request, visit)}
    return render(request, "visits/visit_attendance.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def attendance_complete(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Record every IKM whose presence is not recorded yet as present."""
    visit = visit_of(request, visit_id)
    rows = queries.attendance_list(visit, request.user).rows
    present = dict.fromkeys((row.business.pk for row in rows if not row.choice), True)
    done = _("%(count)s IKM yang belum dicatat kini tercatat hadir. Ubah yang tidak hadir di bawah.")
    run_without_form(
        request,
        lambda: operations.record_attendances(visit, request.user, present=present),
        done % {"count": len(present)},
    )
    return redirect("visits:visit_attendance", visit.pk)


PRESENCE_ANSWERS = {"yes": True, "no": False, "unknown": None}


def _choices(request: PersonRequest, attendance: AttendanceList) -> dict[UUID, bool | None]:
    """The submitted presence by IKM, without those for which nothing was chosen."""
    submitted = {row.business.pk: request.POST.get(f"hadir-{row.business.pk}") for row in attendance.rows}
    return {
        business_id: PRESENCE_ANSWERS[choice] for business_id, choice in submitted.items() if choice in PRESENCE_ANSWERS
    }


def _export(request: PersonRequest) -> Export:
    names = names_for(request)
    labels = {"yes": _("hadir"), "no": _("tidak hadir"), "": _("belum dicatat")}

    def guarded(column: str, row_of: Callable[[AttendanceRow], object]) -> Callable[[AttendanceRow], object]:
        field = column.rpartition(".")[2]
        return lambda row: getattr(row_of(row), field, None) if names.reader.shows(row.business, column) else None

    return Export(
        _("daftar-hadir"),
        (
            (_("Usaha"), "business.name"),
            (_("Pemilik"), lambda row: names.owner(row.business)),
            (_("Alamat"), guarded("registry.Business.address", lambda row: row.business)),
            (_("No. HP"), guarded("registry.Business.phone", lambda row: row.business)),
            (_("Hadir"), lambda row: labels[row.choice]),
            (_("Diwakili"), guarded("visits.Attendance.represented_by", lambda row: row.attendance)),
            (_("Produksi (%)"), guarded("visits.Attendance.pulse", lambda row: row.attendance)),
            (_("Pekerja ditemui"), lambda row: getattr(row.attendance, "workers_seen", None)),
        ),
    )
