"""The ladder of readiness for selling online: learnt → shop → live product → first order → repeat sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster
from sambang.training.models import LadderStep


@dataclass(frozen=True)
class Standing:
    """Where one business stands: the day of each rung it has reached."""

    business: Business
    reached: dict[str, date]

    @property
    def cells(self) -> list[tuple[Any, date | None]]:
        return [(step.label, self.reached.get(step.value)) for step in LadderStep.Step]

    @property
    def next_step(self) -> Any:
        """The lowest rung not yet reached; None at the top."""
        return next((step for step in LadderStep.Step if step.value not in self.reached), None)


def standings(person: Person, cluster: Cluster | None = None) -> list[Standing]:
    """Every open business within reach that has at least one rung, or all of a sentra."""
    businesses = Business.objects.visible_to(person).active().select_related("cluster").prefetch_related("ladder_steps")
    businesses = (
        businesses.filter(cluster=cluster) if cluster else businesses.filter(ladder_steps__isnull=False).distinct()
    )
    return [
        Standing(business, {ladder_step.step: ladder_step.reached_on for ladder_step in business.ladder_steps.all()})
        for business in businesses.order_by("cluster__name", "name")
    ]


def tally(rows: list[Standing]) -> list[tuple[Any, int]]:
    """How many have reached each rung, bottom first."""
    return [(step.label, sum(step.value in row.reached for row in rows)) for step in LadderStep.Step]
