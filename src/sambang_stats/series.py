"""From a panel to published series: the engine's one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sambang_stats.cells import Cells, SqlRunner, run_on_duckdb
from sambang_stats.chain import MOST_COLUMNS, NO_SOURCE, Levels
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
from sambang_stats.jackknife_cells import JackknifeCells, sum_by_jackknife_group
from sambang_stats.months import Period
from sambang_stats.panel import Reports
from sambang_stats.progress import Progress, Stage
from sambang_stats.response import Response, closed_from, latest, measure_response
from sambang_stats.results import SOURCES, Floats, Integers, Kind, Series, Source, Status
from sambang_stats.stored_links import StoredLinks
from sambang_stats.uncertainty import (
    JackknifeVariance,
    groups_of,
    interval,
    jackknife_groups,
    variance_factor_by_gap,
)


@dataclass(frozen=True)
class PublicationLimits:
    """What a figure needs before it is shown, and before it is called good."""

    least_lines: int = 5
    least_coverage: float = 0.25
    widest: float = 0.30
    """Half the interval over the index."""
    good_coverage: float = 0.60
    good_width: float = 0.15
    most_borrowed: float = 0.50


YEAR_2019 = Period.of_year(2019)


@dataclass(frozen=True)
class Options:
    """How an index is made; the defaults are the published ones."""

    by: By = EVERYTHING
    base: Period = YEAR_2019
    kind: Kind = Kind.VOLUME
    limits: PublicationLimits = PublicationLimits()
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
    names, group_of_unit = np.unique(options.by.names(panel.units), return_inverse=True)
    weight = unit_weights(panel, options.base)
    hierarchy = build_hierarchy(panel.units)
    cell_of_line = hierarchy.cell_of_unit[panel.line_unit]
    group_of_line = jackknife_groups(group_of_unit[panel.line_unit])
    cells = sum_by_jackknife_group(panel, (cell_of_line, group_of_line), options.engine, stored, options.progress)
    plan = prepare(panel, hierarchy, weight, options.kind)
    group_of_cell = np.zeros(hierarchy.cells, dtype=np.int64)
    group_of_cell[hierarchy.cell_of_unit] = group_of_unit
    relative = cells.prices.relative
    relative = np.concatenate([relative, np.ones((hierarchy.cells - len(relative), relative.shape[1]))])
    estimator = Estimator(panel, plan, group_of_cell, relative, weight, options)
    codings = plan.codings(cells.whole)
    levels = plan.levels(codings)
    groups = groups_of(group_of_unit[panel.line_unit], len(names))
    response = measure_response(panel, group_of_unit, len(names), weight)
    index = estimator.index(levels[0])
    variance = estimator.jackknife(codings, cells, levels, groups)
    factor = variance_factor_by_gap(panel, group_of_unit, len(names), weight)
    error = variance.relative_error(factor, base)
    by_cell = measure_response(panel, hierarchy.cell_of_unit, hierarchy.cells, weight).coverage
    shares = estimator.shares(levels[0], by_cell, len(names))
    limits = interval(index, error, groups)
    units = np.bincount(group_of_unit, minlength=len(names))
    ended = latest(closed_from(panel), group_of_unit, len(names))
    published = SeriesBuilder(panel, options, index, limits, response, shares, ended)
    return {str(name): published.series(g, str(name), int(units[g])) for g, name in enumerate(names)}


@dataclass(frozen=True)
class Shares:
    """Shares of the month's level, ``(months, groups)``; ``source`` holds positions in SOURCES."""

    imputed: Floats
    borrowed: Floats
    source: Integers


@dataclass(frozen=True)
class Estimator:
    """Levels to indices, for the whole panel and for each jackknife replicate."""

    panel: Reports
    plan: ChainPlan
    group_of_cell: Integers
    relative: Floats
    weight: Floats
    options: Options

    def weigh(self, levels: Levels) -> Weights:
        """What each cell's level 1 is worth, by year."""
        return yearly_weights(self.panel, self.plan, levels, self.relative, (self.options.base, self.weight))

    def index(self, levels: Levels) -> Floats:
        """The aggregates' indices, the base at 100, ``(months, aggregates)``."""
        first, kind = self.panel.first_month, self.options.kind
        index = aggregate(levels, self.weigh(levels), self.group_of_cell, first, kind)
        return rebase(index, first, self.options.base)

    def jackknife(
        self, whole: tuple[Cells, ...], cells: JackknifeCells, levels: tuple[Levels, ...], groups: Integers
    ) -> JackknifeVariance:
        """Replicates of the indices. ``whole``: the cells under every coding."""
        variance = JackknifeVariance((len(levels[0].level), len(groups)), groups)
        replicates = int(groups.max())
        chunk = max(1, MOST_COLUMNS // self.plan.hierarchy.cells)
        for first in range(0, replicates, chunk):
            numbers = range(first, min(first + chunk, replicates))
            copies = self.plan.levels(whole, [cells.of_group(g) for g in numbers], levels)[0]
            for copy, number in enumerate(numbers):
                variance.take(number, self.index(copies.copy(copy)))
            if self.options.progress:
                self.options.progress(Stage.JACKKNIFE, numbers[-1] + 1, replicates)
        return variance

    def shares(self, levels: Levels, coverage: Floats, groups: int) -> Shares:
        """``coverage``: by elementary cell, ``(months, cells)``."""
        worth = self.weigh(levels).worth
        year = (self.panel.first_month + np.arange(len(coverage))) // 12 - self.panel.first_month // 12
        value = levels.level * worth[np.maximum(year - 1, 0)]
        total = self._sums(value, groups)

        def share(part: Floats) -> Floats:
            return np.divide(self._sums(part, groups), total, out=np.zeros(total.shape), where=total > 0)

        borrowed = share(value * (levels.source > 0))
        widest = np.zeros(total.shape, dtype=np.int64)
        for rank in range(1, NO_SOURCE + 1):
            widest = np.where(share(value * (levels.source == rank)) > 0.1, rank, widest)
        borrowed[0], widest[0] = 0.0, 0
        return Shares(share(value * (1 - coverage)), borrowed, widest)

    def _sums(self, table: Floats, groups: int) -> Floats:
        return np.stack([np.bincount(self.group_of_cell, row, groups) for row in table])


@dataclass(frozen=True)
class SeriesBuilder:
    """All aggregates' arrays, cut into series."""

    panel: Reports
    options: Options
    index: Floats
    limits: tuple[Floats, Floats]
    response: Response
    shares: Shares
    ended: Integers
    """``(groups,)``: first month in which every unit has closed."""

    def series(self, g: int, name: str, units: int) -> Series:
        """The ``g``-th aggregate."""
        first, months = self.panel.first_month, len(self.index)
        base = self.options.base.covers(first + np.arange(months))
        sources = tuple(SOURCES[s] for s in self.shares.source[:, g])
        whole = int(base.sum()) == len(self.options.base)
        known = whole and not (self.shares.source[base, g] == NO_SOURCE).any()
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
            statuses=tuple(self._status(t, g, sources[t], known) for t in range(months)),
            units=units,
            base_observed=whole and bool((self.response.lines[base, g] > 0).all()),
        )

    def _status(self, t: int, g: int, source: Source, base_known: bool) -> Status:
        required, index = self.options.limits, self.index[t, g]
        if index == 0 and self.panel.first_month + t >= self.ended[g]:
            return Status.OK  # nobody is left to ask: this zero is certain
        if np.isnan(index) or source is Source.NO_SOURCE:
            return Status.NOT_ENOUGH
        coverage, lines = self.response.coverage[t, g], self.response.lines[t, g]
        if lines < required.least_lines or coverage < required.least_coverage or self._width(t, g) > required.widest:
            return Status.NOT_ENOUGH
        return Status.OK if base_known and self._is_good(t, g) else Status.THIN

    def _is_good(self, t: int, g: int) -> bool:
        """The month satisfies the limits of ``Status.OK``."""
        required = self.options.limits
        return bool(
            self.response.coverage[t, g] >= required.good_coverage
            and self._width(t, g) <= required.good_width
            and self.shares.borrowed[t, g] <= required.most_borrowed
        )

    def _width(self, t: int, g: int) -> float:
        """Half the interval over the index; 0 of an index of zero."""
        index = self.index[t, g]
        return float((self.limits[1][t, g] - self.limits[0][t, g]) / 2 / index) if index > 0 else 0.0
