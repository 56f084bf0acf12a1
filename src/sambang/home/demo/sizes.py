"""Sizes of the demo: one sentra, a whole council, or a large regency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DemoSize:
    """Made-up sentra beside Joho, IKM in each, IKM outside any sentra, the first month of their reports, and the year
    that the council chooses as the base of its index: one that every sentra reported; how many earlier computations."""

    clusters: int = 0
    businesses: int = 0
    outside: int = 0
    reports_from: date = date(2022, 1, 1)
    base_year: int | None = None
    vintages: int = 3  # with fewer, the newest month is not corrected by past revisions


SIZES = {
    "sentra": DemoSize(),
    "council": DemoSize(clusters=11, businesses=42, outside=100, base_year=2022),
    "regency": DemoSize(
        clusters=35, businesses=300, outside=464, reports_from=date(2025, 1, 1), base_year=2025, vintages=0
    ),
}
