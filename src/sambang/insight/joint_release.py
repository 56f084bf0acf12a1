"""Revisions of series over the same IKM: the change of a total less the changes of its parts must not tell of few.

Where a region is revised by four reports and one of its sentra by three of them, the fourth report could be computed
from the two changes. Such a total waits, as a month does that rests on fewer than three new reporters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sambang.insight.linked_tables import Part, remainders
from sambang.insight.release import News, NewValues


@dataclass(frozen=True)
class RevisedSeries:
    """A released series with what arrived since; `suppressed`: months without a figure."""

    part: Part
    units: NewValues
    news: News
    suppressed: Collection[int]

    def is_revised(self, month: int) -> bool:
        return bool(self.news.businesses.get(month)) and month not in self.news.waiting and month not in self.suppressed

    def is_few_within(self, month: int, atoms: frozenset[int], atom: Mapping[str, int]) -> bool:
        """Of those who reported or corrected the month, the ones in these atoms."""
        inside = [one for one in self.news.businesses[month] if atom[one] in atoms]
        return self.units.is_few(month, inside)


def wait_together(series: Sequence[RevisedSeries], atom: Mapping[str, int]) -> None:
    """Adds to the months that wait. `atom`: of each business."""
    for month in sorted({month for one in series for month, found in one.news.businesses.items() if found}):
        while (failing := _first_telling(series, month, atom)) is not None:
            failing.news.waiting.add(month)


def _first_telling(series: Sequence[RevisedSeries], month: int, atom: Mapping[str, int]) -> RevisedSeries | None:
    """The first series whose change, less the changes of series inside it, tells of few."""
    revised = {one.part: one for one in series if one.is_revised(month)}
    for atoms, taken in remainders(list(revised)):
        if revised[taken[0]].is_few_within(month, atoms, atom):
            return revised[taken[0]]
    return None
