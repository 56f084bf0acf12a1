"""The steps towards selling online: learnt, shop, live product, first order, repeat sales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef

from sambang.access.models import Person
from sambang.lib.lists import CellSource
from sambang.registry.models import Business, BusinessQuerySet
from sambang.training.models import LadderStep


@dataclass(frozen=True)
class LadderProgress:
    """The steps that a business has reached: value of the step → the day it was reached."""

    business: Business
    reached: Mapping[str, date]

    @classmethod
    def of(cls, business: Business) -> LadderProgress:
        return cls(business, {row.step: row.reached_on for row in business.ladder_steps.all()})

    @property
    def cells(self) -> list[tuple[Any, date | None]]:
        return [(step.label, self.reached.get(step.value)) for step in LadderStep.Step]


def has_ladder_step() -> Exists:
    return Exists(LadderStep.objects.filter(business=OuterRef("pk")))


def businesses_with_ladder(person: Person) -> BusinessQuerySet:
    """Open businesses within reach, their steps prefetched."""
    rows = Business.objects.visible_to(person).processable().select_related("cluster").prefetch_related("ladder_steps")
    return rows.order_by("cluster__name", "name")


def ladder_columns() -> list[tuple[Any, CellSource]]:
    """A column of a file for each step: its label and the day a business reached it."""

    def reached_on(step: str) -> CellSource:
        return lambda business: LadderProgress.of(business).reached.get(step)

    return [(step.label, reached_on(step.value)) for step in LadderStep.Step]


def tally(businesses: BusinessQuerySet) -> list[tuple[Any, int]]:
    """(label, number of businesses that reached it) of each step, lowest first."""
    steps = LadderStep.objects.filter(business__in=businesses.order_by().values("pk"))
    counts = dict(steps.order_by().values_list("step").annotate(Count("pk")))
    return [(step.label, counts.get(step.value, 0)) for step in LadderStep.Step]
