"""Define the lines to link: products, or whole units if their products change often, always in one unit of measure.
This runs before linking. By default a product is a line. In a unit whose products change often (a new model every
season), matched products would follow the life cycle of a model instead of production, so the unit's whole production
at constant prices is one line. Quantities in another unit of measure are converted if prices show the ratio; otherwise
they become a line of their own, and the unit is doubtful in those months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sambang_stats.panel import Panel, Reports
from sambang_stats.partitions import Partitions
from sambang_stats.prices import Prices, previous_year_prices
from sambang_stats.results import Floats, Integers
from sambang_stats.unit_changes import find_unit_changes

SHORT_LIFE = 24
"""Months from a product's first report to its last below which it does not last."""
MIN_TURNOVER = 1 / 3
"""Share of a unit's reports from products that do not last, from which the unit is the line."""
MIN_EVENTS = 3
"""Beginnings and ends of products within the unit's reports from which its products turn over."""
MAX_HOLES = 0.25
"""Share of a product's months, in which its unit reports others, that may have no report; beyond it the unit's sum is
doubtful."""
MASS_CHANGE = 0.5
"""Share of a cell's lines that change at once from which a change without prices may be production itself."""


@dataclass(frozen=True)
class LineChanges:
    """The changes to make to a panel's lines before linking."""

    merged: NDArray[np.bool_]
    """``(lines,)``: lines whose unit is one line."""
    row_line: Integers
    row_month: Integers
    """Reports in another unit of measure, by line and month: sorted."""
    row_ratio: Floats
    row_split: NDArray[np.bool_]
    """Not converted; kept as a separate line."""
    doubtful: Integers
    """``(n, 4)``: unit, first month, last month, and 1 where its reports are taken out of their line."""

    @property
    def any(self) -> bool:
        return bool(self.merged.any()) or len(self.row_line) > 0


def find_line_changes(panel: Reports, cell_of_line: Integers) -> LineChanges:
    """Product turnover and changes of the unit of measure of every line."""
    merged = np.zeros(len(panel.line_unit), dtype=bool)
    row_changes: list[tuple[Integers, Integers, Floats, NDArray[np.bool_]]] = []
    doubtful = [np.zeros((0, 4), dtype=np.int64)]
    for lines, some in panel.chunks():
        merged[lines], holed = _turnover(some)
        changes = find_unit_changes(some)
        line, month = some.line[changes.row], some.month[changes.row]
        split = ~changes.certain & ~_mass_changes(some, cell_of_line[lines], changes.row, changes.certain)
        used = changes.certain | split
        row_changes.append((lines[line[used]], month[used], changes.ratio[used], split[used]))
        unit = some.line_unit[line]
        doubtful.append(np.stack([unit, month, month, split], axis=1)[~changes.certain])
        ends = np.full(len(holed), panel.last_month)
        doubtful.append(np.stack([holed, np.full(len(holed), panel.first_month), ends, np.zeros_like(holed)], axis=1))
    row_line, row_month, row_ratio, row_split = (np.concatenate(parts) for parts in zip(*row_changes, strict=True))
    order = np.lexsort((row_month, row_line))
    return LineChanges(
        merged, row_line[order], row_month[order], row_ratio[order], row_split[order], np.concatenate(doubtful)
    )


def _turnover(panel: Panel) -> tuple[NDArray[np.bool_], Integers]:
    """Lines of units whose products change often, and the units whose sums are doubtful."""
    count = np.diff(panel.start)
    first, last = panel.month[panel.start[:-1]], panel.month[panel.start[1:] - 1]
    units, unit = np.unique(panel.line_unit, return_inverse=True)
    many = np.bincount(unit) > 1
    if not many.any():
        return np.zeros(len(unit), dtype=bool), np.zeros(0, dtype=np.int64)
    unit_first, unit_last = np.full(len(units), panel.last_month), np.full(len(units), panel.first_month)
    np.minimum.at(unit_first, unit, first)
    np.maximum.at(unit_last, unit, last)
    begins, ends = first > unit_first[unit] + 1, last < unit_last[unit] - 1
    life = last - first + 1
    short = (begins | ends) & (life < SHORT_LIFE)
    events = np.bincount(unit, short * (begins.astype(float) + ends))
    share = np.bincount(unit, short * count) / np.bincount(unit, count)
    turns = many & (events >= MIN_EVENTS) & (share >= MIN_TURNOVER)
    merged = turns[unit]
    if not turns.any():
        return merged, np.zeros(0, dtype=np.int64)
    reporting = np.zeros((len(units), panel.months + 1), dtype=bool)
    reporting[unit[panel.line], panel.month - panel.first_month] = True
    before = np.concatenate([np.zeros((len(units), 1), np.int64), np.cumsum(reporting, axis=1)], axis=1)
    lived = before[unit, last - panel.first_month + 1] - before[unit, first - panel.first_month]
    holes = 1 - np.bincount(unit, count) / np.maximum(np.bincount(unit, lived), 1)
    return merged, units[turns & (holes > MAX_HOLES)]


def _mass_changes(panel: Panel, cell: Integers, rows: Integers, certain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Reports in a month in which half of the cell's lines changed without prices."""
    if certain.all():
        return np.zeros(len(rows), dtype=bool)
    size = panel.months
    key = cell[panel.line] * size + panel.month - panel.first_month
    keys, number = np.unique(key, return_inverse=True)
    changed = np.bincount(number[rows[~certain]], minlength=len(keys))
    mass: NDArray[np.bool_] = (changed >= MASS_CHANGE * np.bincount(number))[number[rows]]
    return mass


@dataclass(frozen=True)
class ConsolidatedPanel(Reports):
    """A panel with renumbered consolidated lines."""

    source: Reports
    changes: LineChanges
    first_part: Integers
    """``(lines of the source + 1,)``: number of each source line's first line."""
    prices: Prices | None
    """Index of the source's lines, if units are merged."""
    cell: Integers
    """Index of the source's lines."""
    has_values: bool

    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        """The chunks of the source with the changes applied."""
        for lines, some in self.source.chunks():
            yield self._changed(lines, some)

    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
        return self.source.partitions(name, dtype, parts)

    def _changed(self, lines: Integers, some: Panel) -> tuple[Integers, Panel]:
        part, quantity = self._convert(lines, some)
        number = self.first_part[lines][some.line] + part
        value = some.value
        if self.prices is not None and self.changes.merged[lines].any():
            number, quantity, value = self._merge(lines, some, (number, quantity))
        order = np.lexsort((some.month, number))
        number, month, quantity, value = number[order], some.month[order], quantity[order], value[order]
        starts = np.r_[True, (number[1:] != number[:-1]) | (month[1:] != month[:-1])]
        at = np.flatnonzero(starts)
        number, month = number[at], month[at]
        quantity, value = np.add.reduceat(quantity, at), np.add.reduceat(value, at)
        numbers, line = np.unique(number, return_inverse=True)
        source = np.searchsorted(self.first_part, numbers, side="right") - 1
        local = np.searchsorted(lines, source)
        changed = replace(
            some,
            line_unit=self.line_unit[numbers],
            line_product=some.line_product[local],
            line=line,
            month=month,
            quantity=quantity,
            value=value,
        )
        return numbers, changed

    def _convert(self, lines: Integers, some: Panel) -> tuple[Integers, Floats]:
        """Part of its source line that each report belongs to, and its converted quantity."""
        changes = self.changes
        part, quantity = np.zeros(len(some.line), dtype=np.int64), some.quantity
        if not len(changes.row_line):
            return part, quantity
        chosen = np.isin(changes.row_line, lines)
        local = np.searchsorted(lines, changes.row_line[chosen])
        rows = np.searchsorted(
            some.line * (some.months + 1) + some.month - some.first_month,
            local * (some.months + 1) + changes.row_month[chosen] - some.first_month,
        )
        quantity = quantity.copy()
        converted = ~changes.row_split[chosen]
        quantity[rows[converted]] *= np.exp(changes.row_ratio[chosen][converted])
        part[rows] = _parts(changes)[chosen]
        return part, quantity

    def _merge(self, lines: Integers, some: Panel, columns: tuple[Integers, Floats]) -> tuple[Integers, Floats, Floats]:
        """Reports of merged units as parts of one line: rupiah at constant prices divided by the cell's price level."""
        number, quantity = columns
        prices = self.prices
        assert prices is not None
        merged = self.changes.merged[lines]
        first_of_unit = np.full(len(some.units), len(self.line_unit))
        np.minimum.at(first_of_unit, some.line_unit[merged], self.first_part[lines[merged]])
        rows = np.flatnonzero(merged[some.line])
        line, year = lines[some.line[rows]], some.month[rows] // 12 - prices.first_year
        cell = self.cell[line]
        level = np.cumprod(prices.relative, axis=1)
        at_base = level[cell, np.maximum(year - 1, 0)]
        number, quantity, value = number.copy(), quantity.copy(), some.value.copy()
        number[rows] = first_of_unit[some.line_unit[some.line[rows]]]
        quantity[rows] *= prices.price[line, year] / at_base
        value[rows] = quantity[rows] * level[cell, year] if self.has_values else np.nan
        return number, quantity, value


def _parts(changes: LineChanges) -> Integers:
    """Part of its line of each report in another unit: 0 where converted, else the number of its ratio, from 1."""
    ratio = np.where(changes.row_split, np.round(changes.row_ratio * 100).astype(np.int64), 0)
    part = np.zeros(len(ratio), dtype=np.int64)
    for line in np.unique(changes.row_line[changes.row_split]):
        rows = np.flatnonzero((changes.row_line == line) & changes.row_split)
        part[rows] = np.unique(ratio[rows], return_inverse=True)[1] + 1
    return part


def consolidate_lines(panel: Reports, cell_of_line: Integers) -> tuple[Reports, Integers]:
    """The panel with consolidated lines, the same panel if nothing changes, and ``LineChanges.doubtful``."""
    changes = find_line_changes(panel, cell_of_line)
    if not changes.any:
        return panel, changes.doubtful
    parts = np.ones(len(panel.line_unit), dtype=np.int64)
    np.maximum.at(parts, changes.row_line, _parts(changes) + 1)
    rest = changes.merged.copy()
    rest[np.unique(np.where(changes.merged, panel.line_unit, -1), return_index=True)[1]] = False
    rest &= changes.merged
    parts[changes.merged] = 1
    parts[rest] = 0
    first_part = np.concatenate([[0], np.cumsum(parts)])
    has_values = any(bool(np.isfinite(some.value).any()) for _, some in panel.chunks())
    consolidated = ConsolidatedPanel(
        units=panel.units,
        line_unit=np.repeat(panel.line_unit, parts),
        first_month=panel.first_month,
        last_month=panel.last_month,
        source=panel,
        changes=changes,
        first_part=first_part,
        prices=previous_year_prices(panel, cell_of_line) if changes.merged.any() else None,
        cell=cell_of_line,
        has_values=has_values,
    )
    return consolidated, changes.doubtful
