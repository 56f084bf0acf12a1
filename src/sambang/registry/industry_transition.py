"""IKM with a KBLI code of 2020, with the 2025 code or the question that decides among several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.registry.industry_search import closest_titles
from sambang.registry.kbli_versions import NEW_VERSION, OLD_VERSION
from sambang.registry.models import Business, Industry, IndustryChange

MAX_LISTED = 50  # IKM of one code on the page


@dataclass(frozen=True)
class Transition:
    """One code of 2020: its possible codes of 2025, and the IKM that have it. `candidates`: where no successor is
    recorded, codes of 2025 with similar titles."""

    old: Industry
    changes: list[IndustryChange]
    businesses: list[Business]
    total: int
    candidates: list[Industry]

    @property
    def is_single(self) -> bool:
        return len(self.changes) == 1


def on_old_version(person: Person) -> QuerySet[Business, Any]:
    """Active IKM within reach whose code is of KBLI 2020."""
    rows = Business.objects.visible_to(person).active().filter(industry__version=OLD_VERSION)
    return rows.order_by("name", "pk")


def transitions(person: Person) -> list[Transition]:
    """Transitions of the IKM within reach, most IKM first."""
    by_code: dict[int, list[Business]] = defaultdict(list)
    for row in on_old_version(person).select_related("cluster").defer("phone", "npwp"):
        if row.industry_id is not None:
            by_code[row.industry_id].append(row)
    changes: dict[int, list[IndustryChange]] = defaultdict(list)
    for change in IndustryChange.objects.filter(old__in=by_code).select_related("new").order_by("new__code"):
        changes[change.old_id].append(change)
    rows = list(Industry.objects.filter(pk__in=by_code))
    candidates = closest_titles([row for row in rows if row.pk not in changes], version=NEW_VERSION)
    moved = [
        Transition(
            old,
            changes[old.pk],
            by_code[old.pk][:MAX_LISTED],
            len(by_code[old.pk]),
            candidates.get(old.pk, []),
        )
        for old in rows
    ]
    return sorted(moved, key=lambda row: (-row.total, row.old.code))
