"""Has the coaching changed production? Visited sentra against those not visited yet, and against themselves before."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from uuid import UUID

import numpy as np
from django.db.models import Min
from django.utils.translation import gettext as _

from sambang.people.models import Council, Person
from sambang.production.models import Line
from sambang.registry.models import Cluster
from sambang.visits.models import Visit
from sambang_stats import PanelError, month_of
from sambang_stats.effects import NEVER, Treatment
from sambang_stats.verdict import LEAST_CLUSTERS, Coaching, judge, not_yet_treated

ANTICIPATION = 3  # months: visits follow bad quarters, so the quarter before a visit is no base
SURE = 0.05


@dataclass(frozen=True)
class Effect:
    """What can be said of a council's coaching; `found` only where there are enough sentra."""

    visited: int
    compared: int
    found: Coaching | None
    reason: str

    @property
    def chances(self) -> int:
        """In how many ways the visits could have fallen on these sentra: the fewer, the more easily by chance."""
        return comb(self.visited + self.compared, self.visited)

    @property
    def is_hopeless(self) -> bool:
        """Not even the clearest result could be told from chance."""
        return 1 / self.chances > SURE


def effect_of_coaching(council: Council, person: Person) -> Effect:
    """Outcome: each line's volume over its own mean before the first visit to any sentra; treatment: the month of the
    sentra's first signed visit. Lines of closed businesses count as zero from their closing on."""
    panel = treatment(council, person)
    if panel is None:
        return Effect(0, 0, None, _("Belum ada sentra yang dikunjungi dan melaporkan bulan-bulan sebelum kunjungan."))
    visited, never = panel.sizes()
    compared = max(never, not_yet_treated(panel, ANTICIPATION))
    if min(visited, compared) < LEAST_CLUSTERS:
        why = _("Untuk sebuah angka perlu sedikitnya %(least)d sentra yang dikunjungi dan %(least)d pembanding.") % {"least": LEAST_CLUSTERS}  # fmt: skip
        return Effect(visited, compared, None, why)
    try:
        return Effect(visited, compared, judge(panel, np.random.default_rng(0), anticipation=ANTICIPATION), "")
    except PanelError as trouble:
        return Effect(visited, compared, None, str(trouble))


def treatment(council: Council, person: Person) -> Treatment | None:
    """The panel of lines by month; None where no sentra was visited or nothing was reported before."""
    first = first_visits(council, person)
    made = volumes(council, person)
    start = min((first[cluster] for cluster, _line in made if cluster in first), default=None)
    if start is None:
        return None
    periods = np.arange(min(min(at) for at in made.values()), max(max(at) for at in made.values()) + 1)
    rows, groups, places = [], [], []
    for (cluster, _line), told in made.items():
        row = np.array([told.get(int(period), np.nan) for period in periods])
        before = row[periods < start - ANTICIPATION]
        mean = float(np.nanmean(before)) if np.isfinite(before).any() else 0.0
        if mean > 0:
            rows.append(row / mean)
            groups.append(first.get(cluster, NEVER))
            places.append(str(cluster))
    if not rows or all(group == NEVER for group in groups):
        return None
    return Treatment(periods, np.array(rows), np.array(groups), np.unique(places, return_inverse=True)[1])


def first_visits(council: Council, person: Person) -> dict[UUID, int]:
    """The month of each sentra's first signed visit."""
    signed = Visit.objects.visible_to(person).filter(state=Visit.State.SIGNED, cluster__region__code__startswith=council.region_code)  # fmt: skip
    rows = signed.values("cluster").annotate(first=Min("held_on")).values_list("cluster", "first")
    return {cluster: month_of(day) for cluster, day in rows}


def volumes(council: Council, person: Person) -> dict[tuple[UUID, UUID], dict[int, float]]:
    """By sentra and line: what was reported, by month; nought from a closing on."""
    sentra = Cluster.objects.visible_to(person).filter(region__code__startswith=council.region_code)
    rows = (
        Line.objects.visible_to(person)
        .filter(report__replaced_by=None, report__business__cluster__in=sentra, volume__isnull=False)
        .values_list("report__business__cluster", "product_line", "report__business__closed_on", "report__month", "volume")
    )  # fmt: skip
    made: dict[tuple[UUID, UUID], dict[int, float]] = {}
    closed: dict[tuple[UUID, UUID], int] = {}
    for cluster, line, closed_on, month, volume in rows.iterator():
        made.setdefault((cluster, line), {})[month_of(month)] = float(volume or 0)
        if closed_on:
            closed[cluster, line] = month_of(closed_on)
    last = max((max(told) for told in made.values()), default=0)
    for key, closing in closed.items():
        silent_from = max(closing, max(made[key]) + 1)
        made[key] |= dict.fromkeys(range(silent_from, last + 1), 0.0)
    return made
