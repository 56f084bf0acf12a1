"""Queries of the aspiration pages. Rows are limited to what the person reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration, Idea, Matter, Vote
from sambang.aspirations.similarity import SuggestedGroup, suggest_groups

MAX_COMPARED = 500  # newest ungrouped aspirations that are compared


@dataclass(frozen=True)
class IdeaVotes:
    """An idea with the numbers of its votes, and the reader's own vote (None: not voted)."""

    idea: Idea
    agree: int
    unsure: int
    disagree: int
    own_vote: int | None


def ungrouped_aspirations(person: Person) -> QuerySet[Aspiration]:
    rows = Aspiration.objects.visible_to(person).ungrouped()
    return rows.select_related("business__cluster", "business__owner", "visit", "noted_by").newest_first()


# What the list shows of a matter.
MATTER_COLUMNS = (
    *("pk", "title", "difficulty", "state", "opened_at", "headcount", "cluster__name"),
    "cluster__is_simulated",
)


def matters(person: Person) -> QuerySet[Matter]:
    return Matter.objects.visible_to(person).with_headcount().select_related("cluster").newest_first()


def suggested_groups(person: Person, ungrouped: QuerySet[Aspiration]) -> list[SuggestedGroup]:
    """Groups of similar aspirations among the newest ungrouped ones and the open matters of their sentra."""
    newest = list(ungrouped[:MAX_COMPARED])
    clusters = {row.business.cluster_id for row in newest if row.business.cluster_id}
    if not clusters:
        return []
    matters = Matter.objects.visible_to(person).open().filter(cluster__in=clusters).prefetch_related("aspirations")
    return suggest_groups(newest, {matter: [row.text for row in matter.aspirations.all()] for matter in matters})


def suggestion_reason(group: SuggestedGroup) -> str:
    """Why the group is suggested."""
    details = {
        "difficulty": group.difficulty.label,
        "percent": group.similarity,
        "words": ", ".join(f"“{word}”" for word in group.shared_words),
    }
    if group.shared_words:
        return _("Sama-sama soal %(difficulty)s; kata yang sama: %(words)s (kemiripan %(percent)s%%).") % details
    return _("Sama-sama soal %(difficulty)s, dengan kata-kata yang mirip (%(percent)s%%).") % details


def ideas_with_votes(ideas: Iterable[Idea], person: Person) -> list[IdeaVotes]:
    """Chosen ideas first, then by agreement, the most agreed first."""
    ideas = list(ideas)
    votes = Vote.objects.filter(idea__in=ideas)
    counts = {
        idea_id: (agree, unsure, disagree)
        for idea_id, agree, unsure, disagree in votes.values_list("idea").annotate(
            agree=Count("pk", filter=Q(weight=1)),
            unsure=Count("pk", filter=Q(weight=0)),
            disagree=Count("pk", filter=Q(weight=-1)),
        )
    }
    own_votes = dict(votes.filter(by=person).values_list("idea", "weight"))
    rows = [IdeaVotes(idea, *counts.get(idea.pk, (0, 0, 0)), own_vote=own_votes.get(idea.pk)) for idea in ideas]
    return sorted(rows, key=lambda row: (row.idea.chosen_at is None, row.disagree - row.agree, row.idea.at))
