"""The indicator table of a year, and the rows behind one figure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.models import QuerySet

from sambang.access.models import Council, Person
from sambang.indicators.achievement import achievement, grade_of
from sambang.indicators.measures import MeasuredRows, Year, evidence_of
from sambang.indicators.models import Indicator

SUGGESTIONS_FILE = Path(__file__).parent / "reference" / "indicators.csv"


def indicators(person: Person) -> QuerySet[Indicator]:
    return Indicator.objects.visible_to(person).select_related("council")


@dataclass(frozen=True)
class IndicatorResult:
    """One line of the LKjIP table: target and realised value of a year, beside the two years before."""

    indicator: Indicator
    year: int
    target: Decimal | None
    realised: Decimal | None
    before: Decimal | None  # realised value of the previous year
    two_before: Decimal | None
    final_year: int | None  # the last year with a target, which is the end of the Renstra
    final_target: Decimal | None

    @property
    def achievement(self) -> Decimal | None:
        return achievement(self.indicator.polarity, target=self.target, realised=self.realised)

    @property
    def grade(self) -> str:
        return grade_of(self.achievement)

    @property
    def progress(self) -> Decimal | None:
        """Achievement of the final target so far."""
        return achievement(self.indicator.polarity, target=self.final_target, realised=self.realised)


def results(person: Person, council: Council, year: int) -> list[IndicatorResult]:
    rows = indicators(person).filter(council=council).prefetch_related("targets")
    return [_result(person, row, year) for row in rows]


def _result(person: Person, indicator: Indicator, year: int) -> IndicatorResult:
    targets = {target.year: target.value for target in indicator.targets.all()}
    final_year = max(targets, default=None)
    now, before, two_before = (evidence(person, indicator, year - back).value for back in (0, 1, 2))
    return IndicatorResult(
        indicator,
        year,
        target=targets.get(year),
        realised=now,
        before=before,
        two_before=two_before,
        final_year=final_year,
        final_target=targets[final_year] if final_year else None,
    )


def evidence(person: Person, indicator: Indicator, year: int) -> MeasuredRows:
    return evidence_of(indicator.measure, Year(person, indicator.council, year))


def suggestions() -> list[dict[str, str]]:
    """Suggested indicators: fields of Indicator, from the reference table."""
    with SUGGESTIONS_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
