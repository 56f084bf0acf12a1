"""Secondary suppression in linked tables of the same IKM: sentra, regencies, and KBLI divisions and groups of one
total.
An atom is the finest set of units that no released series divides: a sentra's share of a KBLI group in a regency. A
released series is a union of atoms. No released series minus released series inside it may be sensitive, nor an atom
whose value follows from the released sums by a linear combination; otherwise the smallest industry series involved is
suppressed, one that was never released before one that was. For sentra and regencies the decision of
`insight.disclosure` stands. The industries of a regency, which its own council releases, count as released together
with those of a wider region."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang.insight.disclosure import REGENCIES, Contributions, Names, SuppressedMonths, suppressed_months
from sambang.insight.release import EarlierReleases
from sambang.lib.region_code import Level
from sambang_stats.disclosure import AtomSums
from sambang_stats.results import Floats, Integers

DIVISION, GROUP = engine.By(industry=2), engine.By(industry=3)
INDUSTRIES = (DIVISION, GROUP)
INDUSTRIES_OF_REGENCY = (engine.By(region=Level.REGENCY, industry=2), engine.By(region=Level.REGENCY, industry=3))
DETERMINED = 1e-9


@dataclass(frozen=True)
class Part:
    """A candidate for release: its name, its aggregation, and its atoms."""

    name: str
    by: engine.By
    atoms: frozenset[int]

    @property
    def is_industry(self) -> bool:
        return self.by in INDUSTRIES


@dataclass(frozen=True)
class Tables:
    """The series of a panel that are released together, and the suppressed months of the Run's own."""

    given: Contributions
    names: Names
    atom: Integers  # of each unit
    parts: Mapping[tuple[engine.By, str], Part]
    suppressed: SuppressedMonths
    few_births: SuppressedMonths  # in which the index of the same lines is suppressed


def tables_of_panel(given: Contributions, own: Collection[engine.By], earlier: EarlierReleases) -> Tables:
    """The tables of a panel: the Run's `own` aggregations, and above a regency the industries of its regencies. A unit
    in no sentra belongs to none of the sentra."""
    others = [by for by in own if by not in INDUSTRIES]
    beside = INDUSTRIES_OF_REGENCY if REGENCIES in own else ()
    names = {by: by.names(given.panel.units) for by in (*others, *beside, *INDUSTRIES)}
    keys = np.array(["|".join(row) for row in zip(*names.values(), strict=True)], dtype=object)
    atom = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    parts = {
        (by, str(name)): Part(str(name), by, frozenset(np.unique(atom[of_unit == name]).tolist()))
        for by, of_unit in names.items()
        for name in np.unique(of_unit)
        if name
    }
    suppressed, few_births = suppressed_months(given, {by: names[by] for by in own}, earlier)
    tables = Tables(given, names, atom, parts, suppressed, few_births)
    suppressed |= dict.fromkeys(INDUSTRIES, months_of_industries(tables, earlier))
    return tables


def remainders(parts: Sequence[Part]) -> Iterator[tuple[frozenset[int], list[Part]]]:
    """The remainder of each part after subtracting parts inside it: those of one aggregation, the industries, or a
    maximal set of disjoint parts. Yields the atoms of the remainder and the parts involved."""
    aggregates = list(dict.fromkeys(part.by for part in parts))
    choices = [[by] for by in aggregates if by not in INDUSTRIES] + [list(INDUSTRIES), aggregates]
    for total in parts:
        inside = sorted((part for part in parts if part.atoms < total.atoms), key=lambda part: -len(part.atoms))
        for choice in choices:
            disjoint = without_overlap(part for part in inside if part.by in choice)
            if disjoint:
                yield total.atoms.difference(*(part.atoms for part in disjoint)), [total, *disjoint]


def without_overlap(parts: Iterable[Part]) -> list[Part]:
    """The parts, in order, that do not overlap an earlier accepted one."""
    disjoint, covered = [], frozenset[int]()
    for part in parts:
        if not part.atoms & covered:
            disjoint.append(part)
            covered |= part.atoms
    return disjoint


def determined_atoms(parts: Sequence[Part]) -> Iterator[tuple[frozenset[int], list[Part]]]:
    """The single atoms whose value follows from the sums of the parts by a linear combination, with the parts that
    contain them."""
    atoms = sorted(frozenset[int]().union(*(part.atoms for part in parts)))
    if not atoms:
        return
    place = {atom: at for at, atom in enumerate(atoms)}
    sums = np.zeros((len(parts), len(atoms)))
    for row, part in zip(sums, parts, strict=True):
        row[[place[atom] for atom in part.atoms]] = 1
    projection = np.einsum("ij,ji->i", np.linalg.pinv(sums), sums)
    for at in np.flatnonzero(projection > 1 - DETERMINED):
        yield frozenset({atoms[at]}), [part for part in parts if atoms[at] in part.atoms]


@dataclass(frozen=True)
class MonthValues:
    """The units that reported a month."""

    atom: Integers
    owner: Integers
    values: tuple[Floats, ...]
    """Volume of each, and its value in the base period."""
    atoms: int
    """Number of atoms of the panel."""

    @cached_property
    def sums(self) -> list[AtomSums]:
        """Of each of the values."""
        return [AtomSums.of(self.atom, self.owner, value, self.atoms) for value in self.values]

    def is_sensitive(self, atoms: frozenset[int]) -> bool:
        union = np.array(list(atoms), dtype=np.int64)
        return any(sums.is_sensitive(union) for sums in self.sums)

    def total(self, part: Part) -> float:
        return float(self.sums[0].total[list(part.atoms)].sum())


def suppressed_industries(
    month: MonthValues, industries: Sequence[Part], others: Sequence[Part], released: Collection[str] = frozenset()
) -> set[str]:
    """The industries to suppress in one month. `others`: the sentra, regencies and total released in it; `released`:
    names of series with an earlier release of this month."""
    published = [part for part in industries if not month.is_sensitive(part.atoms)]
    while (involved := first_violation(month, [*others, *published])) is not None:
        published.remove(min(involved, key=lambda part: (part.name in released, month.total(part))))
    return {part.name for part in industries} - {part.name for part in published}


def first_violation(month: MonthValues, parts: Sequence[Part]) -> list[Part] | None:
    """The industry series to suppress for the first sensitive remainder; None if suppressing an industry cannot resolve
    any."""
    for find in (remainders, determined_atoms):
        for atoms, chosen_parts in find(parts):
            involved = [part for part in chosen_parts if part.is_industry]
            if involved and month.is_sensitive(atoms):
                return involved
    return None


def months_of_industries(tables: Tables, earlier: EarlierReleases) -> dict[str, set[int]]:
    """The suppressed months of each industry series, after those of the other aggregations."""
    given, parts, atoms = tables.given, tables.parts.values(), int(tables.atom.max()) + 1
    industries, others = ([part for part in parts if part.is_industry is wanted] for wanted in (True, False))
    months_by_name: dict[str, set[int]] = {part.name: set() for part in industries}
    for at in np.unique(given.when):
        month, rows = given.panel.first_month + int(at), given.when == at
        who = given.who[rows]
        values = MonthValues(tables.atom[who], given.owner[who], (given.made[rows], given.weight[who]), atoms)
        reported = [part for part in industries if not part.atoms.isdisjoint(values.atom.tolist())]
        published = [part for part in others if is_released(part, month, tables.suppressed, values)]
        for name in suppressed_industries(values, reported, published, earlier.names_by_month[month]):
            months_by_name[name].add(month)
    return months_by_name


def is_released(part: Part, month: int, suppressed: SuppressedMonths, values: MonthValues) -> bool:
    """Whether a part that is no industry of the Run's region is released: by the decision on it, or by the rule of its
    own council."""
    if part.by in suppressed:
        return month not in suppressed[part.by].get(part.name, ())
    return not values.is_sensitive(part.atoms)
