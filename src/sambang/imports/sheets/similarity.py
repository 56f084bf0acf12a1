"""How likely two entries are one IKM, by the model of Fellegi and Sunter (1969).

Each column that both entries fill adds a weight: the base-2 logarithm of how much more often it agrees (or nearly
agrees, or differs) in two entries of one IKM than in two entries of different ones. The weights were set by hand after
those that splink estimates on a made-up register (bench/duplicates.py). Rows of a workbook and IKM of the register are
compared alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from rapidfuzz.distance import JaroWinkler

from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.results import RegisterRow

# Column: weight where it agrees, nearly agrees (Jaro–Winkler at least NEARLY_EQUAL or ALIKE), differs.
NAME_WEIGHTS = {"name": (9.0, 7.5, 1.0, -6.0), "owner": (7.5, 6.5, 1.0, -4.0), "address": (9.0, 7.0, -0.5, -0.5)}
EXACT = {
    "nik": (16.0, -9.0),
    "nib": (16.0, -9.0),
    "phone": (11.0, -1.5),
    "village": (6.0, -5.0),
    "product": (4.0, -4.0),
}
OFTEN_EQUAL = frozenset({"address", "village", "product"})  # agreement counts less where many entries have the value
COMPARED_COLUMNS = (*NAME_WEIGHTS, *EXACT)
NEARLY_EQUAL, ALIKE = 0.92, 0.8
DIGIT_RUN = re.compile(r"\d+")
DOUBLES = 0.08  # share of rows that are entered twice
MIN_ODDS = 3.0  # to one that two rows are one IKM
MAX_COMPARED_ENTRIES = 200  # entries with the same mark that an entry is compared with; of the wide marks fewer
WIDE_MARKS = {"owner": 20, "name": 20, "place": 20}
MAX_OWNERS = 2  # a telephone shared by more owners belongs to an officer or a kelompok and does not identify


@dataclass(frozen=True, slots=True)
class Traits:
    """The columns by which two entries are compared, in lower case and without punctuation; '' where not filled. `nik`
    is the number or its digest, the same for all entries that are compared."""

    name: str = ""
    owner: str = ""
    address: str = ""
    nik: str = ""
    nib: str = ""
    phone: str = ""
    village: str = ""
    product: str = ""

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Entries that share one of these are compared."""
        pairs = [("who", f"{self.owner}|{self.name}"), ("owner", self.owner), ("name", self.name)]
        if self.village:
            pairs.append(("place", f"{self.village}|{self.product}"))
        return pairs + [(column, value) for column in ("nik", "nib", "phone") if (value := getattr(self, column))]


def traits_of(row: RegisterRow) -> Traits:
    return Traits(**{column: normalised_heading(getattr(row, column) or "") for column in COMPARED_COLUMNS})


class EntryComparison:
    """Weighs pairs of `entries`: common values weigh less."""

    def __init__(self, entries: Iterable[Traits]) -> None:
        entry_list = list(entries)
        self.size = len(entry_list)
        self.counts = {column: Counter(getattr(traits, column) for traits in entry_list) for column in OFTEN_EQUAL}
        owners = Counter(phone for phone, _owner in {(traits.phone, traits.owner) for traits in entry_list})
        self.shared_phones = frozenset(phone for phone, count in owners.items() if phone and count > MAX_OWNERS)
        self.least = log2(MIN_ODDS) + log2(max(self.size, 2) / DOUBLES)

    def is_likely(self, first: Traits, second: Traits) -> bool:
        """Whether the two are one IKM with odds of MIN_ODDS to one."""
        return self.weight(first, second) >= self.least

    def weight(self, first: Traits, second: Traits) -> float:
        """The sum of the weights of the columns that both fill."""
        total = 0.0
        for column, (equal, different) in EXACT.items():
            one, other = getattr(first, column), getattr(second, column)
            if one and other:
                total += self._of_equal(column, one, equal) if one == other else different
        is_named_after_owner = first.name == first.owner and second.name == second.owner
        for column, weights in NAME_WEIGHTS.items():
            one, other = getattr(first, column), getattr(second, column)
            if one and other and not (column == "name" and is_named_after_owner):
                total += self._of_equal(column, one, weights[0]) if one == other else _of_names(one, other, weights)
        return total

    def _of_equal(self, column: str, value: str, most: float) -> float:
        """The weight of an equal value: by its share of the entries, at most the column's."""
        if column == "phone":
            return 0.0 if value in self.shared_phones else most
        if column not in OFTEN_EQUAL:
            return most
        return min(most, log2(max(self.size, 2) / max(self.counts[column][value] - 1, 1)))


def _of_names(one: str, other: str, weights: tuple[float, float, float, float]) -> float:
    """The weight of two unequal texts. Texts whose numbers differ (a house, a block) are different."""
    _equal, near, alike, different = weights
    if _digit_runs(one) != _digit_runs(other):
        return different
    score = JaroWinkler.similarity(one, other, score_cutoff=ALIKE)
    return near if score >= NEARLY_EQUAL else alike if score >= ALIKE else different


@lru_cache(maxsize=65_536)
def _digit_runs(text: str) -> list[str]:
    return DIGIT_RUN.findall(text)


class Candidates[Key: Hashable]:
    """Entries by blocking keys: only entries with a common key are compared."""

    def __init__(self) -> None:
        self.by_mark: dict[tuple[str, str], list[Key]] = defaultdict(list)
        self.traits: dict[Key, Traits] = {}

    def add(self, key: Key, traits: Traits) -> None:
        self.traits[key] = traits
        for mark in traits.marks:
            self.by_mark[mark].append(key)

    def like(self, traits: Traits) -> list[Key]:
        """The entries that share a mark with `traits`, each once."""
        candidates: dict[Key, None] = {}
        for mark in traits.marks:
            most = WIDE_MARKS.get(mark[0], MAX_COMPARED_ENTRIES)
            candidates |= dict.fromkeys(self.by_mark.get(mark, ())[:most])
        return list(candidates)
