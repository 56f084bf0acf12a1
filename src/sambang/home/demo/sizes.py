"""Sizes of the demo: one sentra, a whole council, or a large regency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Size:
    """Made-up sentra beside Joho, IKM in each, IKM outside any sentra, and the first month of their reports."""

    clusters: int = 0
    businesses: int = 0
    outside: int = 0
    reports_from: date = date(2021, 1, 1)


SIZES = {
    "sentra": Size(),
    "council": Size(clusters=11, businesses=42, outside=100),
    "regency": Size(clusters=35, businesses=300, outside=464, reports_from=date(2025, 1, 1)),
}
