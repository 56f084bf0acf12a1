"""Seasonal adjustment of published series; short or small ones take their factors from their industry's series."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang_stats.seasonal import STABLE_LINES, X13_MONTHS
from sambang_stats.stored_links import StoredLinks

INDUSTRY_DIGITS = 2  # digits of the KBLI whose series lend seasonal factors


def line_count(found: engine.Series) -> int:
    """Lines of a series: reporting lines over the response, median over the months."""
    known = found.response > 0
    return round(float(np.median(found.lines[known] / found.response[known]))) if known.any() else 0


def needs_lender(found: engine.Series) -> bool:
    known = np.isfinite(found.index) & (found.index > 0)
    return int(known.sum()) < X13_MONTHS or line_count(found) < STABLE_LINES


@dataclass(frozen=True)
class Lenders:
    """Adjusted series of the panel by two-digit industry, computed on first use."""

    panel: engine.Panel
    stored: StoredLinks | None
    base: engine.Period

    @cached_property
    def by_industry(self) -> dict[str, engine.Adjusted]:
        """Those that are large and long enough."""
        options = engine.Options(by=engine.By(industry=INDUSTRY_DIGITS), base=self.base)
        wide = engine.estimate_index(self.panel, options, self.stored)
        return {
            name: engine.adjust(found.months, found.index, lines=line_count(found))
            for name, found in wide.items()
            if not needs_lender(found)
        }

    def of(self, members: np.ndarray) -> engine.Adjusted | None:
        """The lender of a series: the industry of most of its units. `members`: a flag for each unit of the panel."""
        counted = Counter(str(code)[:INDUSTRY_DIGITS] for code in self.panel.units.industry[members])
        [(trade, count)] = counted.most_common(1) or [("", 0)]
        # A mixed series has a season of its own that no single industry can lend.
        return self.by_industry.get(trade) if count * 2 > counted.total() else None


def adjust_series(found: engine.Series, names: np.ndarray, lenders: Lenders) -> engine.Adjusted:
    """The adjusted series. `names`: of the series that each unit of the panel belongs to."""
    lender = lenders.of(names == found.name) if needs_lender(found) else None
    return engine.adjust(found.months, found.index, lines=line_count(found), lender=lender)
