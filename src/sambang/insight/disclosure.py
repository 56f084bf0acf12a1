"""Disclosure control: the series and months to suppress, because their figures would reveal one owner's production.
Primary suppression: a month is sensitive if fewer than `sambang_stats.disclosure.MIN_OWNERS` owners reported, or if
two owners dominate it (the p % rule), measured by the values of that month or of the base period.
Secondary suppression: a total minus its published parts must not be sensitive either; otherwise the smallest part is
suppressed too, or the total if only one part is left. A part that an earlier release contained is suppressed only if no
other part can be.
Births: the two kinds of index over the same businesses differ only by births. From a birth on, the index of the same
lines is suppressed until the businesses born since then are no longer sensitive together.
Base period: its months average 100, so the sum of its suppressed months is known; further months are suppressed until
that sum is not sensitive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

import sambang_stats as engine
from sambang.insight.release import EarlierReleases
from sambang.lib.region_code import Level
from sambang.registry.models import Business
from sambang_stats.disclosure import is_sensitive, sensitive_cells
from sambang_stats.index import unit_weights
from sambang_stats.panel import UNKNOWN_START
from sambang_stats.results import Floats, Integers

TOTAL, REGENCIES = engine.By(), engine.By(region=Level.REGENCY)


@dataclass(frozen=True)
class Contributions:
    """The value of every unit that reported in a month: one row for each month and unit, sorted by month."""

    panel: engine.Panel
    owner: Integers
    """Number of each unit's owner, ``(units,)``."""
    weight: Floats
    """Yearly value of each unit in the base, rupiah, ``(units,)``."""
    when: Integers
    """Months since the panel's first."""
    who: Integers
    made: Floats
    """Volume, rupiah."""

    def of_series(
        self, members: np.ndarray, suppressed: Collection[int], base: engine.Period
    ) -> tuple[set[int], dict[int, int], float]:
        """Of one series: the results of `suppressed_base_months`, `owners_by_month` and `share`."""
        return (
            self.suppressed_base_months(members, suppressed, base),
            self.owners_by_month(members),
            self.share(members),
        )

    def suppressed_base_months(self, members: np.ndarray, suppressed: Collection[int], base: engine.Period) -> set[int]:
        """The additional months of the base period to suppress, because the mean of the base period is known.
        `members`: a boolean mask of the units."""
        first = self.panel.first_month
        rows = np.flatnonzero(members[self.who] & base.covers(first + self.when))
        month, owner, made = first + self.when[rows], self.owner[self.who[rows]], self.made[rows]
        hidden = np.isin(month, list(suppressed))
        while is_sensitive(owner[hidden], made[hidden]) and not hidden.all():
            published_months, number = np.unique(month[~hidden], return_inverse=True)
            hidden |= month == published_months[np.argmin(np.bincount(number, made[~hidden]))]
        return set(month[hidden].tolist()) - set(suppressed)

    def share(self, members: np.ndarray) -> float:
        """Share of the value of all units in the base period, in whole per cent. `members`: a boolean mask of the
        units."""
        total = float(self.weight.sum())
        return float(round(100 * self.weight[members].sum() / total)) if total > 0 else 0.0

    def owners_by_month(self, members: np.ndarray) -> dict[int, int]:
        """The number of owners who reported, by month. `members`: a boolean mask of the units."""
        rows = members[self.who]
        pairs = np.unique(np.stack([self.when[rows], self.owner[self.who[rows]]]), axis=1)
        months, counts = np.unique(pairs[0], return_counts=True)
        return {self.panel.first_month + int(month): int(count) for month, count in zip(months, counts, strict=True)}


def read_contributions(panel: engine.Panel, reports: pa.Table, base: engine.Period) -> Contributions:
    """The contributions of the reports from which the panel was read."""
    number = {str(unit): at for at, unit in enumerate(panel.units.unit)}
    who = np.array([number[unit] for unit in reports["unit"].to_pylist()], dtype=np.int64)
    when = np.array([engine.month_of(month) for month in reports["month"].to_pylist()], dtype=np.int64)
    made = np.array([volume or 0 for volume in reports["volume"].to_pylist()], dtype=float)
    keys, row = np.unique((when - panel.first_month) * len(panel.units) + who, return_inverse=True)
    owners = {str(pk): str(owner) for pk, owner in Business.objects.values_list("pk", "owner").iterator()}
    owner = np.unique([owners.get(str(unit), str(unit)) for unit in panel.units.unit], return_inverse=True)[1]
    return Contributions(
        panel,
        owner.astype(np.int64),
        unit_weights(panel, base),
        keys // len(panel.units),
        keys % len(panel.units),
        np.bincount(row, made, len(keys)),
    )


type Names = Mapping[engine.By, np.ndarray]
"""For each unit of a panel the name of its series in each aggregation."""
type SuppressedMonths = dict[engine.By, dict[str, set[int]]]
"""By aggregation and name of the series."""


def suppressed_months(
    given: Contributions, names: Names, earlier: EarlierReleases
) -> tuple[SuppressedMonths, SuppressedMonths]:
    """The suppressed months of each series that is not of an industry, and of every series the months in which its
    index of the same lines is suppressed because of births. Months without any report are not suppressed. `names`: of
    the Run's aggregations."""
    first, months = given.panel.first_month, given.panel.last_month - given.panel.first_month + 1
    regency = names.get(REGENCIES, names[TOTAL])  # the whole of a regency's panel is its total
    regions, sentra = suppressed_completely(given, regency, earlier.names)
    subtracted = suppressed_by_subtraction(given, regency, earlier.names_by_month)
    owner = given.owner[given.who]
    suppressed: SuppressedMonths = {}
    for by, of_unit in names.items():
        if by.industry:
            continue
        series, group = np.unique(of_unit, return_inverse=True)
        cell = (group[given.who] * months + given.when).astype(np.int64)
        hidden = np.zeros((len(series), months), dtype=bool)
        for value in (given.made, given.weight[given.who]):
            hidden |= sensitive_cells(cell, owner, value, hidden.size).reshape(hidden.shape)
        hidden[np.isin(series, list(sentra if by.cluster else regions))] = True
        suppressed[by] = {
            str(name): {first + int(t) for t in np.flatnonzero(hidden[g])} | subtracted.get(str(name), set())
            for g, name in enumerate(series)
        }
    return suppressed, {by: suppressed_births(given, of_unit) for by, of_unit in names.items()}


def suppressed_births(given: Contributions, names: np.ndarray) -> dict[str, set[int]]:
    """The months of each series in which the index of the same lines is suppressed because of births."""
    units = given.panel.units
    reported, row = np.unique(given.who, return_index=True)  # rows are by month: the first report of each unit
    born = (units.start[reported] != UNKNOWN_START) & (units.start[reported] > given.panel.first_month)
    reported, row = reported[born], row[born]
    births: dict[str, set[int]] = {}
    for name in np.unique(names[reported]):
        of_name = names[reported] == name
        births[str(name)] = _months_of_few_births(given, reported[of_name], row[of_name])
    return births


def _months_of_few_births(given: Contributions, units: Integers, row: Integers) -> set[int]:
    first = given.panel.first_month
    waiting = np.zeros(len(units), dtype=bool)
    suppressed: set[int] = set()
    for month in range(int(given.when[row].min()), given.panel.last_month - first + 1):
        waiting |= given.when[row] == month
        if is_sensitive(given.owner[units[waiting]], given.made[row[waiting]]):
            suppressed.add(first + month)
        else:
            waiting[:] = False
    return suppressed


def suppressed_completely(
    given: Contributions, regency: np.ndarray, released: Collection[str]
) -> tuple[set[str], set[str]]:
    """The regions and the sentra without any figure. `regency`: the name of each unit's regency, or of the total."""
    weight, owner = given.weight, given.owner
    regions: set[str] = set()
    sentra: set[str] = set()
    for code in np.unique(regency):
        rows = regency == code
        parts, total = secondary_suppression(
            given.panel.units.cluster[rows], owner[rows], weight[rows], EarlierRelease(str(code), released)
        )
        sentra |= parts
        regions |= {str(code)} if total else set()
    if not is_total(regency):
        parts, total = secondary_suppression(regency, owner, weight, EarlierRelease("all", released))
        regions |= parts | ({"all"} if total else set())
    return regions, sentra


def is_total(regency: np.ndarray) -> bool:
    """Whether the panel is of one regency, whose series is the total."""
    return bool((regency == "all").all())


def suppressed_by_subtraction(
    given: Contributions, regency: np.ndarray, by_month: Mapping[int, Collection[str]]
) -> dict[str, set[int]]:
    """Secondary suppression by name: the months in which a regency minus its sentra, or the total minus the regencies,
    would be sensitive. `by_month`: the names of the series that were ever released."""
    codes, number = np.unique(regency, return_inverse=True)
    months_by_name: dict[str, set[int]] = defaultdict(set)
    order = np.lexsort((number[given.who], given.when))
    when, who, made = given.when[order], given.who[order], given.made[order]
    for rows in _runs(when * len(codes) + number[who]):
        month, units = given.panel.first_month + int(when[rows][0]), who[rows]
        regency_name = str(regency[units[0]])
        for value in (made[rows], given.weight[units]):
            parts, total = secondary_suppression(
                given.panel.units.cluster[units],
                given.owner[units],
                value,
                EarlierRelease(regency_name, by_month[month]),
            )
            for name in parts | ({regency_name} if total else set()):
                months_by_name[name].add(month)
    for rows in _runs(when) if not is_total(regency) else ():
        month, units = given.panel.first_month + int(when[rows][0]), who[rows]
        for value in (made[rows], given.weight[units]):
            parts, total = secondary_suppression(
                regency[units], given.owner[units], value, EarlierRelease("all", by_month[month])
            )
            for name in parts | ({"all"} if total else set()):
                months_by_name[name].add(month)
    return months_by_name


def _runs(sorted_keys: Integers) -> Iterator[slice]:
    """Slices of consecutive equal keys."""
    ends = [*(np.flatnonzero(np.diff(sorted_keys)) + 1), len(sorted_keys)]
    for start, end in pairwise([0, *ends]):
        if end > start:
            yield slice(int(start), int(end))


@dataclass(frozen=True)
class EarlierRelease:
    """The parts and totals that earlier releases contained; `total`: the name of the total."""

    total: str = ""
    names: Collection[str] = field(default_factory=frozenset)

    @property
    def has_total(self) -> bool:
        return self.total in self.names


NO_EARLIER_RELEASE = EarlierRelease()


def secondary_suppression(
    part: np.ndarray, owner: Integers, value: Floats, earlier: EarlierRelease = NO_EARLIER_RELEASE
) -> tuple[set[str], bool]:
    """The parts of a total to suppress, and whether to suppress the total. `part` names the part of each unit; the part
    "" is not published. Parts that were never released are suppressed first, and of these the smallest."""
    names, number = np.unique(part, return_inverse=True)
    number = number.astype(np.int64)
    total = np.bincount(number, value, len(names))
    is_published = ~sensitive_cells(number, owner, value, len(names)) & (names != "")
    released = np.array([name in earlier.names for name in names], dtype=bool)
    while not is_published.all() and is_sensitive(owner[~is_published[number]], value[~is_published[number]]):
        if is_published.sum() <= 1 and not (earlier.has_total and (is_published & ~released).any()):
            return {str(name) for name in names[~is_published]} - {""}, bool(is_published.any())
        open_to = is_published & ~released if (is_published & ~released).any() else is_published
        is_published[np.argmin(np.where(open_to, total, np.inf))] = False
    return {str(name) for name in names[~is_published]} - {""}, False
