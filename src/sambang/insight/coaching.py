"""Has the coaching changed production? Visited sentra against those not visited yet, and against themselves before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb
from uuid import UUID

import numpy as np
from django.db.models import Min
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.production.models import Line
from sambang.registry.models import Cluster
from sambang.visits.models import Visit
from sambang_stats import PanelError, month_of
from sambang_stats.disclosure import LEAST_UNITS
from sambang_stats.effects import NEVER, Treatment
from sambang_stats.messages import sentence
from sambang_stats.results import Integers
from sambang_stats.verdict import LEAST_CLUSTERS, CoachingEffect, estimate_coaching_effect, not_yet_treated

ANTICIPATION = 3  # months: visits follow bad quarters, so the quarter before a visit is no base
SURE = 0.05


@dataclass(frozen=True)
class Effect:
    """What can be said of a council's coaching; `found` only where there are enough sentra."""

    visited: int
    compared: int
    found: CoachingEffect | None
    reason: str
    drawn: bool = False
    """There is something to draw, whether or not anything can be concluded from it."""

    @property
    def is_few(self) -> bool:
        """Too few sentra for an interval: only the chance of the visits falling just so is told."""
        return min(self.visited, self.compared) < LEAST_CLUSTERS

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
    panel = panel_of(council, person)
    if panel is None:
        return Effect(0, 0, None, _("Belum ada sentra yang dikunjungi dan melaporkan bulan-bulan sebelum kunjungan."))
    treated = panel.treatment
    visited, compared = sizes(panel)
    told = Effect(visited, compared, None, "", drawn=bool(paths(panel)))
    if told.is_few and told.is_hopeless:
        why = _("Untuk sebuah angka perlu sedikitnya %(least)d sentra yang dikunjungi dan %(least)d pembanding.") % {
            "least": LEAST_CLUSTERS
        }
        return replace(told, reason=why)
    try:
        return replace(
            told, found=estimate_coaching_effect(treated, np.random.default_rng(0), anticipation=ANTICIPATION)
        )
    except PanelError as error:
        return replace(told, reason=sentence(error, _))


def sizes(panel: Panel) -> tuple[int, int]:
    """Visited sentra, and those that stand as comparison."""
    visited, never = panel.treatment.sizes()
    return visited, max(never, not_yet_treated(panel.treatment, ANTICIPATION))


@dataclass(frozen=True)
class Path:
    """How a group of sentra went, month by month: 100 is each line's own mean before the first visit to any."""

    name: str
    months: tuple[int, ...]
    values: tuple[float, ...]


def paths(panel: Panel) -> list[Path]:
    """The sentra that were visited, and those never visited; without the months that too few businesses reported."""
    treated, found = panel.treatment, []
    reached = treated.first != NEVER
    for name, rows in ((_("dikunjungi"), reached), (_("tidak dikunjungi"), ~reached)):
        outcome, business = treated.outcome[rows], panel.business[rows]
        at = [
            t
            for t in range(len(treated.periods))
            if len(np.unique(business[np.isfinite(outcome[:, t])])) >= LEAST_UNITS
        ]
        if at:
            values = 100 * np.nanmean(outcome[:, at], axis=0)
            found.append(Path(name, tuple(treated.periods[at].tolist()), tuple(values.tolist())))
    return found


@dataclass(frozen=True)
class Panel:
    """The lines by month with their sentra's treatment, and the number of each line's business."""

    treatment: Treatment
    business: Integers


def panel_of(council: Council, person: Person) -> Panel | None:
    """None where no sentra was visited or nothing was reported before."""
    first = first_visits(council, person)
    made = volumes(council, person)
    start = min((first[cluster] for cluster, _business, _line in made if cluster in first), default=None)
    if start is None:
        return None
    periods = np.arange(min(min(at) for at in made.values()), max(max(at) for at in made.values()) + 1)
    rows, groups, places, makers = [], [], [], []
    for (cluster, business, _line), told in made.items():
        row = np.array([told.get(int(period), np.nan) for period in periods])
        before = row[periods < start - ANTICIPATION]
        mean = float(np.nanmean(before)) if np.isfinite(before).any() else 0.0
        if mean > 0:
            rows.append(row / mean)
            groups.append(first.get(cluster, NEVER))
            places.append(str(cluster))
            makers.append(str(business))
    if not rows or all(group == NEVER for group in groups):
        return None
    treatment = Treatment(periods, np.array(rows), np.array(groups), np.unique(places, return_inverse=True)[1])
    return Panel(treatment, np.unique(makers, return_inverse=True)[1])


def first_visits(council: Council, person: Person) -> dict[UUID, int]:
    """The month of each sentra's first signed visit."""
    signed = Visit.objects.visible_to(person).filter(
        state=Visit.State.SIGNED, cluster__region__code__startswith=council.region_code
    )
    rows = signed.values("cluster").annotate(first=Min("held_on")).values_list("cluster", "first")
    return {cluster: month_of(day) for cluster, day in rows}


def volumes(council: Council, person: Person) -> dict[tuple[UUID, UUID, UUID], dict[int, float]]:
    """By sentra, business and line: what was reported, by month; nought from a closing on."""
    sentra = Cluster.objects.visible_to(person).filter(region__code__startswith=council.region_code)
    rows = (
        Line.objects.visible_to(person)
        .filter(report__replaced_by=None, report__business__cluster__in=sentra, volume__isnull=False)
        .values_list(
            "report__business__cluster",
            "report__business",
            "product_line",
            "report__business__closed_on",
            "report__month",
            "volume",
        )
    )
    made: dict[tuple[UUID, UUID, UUID], dict[int, float]] = {}
    closed: dict[tuple[UUID, UUID, UUID], int] = {}
    for cluster, business, line, closed_on, month, volume in rows.iterator():
        made.setdefault((cluster, business, line), {})[month_of(month)] = float(volume or 0)
        if closed_on:
            closed[cluster, business, line] = month_of(closed_on)
    last = max((max(told) for told in made.values()), default=0)
    for key, closing in closed.items():
        silent_from = max(closing, max(made[key]) + 1)
        made[key] |= dict.fromkeys(range(silent_from, last + 1), 0.0)
    return made
