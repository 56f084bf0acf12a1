"""Factors of season and Lebaran lent by wider series to those that are too short or too small for factors of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang_stats.seasonal import STABLE_LINES, X13_MONTHS
from sambang_stats.stored_links import StoredLinks

TRADE = 2  # digits of the KBLI that share a season


def lines_of(found: engine.Series) -> int:
    """How many lines stand behind a series: those that report over the share that does, in the middle month."""
    known = found.response > 0
    return round(float(np.median(found.lines[known] / found.response[known]))) if known.any() else 0


def needs_lender(found: engine.Series) -> bool:
    known = np.isfinite(found.index) & (found.index > 0)
    return int(known.sum()) < X13_MONTHS or lines_of(found) < STABLE_LINES


@dataclass(frozen=True)
class Lenders:
    """The adjusted series of everything in the panel by two-digit industry, made only when one is asked for."""

    panel: engine.Panel
    stored: StoredLinks | None
    base_year: int

    @cached_property
    def trades(self) -> dict[str, engine.Adjusted]:
        """Of those large and long enough to lend."""
        options = engine.Options(by=engine.By(industry=TRADE), base_year=self.base_year)
        wide = engine.estimate_index(self.panel, options, self.stored)
        return {
            name: engine.adjust(found.months, found.index, lines=lines_of(found))
            for name, found in wide.items()
            if not needs_lender(found)
        }

    def of(self, members: np.ndarray) -> engine.Adjusted | None:
        """The lender for a series of these `members` (one truth value a unit): that of the industry most of them have."""
        counted = Counter(str(code)[:TRADE] for code in self.panel.units.industry[members])
        [(trade, count)] = counted.most_common(1) or [("", 0)]
        # A mixed series has a season of its own that no single industry can lend.
        return self.trades.get(trade) if count * 2 > counted.total() else None


def adjusted_of(found: engine.Series, names: np.ndarray, lenders: Lenders) -> engine.Adjusted:
    """`names`: of the series that each unit of the panel belongs to."""
    lender = lenders.of(names == found.name) if needs_lender(found) else None
    return engine.adjust(found.months, found.index, lines=lines_of(found), lender=lender)
