"""Cells by jackknife group, of a panel however large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sambang_stats.cells import Cells, Engine, Linked, link, merge, part, recode
from sambang_stats.kept import Kept, join_kept
from sambang_stats.panel import CHUNK, LARGEST, Panel, PanelError, month_text
from sambang_stats.prices import Prices, previous_year_prices
from sambang_stats.results import Integers
from sambang_stats.uncertainty import STRIDE


@dataclass(frozen=True)
class CellsByGroup:
    """Reads as pairs of group numbers and their cells, numbered ``cell * STRIDE + group``; the groups in order.

    A large panel is linked some groups at a time, and again at every reading: its linked rows are never held.
    """

    panel: Panel
    cell_of_line: Integers
    group_of_line: Integers
    prices: Prices
    engine: Engine
    ready: tuple[tuple[range, Cells], ...] = ()
    """All of them, where they are few or came linked."""

    @classmethod
    def of(
        cls, panel: Panel, codes: tuple[Integers, Integers], engine: Engine, kept: Kept | None = None
    ) -> CellsByGroup:
        """``codes``: cell and jackknife group of each line."""
        cell, group = codes
        everything = range(int(group.max()) + 1)
        if kept:
            linked = join_kept(panel, cell, kept)
            found = cls(panel, cell, group, linked.prices, engine)
            return replace(found, ready=((everything, found._part(linked, group)),))
        found = cls(panel, cell, group, _checked(panel, previous_year_prices(panel, cell)), engine)
        return found if len(panel.line) > CHUNK else replace(found, ready=tuple(found))

    def __iter__(self) -> Iterator[tuple[range, Cells]]:
        yield from self.ready
        for numbers in () if self.ready else self._stretches():
            lines = np.flatnonzero((self.group_of_line >= numbers.start) & (self.group_of_line < numbers.stop))
            some, prices = self.panel.only(lines), self.prices.only(lines)
            linked = link(some, self.cell_of_line[lines], self.engine, prices)
            yield numbers, self._part(linked, self.group_of_line[lines])

    def together(self) -> Cells:
        """The elementary cells of all groups."""
        whole, waiting = None, []
        for _, grouped in self:
            waiting.append(recode(grouped, np.arange(int(grouped.cell.max(initial=0)) + 1) // STRIDE))
            if whole is None or sum(map(len, waiting)) > len(whole):
                whole, waiting = merge(*waiting, *([whole] if whole else [])), []
        return merge(*waiting, *([whole] if whole else []))

    def _part(self, linked: Linked, group: Integers) -> Cells:
        return part(linked, linked.cell * STRIDE + group[linked.line], self.engine)

    def _stretches(self) -> Iterator[range]:
        """Neighbouring groups whose reports are about as many as are handled at once."""
        lines = np.diff(self.panel.start)
        reports = np.cumsum(np.bincount(self.group_of_line, lines))
        first = 0
        while first < len(reports):
            before = reports[first - 1] if first else 0
            last = max(int(np.searchsorted(reports, before + CHUNK, side="right")), first + 1)
            yield range(first, last)
            first = last


def _checked(panel: Panel, prices: Prices) -> Prices:
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
    return prices
