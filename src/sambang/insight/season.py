"""Seasonal adjustment of published series. Short or small series take their factors from the series of their
industry; unchanged series keep their X-13 factors of the computation before, which lie under SAMBANG_DATA/cache."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from django.conf import settings

import sambang_stats as engine
from sambang.lib.file_cache import write_atomically
from sambang_stats.seasonal import Unadjusted, adjust_all
from sambang_stats.x13 import Factors, FactorStore

INDUSTRY_DIGITS = 2  # digits of the KBLI at which series lend seasonal factors


def line_count(series: engine.Series) -> int:
    """The number of lines of a series: the median over the months of reporting lines divided by the response rate."""
    reported = series.response > 0
    return round(float(np.median(series.lines[reported] / series.response[reported]))) if reported.any() else 0


def needs_lender(series: engine.Series) -> bool:
    return _unadjusted(series).is_weak


@dataclass(frozen=True)
class Lenders:
    """Adjusted series by two-digit industry, computed on first use."""

    units: engine.Units
    industries: Mapping[str, engine.Series]
    factors: FactorStore = field(default_factory=FactorStore)

    @cached_property
    def by_industry(self) -> dict[str, engine.Adjusted]:
        """The series that are large and long enough to lend factors."""
        large = {name: series for name, series in self.industries.items() if not needs_lender(series)}
        adjusted = adjust_all([_unadjusted(series) for series in large.values()], store=self.factors)
        return dict(zip(large, adjusted, strict=True))

    def of(self, members: np.ndarray) -> engine.Adjusted | None:
        """The lender of a series: the industry of most of its units. `members`: a boolean mask of the units of the
        panel."""
        counted = Counter(str(code)[:INDUSTRY_DIGITS] for code in self.units.industry[members])
        [(trade, count)] = counted.most_common(1) or [("", 0)]
        # A series of mixed industries has a seasonal pattern that no single industry represents.
        return self.by_industry.get(trade) if count * 2 > counted.total() else None

    def adjust(self, series: Iterable[tuple[engine.Series, np.ndarray]]) -> list[engine.Adjusted]:
        """The adjusted series. Each comes with a boolean mask of its units among those of the panel."""
        rows = [_unadjusted(one, self.of(members) if needs_lender(one) else None) for one, members in series]
        return adjust_all(rows, store=self.factors)


def _unadjusted(series: engine.Series, lender: engine.Adjusted | None = None) -> Unadjusted:
    return Unadjusted(series.months, series.observed, line_count(series), lender)


@contextmanager
def stored_factors(region_code: str) -> Iterator[FactorStore]:
    """The factors of the region's computation before; afterwards those of this one are stored."""
    path: Path = settings.SAMBANG_DATA / "cache" / "x13" / f"{region_code or 'nation'}.json"
    store = FactorStore(_read_factors(path))
    yield store
    rows = {
        digest: [factors.seasonal.tolist(), factors.holiday.tolist(), factors.window, factors.diagnostics]
        for digest, factors in store.used.items()
    }
    write_atomically(path, json.dumps(rows).encode())


def _read_factors(path: Path) -> dict[str, Factors]:
    """Nothing if the file is missing, or of another version of this module."""
    try:
        rows = json.loads(path.read_bytes())
        return {
            digest: Factors(np.array(seasonal), np.array(holiday), window, diagnostics)
            for digest, (seasonal, holiday, window, diagnostics) in rows.items()
        }
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}
