"""The visits of a council: list, plan, detail, change, conduct, cancel, sign off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.permissions import may, may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.reached_lists import reached_list
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Export, Page, list_response
from sambang.papers.models import PaperNumber
from sambang.registry.models import Business, Group
from sambang.registry.queries import is_uuid
from sambang.visits import corrections, operations, queries
from sambang.visits.forms import ChangePlanForm, ConductForm, CorrectionForm, GuestForm, PlanForm, VisitListForm
from sambang.visits.models import Visit
from sambang.visits.papers import BEFORE_THE_VISIT, PAPER_TITLES, WITHOUT_NUMBER, Paper
from sambang.visits.states import State, can_become

VISIT_VERBS = (
    "plan",
    "conduct",
    "attend",
    "add_guest",
    "add_photo",
    "delete_record",
    "sign_off",
    "cancel",
    "undo_start",
)
VERB_OF = {"undo_start": "conduct"}  # where the permission has another name
MAX_PRIORITIES = 12  # IKM and sentra listed beside the plan


def visit_of(request: PersonRequest, visit_id: str) -> Visit:
    return reached_row(
        request, Visit, visit_id, related=("cluster", "region__parent", "group", "business", "signed_by", "planned_by")
    )


def permissions(request: PersonRequest, visit: Visit) -> dict[str, bool]:
    """Which buttons are shown: the person has the verb, and the state of the visit allows it."""
    allowed = {verb: may(request.user, f"visits.{VERB_OF.get(verb, verb)}", visit) for verb in VISIT_VERBS}
    transitions = {
        "conduct": State.HELD,
        "sign_off": State.SIGNED,
        "cancel": State.CANCELLED,
        "undo_start": State.PLANNED,
    }
    return {
        **{
            verb: allowed[verb] and (can_become(visit, transitions[verb]) if verb in transitions else visit.is_open)
            for verb in VISIT_VERBS
        },
        "withdraw": may(request.user, "visits.withdraw", visit),
        "add_correction": visit.state == State.SIGNED and may(request.user, "visits.add_correction", visit),
        "see_field": may(request.user, "intake.see_received", visit),
        "number_papers": may(request.user, "papers.assign_number", visit),
    }


def visit_list(request: PersonRequest) -> HttpResponseBase:
    form = VisitListForm(request.user, request.GET)
    columns = (
        (_("Rencana"), "planned_for"),
        (_("Sampai"), "planned_until"),
        (_("Dilaksanakan"), "held_on"),
        (_("Sentra"), "cluster.name"),
        (_("Desa/kalurahan"), "region"),
        (_("Maksud"), "purpose"),
        (_("Tempat"), "place"),
        (_("Surat tugas"), "assignment"),
        (_("Keadaan"), "get_state_display"),
        (_("IKM hadir"), "present"),
        (_("Kelompok"), "group.name"),
        (_("IKM"), "business.name"),
        (_("Foto"), "photo_count"),
    )

    def context(page: Page) -> dict[str, Any]:
        counts = queries.counts_by_state(request.user)
        return {
            "form": form,
            "states": [(state, counts.get(state.value, 0)) for state in Visit.State],
            "may_plan": may_somewhere(request.user, "visits.plan"),
            "simulated": any(row.is_simulated for row in page),
        }

    rows = reached_list(queries.visits_for, request.user, narrow=form.narrow)
    export = Export(_("kunjungan"), columns)
    return list_response(request, rows, "visits/visit_list.html", export, context, queries.VISIT_COLUMNS)


def visit_plan(request: PersonRequest) -> HttpResponse:
    """Plan a visit; the page lists the IKM with the highest visit priority and the reasons."""
    target = _plan_target(request)
    initial = {"cluster": request.GET.get("sentra")}
    form = PlanForm(request.user, request.POST or None, initial=initial, has_target=target is not None)

    def plan() -> Visit:
        details = dict(form.cleaned_data)
        return operations.plan_visit(target or details.pop("cluster"), request.user, **details)

    if visit := run_operation(form, plan):
        messages.success(request, _("Kunjungan direncanakan."))
        return redirect("visits:visit_detail", visit.pk)
    ranked = queries.visit_priorities(request.user, today=clock.today())
    clusters = queries.priorities_by_cluster(ranked)
    chosen_key = str(form["cluster"].value() if target is None else target.cluster_id)
    chosen = next((row for row in clusters if str(row.cluster.pk) == chosen_key), None)
    priorities = (chosen.priorities if chosen else ranked)[:MAX_PRIORITIES]
    context = {
        "form": form,
        "clusters": clusters[:MAX_PRIORITIES],
        "chosen": chosen,
        "target": target,
        "priorities": priorities,
        "simulated": any(row.business.is_simulated for row in priorities),
    }
    return render(request, "visits/visit_plan.html", context, status=422 if form.is_bound else 200)


def _plan_target(request: PersonRequest) -> Business | Group | None:
    """The kelompok (`?kelompok=`) or IKM (`?ikm=`) that is visited; None: the form asks for a sentra."""
    rows: QuerySet[Any]
    for parameter, rows in (
        ("kelompok", Group.objects.visible_to(request.user)),
        ("ikm", Business.objects.visible_to(request.user)),
    ):
        if key := request.GET.get(parameter):
            target = get_object_or_404(rows.select_related("cluster"), pk=key if is_uuid(key) else None)
            assert isinstance(target, Business | Group)
            return target
    return None


class PaperLine(NamedTuple):
    """A paper that the visit has by now, for its list."""

    slug: str
    title: str
    takes_number: bool
    number: PaperNumber | None


def paper_lines(visit: Visit) -> Iterator[PaperLine]:
    numbers = {entry.paper: entry for entry in PaperNumber.objects.filter(subject=visit.pk, paper__in=[*Paper])}
    for paper in Paper:
        if visit.took_place or paper in BEFORE_THE_VISIT:
            yield PaperLine(paper.value, PAPER_TITLES[paper], paper not in WITHOUT_NUMBER, numbers.get(paper))


def visit_detail(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    attendance = queries.attendance_list(visit, request.user)
    attendance.log_read(request.user, visit)
    context = {
        "visit": visit,
        "attendance": attendance,
        "team": visit.team.order_by("name"),
        "guests": visit.guests.order_by("name"),
        "photos": queries.photos_of(visit, request.user),
        "corrections": visit.corrections.select_related("by"),
        "guest_form": GuestForm(),
        "may": permissions(request, visit),
        "shows": reader_for(request.user).visible_columns(visit),
        "papers": list(paper_lines(visit)),
        "asks_siinas": may(request.user, "siinas.save", visit) and queries.has_siinas_accounts(visit),
        "may_promise": visit.held_on and may(request.user, "actions.promise", visit),
    }
    return render(request, "visits/visit_detail.html", context)


def visit_change(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    form = ChangePlanForm(request.user, visit, request.POST or None)
    if run_operation(form, lambda: operations.change_plan(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Rencana diubah."))
        return redirect("visits:visit_detail", visit.pk)
    context = {"visit": visit, "form": form, "title": _("Ubah rencana"), "button": _("Simpan")}
    return render(request, "visits/visit_form.html", context, status=422 if form.is_bound else 200)


def visit_conduct(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Start the visit, or write its summary and conclusion afterwards."""
    visit = visit_of(request, visit_id)
    day = visit.held_on or min(visit.planned_for, clock.today())
    initial = {"held_on": day, "summary": visit.summary, "conclusion": visit.conclusion}
    form = ConductForm(request.POST or None, initial=initial)
    starts = visit.state == State.PLANNED
    if run_operation(form, lambda: operations.conduct_visit(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Kunjungan dimulai. Catat siapa yang hadir.") if starts else _("Tersimpan."))
        return redirect("visits:visit_attendance" if starts else "visits:visit_detail", visit.pk)
    context = {"visit": visit, "form": form, "may": permissions(request, visit)}
    return render(request, "visits/visit_conduct.html", context, status=422 if form.is_bound else 200)


def visit_cancel(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    return _transition(request, visit, operations.cancel_visit, "visit_cancel", _("Kunjungan dibatalkan."))


def visit_sign_off(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    success = _("Kunjungan disahkan. Isinya tidak dapat diubah lagi.")
    return _transition(request, visit, operations.sign_off, "visit_sign_off", success)


@require_POST
def visit_undo_start(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    success = _("Kunjungan kembali direncanakan.")
    return _transition(request, visit, corrections.undo_start, "visit_detail", success)


def correction_add(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    require(request.user, "visits.add_correction", visit)
    form = CorrectionForm(request.POST or None)
    if run_operation(form, lambda: corrections.add_correction(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Pembetulan dicatat."))
        return redirect("visits:visit_detail", visit.pk)
    back = (reverse("visits:visit_detail", args=[visit.pk]), str(visit))
    return form_page(request, form, title=_("Pembetulan notulen yang sudah disahkan"), back=back)


def _transition(
    request: PersonRequest, visit: Visit, operation: Callable[[Visit, Person], Visit], template: str, success: str
) -> HttpResponse:
    """GET asks for confirmation; POST carries it out, and a refusal is shown on the page of the visit."""
    if request.method != "POST":
        context = {
            "visit": visit,
            "attendance": queries.attendance_list(visit, request.user),
            "may": permissions(request, visit),
        }
        return render(request, f"visits/{template}.html", context)
    run_without_form(request, lambda: operation(visit, request.user), success)
    return redirect("visits:visit_detail", visit.pk)
