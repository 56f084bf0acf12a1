"""Linked rows by jackknife group, of reports however many: linked once, then summed group by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sambang_stats.cells import Cells, Engine, Linked, fold, link, merge, on_duckdb, part_rows
from sambang_stats.panel import LARGEST, Panel, PanelError, Reports, month_text
from sambang_stats.prices import Prices, previous_year_prices
from sambang_stats.results import Integers
from sambang_stats.spool import Records, Spool, records
from sambang_stats.stored_links import Kept, join_kept
from sambang_stats.uncertainty import GROUPS

ROW = np.dtype([("cell", "<i4"), ("month", "<i4"), ("gap", "<i2"), ("volume", "<i8"), ("volume_before", "<i8")])

Progress = Callable[[str, int, int], None]
"""Called with (what is done, how much of it, of how much in all)."""


@dataclass(frozen=True)
class Grouped:
    """All elementary cells, and the linked rows that they are the sums of by jackknife group."""

    prices: Prices
    whole: Cells
    rows: Spool
    engine: Engine

    def of_group(self, group: int) -> Cells:
        """What one group adds to the cells; every key of it is a key of ``whole``."""
        return _sum([self.rows.read(group)], self.engine)


def group_cells(
    panel: Reports, codes: tuple[Integers, Integers], engine: Engine, kept: Kept | None, progress: Progress | None
) -> Grouped:
    """``codes``: cell and jackknife group of each line. ``kept``: the links of a panel in memory, where it has them."""
    cell, group = codes
    prices = previous_year_prices(panel, cell)
    rows = panel.spool("linked", ROW, max(int(group.max()) + 1, GROUPS))

    def pass_by() -> Iterator[Records]:
        """Laid away as they come."""
        done = 0
        for lines, linked in _linked(panel, cell, (engine, prices), kept):
            some = records(ROW, linked.cell, linked.month, linked.gap, linked.volume, linked.volume_before)
            rows.put(group[lines][linked.line], some)
            done += len(lines)
            if progress:
                progress("menautkan baris produk", done, len(cell))
            yield some

    return Grouped(prices, _sum(pass_by(), engine), rows, engine)


def _linked(
    panel: Reports, cell: Integers, by: tuple[Engine, Prices], kept: Kept | None
) -> Iterator[tuple[Integers, Linked]]:
    """Some lines at a time, and their linked rows."""
    engine, prices = by
    if kept:
        assert isinstance(panel, Panel)
        yield np.arange(len(cell)), join_kept(panel, cell, kept)
        return
    for lines, some in panel.pieces():
        _refuse_volumes(some, prices.only(lines))
        yield lines, link(some, cell[lines], engine, prices.only(lines))


def _refuse_volumes(panel: Panel, prices: Prices) -> None:
    """Raise PanelError where a month's volume would be no whole rupiah any more."""
    if panel.quantity.max(initial=0) * prices.price.max(initial=0) > LARGEST:
        volume = panel.quantity * prices.price.max(axis=1)[panel.line]
        at = int(volume.argmax())
        if volume[at] > LARGEST:
            unit = panel.units.unit[panel.line_unit[panel.line[at]]]
            raise PanelError(
                f"Produksi unit {unit} pada {month_text(int(panel.month[at]))} bernilai lebih dari seribu triliun rupiah: "
                "periksa jumlah dan nilainya."
            )


def _sum(stretches: Iterable[Records], engine: Engine) -> Cells:
    """Rows lie in this process and are folded here; an engine that is elsewhere is asked by PART."""
    columns = ({name: np.ascontiguousarray(rows[name]) for name in ROW.names or ()} for rows in stretches)
    if engine is on_duckdb:
        return fold(list(some.values()) for some in columns)
    return merge(*(part_rows(pa.table(some), engine) for some in columns))
