"""The visits of a council: the list, a plan, one visit, calling it off and signing it off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import may, may_somewhere
from sambang.access.requests import PersonRequest
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.visits import operations, queries
from sambang.visits.forms import ChangePlanForm, FilterForm, GuestForm, PhotoForm, PlanForm
from sambang.visits.models import Visit
from sambang.visits.states import State, can_move

VERBS = ("plan", "hold", "attend", "add_guest", "add_photo", "delete_record", "sign_off", "cancel")
MOST_NEEDED = 12

type Move = Callable[[Visit, Person], Visit]


def visit_of(request: PersonRequest, visit_id: str) -> Visit:
    reach = Visit.objects.visible_to(request.user).select_related("cluster__region__parent", "signed_by", "planned_by")
    return get_object_or_404(reach, pk=visit_id)


def permissions(request: PersonRequest, visit: Visit) -> dict[str, bool]:
    """Which buttons are shown: the verb allowed to the person, the move open to the visit."""
    allowed = {verb: may(request.user, f"visits.{verb}", visit) for verb in VERBS}
    opened = visit.is_open
    return {
        "plan": allowed["plan"] and opened,
        "hold": allowed["hold"] and can_move(visit, State.HELD),
        "attend": allowed["attend"] and opened,
        "add_guest": allowed["add_guest"] and opened,
        "add_photo": allowed["add_photo"] and opened,
        "delete_record": allowed["delete_record"] and opened,
        "sign_off": allowed["sign_off"] and can_move(visit, State.SIGNED),
        "cancel": allowed["cancel"] and can_move(visit, State.CANCELLED),
        "see_field": may(request.user, "intake.see_received", visit),
        "see_position": may(request.user, "visits.see_position", visit),
    }


def visit_list(request: PersonRequest) -> HttpResponse:
    form = FilterForm(request.user, request.GET)
    rows = queries.visits_for(request.user, form.chosen())
    if request.GET.get("format") == "xlsx":
        return _visits_workbook(rows)
    counts = queries.counts_by_state(request.user)
    page = Paginator(rows, 50).get_page(request.GET.get("halaman"))
    facts = {
        "form": form,
        "page": page,
        "states": [(state, counts.get(state.value, 0)) for state in Visit.State],
        "may_plan": may_somewhere(request.user, "visits.plan"),
        "simulated": any(row.is_simulated for row in page),
    }
    return render(request, "visits/list.html", facts)


def _visits_workbook(rows: QuerySet[Visit]) -> HttpResponse:
    headings = [
        _("Rencana"),
        _("Dilaksanakan"),
        _("Sentra"),
        _("Desa/kalurahan"),
        _("Maksud"),
        _("Tempat"),
        _("Surat tugas"),
        _("Keadaan"),
        _("IKM hadir"),
        _("Foto"),
    ]
    table = (
        [
            row.planned_for,
            row.held_on,
            row.cluster.name,
            str(row.cluster.region),
            row.purpose,
            row.place,
            row.assignment,
            row.get_state_display(),
            getattr(row, "came", None),
            getattr(row, "pictures", None),
        ]
        for row in rows
    )
    return workbook_response(_("kunjungan"), headings, table)


def plan(request: PersonRequest) -> HttpResponse:
    """A visit to come; beneath the form the IKM that most need one, with the reasons."""
    form = PlanForm(request.user, request.POST or None, initial={"cluster": request.GET.get("sentra")})

    def plan_it() -> Visit:
        facts = dict(form.cleaned_data)
        return operations.plan_visit(facts.pop("cluster"), request.user, **facts)

    if planned := perform(form, plan_it):
        messages.success(request, _("Kunjungan direncanakan."))
        return redirect("visits:visit", planned.pk)
    found = queries.needs(request.user, today=timezone.localdate())
    clusters = queries.by_cluster(found)
    chosen = next((row for row in clusters if str(row.cluster.pk) == str(form["cluster"].value())), None)
    facts = {
        "form": form,
        "clusters": clusters[:MOST_NEEDED],
        "chosen": chosen,
        "needs": (chosen.needs if chosen else found)[:MOST_NEEDED],
        "simulated": any(need.business.is_simulated for need in found[:MOST_NEEDED]),
    }
    return render(request, "visits/plan.html", facts, status=422 if form.is_bound else 200)


def visit(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    roll = queries.roll_of(visit, request.user)
    roll.log_read(request.user, visit)
    facts = {
        "visit": visit,
        "roll": roll,
        "team": visit.team.order_by("name"),
        "guests": visit.guests.order_by("name"),
        "photos": queries.photos_of(visit, request.user),
        "guest_form": GuestForm(),
        "photo_form": PhotoForm(visit, request.user),
        "may": permissions(request, visit),
        "may_promise": visit.held_on and may(request.user, "actions.promise", visit),
    }
    return render(request, "visits/visit.html", facts)


def change(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    form = ChangePlanForm(request.user, visit, request.POST or None)
    if perform(form, lambda: operations.change_plan(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Rencana diubah."))
        return redirect("visits:visit", visit.pk)
    facts = {"visit": visit, "form": form, "title": _("Ubah rencana"), "button": _("Simpan")}
    return render(request, "visits/small_form.html", facts, status=422 if form.is_bound else 200)


def cancel(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    return _move(request, visit, operations.cancel_visit, "visits/cancel.html", _("Kunjungan dibatalkan."))


def sign_off(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    done = _("Kunjungan disahkan. Isinya tidak dapat diubah lagi.")
    return _move(request, visit, operations.sign_off, "visits/sign_off.html", done)


def _move(request: PersonRequest, visit: Visit, do: Move, template: str, done: str) -> HttpResponse:
    """Ask first; a refusal is shown on the page of the visit."""
    if request.method != "POST":
        facts = {"visit": visit, "roll": queries.roll_of(visit, request.user), "may": permissions(request, visit)}
        return render(request, template, facts)
    try:
        do(visit, request.user)
        messages.success(request, done)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("visits:visit", visit.pk)
