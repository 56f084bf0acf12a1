"""From cells to the published index: hierarchy of cells, yearly weights, levels, rebasing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sambang_stats.cells import Cells, recode
from sambang_stats.chain import Chain, ChainRules, Flags, LeftOut, LevelRules, Window, chain_cells
from sambang_stats.errors import PanelError, Problem
from sambang_stats.months import Period, month_text
from sambang_stats.panel import Reports, Texts, Units
from sambang_stats.response import measure_links
from sambang_stats.results import Floats, Integers, Kind

MONTHS_OF_YEAR = 12


@dataclass(frozen=True)
class By:
    """The classification of series: leading digits of region and industry, and whether sentra are separate.

    ``By()`` is one series of all units, ``By(region=4, industry=2)`` each regency's two-digit industries."""

    region: int = 0
    industry: int = 0
    cluster: bool = False

    def names(self, units: Units) -> Texts:
        """The series' name of every unit: its parts joined by ``/``, ``all`` if there is none."""
        parts = []
        if self.cluster:
            parts.append(units.cluster)
        if self.region:
            parts.append(_cut(units.region, self.region))
        if self.industry:
            parts.append(_cut(units.industry, self.industry))
        if not parts:
            return np.full(len(units), "all", dtype=object)
        return _joined(parts)


EVERYTHING = By()


@dataclass(frozen=True)
class CellHierarchy:
    """Elementary cells (sentra x village x five digits) and the wider codings they borrow from."""

    cell_of_unit: Integers
    wider: tuple[Integers, ...]
    """For each coding, narrowest first, the number of each elementary cell; the first is the identity."""

    @property
    def cells(self) -> int:
        return len(self.wider[0])


def build_hierarchy(units: Units) -> CellHierarchy:
    """Number the elementary cells and place each in district x 5 digits, regency x 5, regency x 2,
    province x 2 and nation x 2."""
    own = _joined([units.cluster, units.region, units.industry])
    _, first, cell_of_unit = np.unique(own, return_index=True, return_inverse=True)
    region, industry = units.region[first], units.industry[first]
    steps = [(6, 5), (4, 5), (4, 2), (2, 2), (0, 2)]
    codings = [np.arange(len(first))]
    for digits, trade in steps:
        codings.append(np.unique(_joined([_cut(region, digits), _cut(industry, trade)]), return_inverse=True)[1])
    return CellHierarchy(cell_of_unit.astype(np.int64), tuple(c.astype(np.int64) for c in codings))


@dataclass(frozen=True)
class ChainPlan:
    """The inputs for chaining all codings of a hierarchy, widest first."""

    hierarchy: CellHierarchy
    rules: tuple[ChainRules, ...]
    first_month: int
    months: int
    cells: Cells
    """The elementary cells."""

    @cached_property
    def codings(self) -> tuple[Cells, ...]:
        """The elementary cells under every coding of the hierarchy, each computed from the next narrower."""
        codings = [self.cells]
        for rank in range(1, len(self.hierarchy.wider)):
            codings.append(recode(codings[-1], self._wider_of(rank)))
        return tuple(codings)

    def chains(self, left_out: LeftOut | None = None, decided: tuple[Chain, ...] = ()) -> tuple[Chain, ...]:
        """The chain of every coding, borrowing where cells are small; the first are the elementary cells'.

        With ``left_out``, groups of elementary cells, a copy without each; ``decided`` are then the chains of the
        whole.
        """
        groups = [left_out]
        for rank in range(1, len(self.rules)):
            narrower = groups[-1]
            groups.append(narrower and narrower.recode(self._wider_of(rank)))
        every: list[Chain] = []
        for rank in reversed(range(len(self.rules))):
            code, rules = self.hierarchy.wider[rank], self.rules[rank]
            window = Window(int(code.max()) + 1, self.first_month, self.months)
            lender = (every[-1], self._wider_of(rank + 1)) if every else None
            full_chain = decided[rank] if decided else None
            every.append(chain_cells(self.codings[rank], window, rules, lender, groups[rank], full_chain))
        return tuple(reversed(every))

    def _wider_of(self, rank: int) -> Integers:
        """Each cell of coding ``rank - 1`` -> its cell of coding ``rank``."""
        narrow, wide = self.hierarchy.wider[rank - 1], self.hierarchy.wider[rank]
        wider = np.zeros(int(narrow.max()) + 1, dtype=np.int64)
        wider[narrow] = wide
        return wider


def prepare(panel: Reports, hierarchy: CellHierarchy, weights: tuple[Floats, Floats], cells: Cells) -> ChainPlan:
    """``weights``: yearly base value of each unit (``unit_weights``), and the value that each asked unit represents.
    ``cells``: the elementary cells."""
    weight, represented = weights
    old, count, of_unit = panel.units.start <= panel.first_month, hierarchy.cells, hierarchy.cell_of_unit
    links = measure_links(panel, of_unit, count, represented)
    levels = LevelRules(
        unit=np.bincount(of_unit[old], weight[old], count) / MONTHS_OF_YEAR,
        coverage=links.coverage,
        gone=links.gone,
        ended=links.closed_from - panel.first_month,
    )
    rules = [
        ChainRules(rank, np.bincount(code[of_unit][old], minlength=int(code.max()) + 1) == 0, None if rank else levels)
        for rank, code in enumerate(hierarchy.wider)
    ]
    return ChainPlan(hierarchy, tuple(rules), panel.first_month, panel.months, cells)


def unit_weights(panel: Reports, base: Period) -> Floats:
    """Yearly value of every unit in the base period, rupiah.

    The register's; where it has none, or zero for a unit that reported a value then, twelve mean reported months of
    the base period (of all if it did not report then); a unit that never reported gets the mean of the others.
    """
    weight = panel.units.weight.copy()
    with_value, months = _reported_value(panel, base)
    weight[(weight == 0) & (with_value[0] > 0)] = np.nan
    for value, reported in zip(with_value, months, strict=True):
        empty = np.isnan(weight) & (reported > 0)
        weight[empty] = value[empty] / reported[empty] * MONTHS_OF_YEAR
    given = weight[~np.isnan(weight)]
    weight[np.isnan(weight)] = given.mean() if len(given) and given.sum() > 0 else 1.0
    return weight


def _reported_value(panel: Reports, base: Period) -> tuple[Floats, Integers]:
    """Rupiah that each unit reported in the base period and in total, and the number of months, ``(2, units)`` each."""
    value = np.zeros((2, len(panel.units)))
    there = np.zeros((panel.months, len(panel.units)), dtype=bool)
    for _, some in panel.chunks():
        with_value = ~np.isnan(some.value)
        for row, rows in enumerate((with_value & base.covers(some.month), with_value)):
            value[row] += np.bincount(some.line_unit[some.line[rows]], some.value[rows], len(panel.units))
        there[some.month[with_value] - panel.first_month, some.line_unit[some.line[with_value]]] = True
    inside = base.covers(panel.first_month + np.arange(panel.months))
    return value, np.stack([there[inside].sum(axis=0), there.sum(axis=0)])


@dataclass(frozen=True)
class Weights:
    """The value of a cell's level 1, by year.

    ``worth[y, …, c]``: rupiah a year at the prices of year ``first_year + y``."""

    first_year: int
    worth: Floats
    new: Flags


def yearly_weights(
    panel: Reports, plan: ChainPlan, level: Floats, relative: Floats, base: tuple[Period, Floats]
) -> Weights:
    """``V[c, b]`` of all registered lines, carried from year to year by volume and price.

    ``level``: a table of the elementary cells (``chain``).
    ``relative``: ``(cells, years)`` price relatives. ``base``: base period and each unit's yearly value in it.
    """
    period, weight = base
    units, cell_of_unit = panel.units, plan.hierarchy.cell_of_unit
    first_year = panel.first_month // MONTHS_OF_YEAR
    there = (units.start <= period.last) & (units.end > period.first)
    value = np.bincount(cell_of_unit[there], weight[there], plan.hierarchy.cells)
    mean = level[period.covers(panel.first_month + np.arange(panel.months))].mean(axis=0)
    new = plan.rules[0].new
    worth = np.divide(value, mean, out=np.zeros(mean.shape), where=mean > 0)
    price = np.cumprod(relative, axis=1).T
    priced_in = np.where(new, _birth_base(level, panel.first_month), _price_row(period, panel))
    every_copy = price.reshape(len(price), *[1] * (mean.ndim - 1), -1)
    at_base = every_copy / price[priced_in, np.arange(price.shape[1])]
    return Weights(first_year, np.where(new, MONTHS_OF_YEAR, worth) * at_base, new)


def _price_row(period: Period, panel: Reports) -> int:
    """Row of the year whose prices value the base period, among the panel's years."""
    first, last = panel.first_month // MONTHS_OF_YEAR, panel.last_month // MONTHS_OF_YEAR
    return min(max(period.year, first), last) - first


def _birth_base(level: Floats, first_month: int) -> Integers:
    """Row of the year whose prices value a cell's first production."""
    first = (level > 0).argmax(axis=0)
    return np.maximum((first_month + first) // MONTHS_OF_YEAR - first_month // MONTHS_OF_YEAR - 1, 0)


def year_means(table: Floats, first_month: int) -> Floats:
    """Mean of the months of each year: ``(months, …)`` -> ``(years, …)``."""
    year = (first_month + np.arange(len(table))) // MONTHS_OF_YEAR
    return np.stack([table[year == y].mean(axis=0) for y in np.unique(year)])


def aggregate(level: Floats, weights: Weights, group: Integers, kind: Kind, window: tuple[int, Period]) -> Floats:
    """Aggregates' indices, ``(months, …, groups)``, chained by annual overlap, the mean of the base period at 100; NaN
    where there was no production then.

    Months of year ``Y`` are weighed at the prices of ``Y - 1`` (the first year at its own) and tied
    to the mean of ``Y - 1``. ``group``: the aggregate of each elementary cell. ``window``: first month, base period.
    """
    first_month, base = window
    year = (first_month + np.arange(len(level))) // MONTHS_OF_YEAR - weights.first_year
    means = year_means(level, first_month)
    if kind is Kind.SAME_LINES:
        means = np.where(weights.new, _means_since_birth(level, first_month), means)
    index = np.zeros((*level.shape[:-1], int(group.max()) + 1))
    scale = np.zeros(index.shape[1:])
    for y in range(int(year[-1]) + 1):
        before = max(y - 1, 0)
        worth = weights.worth[before]
        if kind is Kind.SAME_LINES:
            worth = np.where(weights.new & (means[before] == 0), 0.0, worth)
        rows = np.flatnonzero(year == y)
        value = sum_groups(worth * means[before], group)
        tied = index[year == before].mean(axis=0) if y else np.ones(scale.shape)
        scale = np.divide(tied, value, out=scale.copy(), where=(value > 0) & (tied > 0))
        first_ever = (scale == 0) & (value > 0)
        scale = np.where(first_ever, 1 / np.where(value > 0, value, 1.0), scale)
        index[rows] = sum_groups(worth * level[rows], group) * scale
    mean = index[base.covers(first_month + np.arange(len(index)))].mean(axis=0)
    rebased: Floats = 100 * np.divide(index, mean, out=np.full(index.shape, np.nan), where=mean > 0)
    return rebased


def sum_groups(number: Floats, group: Integers) -> Floats:
    """Sums over the last axis by group: ``(…, n)`` -> ``(…, groups)``. ``group``: ``(n,)``."""
    groups, rows = int(group.max()) + 1, number.size // len(group)
    place = group + groups * np.arange(rows)[:, None]
    return np.bincount(place.ravel(), number.ravel(), rows * groups).reshape(*number.shape[:-1], groups)


def _means_since_birth(level: Floats, first_month: int) -> Floats:
    """Year means that leave out the months before a cell's first production."""
    lives = np.maximum.accumulate(level > 0, axis=0).astype(float)
    months = year_means(lives, first_month)
    return np.divide(year_means(level, first_month), months, out=np.zeros(months.shape), where=months > 0)


def base_outside_reports(base: Period, first: int, last: int) -> PanelError:
    """The error that no month of the base period has reports. ``first``, ``last``: months of the reports."""
    return PanelError(Problem.BASE_OUTSIDE_REPORTS, base=str(base), first=month_text(first), last=month_text(last))


def _cut(codes: Texts, digits: int) -> Texts:
    return np.array([code[:digits] for code in codes], dtype=object)


def _joined(parts: list[Texts]) -> Texts:
    return np.array(["/".join(row) for row in zip(*parts, strict=True)], dtype=object)
