"""How likely two rows of a workbook are one IKM, by the model of Fellegi and Sunter (1969).

Each column that both rows fill adds a weight: the base-2 logarithm of how much more often it agrees (or nearly agrees,
or differs) in two rows of one IKM than in two rows of different ones. The weights were set by hand after those that
splink estimates on a made-up register (bench/duplicates.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from rapidfuzz.distance import JaroWinkler

from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.results import RegisterRow

# Column: weight where it agrees, nearly agrees (Jaro–Winkler at least 0.92 or 0.8), differs.
NAMES = {"name": (9.0, 7.5, 1.0, -6.0), "owner": (7.5, 6.5, 1.0, -4.0), "address": (9.0, 7.0, -0.5, -0.5)}
EXACT = {
    "nik": (16.0, -9.0),
    "nib": (16.0, -9.0),
    "phone": (11.0, -1.5),
    "village": (6.0, -5.0),
    "product": (4.0, -4.0),
}
DOUBLES = 0.08  # share of rows that are entered twice
LEAST_ODDS = 9.0  # to one that two rows are one IKM


def weight(first: RegisterRow, second: RegisterRow) -> float:
    """The sum of the weights of the columns that both rows fill."""
    return sum(_name_weights(first, second)) + sum(_exact_weights(first, second))


def _name_weights(first: RegisterRow, second: RegisterRow) -> Iterator[float]:
    for column, (equal, near, alike, different) in NAMES.items():
        one, other = getattr(first, column), getattr(second, column)
        if one and other:
            one, other = normalised_heading(one), normalised_heading(other)
            score = JaroWinkler.similarity(one, other)
            yield equal if one == other else near if score >= 0.92 else alike if score >= 0.8 else different


def _exact_weights(first: RegisterRow, second: RegisterRow) -> Iterator[float]:
    for column, (equal, different) in EXACT.items():
        one, other = getattr(first, column), getattr(second, column)
        if one and other:
            yield equal if normalised_heading(one) == normalised_heading(other) else different


def least_weight(rows: int) -> float:
    """The weight from which two of so many rows are one IKM with odds of LEAST_ODDS to one."""
    return log2(LEAST_ODDS) + log2(max(rows, 2) / DOUBLES)
