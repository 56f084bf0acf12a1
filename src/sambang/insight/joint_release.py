"""The figures of a release, and its joint revisions of series over the same IKM: the change of a total minus the
changes of its parts must not disclose a few reports.
If four reports revise a region and three of them revise one of its sentra, the fourth report could be computed from the
two changes. The total then keeps its released figure, as does a month with fewer than three new reporters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from sambang.insight.aggregations import ScopeEstimate
from sambang.insight.disclosure import Contributions
from sambang.insight.first_estimates import CorrectedSeries
from sambang.insight.linked_tables import INDUSTRIES_OF_REGENCY, Part, Tables, remainders
from sambang.insight.models import SeriesKey
from sambang.insight.release import (
    Arrivals,
    EarlierReleases,
    NewValues,
    Releasable,
    Revisers,
    restore_released,
    revisers_of,
)


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


def figures_to_release(
    estimates: Sequence[ScopeEstimate],
    corrected: Sequence[CorrectedSeries],
    earlier: EarlierReleases,
    tables: Tables,
    *,
    today: date,
) -> list[Releasable]:
    """The figures of each series; in a release, months that must not be revised keep their released figures. Sets
    `released_on`."""
    revisers: dict[SeriesKey, Revisers] = {}
    revised: list[RevisedSeries] = []
    as_of: dict[int, datetime] = {}
    elsewhere = [part for part in tables.parts.values() if part.by in INDUSTRIES_OF_REGENCY]
    for estimate in estimates:
        key = estimate.row.key
        released = earlier.by_key.get(key)
        if not earlier.is_due(key, today):
            elsewhere.append(estimate.part)
            continue
        estimate.row.released_on = today
        if released:
            units = new_values(tables.given, estimate.members)
            revisers[key] = revisers_of(released.as_of, earlier.arrivals, units)
            revised.append(RevisedSeries(estimate.part, units, revisers[key], estimate.suppressed))
            for month, since in released.as_of.items():
                as_of[month] = min(since, as_of.get(month, since))
    if revised:
        revised += revised_elsewhere(tables, elsewhere, as_of, earlier.arrivals)
        units_of_panel = map(str, tables.given.panel.units.unit)
        defer_joint_revisions(revised, dict(zip(units_of_panel, tables.atom.tolist(), strict=True)))
    return [
        restore_released(correction.series, earlier.by_key[key], revisers[key])
        if (key := estimate.row.key) in revisers
        else Releasable(correction.series, {}, earlier.by_key[key].ever if key in earlier.by_key else frozenset())
        for estimate, correction in zip(estimates, corrected, strict=True)
    ]


def revised_elsewhere(
    tables: Tables, parts: Iterable[Part], as_of: Mapping[int, datetime], arrivals: Arrivals
) -> Iterator[RevisedSeries]:
    """The series that other councils' Runs release, treated as if each were revised by all reports since `as_of`."""
    for part in parts:
        units = new_values(tables.given, tables.names[part.by] == part.name)
        yield RevisedSeries(part, units, Revisers(revisers_of(as_of, arrivals, units).businesses, set()), ())


def new_values(given: Contributions, members: np.ndarray) -> NewValues:
    """The values of some units. `members`: a boolean mask of the units."""
    units, rows = given.panel.units.unit, members[given.who]
    return NewValues(
        {str(units[at]): int(given.owner[at]) for at in np.flatnonzero(members)},
        {
            (given.panel.first_month + int(month), str(units[unit])): float(made)
            for month, unit, made in zip(given.when[rows], given.who[rows], given.made[rows], strict=True)
        },
    )
