"""Matters: the list, one matter with its aspirations, ideas, comments and history, and the operations on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.requests import PersonRequest, reached_row
from sambang.aspirations import operations, queries
from sambang.aspirations.forms import (
    CommentForm,
    IdeaForm,
    MatterChangeForm,
    MatterListForm,
    SetAsideForm,
    TargetMatterForm,
)
from sambang.aspirations.history import matter_history
from sambang.aspirations.models import Aspiration, Idea, Matter
from sambang.aspirations.views.aspirations import move_to_matter
from sambang.audit.reached_lists import reached_list
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Export, Page, list_response

VOTE_WEIGHTS = {"setuju": 1, "ragu": 0, "tidak": -1}
MATTER_VERBS = ("comment", "propose", "vote", "group", "ungroup", "set_aside")


def matter_of(request: PersonRequest, matter_id: str) -> Matter:
    reach = Matter.objects.visible_to(request.user).with_headcount().select_related("cluster")
    return get_object_or_404(reach, pk=matter_id)


def matter_list(request: PersonRequest) -> HttpResponseBase:
    form = MatterListForm(request.user, request.GET)
    columns = (
        (_("Dibuka"), lambda row: timezone.localtime(row.opened_at)),
        (_("Sentra"), "cluster.name"),
        (_("Pokok bahasan"), "title"),
        (_("Kesulitan"), "get_difficulty_display"),
        (_("Keadaan"), "get_state_display"),
        (_("Jumlah IKM"), "headcount"),
        (_("Alasan"), "set_aside_because"),
        (_("Jumlah sentra"), "cluster_count"),
    )

    def context(page: Page) -> dict[str, Any]:
        return {"form": form, "simulated": any(matter.is_simulated for matter in page)}

    rows = reached_list(queries.matters, request.user, narrow=form.narrow)
    export = Export(_("pokok-bahasan"), columns)
    return list_response(request, rows, "aspirations/matter_list.html", export, context, queries.MATTER_COLUMNS)


def matter_detail(request: PersonRequest, matter_id: str) -> HttpResponse:
    return matter_page(request, matter_of(request, matter_id))


def matter_page(
    request: PersonRequest,
    matter: Matter,
    *,
    comment_form: CommentForm | None = None,
    idea_form: IdeaForm | None = None,
) -> HttpResponse:
    """The page of a matter; with a form that has errors the status is 422."""
    aspirations = list(
        Aspiration.objects.visible_to(request.user)
        .filter(matter=matter)
        .select_related("business__owner", "visit", "noted_by")
        .order_by("raised_at")
    )
    closed = matter.state in {Matter.State.SOLVED, Matter.State.SET_ASIDE}
    context = {
        "matter": matter,
        "headcounts": queries.headcounts_by_cluster(matter),
        "aspirations": aspirations,
        "also_affected": list(dict.fromkeys(row.also_touches for row in aspirations if row.also_touches)),
        "ideas": queries.ideas_with_votes(matter.ideas.select_related("by", "chosen_by", "action"), request.user),
        "actions": matter.actions.with_answers().order_by("due_on"),
        "comments": matter.comments.select_related("by").order_by("at"),
        "history": matter_history(matter, request.user),
        "comment_form": comment_form or CommentForm(),
        "idea_form": idea_form or IdeaForm(),
        "closed": closed,
        "outside": next((row.business for row in aspirations if row.business.cluster_id is None), None),
        "movable": operations.is_movable(matter),
        "may": {verb: may(request.user, f"aspirations.{verb}", matter) for verb in MATTER_VERBS},
        "may_commit": may(request.user, "actions.commit", matter),
    }
    has_errors = comment_form is not None or idea_form is not None
    return render(request, "aspirations/matter_detail.html", context, status=422 if has_errors else 200)


@require_POST
def comment_add(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    form = CommentForm(request.POST)
    if run_operation(form, lambda: operations.add_comment(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Pendapat Anda tercatat."))
        return redirect("aspirations:matter_detail", matter.pk)
    require(request.user, "aspirations.comment", matter)
    return matter_page(request, matter, comment_form=form)


@require_POST
def idea_propose(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    form = IdeaForm(request.POST)
    if run_operation(form, lambda: operations.propose_idea(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Gagasan tercatat. Sekarang dapat ditimbang."))
        return redirect("aspirations:matter_detail", matter.pk)
    require(request.user, "aspirations.propose", matter)
    return matter_page(request, matter, idea_form=form)


@require_POST
def idea_vote(request: PersonRequest, idea_id: str) -> HttpResponse:
    idea = reached_row(request, Idea, idea_id, related=("matter",))
    weight = VOTE_WEIGHTS.get(request.POST.get("suara", ""), 9)
    done = _("Suara Anda tercatat. Anda dapat mengubahnya sampai gagasan dipilih.")
    run_without_form(request, lambda: operations.vote(idea, request.user, weight=weight), done)
    return redirect("aspirations:matter_detail", idea.matter_id)


def _to_matter(matter: Matter) -> tuple[str, str]:
    return reverse("aspirations:matter_detail", args=[matter.pk]), matter.title


def matter_set_aside(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    require(request.user, "aspirations.set_aside", matter)
    form = SetAsideForm(request.POST or None)
    if run_operation(form, lambda: operations.set_aside(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Dikesampingkan, dengan alasannya."))
        return redirect("aspirations:matter_detail", matter.pk)
    intro = _(
        "“%(title)s” disampaikan %(n)s IKM. Pokok bahasan ini tidak hilang: riwayatnya tetap terbaca, dan terbuka lagi "
        "bila ada yang menyampaikannya lagi."
    ) % {"title": matter.title, "n": matter.headcount}  # type: ignore[attr-defined]  # annotated
    return form_page(
        request,
        form,
        title=_("Kesampingkan pokok bahasan ini?"),
        back=_to_matter(matter),
        save=_("Kesampingkan"),
        intro=intro,
        is_danger=True,
    )


def matter_change(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    require(request.user, "aspirations.group", matter)
    initial = {"title": matter.title, "difficulty": matter.difficulty}
    form = MatterChangeForm(request.POST or None, initial=initial)
    if run_operation(form, lambda: operations.change_matter(matter, request.user, **form.cleaned_data)):
        messages.success(request, _("Pokok bahasan disimpan."))
        return redirect("aspirations:matter_detail", matter.pk)
    return form_page(request, form, title=_("Betulkan pokok bahasan"), back=_to_matter(matter))


@require_POST
def matter_reopen(request: PersonRequest, matter_id: str) -> HttpResponse:
    matter = matter_of(request, matter_id)
    run_without_form(request, lambda: operations.reopen_matter(matter, request.user), _("Pokok bahasan dibuka lagi."))
    return redirect("aspirations:matter_detail", matter.pk)


def matter_merge(request: PersonRequest, matter_id: str) -> HttpResponse:
    """Move all aspirations to another matter of the same sentra; the empty matter is set aside."""
    matter = matter_of(request, matter_id)
    require(request.user, "aspirations.group", matter)
    aspirations = list(Aspiration.objects.visible_to(request.user).filter(matter=matter).select_related("business"))
    form = TargetMatterForm(matter, request.POST or None)
    if target := run_operation(form, lambda: move_to_matter(request, aspirations, form.cleaned_data["matter"])):
        messages.success(request, _("Digabungkan ke “%(title)s”.") % {"title": target.title})
        return redirect("aspirations:matter_detail", target.pk)
    context = {"matter": matter, "aspirations": aspirations, "form": form}
    return render(request, "aspirations/matter_merge.html", context, status=422 if form.is_bound else 200)
