"""Seasonal adjustment of published series. Short or small series take their factors from the series of their
industry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang_stats.seasonal import STABLE_LINES, X13_MONTHS
from sambang_stats.stored_links import StoredLinks

INDUSTRY_DIGITS = 2  # digits of the KBLI at which series lend seasonal factors


def line_count(found: engine.Series) -> int:
    """The number of lines of a series: the median over the months of reporting lines divided by the response rate."""
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
        """The series that are large and long enough to lend factors."""
        options = engine.Options(by=engine.By(industry=INDUSTRY_DIGITS), base=self.base)
        wide = engine.estimate_index(self.panel, options, self.stored)
        return {
            name: engine.adjust(found.months, found.index, lines=line_count(found))
            for name, found in wide.items()
            if not needs_lender(found)
        }

    def of(self, members: np.ndarray) -> engine.Adjusted | None:
        """The lender of a series: the industry of most of its units. `members`: a boolean mask of the units of the
        panel."""
        counted = Counter(str(code)[:INDUSTRY_DIGITS] for code in self.panel.units.industry[members])
        [(trade, count)] = counted.most_common(1) or [("", 0)]
        # A series of mixed industries has a seasonal pattern that no single industry represents.
        return self.by_industry.get(trade) if count * 2 > counted.total() else None


def adjust_series(found: engine.Series, names: np.ndarray, lenders: Lenders) -> engine.Adjusted:
    """The adjusted series. `names`: for each unit of the panel, the name of its series."""
    lender = lenders.of(names == found.name) if needs_lender(found) else None
    return engine.adjust(found.months, found.index, lines=line_count(found), lender=lender)
