"""Operations on an action, one view for each."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.actions import operations
from sambang.actions.forms import (
    ActionCorrectForm,
    ClaimForm,
    CommitForm,
    ConfirmationShareForm,
    DropForm,
    LinkForm,
    PromiseForm,
    ReplanForm,
    StepForm,
)
from sambang.actions.models import Action, Step
from sambang.actions.views.actions import action_of, action_page, to_action
from sambang.aspirations.models import Idea
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.visits.models import Visit


def action_promise(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = reached_row(request, Visit, visit_id, "actions.promise", related=("cluster", "group", "business"))
    form = PromiseForm(visit, request.POST or None)
    if action := run_operation(form, lambda: operations.promise_action(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Janji tercatat sebagai tindakan."))
        return redirect("actions:action_detail", action.pk)
    intro = _(
        "Kunjungan ke %(cluster)s, %(day)s. Setiap “siap membantu” menjadi tindakan dengan penanggung jawab dan "
        "tenggat."
    ) % {"cluster": visit.target, "day": date_format(visit.held_on or visit.planned_for, "j F Y")}
    return form_page(
        request, form, title=_("Catat yang dijanjikan"), back=_to_board(), save=_("Simpan janji"), intro=intro
    )


def action_commit(request: PersonRequest, idea_id: str) -> HttpResponse:
    """Choose the idea and create its action with the steps."""
    idea = reached_row(request, Idea, idea_id, "actions.commit", related=("matter",))
    initial = {"title": idea.proposal.splitlines()[0][:200], "budget": idea.cost}
    form = CommitForm(idea.matter, request.POST or None, initial=initial)
    if action := run_operation(form, lambda: operations.commit_action(idea, request.user, **form.cleaned_data)):
        messages.success(request, _("Gagasan dipilih dan menjadi tindakan."))
        return redirect("actions:action_detail", action.pk)
    context = {"form": form, "idea": idea, "matter": idea.matter}
    return render(request, "actions/action_commit.html", context, status=422 if form.is_bound else 200)


@require_POST
def action_link(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.promise", action)
    form = LinkForm(action, request.POST)
    if run_operation(form, lambda: operations.link_promise(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Terhubung: IKM yang menyampaikannya akan ditanya."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("actions:action_detail", action.pk)


@require_POST
def step_add(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.add_step", action)
    form = StepForm(request.POST)
    if run_operation(form, lambda: operations.add_step(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Langkah ditambahkan."))
        return redirect("actions:action_detail", action.pk)
    return action_page(request, action_of(request, action_id), step_form=form)


@require_POST
def step_complete(request: PersonRequest, step_id: str) -> HttpResponse:
    step = reached_row(request, Step, step_id, related=("action",))
    return _post_response(
        request, step.action, lambda: operations.complete_step(step, request.user), _("Langkah selesai.")
    )


def action_claim(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.claim", action)
    form = ClaimForm(request.POST or None)
    if run_operation(form, lambda: operations.claim_action(action, request.user, **form.cleaned_data)):
        text = _("Diklaim selesai. IKM yang menyampaikannya kini ditanya; diamnya mereka tidak dihitung selesai.")
        messages.success(request, text)
        return redirect("actions:action_detail", action.pk)
    context = {"action": action, "form": form, "asked": operations.businesses_to_ask(action)}
    return render(request, "actions/action_claim.html", context, status=422 if form.is_bound else 200)


def action_drop(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.drop", action)
    form = DropForm(request.POST or None)
    if run_operation(form, lambda: operations.drop_action(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Tindakan dihentikan, dengan alasannya."))
        return redirect("actions:action_detail", action.pk)
    title, save = _("Hentikan tindakan ini?"), _("Hentikan")
    return form_page(request, form, title=title, back=to_action(action), save=save, is_danger=True)


def action_replan(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.replan", action)
    form = ReplanForm(action, request.POST or None)
    if run_operation(form, lambda: operations.replan_action(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Rencana diubah; yang semula tetap terbaca di riwayat."))
        return redirect("actions:action_detail", action.pk)
    intro = _(
        "Tenggat dan penanggung jawab yang semula tetap terbaca di riwayat, bersama siapa yang mengubahnya dan "
        "alasannya."
    )
    return form_page(request, form, title=_("Ubah tenggat atau penanggung jawab"), back=to_action(action), intro=intro)


def action_correct(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.replan", action)
    form = ActionCorrectForm(request.POST or None, initial={"title": action.title, "budget": action.budget})
    if run_operation(form, lambda: operations.correct_action(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Dibetulkan; yang semula tetap terbaca di riwayat."))
        return redirect("actions:action_detail", action.pk)
    return form_page(request, form, title=_("Betulkan judul atau anggaran"), back=to_action(action))


@require_POST
def action_reopen(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    return _post_response(
        request, action, lambda: operations.reopen_action(action, request.user), _("Tindakan dibuka lagi.")
    )


def confirmation_share(request: PersonRequest, council_id: str) -> HttpResponse:
    """The share of the IKM asked from which on an action counts as solved."""
    council = own_council(request, council_id, "actions.set_confirmation_share")
    form = ConfirmationShareForm(request.POST or None, initial={"share": council.confirmation_share})
    if run_operation(form, lambda: operations.set_confirmation_share(council, request.user, **form.cleaned_data)):
        messages.success(request, _("Tersimpan; berlaku mulai jawaban IKM berikutnya."))
        return redirect("actions:action_board")
    intro = _(
        "Tindakan dianggap selesai bila sekian persen dari IKM yang ditanya menyatakannya. Satu IKM yang menyatakan "
        "belum tetap terlihat dan menahan tindakannya sampai IKM itu sendiri menjawab lain."
    )
    return form_page(request, form, title=_("Kapan tindakan dianggap selesai"), back=_to_board(), intro=intro)


def _to_board() -> tuple[str, str]:
    return reverse("actions:action_board"), _("Papan tindakan")


def _post_response(
    request: PersonRequest, action: Action, operation: Callable[[], object], success: str
) -> HttpResponse:
    """Carry out an operation without a form; a refusal is shown on the page of the action."""
    run_without_form(request, operation, success)
    return redirect("actions:action_detail", action.pk)
