"""Joint revisions of series over the same IKM: the change of a total minus the changes of its parts must not disclose a
few reports.
If four reports revise a region and three of them revise one of its sentra, the fourth report could be computed from the
two changes. The total then keeps its released figure, as does a month with fewer than three new reporters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sambang.insight.linked_tables import Part, remainders
from sambang.insight.release import NewValues, Revisers


@dataclass(frozen=True)
class RevisedSeries:
    """A released series with the reports received since; `suppressed`: months without a figure."""

    part: Part
    units: NewValues
    revisers: Revisers
    suppressed: Collection[int]

    def is_revised(self, month: int) -> bool:
        return (
            bool(self.revisers.businesses.get(month))
            and month not in self.revisers.deferred
            and month not in self.suppressed
        )

    def is_few_within(self, month: int, atoms: frozenset[int], atom: Mapping[str, int]) -> bool:
        """Whether the owners in these atoms who reported or corrected the month are too few."""
        inside = [one for one in self.revisers.businesses[month] if atom[one] in atoms]
        return self.units.is_few(month, inside)


def defer_joint_revisions(series: Sequence[RevisedSeries], atom: Mapping[str, int]) -> None:
    """Add to `revisers.deferred` of the series the months that must not be revised. `atom`: the atom of each
    business."""
    for month in sorted(
        {month for one in series for month, businesses in one.revisers.businesses.items() if businesses}
    ):
        while (failing := _first_disclosing(series, month, atom)) is not None:
            failing.revisers.deferred.add(month)


def _first_disclosing(series: Sequence[RevisedSeries], month: int, atom: Mapping[str, int]) -> RevisedSeries | None:
    """The first series whose change, minus the changes of series inside it, discloses too few reporters."""
    revised = {one.part: one for one in series if one.is_revised(month)}
    for atoms, disjoint in remainders(list(revised)):
        if revised[disjoint[0]].is_few_within(month, atoms, atom):
            return revised[disjoint[0]]
    return None
