"""The record of a visit: each IKM with its attendance and aspirations, and all aspirations of the visit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.aspirations.difficulties import difficulty_label
from sambang.aspirations.forms import VisitRecordForm
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import note_aspiration
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, file_response
from sambang.registry.models import Business
from sambang.registry.personal_names import names_for
from sambang.registry.queries import reports_in_siinas
from sambang.visits.models import Attendance
from sambang.visits.operations import record_attendance
from sambang.visits.queries import AttendanceRow, attendance_list, of_visit, photos_of
from sambang.visits.views.visits import visit_of


@dataclass
class BusinessRecord:
    """One IKM of the attendance list with its aspirations on the visit."""

    row: AttendanceRow
    aspirations: list[Aspiration] = field(default_factory=list)


def visit_aspirations(request: PersonRequest, visit_id: str) -> HttpResponseBase:
    """The aspirations of a visit by IKM, and the IKM without one."""
    visit = visit_of(request, visit_id)
    rows = Aspiration.objects.visible_to(request.user).filter(visit=visit).order_by("raised_at", "pk")
    aspirations = rows.select_related("business__owner", "matter", "noted_by")
    if (file := file_response(request, aspirations, _export(request))) is not None:
        return file
    attendance = attendance_list(visit, request.user)
    attendance.log_read(request.user, visit)
    records = {row.business.pk: BusinessRecord(row) for row in attendance.rows}
    for aspiration in aspirations:
        without_row = BusinessRecord(AttendanceRow(aspiration.business, None))
        records.setdefault(aspiration.business_id, without_row).aspirations.append(aspiration)
    difficulties = Counter(aspiration.difficulty for aspiration in aspirations).most_common()
    context = {
        "visit": visit,
        "attendance": attendance,
        "records": list(records.values()),
        "total": len(aspirations),
        "difficulties": [(difficulty_label(code), count) for code, count in difficulties],
        "may_note": visit.is_open and may(request.user, "visits.attend", visit),
        "may_promise": visit.held_on and may(request.user, "actions.promise", visit),
    }
    return render(request, "aspirations/visit_aspirations.html", context)


def visit_record(request: PersonRequest, visit_id: str, business_id: str) -> HttpResponse:
    """One IKM on one visit: its attendance, and one aspiration; both are saved or neither."""
    visit = visit_of(request, visit_id)
    # An IKM that attended may belong to another sentra by now.
    invited_or_recorded = of_visit(visit) | Q(pk__in=visit.attendances.values("business"))
    reach = Business.objects.visible_to(request.user).filter(invited_or_recorded).select_related("owner")
    business = get_object_or_404(reach, pk=business_id)
    attendance = visit.attendances.filter(business=business).first()
    shows = names_for(request).reader.shows
    shows_pulse = shows(business, "visits.Attendance.pulse")
    if shows_pulse and attendance and attendance.pulse is not None:
        log_read(request.user, [business], ["registry.see_finances"], again=REPEAT_INTERVAL)
    form = VisitRecordForm(
        request.POST or None,
        initial=VisitRecordForm.initial_of(attendance),
        shows_representative=shows(business, "visits.Attendance.represented_by"),
        shows_pulse=shows_pulse,
    )

    @transaction.atomic
    def save() -> Attendance:
        recorded = record_attendance(visit, request.user, business=business, **form.attendance(attendance))
        if aspiration := form.aspiration():
            note_aspiration(business, request.user, visit=visit, **aspiration)
        return recorded

    if run_operation(form, save):
        with_aspiration = _("%(business)s: tersimpan, dan perkataannya dicatat.")
        text = with_aspiration if form.aspiration() else _("%(business)s: tersimpan.")
        messages.success(request, text % {"business": business})
        return redirect("aspirations:visit_record", visit.pk, business.pk)
    aspirations = Aspiration.objects.visible_to(request.user).filter(visit=visit, business=business)
    context = {
        "visit": visit,
        "business": business,
        "attendance": attendance,
        "form": form,
        "aspirations": aspirations.select_related("matter", "noted_by").order_by("raised_at", "pk"),
        "photos": photos_of(visit, request.user).filter(business=business),
        "next": attendance_list(visit, request.user).next_after(business),
        "asks_siinas": may(request.user, "siinas.save", business) and reports_in_siinas(business),
        "may_note": visit.is_open and may(request.user, "visits.attend", visit),
        "may_withdraw": may(request.user, "aspirations.group", business),
        "may_correct": visit.is_open and may(request.user, "aspirations.correct", business),
    }
    return render(request, "aspirations/visit_record.html", context, status=422 if form.is_bound else 200)


def _export(request: PersonRequest) -> Export:
    names = names_for(request)
    return Export(
        _("yang-didengar"),
        (
            (_("IKM"), "business.name"),
            (_("Pemilik"), lambda row: names.owner(row.business)),
            (_("Jenis"), "get_kind_display"),
            (_("Kesulitan"), "get_difficulty_display"),
            (_("Kata-katanya"), "text"),
            (_("Juga mengalami"), "also_touches"),
            (_("Pokok bahasan"), "matter.title"),
            (_("Dicatat oleh"), "noted_by.name"),
            (_("Pada"), lambda row: timezone.localtime(row.raised_at)),
        ),
    )
