"""Has the coaching changed production? Visited sentra against those not visited yet, and against themselves before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb
from uuid import UUID

import numpy as np
from django.db.models import Min
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.lib.region_code import in_region
from sambang.production.models import ReportLine
from sambang.registry.models import Cluster
from sambang.visits.models import Visit
from sambang_stats import PanelError, month_of
from sambang_stats.disclosure import LEAST_UNITS
from sambang_stats.effects import NEVER, Treatment
from sambang_stats.messages import sentence
from sambang_stats.results import Floats, Integers
from sambang_stats.verdict import LEAST_CLUSTERS, CoachingEffect, estimate_coaching_effect, not_yet_treated

ANTICIPATION = 3  # months: visits follow bad quarters, so the quarter before a visit is no base
SIGNIFICANCE = 0.05


type LineKey = tuple[UUID, UUID, UUID]  # sentra, business, product line
type MonthlyVolumes = dict[LineKey, dict[int, float]]  # rupiah by month, as the engine counts


@dataclass(frozen=True)
class CouncilEffect:
    """The effect of a council's coaching; `found` only where there are enough sentra."""

    visited: int
    compared: int
    found: CoachingEffect | None
    reason: str
    has_chart: bool = False
    """There is something to draw, even where nothing can be concluded from it."""

    @property
    def is_few(self) -> bool:
        """Too few sentra for an interval: only the randomisation test applies."""
        return min(self.visited, self.compared) < LEAST_CLUSTERS

    @property
    def assignments(self) -> int:
        """The number of ways to assign the visits to these sentra, which bounds the p value from below."""
        return comb(self.visited + self.compared, self.visited)

    @property
    def cannot_be_significant(self) -> bool:
        """Even the largest possible effect would have a p value above the significance level."""
        return 1 / self.assignments > SIGNIFICANCE


def coaching_effect(council: Council, person: Person) -> CouncilEffect:
    """Outcome: each line's volume over its own mean before the first visit to any sentra; treatment: the month of the
    sentra's first signed visit. Lines of closed businesses count as zero from the month of closing on."""
    panel = coaching_panel(council, person)
    if panel is None:
        nothing = _("Belum ada sentra yang dikunjungi dan melaporkan bulan-bulan sebelum kunjungan.")
        return CouncilEffect(0, 0, None, nothing)
    visited, compared = cluster_counts(panel)
    effect = CouncilEffect(visited, compared, None, "", has_chart=bool(group_paths(panel)))
    if effect.is_few and effect.cannot_be_significant:
        why = _("Untuk sebuah angka perlu sedikitnya %(least)d sentra yang dikunjungi dan %(least)d pembanding.") % {
            "least": LEAST_CLUSTERS
        }
        return replace(effect, reason=why)
    try:
        found = estimate_coaching_effect(panel.treatment, np.random.default_rng(0), anticipation=ANTICIPATION)
    except PanelError as error:
        return replace(effect, reason=sentence(error, _))
    return replace(effect, found=found)


def cluster_counts(panel: CoachingPanel) -> tuple[int, int]:
    """Visited sentra and comparison sentra."""
    visited, never = panel.treatment.sizes()
    return visited, max(never, not_yet_treated(panel.treatment, ANTICIPATION))


@dataclass(frozen=True)
class GroupPath:
    """Mean outcome of a group of sentra by month: 100 is each line's own mean before the first visit to any."""

    name: str
    months: tuple[int, ...]
    values: tuple[float, ...]


def group_paths(panel: CoachingPanel) -> list[GroupPath]:
    """Of the visited sentra and of those never visited; months with too few reporting businesses are left out."""
    treated, found = panel.treatment, []
    visited = treated.first != NEVER
    for name, rows in ((_("dikunjungi"), visited), (_("tidak dikunjungi"), ~visited)):
        outcome, business = treated.outcome[rows], panel.business[rows]
        at = [
            t
            for t in range(len(treated.periods))
            if len(np.unique(business[np.isfinite(outcome[:, t])])) >= LEAST_UNITS
        ]
        if at:
            values = 100 * np.nanmean(outcome[:, at], axis=0)
            found.append(GroupPath(name, tuple(treated.periods[at].tolist()), tuple(values.tolist())))
    return found


@dataclass(frozen=True)
class CoachingPanel:
    """Lines by month with their sentra's treatment; `business` numbers each line's business."""

    treatment: Treatment
    business: Integers


def coaching_panel(council: Council, person: Person) -> CoachingPanel | None:
    """None where no sentra was visited, or where no visited sentra reported anything before the first visit."""
    first = first_visits(council, person)
    volumes = monthly_volumes(council, person)
    visits = {first.get(cluster, NEVER) for cluster, _business, _line in volumes}
    start = min(visits, default=NEVER)
    if start == NEVER:
        return None
    months = {month for by_month in volumes.values() for month in by_month}
    periods = np.arange(min(months), max(months) + 1)
    before = start - ANTICIPATION
    relative = {key: relative_volume(by_month, periods, before) for key, by_month in volumes.items()}
    outcomes = {key: outcome for key, outcome in relative.items() if outcome is not None}
    return panel_of_outcomes(outcomes, first, periods)


def panel_of_outcomes(
    outcomes: dict[LineKey, Floats], first: dict[UUID, int], periods: Integers
) -> CoachingPanel | None:
    """None where no line is of a visited sentra. `first`: the month of each sentra's first visit."""
    groups = [first.get(cluster, NEVER) for cluster, _business, _line in outcomes]
    if all(group == NEVER for group in groups):
        return None
    clusters, businesses = ([str(key[place]) for key in outcomes] for place in (0, 1))
    treatment = Treatment(periods, np.array([*outcomes.values()]), np.array(groups), numbered(clusters))
    return CoachingPanel(treatment, numbered(businesses))


def relative_volume(by_month: dict[int, float], periods: Integers, before: int) -> Floats | None:
    """A line's volume over its mean in the periods before `before`, `(periods,)`; None where that mean is not
    positive."""
    row = np.array([by_month.get(int(period), np.nan) for period in periods])
    past = row[periods < before]
    mean = float(np.nanmean(past)) if np.isfinite(past).any() else 0.0
    return row / mean if mean > 0 else None


def numbered(names: list[str]) -> Integers:
    """The number of each name among the sorted distinct ones."""
    number: Integers = np.unique(names, return_inverse=True)[1]
    return number


def first_visits(council: Council, person: Person) -> dict[UUID, int]:
    """The month of each sentra's first signed visit."""
    signed = Visit.objects.visible_to(person).filter(
        in_region("cluster__region__code", council.region_code), state=Visit.State.SIGNED
    )
    rows = signed.values("cluster").annotate(first=Min("held_on")).values_list("cluster", "first")
    return {cluster: month_of(day) for cluster, day in rows}


def monthly_volumes(council: Council, person: Person) -> MonthlyVolumes:
    """The reported volumes of a council's lines; 0 after a closed business's last report, from the month of closing
    on."""
    clusters = Cluster.objects.visible_to(person).filter(in_region("region__code", council.region_code))
    rows = (
        ReportLine.objects.visible_to(person)
        .filter(report__replaced_by=None, report__business__cluster__in=clusters, volume__isnull=False)
        .values_list(
            "report__business__cluster",
            "report__business",
            "product_line",
            "report__business__closed_on",
            "report__month",
            "volume",
        )
    )
    volumes: MonthlyVolumes = {}
    closed: dict[LineKey, int] = {}
    for cluster, business, line, closed_on, month, volume in rows.iterator():
        volumes.setdefault((cluster, business, line), {})[month_of(month)] = float(volume or 0)
        if closed_on:
            closed[cluster, business, line] = month_of(closed_on)
    last = max((max(by_month) for by_month in volumes.values()), default=0)
    for key, closing in closed.items():
        first_zero = max(closing, max(volumes[key]) + 1)
        volumes[key] |= dict.fromkeys(range(first_zero, last + 1), 0.0)
    return volumes
