"""From a panel to published series: ``estimate_index`` and ``estimate_indices``, the engine's entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sambang_stats.base_season import base_correction
from sambang_stats.cells import Cells, SqlRunner, run_on_duckdb
from sambang_stats.chain import MAX_JACKKNIFE_COLUMNS, NO_SOURCE, Chain, LeftOut
from sambang_stats.consolidation import consolidate_lines
from sambang_stats.imputation import Imputation, impute_missing_months
from sambang_stats.index import (
    EVERYTHING,
    By,
    ChainPlan,
    Weights,
    aggregate,
    base_outside_reports,
    build_hierarchy,
    prepare,
    sum_groups,
    unit_weights,
    yearly_weights,
)
from sambang_stats.jackknife import JackknifeVariance, jackknife_groups, variance_factor_by_gap
from sambang_stats.jackknife_cells import JackknifeCells, sum_by_jackknife_group
from sambang_stats.link_quality import LinkQuality, link_to_base, measure_link_quality
from sambang_stats.months import Period
from sambang_stats.nonresponse import with_assumptions
from sambang_stats.panel import Reports, Texts, Units
from sambang_stats.price_error import price_variance
from sambang_stats.prices import Prices
from sambang_stats.progress import Progress, Stage
from sambang_stats.response import Response, measure_response
from sambang_stats.results import SOURCES, Floats, Integers, Kind, Series, Status, StatusReason
from sambang_stats.sampling import design_weights
from sambang_stats.status import PUBLISHED, Evidence, PublicationLimits, assess
from sambang_stats.stored_links import StoredLinks

YEAR_2019 = Period.of_year(2019)


@dataclass(frozen=True, kw_only=True)
class Method:
    """How indices are estimated, whatever their aggregates; the defaults are those of the published indices."""

    base: Period = YEAR_2019
    limits: PublicationLimits = PUBLISHED
    line_means: bool = True
    """Missing months are imputed by line means (``imputation``); False: by the last report alone (``chain``)."""
    engine: SqlRunner = run_on_duckdb
    progress: Progress | None = None


@dataclass(frozen=True, kw_only=True)
class Options(Method):
    """The method and the aggregates of one index."""

    by: By = EVERYTHING
    kind: Kind = Kind.VOLUME


DEFAULTS = Options()


def estimate_index(panel: Reports, options: Options = DEFAULTS, stored: StoredLinks | None = None) -> dict[str, Series]:
    """Every aggregate's monthly index with its interval, response and status.

    ``stored``: the reports' links where they are stored with the reports; else they are linked here. The keys are
    the aggregates' names (``By.names``), sorted; each series runs from the panel's first
    month to its last. Raises PanelError when no month of the base is in the panel.
    """
    [series_by_name] = estimate_indices(panel, [options.by], [options.kind], options, stored).values()
    return series_by_name


def estimate_indices(
    panel: Reports,
    aggregations: Sequence[By],
    kinds: Sequence[Kind],
    method: Method = DEFAULTS,
    stored: StoredLinks | None = None,
) -> dict[tuple[By, Kind], dict[str, Series]]:
    """``estimate_index`` for several aggregations and kinds: what they have in common is computed once."""
    if not method.base.covers(panel.first_month + np.arange(panel.months)).any():
        raise base_outside_reports(method.base, panel.first_month, panel.last_month)
    aggregates = [Aggregates.of(by, panel.units) for by in aggregations]
    sample = prepare_sample(panel, aggregates, method, stored)
    return {
        (by, kind): series
        for number, by in enumerate(aggregations)
        for kind, series in Estimator(sample, aggregates[number], method).estimate(sample.cells.of_group[number], kinds)
    }


@dataclass(frozen=True)
class Aggregates:
    """The aggregates of an aggregation, sorted by name."""

    names: Texts
    of_unit: Integers

    @classmethod
    def of(cls, by: By, units: Units) -> Aggregates:
        return cls(*np.unique(by.names(units), return_inverse=True))

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Sample:
    """A panel ready to be indexed: what does not depend on the aggregates."""

    reported: Reports
    supposed: Reports
    """The panel under the assumptions of ``nonresponse``."""
    plan: ChainPlan
    cells: JackknifeCells
    """By aggregation."""
    chains: tuple[Chain, ...]
    fill: Imputation
    weight: Floats
    """Yearly base value of each unit, rupiah."""
    represented: Floats
    """The value that each unit represents by its design weight."""
    doubtful: Integers
    """Of ``LineChanges``."""
    seasonal: NDArray[np.bool_]
    """Units with seasonal nonresponse."""
    linked: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    """Both of ``link_to_base``."""

    @property
    def cell_of_unit(self) -> Integers:
        """Elementary cell of each unit."""
        return self.plan.hierarchy.cell_of_unit

    @property
    def lines(self) -> tuple[Integers, Prices]:
        """Cell of each line, and the lines' prices."""
        return self.cell_of_unit[self.reported.line_unit], self.cells.prices

    @cached_property
    def coverage(self) -> Floats:
        """Coverage of each elementary cell by value, ``(months, cells)``."""
        cells = self.plan.hierarchy.cells
        return measure_response(self.reported, self.cell_of_unit, cells, self.represented).coverage

    @cached_property
    def relative(self) -> Floats:
        """Price relatives of each cell, ``(cells, years)``; 1 in a cell without lines."""
        relative = self.cells.prices.relative
        return np.concatenate([relative, np.ones((self.plan.hierarchy.cells - len(relative), relative.shape[1]))])


def prepare_sample(
    panel: Reports, aggregations: Sequence[Aggregates], method: Method, stored: StoredLinks | None
) -> Sample:
    """Consolidate and link the lines, chain the cells and impute the missing months."""
    hierarchy = build_hierarchy(panel.units)
    linked, doubtful = consolidate_lines(panel, hierarchy.cell_of_unit[panel.line_unit])
    weight = unit_weights(linked, method.base)
    design = design_weights(linked, weight)
    supposed, seasons = with_assumptions(linked, hierarchy.cell_of_unit, method.base)
    if supposed is not panel or design is not None:
        stored = None
    cell_of_line = hierarchy.cell_of_unit[linked.line_unit]
    codes = (cell_of_line, [jackknife_groups(each.of_unit[linked.line_unit]) for each in aggregations])
    cells = sum_by_jackknife_group(supposed, codes, method.engine, stored, method.progress, design)
    represented = weight if design is None else weight * design
    plan = prepare(supposed, hierarchy, (weight, represented), cells.all_cells)
    chains = plan.chains()
    fill = impute_missing_months(supposed, (cell_of_line, cells.prices), chains[0], line_means=method.line_means)
    seasonal, to_base = seasons.any(axis=0), link_to_base(linked, method.base, hierarchy.cell_of_unit)
    return Sample(linked, supposed, plan, cells, chains, fill, weight, represented, doubtful, seasonal, *to_base)


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
    """Indices of some aggregates, from the levels of the whole panel and of each jackknife replicate."""

    sample: Sample
    aggregates: Aggregates
    method: Method

    @property
    def panel(self) -> Reports:
        return self.sample.reported

    @cached_property
    def groups(self) -> tuple[Integers, int]:
        """The aggregate of each unit and the number of aggregates."""
        return self.aggregates.of_unit, len(self.aggregates)

    @cached_property
    def group_of_cell(self) -> Integers:
        """Aggregate of each elementary cell."""
        group = np.zeros(self.sample.plan.hierarchy.cells, dtype=np.int64)
        group[self.sample.cell_of_unit] = self.aggregates.of_unit
        return group

    def estimate(
        self, of_group: Callable[[int], Cells], kinds: Sequence[Kind]
    ) -> Iterator[tuple[Kind, dict[str, Series]]]:
        """The series of each kind. ``of_group``: of ``JackknifeCells``."""
        sample, panel, (group_of_unit, count) = self.sample, self.panel, self.groups
        base, fill, group_of_line = self.method.base, sample.fill, group_of_unit[panel.line_unit]
        factor = variance_factor_by_gap(panel, sample.linked, self.groups, sample.weight)
        factor[1:] *= fill.error_ratio[:, None]
        inside = base.covers(panel.first_month + np.arange(panel.months))
        unpriced = price_variance(panel, sample.lines, (group_of_line, count), inside)
        sound = measure_link_quality(
            panel, self.groups, sample.represented, sample.unknown, sample.doubtful, sample.seasonal
        )
        response = measure_response(panel, group_of_unit, count, sample.represented)
        for kind, variance in zip(kinds, self.jackknife(of_group, kinds), strict=True):
            filled = sample.chains[0].level(kind) * fill.correction
            index, of_base = self._with_base_period(self.index(filled, kind))
            index[:, ~_with_production(panel, group_of_unit, count)] = np.nan
            limits = variance.limits(index, factor, inside, unpriced + of_base + sound.variance(index))
            shares = self.shares(filled)
            published = SeriesBuilder(panel, kind, self.method, index, limits, response, shares, sound)
            yield kind, published.every(self.aggregates)

    def weigh(self, level: Floats) -> Weights:
        """Value of level 1 of each cell by year, rupiah."""
        sample = self.sample
        base = (self.method.base, sample.weight)
        return yearly_weights(sample.supposed, sample.plan, level, sample.relative, base)

    def index(self, level: Floats, kind: Kind) -> Floats:
        """The aggregates' indices, the base at 100, ``(months, …, aggregates)``."""
        window = (self.panel.first_month, self.method.base)
        return aggregate(level, self.weigh(level), self.group_of_cell, kind, window)

    def _with_base_period(self, index: Floats) -> tuple[Floats, Floats]:
        """The indices against the mean of the whole base period, and the variance of ``log`` from its unobserved
        months."""
        months = self.panel.first_month + np.arange(len(index))
        corrections = [base_correction(months, column, self.method.base) for column in index.T]
        factor, variance = np.array(corrections).T
        return index / factor, variance

    def jackknife(self, of_group: Callable[[int], Cells], kinds: Sequence[Kind]) -> list[JackknifeVariance]:
        """Variance of the indices of each kind."""
        sample, cells, (of_unit, count) = self.sample, self.sample.plan.hierarchy.cells, self.groups
        lines = np.bincount(of_unit[self.panel.line_unit], minlength=count)
        variances = [JackknifeVariance(self.panel.months, lines) for _ in kinds]
        replicates = int(variances[0].groups.max())
        chunk = max(1, MAX_JACKKNIFE_COLUMNS // cells)
        for first in range(0, replicates, chunk):
            numbers = range(first, min(first + chunk, replicates))
            left_out = LeftOut.stack([of_group(number) for number in numbers], cells)
            copies = sample.plan.chains(left_out, sample.chains)[0]
            for kind, variance in zip(kinds, variances, strict=True):
                index = self.index(copies.level(kind), kind)
                for copy, number in enumerate(numbers):
                    variance.take(number, index[:, copy])
            if self.method.progress:
                self.method.progress(Stage.JACKKNIFE, numbers[-1] + 1, replicates)
        return variances

    def shares(self, level: Floats) -> Shares:
        """``level``: with the missing months imputed."""
        coverage, filled = self.sample.coverage, self.sample.fill.imputed
        worth, source = self.weigh(level).worth, self.sample.chains[0].source
        year = (self.panel.first_month + np.arange(len(coverage))) // 12 - self.panel.first_month // 12
        value = level * worth[np.maximum(year - 1, 0)]
        total = sum_groups(value, self.group_of_cell)

        def share(part: Floats) -> Floats:
            return np.divide(sum_groups(part, self.group_of_cell), total, out=np.zeros(total.shape), where=total > 0)

        borrowed = share(value * ~self._lent_inside()[source, np.arange(value.shape[1])])
        widest = np.zeros(total.shape, dtype=np.int64)
        for rank in range(1, NO_SOURCE + 1):
            widest = np.where(share(value * (source == rank)) > 0.1, rank, widest)
        borrowed[0], widest[0] = 0.0, 0
        return Shares(share(value * (1 - coverage)), share(value * filled), borrowed, widest)

    def _lent_inside(self) -> NDArray[np.bool_]:
        """Whether the wider cell of each rank has units of the cell's own aggregate only, ``(sources, cells)``."""
        hierarchy = self.sample.plan.hierarchy
        inside = [np.ones(hierarchy.cells, dtype=bool)]
        for code in hierarchy.wider[1:]:
            first, last = np.full(code.max() + 1, self.groups[1]), np.zeros(code.max() + 1, dtype=np.int64)
            np.minimum.at(first, code, self.group_of_cell)
            np.maximum.at(last, code, self.group_of_cell)
            inside.append((first == last)[code])
        return np.stack([*inside, np.zeros(hierarchy.cells, dtype=bool)])


def _with_production(panel: Reports, group_of_unit: Integers, count: int) -> NDArray[np.bool_]:
    """The aggregates of which a report of production exists; without one the level is an assumption only."""
    has_production = np.zeros(count, dtype=bool)
    for _lines, some in panel.chunks():
        has_production[group_of_unit[some.line_unit[some.line[some.quantity > 0]]]] = True
    return has_production


@dataclass(frozen=True)
class SeriesBuilder:
    """All aggregates' arrays, cut into series."""

    panel: Reports
    kind: Kind
    method: Method
    index: Floats
    limits: tuple[Floats, Floats]
    response: Response
    shares: Shares
    link_quality: LinkQuality

    def every(self, aggregates: Aggregates) -> dict[str, Series]:
        units = np.bincount(aggregates.of_unit, minlength=len(aggregates))
        return {str(name): self.series(g, str(name), int(units[g])) for g, name in enumerate(aggregates.names)}

    def series(self, g: int, name: str, units: int) -> Series:
        """The ``g``-th aggregate."""
        first, months = self.panel.first_month, len(self.index)
        base = self.method.base.covers(first + np.arange(months))
        sources = tuple(SOURCES[s] for s in self.shares.source[:, g])
        covers_base = int(base.sum()) == len(self.method.base)
        has_recovery = covers_base and not (self.shares.source[base, g] == NO_SOURCE).any()
        assessed = [self._assess(t, g, has_recovery) for t in range(months)]
        return Series(
            name=name,
            kind=self.kind,
            base=self.method.base,
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
        if index == 0 and self.panel.first_month + t >= self.response.closed_from[g]:
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
        return assess(evidence, self.method.limits)
