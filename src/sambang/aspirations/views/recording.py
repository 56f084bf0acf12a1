"""A visit as it is recorded: the IKM one by one, what each said, and everything that was heard."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.aspirations.forms.recording import RecordForm
from sambang.aspirations.models import Aspiration, Difficulty
from sambang.aspirations.operations import note_aspiration
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.registry.models import Business
from sambang.registry.names import Names, names_for
from sambang.visits.models import Attendance, Visit
from sambang.visits.operations import record_attendance
from sambang.visits.queries import Place, photos_of, roll_of


@dataclass
class Spoken:
    """One IKM of the roll and what it said on the visit."""

    place: Place
    said: list[Aspiration] = field(default_factory=list)


def visit_of(request: PersonRequest, visit_id: str) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related("cluster__region"), pk=visit_id)


def heard(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Everything that was heard on a visit, by IKM, and which IKM were not asked yet."""
    visit = visit_of(request, visit_id)
    said = Aspiration.objects.visible_to(request.user).filter(visit=visit).order_by("raised_at", "pk")
    said = said.select_related("business__owner", "matter", "noted_by")
    if request.GET.get("format") == "xlsx":
        return _heard_workbook(list(said), names_for(request))
    roll = roll_of(visit, request.user)
    roll.log_read(request.user, visit)
    spoken = {place.business.pk: Spoken(place) for place in roll.places}
    for one in said:
        spoken.setdefault(one.business_id, Spoken(Place(one.business, None))).said.append(one)
    difficulties = Counter(one.difficulty for one in said).most_common()
    facts = {
        "visit": visit,
        "roll": roll,
        "spoken": list(spoken.values()),
        "total": len(said),
        "difficulties": [(Difficulty(code).label, many) for code, many in difficulties],
        "may_note": visit.is_open and may(request.user, "visits.attend", visit),
        "may_promise": visit.held_on and may(request.user, "actions.promise", visit),
    }
    return render(request, "aspirations/heard.html", facts)


def record(request: PersonRequest, visit_id: str, business_id: str) -> HttpResponse:
    """One IKM on one visit: presence, pulse, and one thing it said at a time; saved together or not at all."""
    visit = visit_of(request, visit_id)
    # One that was met may have left the sentra since.
    of_the_visit = Q(cluster=visit.cluster_id) | Q(pk__in=visit.attendances.values("business"))
    reach = Business.objects.visible_to(request.user).filter(of_the_visit).select_related("owner")
    business = get_object_or_404(reach, pk=business_id)
    attendance = visit.attendances.filter(business=business).first()
    names = names_for(request)
    finances = names.knows_finances(business)
    if finances and attendance and attendance.pulse is not None:
        log_read(request.user, [business], ["registry.see_finances"], again=REPEAT_INTERVAL)
    form = RecordForm(
        request.POST or None, initial=RecordForm.known(attendance), named=names.knows(business), finances=finances
    )

    @transaction.atomic
    def take_down() -> Attendance:
        noted = record_attendance(visit, request.user, business=business, **form.attendance(attendance))
        if said := form.said():
            note_aspiration(business, request.user, visit=visit, **said)
        return noted

    if perform(form, take_down):
        text = _("%(business)s: tersimpan, dan perkataannya dicatat.") if form.said() else _("%(business)s: tersimpan.")
        messages.success(request, text % {"business": business})
        return redirect("aspirations:record", visit.pk, business.pk)
    said = Aspiration.objects.visible_to(request.user).filter(visit=visit, business=business)
    facts = {
        "visit": visit,
        "business": business,
        "attendance": attendance,
        "form": form,
        "said": said.select_related("matter", "noted_by").order_by("raised_at", "pk"),
        "photos": photos_of(visit, request.user).filter(business=business),
        "next": roll_of(visit, request.user).after(business),
        "may_note": visit.is_open and may(request.user, "visits.attend", visit),
        "may_mend": visit.is_open and may(request.user, "aspirations.correct", business),
    }
    return render(request, "aspirations/record.html", facts, status=422 if form.is_bound else 200)


def _heard_workbook(said: list[Aspiration], names: Names) -> HttpResponse:
    headings = [
        _("IKM"),
        _("Pemilik"),
        _("Jenis"),
        _("Kesulitan"),
        _("Kata-katanya"),
        _("Juga mengalami"),
        _("Pokok bahasan"),
        _("Dicatat oleh"),
        _("Pada"),
    ]
    table = (
        [
            one.business.name,
            names.owner(one.business),
            one.get_kind_display(),
            one.get_difficulty_display(),
            one.text,
            one.also_touches,
            one.matter.title if one.matter else "",
            one.noted_by.name,
            timezone.localtime(one.raised_at),
        ]
        for one in said
    )
    return workbook_response(_("yang-didengar"), headings, table)
