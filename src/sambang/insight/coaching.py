"""The effect of coaching on production: visited sentra compared with sentra not visited yet, before and after the
visit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from math import comb
from uuid import UUID

import numpy as np
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.insight.models import Run, Series
from sambang.lib.file_cache import cached_file, code_digest
from sambang.lib.region_code import in_region
from sambang.production.models import ReportLine, current_report
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang_stats import PanelError, month_of
from sambang_stats.coaching_effect import (
    MIN_CLUSTERS,
    CoachingEffect,
    Conclusion,
    estimate_coaching_effect,
    not_yet_treated,
)
from sambang_stats.disclosure import MIN_OWNERS, mean_step, revised_mean_step, rounded
from sambang_stats.effects import NEVER_TREATED, Effect, Treatment
from sambang_stats.messages import ERROR_SENTENCES
from sambang_stats.results import Floats, Integers

ANTICIPATION = 3  # months: visits tend to follow bad quarters, so the quarter before a visit must not be the base
SIGNIFICANCE = 0.05
COACHING_DIGEST = code_digest(__file__)


type LineKey = tuple[UUID, UUID, UUID]  # sentra, business, product line
type MonthlyVolumes = dict[LineKey, dict[int, float]]  # rupiah by month number of the engine


@dataclass(frozen=True)
class EffectFigures:
    """The published figures of an effect, rounded; effects in percentage points."""

    conclusion: Conclusion
    lower: float
    estimate: float
    upper: float
    detectable: float
    """The smallest effect that would have been seen four times in five."""
    chance: float | None
    """p value of the randomisation test, where there are few sentra."""
    pre_trend: float | None

    @property
    def has_headline(self) -> bool:
        return self.conclusion in {Conclusion.RISE, Conclusion.FALL, Conclusion.NOT_SIGNIFICANT}


@dataclass(frozen=True)
class CouncilEffect:
    """The effect of a council's coaching; `figures` is None if there are too few sentra."""

    visited: int
    compared: int
    figures: EffectFigures | None
    message: str = ""
    """Why `figures` is None: a key of the catalogue, since the estimate serves every language."""
    params: Mapping[str, object] = field(default_factory=dict)
    by_time: Sequence[tuple[int, float, float, float]] = ()
    """Months since the visit, lower end, effect and upper end, in percentage points."""
    has_chart: bool = False
    """There is something to draw, even where nothing can be concluded from it."""

    @property
    def reason(self) -> str:
        return _(self.message) % self.params if self.message else ""

    @property
    def is_few(self) -> bool:
        """Whether there are too few sentra for an interval, so that only the randomisation test applies."""
        return min(self.visited, self.compared) < MIN_CLUSTERS

    @property
    def assignments(self) -> int:
        """The number of possible assignments of the visits to these sentra, which bounds the p value from below."""
        return comb(self.visited + self.compared, self.visited)

    @property
    def cannot_be_significant(self) -> bool:
        """Whether even the largest possible effect would have a p value above the significance level."""
        return 1 / self.assignments > SIGNIFICANCE


def coaching_effect(council: Council, person: Person) -> CouncilEffect:
    """The effect in the council's newest release, for a member of a council that contains it. Outcome: each line's
    volume over its own mean before the first visit to any sentra; treatment: the month of the sentra's first signed
    visit. Lines of closed businesses count as zero from the month of closing on.

    Estimated once for each release; `index_compute` and the command `compute` do so before anybody asks.
    """
    release = newest_release(council) if is_member(council, person) else None
    if release is None:
        return CouncilEffect(0, 0, None, gettext_noop("Belum ada angka yang dirilis."))
    name = f"coaching/{COACHING_DIGEST}/{release.pk}.json"

    def estimate() -> bytes:
        return json.dumps(asdict(estimate_effect(council, person, release))).encode()

    cached = json.loads(cached_file(name, estimate))
    figures = cached.pop("figures")
    return CouncilEffect(**cached, figures=EffectFigures(**figures) if figures else None)


def is_member(council: Council, person: Person) -> bool:
    """Whether the person may read all rows of the council's region, so that the cached result is valid for every such
    person."""
    return any(code.contains(council.region_code) for _role, code in reader_for(person).grants)


def estimate_effect(council: Council, person: Person, release: Run) -> CouncilEffect:
    panel = coaching_panel(council, person, release.computed_at)
    if panel is None:
        nothing = gettext_noop("Belum ada sentra yang dikunjungi dan melaporkan bulan-bulan sebelum kunjungan.")
        return CouncilEffect(0, 0, None, nothing)
    visited, compared = cluster_counts(panel)
    owners = panel.owners_of_smaller_group
    effect = CouncilEffect(visited, compared, None, has_chart=bool(group_paths(panel)))
    if effect.is_few and effect.cannot_be_significant:
        few = gettext_noop(
            "Untuk sebuah angka perlu sedikitnya %(least)d sentra yang dikunjungi dan %(least)d pembanding."
        )
        return replace(effect, message=few, params={"least": MIN_CLUSTERS})
    if owners < MIN_OWNERS:
        return replace(effect, message=gettext_noop("Dirahasiakan: angkanya akan membuka produksi satu IKM."))
    try:
        estimated = estimate_coaching_effect(panel.treatment, np.random.default_rng(0), anticipation=ANTICIPATION)
    except PanelError as error:
        return replace(effect, message=ERROR_SENTENCES[error.code], params=error.params)
    by_time = [(since, *limits) for since, limits in released_effects(panel, estimated.averages.dynamic).items()]
    return replace(effect, figures=figures_of(estimated, mean_step(owners)), by_time=by_time)


def figures_of(estimated: CoachingEffect, step: float) -> EffectFigures:
    """`step`: percentage points to whose multiples the effects are rounded."""
    simple = estimated.averages.simple
    lower, estimate, upper, detectable = (
        rounded(100 * value, step) for value in (simple.lower, simple.estimate, simple.upper, estimated.detectable)
    )
    chance, pre_trend = (None if p is None else round(p, 3) for p in (estimated.p_value, estimated.pre_trend_p))
    return EffectFigures(estimated.conclusion, lower, estimate, upper, detectable, chance, pre_trend)


def newest_release(council: Council) -> Run | None:
    """The Run with the newest released series of the council's region."""
    rows = Series.objects.filter(region_code=council.region_code, cluster=None, industry="", is_newest_release=True)
    newest = rows.select_related("run").newest_first().first()
    return newest.run if newest else None


def cluster_counts(panel: CoachingPanel) -> tuple[int, int]:
    """The numbers of visited sentra and of comparison sentra."""
    visited, never = panel.treatment.sizes()
    return visited, max(never, not_yet_treated(panel.treatment, ANTICIPATION))


@dataclass(frozen=True)
class GroupPath:
    """The mean outcome of a group of sentra by month; 100 is each line's own mean before the first visit to any
    sentra."""

    name: str
    months: tuple[int, ...]
    values: tuple[float, ...]


def group_paths(panel: CoachingPanel) -> list[GroupPath]:
    """The paths of the visited and of the never visited sentra, rounded; months with too few reporting owners are
    omitted."""
    treated, paths = panel.treatment, []
    visited = treated.first != NEVER_TREATED
    for name, rows in ((_("dikunjungi"), visited), (_("tidak dikunjungi"), ~visited)):
        outcome = treated.outcome[rows]
        owners = [len(np.unique(panel.owner[rows][np.isfinite(column)])) for column in outcome.T]
        at = [t for t, count in enumerate(owners) if count >= MIN_OWNERS]
        if at:
            means = 100 * np.nanmean(outcome[:, at], axis=0)
            values = (rounded(float(mean), revised_mean_step(owners[t])) for mean, t in zip(means, at, strict=True))
            paths.append(GroupPath(name, tuple(treated.periods[at].tolist()), tuple(values)))
    return paths


@dataclass(frozen=True)
class CoachingPanel:
    """Outcomes by line and month, with the treatment of each line's sentra; `owner` numbers the owners of the lines."""

    treatment: Treatment
    owner: Integers

    @property
    def owners_of_smaller_group(self) -> int:
        """The number of owners in the smaller of the visited and the never visited group; of the visited group if all
        sentra are visited eventually."""
        visited = self.treatment.first != NEVER_TREATED
        counts = [len(np.unique(self.owner[rows])) for rows in (visited, ~visited) if rows.any()]
        return min(counts)

    def owners_by_time(self) -> dict[int, int]:
        """The number of reporting owners in visited sentra, by months since the first visit."""
        treated = self.treatment
        owners_at: dict[int, set[int]] = {}
        for row in np.flatnonzero(treated.first != NEVER_TREATED):
            for t in np.flatnonzero(np.isfinite(treated.outcome[row])):
                owners_at.setdefault(int(treated.periods[t] - treated.first[row]), set()).add(int(self.owner[row]))
        return {since: len(owners) for since, owners in owners_at.items()}


def released_effects(panel: CoachingPanel, dynamic: Mapping[int, Effect]) -> dict[int, tuple[float, float, float]]:
    """Lower limit, effect and upper limit in percentage points, by months since the visit, for those with enough
    owners."""
    owners, smaller = panel.owners_by_time(), panel.owners_of_smaller_group
    least = {since: min(owners.get(since, 0), smaller) for since in dynamic}
    return {
        since: tuple(  # type: ignore[misc]
            rounded(100 * value, mean_step(least[since])) for value in (one.lower, one.estimate, one.upper)
        )
        for since, one in sorted(dynamic.items())
        if least[since] >= MIN_OWNERS
    }


def coaching_panel(council: Council, person: Person, as_of: datetime) -> CoachingPanel | None:
    """The panel as known at a time. None if no sentra was visited, or no visited sentra reported before the first
    visit."""
    first = first_visits(council, person, as_of)
    volumes = monthly_volumes(council, person, as_of)
    visits = {first.get(cluster, NEVER_TREATED) for cluster, _business, _line in volumes}
    start = min(visits, default=NEVER_TREATED)
    if start == NEVER_TREATED:
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
    """A panel of these outcomes; None if no line belongs to a visited sentra. `first`: the month of each sentra's
    first visit."""
    groups = [first.get(cluster, NEVER_TREATED) for cluster, _business, _line in outcomes]
    if all(group == NEVER_TREATED for group in groups):
        return None
    clusters = [str(cluster) for cluster, _business, _line in outcomes]
    treatment = Treatment(periods, np.array([*outcomes.values()]), np.array(groups), numbered(clusters))
    owners = dict(Business.objects.values_list("pk", "owner"))
    return CoachingPanel(treatment, numbered([str(owners[business]) for _cluster, business, _line in outcomes]))


def relative_volume(by_month: dict[int, float], periods: Integers, before: int) -> Floats | None:
    """The line's volume divided by its mean in the periods before `before`, `(periods,)`; None if that mean is not
    positive."""
    row = np.array([by_month.get(int(period), np.nan) for period in periods])
    past = row[periods < before]
    mean = float(np.nanmean(past)) if np.isfinite(past).any() else 0.0
    return row / mean if mean > 0 else None


def numbered(names: list[str]) -> Integers:
    """The position of each name among the sorted distinct names."""
    number: Integers = np.unique(names, return_inverse=True)[1]
    return number


def first_visits(council: Council, person: Person, as_of: datetime) -> dict[UUID, int]:
    """The month of each sentra's first visit, among the visits signed off by `as_of`."""
    signed = Visit.objects.visible_to(person).filter(
        in_region("cluster__region__code", council.region_code),
        state=Visit.State.SIGNED,
        signed_at__lte=as_of,
        business=None,  # a visit to a single IKM does not count as coaching the sentra
    )
    rows = signed.values("cluster").annotate(first=Min("held_on")).values_list("cluster", "first")
    return {cluster: month_of(day) for cluster, day in rows}


def monthly_volumes(council: Council, person: Person, as_of: datetime) -> MonthlyVolumes:
    """The volumes of a council's lines as reported by that time; 0 from the month of closing on, after the last report
    of a closed business."""
    clusters = Cluster.objects.visible_to(person).filter(in_region("region__code", council.region_code))
    rows = (
        ReportLine.objects.visible_to(person)
        .filter(current_report("report__", at=as_of), report__business__cluster__in=clusters, volume__isnull=False)
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
