"""Achievement of a target (capaian kinerja) as LKjIP reports it.

Formula: R/T × 100 for a rising indicator, (2T − R)/T × 100 for a falling one (Permenpan RB 53/2014, practice of
regency LKjIP). The scale is the one that Kabupaten Sampang prints; `reference/achievement_scale.csv` holds it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from sambang.indicators.models import Indicator

SCALE_FILE = Path(__file__).parent / "reference" / "achievement_scale.csv"


@dataclass(frozen=True)
class Grade:
    at_least: Decimal  # percent
    name: str


def achievement(
    polarity: Indicator.Polarity | str, *, target: Decimal | None, realised: Decimal | None
) -> Decimal | None:
    """Percent with two decimals; None without a target, with a target of zero, or without a value."""
    if target is None or realised is None or target == 0:
        return None
    reached = 2 * target - realised if polarity == Indicator.Polarity.FALLING else realised
    return (100 * reached / target).quantize(Decimal("0.01"), ROUND_HALF_UP)


def grade_of(percent: Decimal | None) -> str:
    """The grade as text, "" if the achievement is unknown."""
    if percent is None:
        return ""
    rounded = percent.quantize(Decimal(1), ROUND_HALF_UP)
    return next(grade.name for grade in scale() if rounded >= grade.at_least)


@cache
def scale() -> list[Grade]:
    """The grades, best first; the last has no lower limit."""
    with SCALE_FILE.open(encoding="utf-8", newline="") as file:
        return [Grade(Decimal(row["at_least"]), row["grade"]) for row in csv.DictReader(file)]
