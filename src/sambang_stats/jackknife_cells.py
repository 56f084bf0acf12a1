"""Cells of every jackknife group: reports are linked once, then summed group by group in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa

from sambang_stats.cells import (
    Cells,
    LinkedReports,
    SqlRunner,
    link,
    merge,
    run_on_duckdb,
    sum_link_rows,
    sum_ordered_links,
)
from sambang_stats.errors import PanelError, Problem
from sambang_stats.jackknife import GROUPS
from sambang_stats.months import month_text
from sambang_stats.panel import BEYOND_PANEL, Panel, Reports
from sambang_stats.partitions import Partitions, Records, to_records
from sambang_stats.prices import Prices, previous_year_prices
from sambang_stats.progress import Progress, Stage
from sambang_stats.results import Floats, Integers
from sambang_stats.spark_cells import sum_on_spark
from sambang_stats.sql_runners import SparkRunner
from sambang_stats.stored_links import StoredLinks, link_from_store

LINK_ROW = np.dtype([("cell", "<i4"), ("month", "<i4"), ("gap", "<i2"), ("volume", "<i8"), ("volume_before", "<i8")])


@dataclass(frozen=True)
class JackknifeCells:
    """The elementary cells of all lines and those of each jackknife group, for some divisions of the lines."""

    prices: Prices
    all_cells: Cells
    of_group: tuple[Callable[[int], Cells], ...]
    """By division. Every key of a group's cells is a key of ``all_cells``."""


def sum_by_jackknife_group(
    panel: Reports,
    codes: tuple[Integers, Sequence[Integers]],
    engine: SqlRunner,
    stored: StoredLinks | None,
    progress: Progress | None,
    design: Floats | None = None,
) -> JackknifeCells:
    """``codes``: cell of each line, and its jackknife group by division. ``stored``: the links of a panel in memory,
    where it has them. ``design``: for how many units each unit stands; volumes are multiplied by it."""
    cell, divisions = codes
    prices = previous_year_prices(panel, cell)
    if design is not None:
        prices = replace(prices, price=prices.price * design[panel.line_unit][:, None])
    if isinstance(engine, SparkRunner):
        for lines, some in panel.chunks():
            _require_plausible_volumes(some, prices.select_lines(lines))
        sums = [sum_on_spark(panel, (cell, group), prices, engine, progress) for group in divisions]
        return JackknifeCells(prices, merge(*sums[0].values()), tuple(partial(_of_number, each) for each in sums))
    every = [
        panel.partitions(f"linked-{number}", LINK_ROW, max(int(group.max()) + 1, GROUPS))
        for number, group in enumerate(divisions)
    ]

    def append_linked() -> Iterator[Records]:
        """Append the linked rows to their groups' partitions and yield them."""
        done = 0
        for lines, linked in _linked(panel, cell, (engine, prices), stored):
            some = to_records(LINK_ROW, linked.cell, linked.month, linked.gap, linked.volume, linked.volume_before)
            for rows, group in zip(every, divisions, strict=True):
                rows.append(group[lines][linked.line], some)
            done += len(lines)
            if progress:
                progress(Stage.LINK, done, len(cell))
            yield some

    all_cells = _sum(append_linked(), engine)
    return JackknifeCells(prices, all_cells, tuple(partial(_sum_partition, rows, engine) for rows in every))


def _of_number(by_group: Mapping[int, Cells], number: int) -> Cells:
    return by_group.get(number, merge())


def _sum_partition(rows: Partitions, engine: SqlRunner, number: int) -> Cells:
    return _sum([rows.read(number)], engine)


def _linked(
    panel: Reports, cell: Integers, by: tuple[SqlRunner, Prices], stored: StoredLinks | None
) -> Iterator[tuple[Integers, LinkedReports]]:
    """Blocks of lines and their linked rows."""
    engine, prices = by
    if stored:
        assert isinstance(panel, Panel)
        yield np.arange(len(cell)), link_from_store(panel, cell, stored, prices)
        return
    for lines, some in panel.chunks():
        _require_plausible_volumes(some, prices.select_lines(lines))
        yield lines, link(some, cell[lines], engine, prices.select_lines(lines))


def _require_plausible_volumes(panel: Panel, prices: Prices) -> None:
    """Raise PanelError where a month's volume would be no whole rupiah any more."""
    if panel.quantity.max(initial=0) * prices.price.max(initial=0) > BEYOND_PANEL:
        volume = panel.quantity * prices.price.max(axis=1)[panel.line]
        at = int(volume.argmax())
        if volume[at] > BEYOND_PANEL:
            unit = panel.units.unit[panel.line_unit[panel.line[at]]]
            raise PanelError(Problem.VOLUME_TOO_LARGE, unit=unit, month=month_text(int(panel.month[at])))


def _sum(stretches: Iterable[Records], engine: SqlRunner) -> Cells:
    """On DuckDB the rows are summed in this process; another engine runs SUM_LINKS."""
    columns = ({name: np.ascontiguousarray(rows[name]) for name in LINK_ROW.names or ()} for rows in stretches)
    if engine is run_on_duckdb:
        return sum_ordered_links(list(some.values()) for some in columns)
    return merge(*(sum_link_rows(pa.table(some), engine) for some in columns))
