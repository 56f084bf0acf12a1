"""Queries of the aspiration pages. Rows are limited to what the person reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.aspirations.difficulties import difficulty_label
from sambang.aspirations.models import Aspiration, Idea, Matter, Vote
from sambang.aspirations.similarity import SuggestedGroup, suggest_groups
from sambang.lib.board import BoardColumn, board_columns
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.personal_names import HIDDEN_NAME, SEE_CONTACT

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


# Columns that `aspiration_row.html` reads, including those that decide about the owner's name.
ASPIRATION_COLUMNS = (
    *("pk", "text", "also_touches", "difficulty", "kind", "raised_at", "visit", "visit__held_on"),
    *("visit__planned_for", "business__name", "business__region_id", "business__owner_id", "business__owner__name"),
    *(
        "business_id",
        "business__cluster_id",
        "business__cluster__name",
        "business__restricted_at",
        "business__is_simulated",
    ),
)


def speakers(person: Person, rows: Iterable[Any]) -> dict[UUID, str]:
    """The owner of the IKM of each row, by its key; HIDDEN where the person may not read the name."""
    reader = reader_for(person)

    def is_readable(row: Any) -> bool:
        return reader.reads(
            SEE_CONTACT,
            region=row.business__region_id,
            owner=row.business__owner_id,
            cluster=row.business__cluster_id,
            restricted=row.business__restricted_at is not None,
        )

    return {row.pk: row.business__owner__name if is_readable(row) else HIDDEN_NAME for row in rows}


# Columns that the list of matters reads.
MATTER_COLUMNS = (
    *("pk", "title", "difficulty", "state", "opened_at", "headcount", "cluster__name", "cluster_count"),
    "is_simulated",
)


def matters(person: Person) -> QuerySet[Matter]:
    rows = Matter.objects.visible_to(person).with_headcount().with_cluster_count()
    return rows.select_related("cluster").newest_first()


def matter_board(rows: QuerySet[Matter]) -> list[BoardColumn]:
    return board_columns(rows, Matter.State, MATTER_COLUMNS, first="-opened_at")


def unfiltered_matter_board(person: Person) -> list[BoardColumn]:
    return matter_board(matters(person))


@dataclass(frozen=True)
class ClusterHeadcount:
    """Number of IKM of a sentra that raised a matter. `cluster` is "" for IKM outside a sentra."""

    cluster: str
    headcount: int


def headcounts_by_cluster(matter: Matter) -> list[ClusterHeadcount]:
    """The sentra that raised the matter, the largest headcount first."""
    rows = matter.aspirations.order_by().values_list("business__cluster", "business__cluster__name")
    counted = rows.annotate(headcount=Count("business", distinct=True))
    headcounts = [ClusterHeadcount(name or "", headcount) for _key, name, headcount in counted]
    return sorted(headcounts, key=lambda row: (-row.headcount, row.cluster))


def suggested_groups(person: Person, ungrouped: QuerySet[Aspiration]) -> list[SuggestedGroup]:
    """Groups of similar aspirations among the newest ungrouped ones and the open matters of their regencies."""
    newest = list(ungrouped[:MAX_COMPARED])
    if not newest:
        return []
    regencies = {RegionCode(row.business.region_id).regency for row in newest}
    in_regencies = reduce(or_, (in_region("region__code", regency) for regency in sorted(regencies)))
    rows = (
        Matter.objects.visible_to(person).open().filter(in_regencies, difficulty__in={row.difficulty for row in newest})
    )
    matters = rows.newest_first().select_related("cluster").prefetch_related("aspirations")[:MAX_COMPARED]
    return suggest_groups(newest, {matter: [row.text for row in matter.aspirations.all()] for matter in matters})


def suggestion_reason(group: SuggestedGroup) -> str:
    details = {
        "difficulty": difficulty_label(group.difficulty),
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
