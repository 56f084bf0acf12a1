"""What the pages of aspirations read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.aspirations.likeness import Likeness, suggest
from sambang.aspirations.models import Aspiration, Idea, Matter, Vote

COMPARED = 500  # newest loose aspirations looked through for likeness


@dataclass(frozen=True)
class Filter:
    """What the board and the list are narrowed to."""

    cluster: UUID | None = None
    difficulty: str = ""
    state: str = ""
    search: str = ""


@dataclass(frozen=True)
class WeighedIdea:
    """An idea with its voices counted, and the reader's own (None: not given)."""

    idea: Idea
    agree: int
    unsure: int
    disagree: int
    mine: int | None

    @property
    def voices(self) -> int:
        return self.agree + self.unsure + self.disagree


def ungrouped_aspirations(person: Person, chosen: Filter) -> QuerySet[Aspiration]:
    rows = Aspiration.objects.visible_to(person).ungrouped().matching(chosen.search, person)
    if chosen.cluster:
        rows = rows.filter(business__cluster=chosen.cluster)
    if chosen.difficulty:
        rows = rows.filter(difficulty=chosen.difficulty)
    return rows.select_related("business__cluster", "business__owner", "visit", "noted_by").newest_first()


def matters(person: Person, chosen: Filter) -> QuerySet[Matter]:
    rows = Matter.objects.visible_to(person).with_headcount().select_related("cluster")
    if chosen.cluster:
        rows = rows.filter(cluster=chosen.cluster)
    if chosen.difficulty:
        rows = rows.filter(difficulty=chosen.difficulty)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    for word in chosen.search.split():
        rows = rows.filter(title__icontains=word)
    return rows.newest_first()


def suggestions(person: Person, ungrouped: QuerySet[Aspiration]) -> list[Likeness]:
    """What probably belongs together, among the newest loose aspirations and the open matters of their sentra."""
    newest = list(ungrouped[:COMPARED])
    open_matters = (
        Matter.objects.visible_to(person)
        .open()
        .filter(cluster__in={one.business.cluster_id for one in newest if one.business.cluster_id})
    )
    known = list(open_matters.select_related("cluster").prefetch_related("aspirations"))
    raised = {matter: [one.text for one in matter.aspirations.all()] for matter in known}
    return suggest(newest, raised)


def reason(likeness: Likeness) -> str:
    """Why these are suggested, in words."""
    facts = {
        "difficulty": likeness.difficulty.label,
        "percent": likeness.percent,
        "words": ", ".join(f"“{word}”" for word in likeness.words),
    }
    if likeness.words:
        return _("Sama-sama soal %(difficulty)s; kata yang sama: %(words)s (kemiripan %(percent)s%%).") % facts
    return _("Sama-sama soal %(difficulty)s, dengan kata-kata yang mirip (%(percent)s%%).") % facts


def weighed(ideas: Iterable[Idea], person: Person) -> list[WeighedIdea]:
    """Most agreed first, the chosen ones on top."""
    ideas = list(ideas)
    votes = Vote.objects.filter(idea__in=ideas)
    counted = {
        idea_id: (agree, unsure, disagree)
        for idea_id, agree, unsure, disagree in votes.values_list("idea").annotate(
            agree=Count("pk", filter=Q(weight=1)),
            unsure=Count("pk", filter=Q(weight=0)),
            disagree=Count("pk", filter=Q(weight=-1)),
        )
    }
    mine = dict(votes.filter(by=person).values_list("idea", "weight"))
    rows = [WeighedIdea(idea, *counted.get(idea.pk, (0, 0, 0)), mine=mine.get(idea.pk)) for idea in ideas]
    return sorted(rows, key=lambda row: (row.idea.chosen_at is None, row.disagree - row.agree, row.idea.at))
