"""The words that a misspelt word may stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_FUZZY_LENGTH, LONG_WORD = 4, 8  # letters from which one slip and two slips of spelling are forgiven


def forgiven_slips(word: str) -> int:
    """How many slips are forgiven: a letter too many, too few, another one, or two that changed places."""
    return 0 if len(word) < MIN_FUZZY_LENGTH else 1 if len(word) < LONG_WORD else 2


def similar_words(word: str, vocabulary: Collection[str]) -> Iterator[str]:
    """The words of the vocabulary within the forgiven slips of `word`, the nearest first, then in alphabetical
    order."""
    if slips := forgiven_slips(word):
        near = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None)
        yield from (other for _distance, other in sorted((distance, other) for other, distance, _key in near))
