"""One matter: who raised it in which words, what is thought and proposed, what is done; one address for each verb."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.requests import PersonRequest
from sambang.aspirations import operations, queries
from sambang.aspirations.forms.matters import CommentForm, IdeaForm, SetAsideForm
from sambang.aspirations.history import matter_history
from sambang.aspirations.models import Aspiration, Idea, Matter
from sambang.lib.forms import perform

WEIGHTS = {"setuju": 1, "ragu": 0, "tidak": -1}  # the words in the address bar of the voices
BUTTONS = ("comment", "propose", "vote", "group", "ungroup", "set_aside")


def matter_of(request: PersonRequest, matter_id: str) -> Matter:
    reach = Matter.objects.visible_to(request.user).with_headcount().select_related("cluster")
    return get_object_or_404(reach, pk=matter_id)


def matter(request: PersonRequest, matter_id: str) -> HttpResponse:
    return matter_page(request, matter_of(request, matter_id))


def matter_page(
    request: PersonRequest,
    matter: Matter,
    *,
    comment_form: CommentForm | None = None,
    idea_form: IdeaForm | None = None,
) -> HttpResponse:
    """The whole page; with a form that holds a complaint it answers 422."""
    voices = list(
        Aspiration.objects.visible_to(request.user)
        .filter(matter=matter)
        .select_related("business__owner", "visit", "noted_by")
        .order_by("raised_at")
    )
    closed = matter.state in {Matter.State.SOLVED, Matter.State.SET_ASIDE}
    facts = {
        "matter": matter,
        "voices": voices,
        "touched": list(dict.fromkeys(voice.also_touches for voice in voices if voice.also_touches)),
        "ideas": queries.weighed(matter.ideas.select_related("by", "chosen_by", "action"), request.user),
        "actions": matter.actions.order_by("due_on"),
        "comments": matter.comments.select_related("by").order_by("at"),
        "history": matter_history(matter, request.user),
        "comment_form": comment_form or CommentForm(),
        "idea_form": idea_form or IdeaForm(),
        "closed": closed,
        "movable": operations.is_movable(matter),
        "may": {verb: may(request.user, f"aspirations.{verb}", matter) for verb in BUTTONS},
        "may_commit": may(request.user, "actions.commit", matter),
    }
    wrong = comment_form is not None or idea_form is not None
    return render(request, "aspirations/matter.html", facts, status=422 if wrong else 200)


@require_POST
def comment(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    form = CommentForm(request.POST)
    if perform(form, lambda: operations.add_comment(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Pendapat Anda tercatat."))
        return redirect("aspirations:matter", matter.pk)
    require(request.user, "aspirations.comment", matter)
    return matter_page(request, matter, comment_form=form)


@require_POST
def propose(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    form = IdeaForm(request.POST)
    if perform(form, lambda: operations.propose_idea(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Gagasan tercatat. Sekarang dapat ditimbang."))
        return redirect("aspirations:matter", matter.pk)
    require(request.user, "aspirations.propose", matter)
    return matter_page(request, matter, idea_form=form)


@require_POST
def vote(request: PersonRequest, idea_id: str) -> HttpResponse:
    idea = get_object_or_404(Idea.objects.visible_to(request.user).select_related("matter"), pk=idea_id)
    try:
        operations.vote(idea, request.user, weight=WEIGHTS.get(request.POST.get("suara", ""), 9))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Suara Anda tercatat. Anda dapat mengubahnya sampai gagasan dipilih."))
    return redirect("aspirations:matter", idea.matter_id)


def set_aside(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    require(request.user, "aspirations.set_aside", matter)
    form = SetAsideForm(request.POST or None)
    if perform(form, lambda: operations.set_aside(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Dikesampingkan, dengan alasannya."))
        return redirect("aspirations:matter", matter.pk)
    status = 422 if form.is_bound else 200
    return render(request, "aspirations/set_aside.html", {"form": form, "matter": matter}, status=status)
