"""Links that are stored with the reports, so that an index does not link all reports again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sambang_stats.cells import LinkedReports, join_ends
from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.input_table import InputTable
from sambang_stats.panel import Columns, Panel
from sambang_stats.prices import Prices
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class StoredLinks:
    """Links in the order of a panel's reports: gap in months (0 without a link), both volumes in whole rupiah."""

    gap: Integers
    volume: Integers
    volume_before: Integers
    price: Floats
    """Prices of the volumes, ``(lines, years of the panel)``, rupiah a unit; NaN if a price was not needed."""


def read_stored_links(panel: Panel, reports: Columns, prices: Columns) -> StoredLinks:
    """``reports``: the panel's reports with the columns ``gap, volume, volume_before``; null without a link.

    ``prices``: columns ``unit, product, year, price``, in rupiah a unit for the months of that year. Raises PanelError
    if a report has no volume or the rows are not the panel's reports.
    """
    reported, valued = _table(reports), _table(prices)
    reported = reported.filter(pc.is_valid(reported["quantity"]))
    if reported["volume"].null_count:
        raise PanelError(Problem.UNLINKED_REPORTS, count=reported["volume"].null_count)
    names = [
        f"{unit}/{product}" for unit, product in zip(panel.units.unit[panel.line_unit], panel.line_product, strict=True)
    ]
    line, month = _lines(reported, names), InputTable(TableName.REPORTS, reported).months("month")
    order = np.lexsort((month, line))
    if not (np.array_equal(line[order], panel.line) and np.array_equal(month[order], panel.month)):
        raise PanelError(Problem.LINKS_OF_OTHER_REPORTS)
    first, last = panel.first_month // 12, panel.last_month // 12
    price = np.full((len(names), last - first + 1), np.nan)
    at, year = _lines(valued, names), valued["year"].to_numpy().astype(np.int64) - first
    inside = (at >= 0) & (year >= 0) & (year < price.shape[1])
    price[at[inside], year[inside]] = valued["price"].to_numpy()[inside]
    gap, volume, before = (_numbers(reported, name)[order] for name in ("gap", "volume", "volume_before"))
    return StoredLinks(gap, volume, before, price)


def link_from_store(panel: Panel, cell_of_line: Integers, stored: StoredLinks, prices: Prices) -> LinkedReports:
    """The result of ``link`` from the stored links. Closures and births depend on the panel's first and last month and
    are computed here. ``prices``: those of the lines without the stored ones."""
    rows = np.flatnonzero(stored.gap > 0)
    linked = (panel.line, panel.month, stored.gap, stored.volume, stored.volume_before)
    return join_ends(panel, cell_of_line, replace(prices, price=stored.price), [column[rows] for column in linked])


def _table(columns: Columns) -> pa.Table:
    return columns if isinstance(columns, pa.Table) else pa.table(dict(columns))


def _numbers(table: pa.Table, name: str) -> Integers:
    return np.asarray(pc.fill_null(table[name], 0).to_numpy(), dtype=np.int64)


def _lines(table: pa.Table, names: list[str]) -> Integers:
    """Number of each row's line; -1 for a line that is not in the panel."""
    key = pc.binary_join_element_wise(table["unit"].cast(pa.string()), table["product"].cast(pa.string()), "/")
    positions = pc.index_in(key, value_set=pa.array(names, pa.string()))
    return np.asarray(pc.fill_null(positions, -1).to_numpy(), dtype=np.int64)
