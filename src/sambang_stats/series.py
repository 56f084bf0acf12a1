"""From a panel to published series: ``estimate_index``, the engine's entry point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sambang_stats.base_season import base_correction
from sambang_stats.cells import Cells, SqlRunner, run_on_duckdb
from sambang_stats.chain import MAX_JACKKNIFE_COLUMNS, NO_SOURCE, Levels
from sambang_stats.consolidation import consolidate_lines, find_line_changes
from sambang_stats.imputation import impute_missing_months
from sambang_stats.index import (
    EVERYTHING,
    By,
    ChainPlan,
    Weights,
    aggregate,
    base_outside_reports,
    build_hierarchy,
    prepare,
    rebase,
    unit_weights,
    yearly_weights,
)
from sambang_stats.jackknife import (
    JackknifeVariance,
    group_counts,
    interval,
    jackknife_groups,
    variance_factor_by_gap,
)
from sambang_stats.jackknife_cells import JackknifeCells, sum_by_jackknife_group
from sambang_stats.link_quality import LinkQuality, linked_to_base, measure_link_quality
from sambang_stats.months import Period
from sambang_stats.nonresponse import with_assumptions
from sambang_stats.panel import Reports, Texts
from sambang_stats.price_error import price_variance
from sambang_stats.progress import Progress, Stage
from sambang_stats.response import Response, closed_from, latest, measure_response
from sambang_stats.results import SOURCES, Floats, Integers, Kind, Series, Status, StatusReason
from sambang_stats.sampling import design_weights
from sambang_stats.status import PUBLISHED, Evidence, PublicationLimits, assess
from sambang_stats.stored_links import StoredLinks

YEAR_2019 = Period.of_year(2019)


@dataclass(frozen=True)
class Options:
    """Options of an index; the defaults are those of the published indices."""

    by: By = EVERYTHING
    base: Period = YEAR_2019
    kind: Kind = Kind.VOLUME
    limits: PublicationLimits = PUBLISHED
    line_means: bool = True
    """Missing months are imputed by line means (``imputation``); False: by the last report alone (``chain``)."""
    engine: SqlRunner = run_on_duckdb
    progress: Progress | None = None


DEFAULTS = Options()


def estimate_index(panel: Reports, options: Options = DEFAULTS, stored: StoredLinks | None = None) -> dict[str, Series]:
    """Every aggregate's monthly index with its interval, response and status.

    ``stored``: the reports' links where they are stored with the reports; else they are linked here. The keys are
    the aggregates' names (``By.names``), sorted; each series runs from the panel's first
    month to its last. Raises PanelError when no month of the base is in the panel.
    """
    base = options.base.covers(panel.first_month + np.arange(panel.months))
    if not base.any():
        raise base_outside_reports(options.base, panel.first_month, panel.last_month)
    hierarchy = build_hierarchy(panel.units)
    changes = find_line_changes(panel, hierarchy.cell_of_unit[panel.line_unit])
    linked = consolidate_lines(panel, hierarchy.cell_of_unit[panel.line_unit], changes)
    names, group_of_unit = np.unique(options.by.names(panel.units), return_inverse=True)
    weight = unit_weights(linked, options.base)
    design = design_weights(linked, weight)
    supposed = with_assumptions(linked, hierarchy.cell_of_unit, options.base)
    if supposed is not panel or design is not None:
        stored = None
    cell_of_line = hierarchy.cell_of_unit[linked.line_unit]
    group_of_line = jackknife_groups(group_of_unit[linked.line_unit])
    codes = (cell_of_line, group_of_line)
    cells = sum_by_jackknife_group(supposed, codes, options.engine, stored, options.progress, design)
    represented = weight if design is None else weight * design
    plan = prepare(supposed, hierarchy, (weight, represented), options.kind)
    relative = cells.prices.relative
    relative = np.concatenate([relative, np.ones((hierarchy.cells - len(relative), relative.shape[1]))])
    estimator = Estimator(
        (linked, supposed), plan, (group_of_unit, len(names)), relative, (weight, represented), options
    )
    return estimator.estimate(names, cells, changes.doubtful)


@dataclass(frozen=True)
class Shares:
    """Shares of the month's level, ``(months, groups)``; ``source`` holds positions in SOURCES."""

    imputed: Floats
    filled: Floats
    """Imputed share, by the volumes of the month."""
    borrowed: Floats
    """Share whose link is that of a wider cell with units outside the aggregate."""
    source: Integers


@dataclass(frozen=True)
class Estimator:
    """Indices from levels, for the whole panel and for each jackknife replicate."""

    panels: tuple[Reports, Reports]
    """The reported panel, and the panel under the assumptions of ``nonresponse``."""
    plan: ChainPlan
    groups: tuple[Integers, int]
    """The aggregate of each unit and the number of aggregates."""
    relative: Floats
    weights: tuple[Floats, Floats]
    """Yearly base value of each unit, and the value that it represents by its design weight; rupiah."""
    options: Options

    @property
    def panel(self) -> Reports:
        """The reported panel."""
        return self.panels[0]

    @cached_property
    def group_of_cell(self) -> Integers:
        """Aggregate of each elementary cell."""
        group = np.zeros(self.plan.hierarchy.cells, dtype=np.int64)
        group[self.plan.hierarchy.cell_of_unit] = self.groups[0]
        return group

    def estimate(self, names: Texts, cells: JackknifeCells, doubtful: Integers) -> dict[str, Series]:
        """All series. ``doubtful``: of ``LineChanges``."""
        panel, (weight, represented), (group_of_unit, count) = self.panel, self.weights, self.groups
        hierarchy, base = self.plan.hierarchy, self.options.base
        codings = self.plan.codings(cells.all_cells)
        levels = self.plan.levels(codings)
        lines = (hierarchy.cell_of_unit[panel.line_unit], cells.prices)
        fill = impute_missing_months(self.panels[1], lines, levels[0], line_means=self.options.line_means)
        filled = replace(levels[0], level=levels[0].level * fill.correction)
        index, of_base = self._with_base_period(self.index(filled))
        index[:, ~_with_production(panel, group_of_unit, count)] = np.nan
        groups = group_counts(group_of_unit[panel.line_unit], count)
        variance = self.jackknife(codings, cells, levels, groups)
        linked = linked_to_base(panel, base)
        factor = variance_factor_by_gap(panel, linked, self.groups, weight)
        factor[1:] *= fill.error_ratio[:, None]
        inside = base.covers(panel.first_month + np.arange(panel.months))
        unpriced = price_variance(panel, lines, (group_of_unit[panel.line_unit], count), inside)
        sound = measure_link_quality(panel, self.groups, represented, linked, doubtful, hierarchy.cell_of_unit)
        error = np.sqrt(variance.relative_error(factor, inside) ** 2 + unpriced + of_base + sound.variance(index))
        by_cell = measure_response(panel, hierarchy.cell_of_unit, hierarchy.cells, represented).coverage
        published = SeriesBuilder(
            panel,
            self.options,
            index,
            interval(index, error, groups),
            measure_response(panel, group_of_unit, count, represented),
            self.shares(filled, (by_cell, fill.imputed), count),
            sound,
            latest(closed_from(panel), group_of_unit, count),
        )
        units = np.bincount(group_of_unit, minlength=count)
        return {str(name): published.series(g, str(name), int(units[g])) for g, name in enumerate(names)}

    def weigh(self, levels: Levels) -> Weights:
        """Value of level 1 of each cell by year, rupiah."""
        return yearly_weights(self.panels[1], self.plan, levels, self.relative, (self.options.base, self.weights[0]))

    def index(self, levels: Levels) -> Floats:
        """The aggregates' indices, the base at 100, ``(months, aggregates)``."""
        first, kind = self.panel.first_month, self.options.kind
        index = aggregate(levels, self.weigh(levels), self.group_of_cell, first, kind)
        return rebase(index, first, self.options.base)

    def _with_base_period(self, index: Floats) -> tuple[Floats, Floats]:
        """The indices against the mean of the whole base period, and the variance of ``log`` from its unobserved
        months."""
        months = self.panel.first_month + np.arange(len(index))
        corrections = [base_correction(months, column, self.options.base) for column in index.T]
        factor, variance = np.array(corrections).T
        return index / factor, variance

    def jackknife(
        self, all_cells: tuple[Cells, ...], cells: JackknifeCells, levels: tuple[Levels, ...], groups: Integers
    ) -> JackknifeVariance:
        """Replicates of the indices. ``cells``: all cells, by coding."""
        variance = JackknifeVariance((len(levels[0].level), len(groups)), groups)
        replicates = int(groups.max())
        chunk = max(1, MAX_JACKKNIFE_COLUMNS // self.plan.hierarchy.cells)
        for first in range(0, replicates, chunk):
            numbers = range(first, min(first + chunk, replicates))
            copies = self.plan.levels(all_cells, [cells.of_group(g) for g in numbers], levels)[0]
            for copy, number in enumerate(numbers):
                variance.take(number, self.index(copies.copy(copy)))
            if self.options.progress:
                self.options.progress(Stage.JACKKNIFE, numbers[-1] + 1, replicates)
        return variance

    def shares(self, levels: Levels, by_cell: tuple[Floats, Floats], groups: int) -> Shares:
        """``by_cell``: coverage by value, and share filled by volume, ``(months, cells)``."""
        coverage, filled = by_cell
        worth = self.weigh(levels).worth
        year = (self.panel.first_month + np.arange(len(coverage))) // 12 - self.panel.first_month // 12
        value = levels.level * worth[np.maximum(year - 1, 0)]
        total = self._sums(value, groups)

        def share(part: Floats) -> Floats:
            return np.divide(self._sums(part, groups), total, out=np.zeros(total.shape), where=total > 0)

        borrowed = share(value * ~self._lent_inside()[levels.source, np.arange(value.shape[1])])
        widest = np.zeros(total.shape, dtype=np.int64)
        for rank in range(1, NO_SOURCE + 1):
            widest = np.where(share(value * (levels.source == rank)) > 0.1, rank, widest)
        borrowed[0], widest[0] = 0.0, 0
        return Shares(share(value * (1 - coverage)), share(value * filled), borrowed, widest)

    def _lent_inside(self) -> NDArray[np.bool_]:
        """Whether the wider cell of each rank has units of the cell's own aggregate only, ``(sources, cells)``."""
        inside = [np.ones(self.plan.hierarchy.cells, dtype=bool)]
        for code in self.plan.hierarchy.wider[1:]:
            first, last = np.full(code.max() + 1, self.groups[1]), np.zeros(code.max() + 1, dtype=np.int64)
            np.minimum.at(first, code, self.group_of_cell)
            np.maximum.at(last, code, self.group_of_cell)
            inside.append((first == last)[code])
        return np.stack([*inside, np.zeros(self.plan.hierarchy.cells, dtype=bool)])

    def _sums(self, table: Floats, groups: int) -> Floats:
        return np.stack([np.bincount(self.group_of_cell, row, groups) for row in table])


def _with_production(panel: Reports, group_of_unit: Integers, count: int) -> NDArray[np.bool_]:
    """The aggregates of which a report of production exists; without one the level is an assumption only."""
    found = np.zeros(count, dtype=bool)
    for _lines, some in panel.chunks():
        found[group_of_unit[some.line_unit[some.line[some.quantity > 0]]]] = True
    return found


@dataclass(frozen=True)
class SeriesBuilder:
    """All aggregates' arrays, cut into series."""

    panel: Reports
    options: Options
    index: Floats
    limits: tuple[Floats, Floats]
    response: Response
    shares: Shares
    link_quality: LinkQuality
    ended: Integers
    """``(groups,)``: first month in which every unit has closed."""

    def series(self, g: int, name: str, units: int) -> Series:
        """The ``g``-th aggregate."""
        first, months = self.panel.first_month, len(self.index)
        base = self.options.base.covers(first + np.arange(months))
        sources = tuple(SOURCES[s] for s in self.shares.source[:, g])
        covers_base = int(base.sum()) == len(self.options.base)
        has_recovery = covers_base and not (self.shares.source[base, g] == NO_SOURCE).any()
        assessed = [self._assess(t, g, has_recovery) for t in range(months)]
        return Series(
            name=name,
            kind=self.options.kind,
            base=self.options.base,
            months=first + np.arange(months),
            index=self.index[:, g],
            lower=self.limits[0][:, g],
            upper=self.limits[1][:, g],
            lines=self.response.lines[:, g],
            response=self.response.response[:, g],
            coverage=self.response.coverage[:, g],
            imputed=self.shares.imputed[:, g],
            borrowed=self.shares.borrowed[:, g],
            sources=sources,
            statuses=tuple(status for status, _ in assessed),
            reasons=tuple(reason for _, reason in assessed),
            units=units,
            base_observed=covers_base and bool((self.response.lines[base, g] > 0).all()),
        )

    def _assess(self, t: int, g: int, base_observed: bool) -> tuple[Status, StatusReason | None]:
        index, sound = self.index[t, g], self.link_quality
        if index == 0 and self.panel.first_month + t >= self.ended[g]:
            return Status.OK, None  # no open unit: this zero is certain
        half = (self.limits[1][t, g] - self.limits[0][t, g]) / 2
        evidence = Evidence(
            lines=int(self.response.lines[t, g]),
            has_index=not np.isnan(index),
            has_source=self.shares.source[t, g] != NO_SOURCE,
            coverage=float(self.response.coverage[t, g]),
            current_coverage=1 - float(self.shares.filled[t, g]),
            width=float(half / index) if index > 0 else 0.0,
            borrowed=float(self.shares.borrowed[t, g]),
            unlinked=float(sound.unlinked[t, g]),
            seasonal=float(sound.seasonal[t, g]),
            doubtful=float(sound.doubtful[t, g]),
            base_observed=base_observed,
        )
        return assess(evidence, self.options.limits)
