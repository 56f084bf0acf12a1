"""Queries of the action pages. Rows are limited to what the person reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sambang.access.councils import nearest_councils
from sambang.access.models import DEFAULT_CONFIRMATION_SHARE, SYSTEM, Person
from sambang.access.reader import Reader, reader_for
from sambang.actions.models import Action, ActionQuerySet, Confirmation
from sambang.lib.board import BoardColumn, board_columns
from sambang.lib.counts import count_together
from sambang.lib.region_code import RegionCode


@dataclass(frozen=True)
class AnswerCounts:
    """Numbers of IKM asked about one action, by answer."""

    asked: int
    solved: int
    refused: int

    @property
    def unanswered(self) -> int:
        return self.asked - self.solved - self.refused


# Columns that the list of actions reads.
ACTION_COLUMNS = (
    *("pk", "title", "matter__title", "cluster__name", "is_simulated", "responsible_name", "due_on", "budget"),
    *("spent", "state", "asked", "solved", "refused"),
)


def actions_for(person: Person) -> ActionQuerySet:
    """Soonest due first, with the counts of the answers."""
    return (
        Action.objects.visible_to(person).with_answers().select_related("cluster", "matter").order_by("due_on", "title")
    )


def action_board_of(rows: QuerySet[Action]) -> list[BoardColumn]:
    return board_columns(rows, Action.State, ACTION_COLUMNS, first="due_on")


def unfiltered_action_board(person: Person) -> list[BoardColumn]:
    return action_board_of(actions_for(person))


def count_overdue(person: Person, *, today: date) -> int:
    return count_together(_overdue, reader_for(person), today).get("overdue", 0)


def _overdue(reader: Reader, today: date) -> dict[str, QuerySet[Any]]:
    return {"overdue": Action.objects.visible_to(reader.person).overdue(today=today)}


def answer_counts(action: Action) -> AnswerCounts:
    answers = list(action.confirmations.values_list("answer", flat=True))
    return AnswerCounts(
        len(answers), answers.count(Confirmation.Answer.SOLVED), answers.count(Confirmation.Answer.NOT_SOLVED)
    )


def required_share(action: Action) -> int:
    """Per cent of the asked IKM that must confirm: the setting of the nearest council; of several, the highest."""
    councils = nearest_councils(action.region_id)
    return max((council.confirmation_share for council in councils), default=DEFAULT_CONFIRMATION_SHARE)


def colleagues(region: str) -> QuerySet[Person]:
    """The people who work for the regency of this region and can be responsible for an action there."""
    regions = RegionCode(region).regency.ancestors
    return (
        Person.objects.filter(is_active=True, memberships__council__region_code__in=regions)
        .exclude(email=SYSTEM)
        .distinct()
        .order_by("name")
    )
