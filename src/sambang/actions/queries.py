"""What the pages of actions read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from sambang.access.models import SYSTEM, Person
from sambang.actions.models import Action, Confirmation
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Cluster

WITHIN = {"7": 7, "30": 30}  # days to the due date that the filter knows


@dataclass(frozen=True)
class Filter:
    """What the board and the lists are narrowed to; `due` is "late", or one of WITHIN."""

    cluster: UUID | None = None
    responsible: str = ""
    due: str = ""
    state: str = ""


@dataclass(frozen=True)
class Answers:
    """How many IKM were asked about one action and what they said. Silence is its own number."""

    asked: int
    solved: int
    refused: int

    @property
    def silent(self) -> int:
        return self.asked - self.solved - self.refused


def actions(person: Person, chosen: Filter, *, today: date) -> QuerySet[Action]:
    """Soonest due first, with the counts of the answers."""
    rows = Action.objects.visible_to(person)
    if chosen.cluster:
        rows = rows.filter(cluster=chosen.cluster)
    if chosen.responsible:
        rows = rows.filter(responsible_name__icontains=chosen.responsible)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.due == "late":
        rows = rows.overdue(today=today)
    elif chosen.due in WITHIN:
        rows = rows.open().filter(due_on__range=(today, today + timedelta(days=WITHIN[chosen.due])))
    return rows.with_answers().select_related("cluster", "matter").order_by("due_on", "title")


def answers(action: Action) -> Answers:
    given = list(action.confirmations.values_list("answer", flat=True))
    answer = Confirmation.Answer
    return Answers(len(given), given.count(answer.SOLVED), given.count(answer.NOT_SOLVED))


def colleagues(cluster: Cluster) -> QuerySet[Person]:
    """Who works for the region of this sentra, and so can be responsible for an action there."""
    reaching = RegionCode(cluster.region_id).regency.ancestors
    return (
        Person.objects.filter(is_active=True, memberships__council__region_code__in=reaching)
        .exclude(email=SYSTEM)
        .distinct()
        .order_by("name")
    )
