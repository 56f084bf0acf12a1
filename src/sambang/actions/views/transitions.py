"""What is done with an action: one address, one verb."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.actions import operations
from sambang.actions.forms import ClaimForm, CommitForm, DropForm, LinkForm, PromiseForm, ReplanForm, StepForm
from sambang.actions.models import Action, Step
from sambang.actions.views.actions import action_of, action_page
from sambang.aspirations.models import Idea
from sambang.lib.forms import perform
from sambang.visits.models import Visit


def promise(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Write down what an official promised on this visit."""
    reach = Visit.objects.visible_to(request.user).select_related("cluster")
    visit = get_object_or_404(reach, pk=visit_id)
    require(request.user, "actions.promise", visit)
    form = PromiseForm(visit.cluster, request.POST or None)
    if action := perform(form, lambda: operations.promise_action(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Janji tercatat sebagai tindakan."))
        return redirect("actions:action", action.pk)
    facts = {"form": form, "visit": visit}
    return render(request, "actions/promise.html", facts, status=422 if form.is_bound else 200)


def commit(request: PersonRequest, idea_id: str) -> HttpResponse:
    """Choose the idea and say who does it, until when, for how much, in which steps: one page."""
    reach = Idea.objects.visible_to(request.user).select_related("matter__cluster")
    idea = get_object_or_404(reach, pk=idea_id)
    require(request.user, "actions.commit", idea)
    initial = {"title": idea.proposal.splitlines()[0][:200], "budget": idea.cost}
    form = CommitForm(idea.matter.cluster, request.POST or None, initial=initial)
    if action := perform(form, lambda: operations.commit_action(idea, request.user, **form.cleaned_data)):
        messages.success(request, _("Gagasan dipilih dan menjadi tindakan."))
        return redirect("actions:action", action.pk)
    facts = {"form": form, "idea": idea, "matter": idea.matter}
    return render(request, "actions/commit.html", facts, status=422 if form.is_bound else 200)


@require_POST
def link(request: PersonRequest, action_id: str) -> HttpResponse:
    """Say which matter a promise answers."""
    action = action_of(request, action_id)
    require(request.user, "actions.promise", action)
    form = LinkForm(action.cluster, request.POST)
    if perform(form, lambda: operations.link_promise(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Terhubung: IKM yang menyampaikannya akan ditanya."))
    else:
        messages.error(request, " ".join(str(sentence) for found in form.errors.values() for sentence in found))
    return redirect("actions:action", action.pk)


@require_POST
def step_add(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.add_step", action)
    form = StepForm(request.POST)
    if perform(form, lambda: operations.add_step(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Langkah ditambahkan."))
        return redirect("actions:action", action.pk)
    return action_page(request, action_of(request, action_id), step_form=form)


@require_POST
def step_complete(request: PersonRequest, step_id: str) -> HttpResponse:
    step = get_object_or_404(Step.objects.visible_to(request.user).select_related("action"), pk=step_id)
    return _moved(request, step.action, lambda: operations.complete_step(step, request.user), _("Langkah selesai."))


def claim(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.claim", action)
    form = ClaimForm(request.POST or None)
    facts = {"action": action, "form": form, "asked": operations.raisers(action)}
    return _with_words(
        request,
        "actions/claim.html",
        facts,
        lambda: operations.claim_action(action, request.user, **form.cleaned_data),
        _("Diklaim selesai. IKM yang menyampaikannya kini ditanya; diamnya mereka tidak dihitung selesai."),
    )


def drop(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.drop", action)
    form = DropForm(request.POST or None)
    return _with_words(
        request,
        "actions/drop.html",
        {"action": action, "form": form},
        lambda: operations.drop_action(action, request.user, **form.cleaned_data),
        _("Tindakan dihentikan, dengan alasannya."),
    )


def replan(request: PersonRequest, action_id: str) -> HttpResponse:
    """Another due date or another one responsible, with the reason."""
    action = action_of(request, action_id)
    require(request.user, "actions.replan", action)
    form = ReplanForm(action, request.POST or None)
    return _with_words(
        request,
        "actions/replan.html",
        {"action": action, "form": form},
        lambda: operations.replan_action(action, request.user, **form.cleaned_data),
        _("Rencana diubah; yang semula tetap terbaca di riwayat."),
    )


@require_POST
def reopen(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    return _moved(request, action, lambda: operations.reopen_action(action, request.user), _("Tindakan dibuka lagi."))


def _moved(request: PersonRequest, action: Action, do: Callable[[], object], done: str) -> HttpResponse:
    """A verb without facts: do it, or say why not, and back to the action."""
    try:
        do()
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, done)
    return redirect("actions:action", action.pk)


def _with_words(
    request: PersonRequest, template: str, facts: dict[str, object], do: Callable[[], object], done: str
) -> HttpResponse:
    """A verb that needs words: its form on a page of its own."""
    form, action = facts["form"], facts["action"]
    assert isinstance(form, forms.Form)
    assert isinstance(action, Action)
    if perform(form, do):
        messages.success(request, done)
        return redirect("actions:action", action.pk)
    return render(request, template, facts, status=422 if form.is_bound else 200)
