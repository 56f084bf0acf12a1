"""Corrected spelling of a catalogue search: "kebaya bodir" becomes "kebaya bordir"."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from sambang.lib.search import every_word
from sambang.market.models import Item
from sambang.market.queries import SEARCHED

SHORTEST_WORD = 4  # letters: shorter words have too many neighbours
LEAST_SIMILARITY = 75.0  # of 100
MOST_WORDS = 6  # words of a search that are corrected


def corrected_search(search: str) -> str:
    """The search with each word that no public item contains replaced by the most similar word of the names of public
    items, of their IKM and their sentra; "" if nothing is replaced."""
    words = search.lower().split()
    if len(words) > MOST_WORDS:
        return ""
    unknown = {word for word in words if len(word) >= SHORTEST_WORD and not _is_public(word)}
    if not unknown:
        return ""
    vocabulary = _vocabulary()
    replaced = {word: _most_similar(word, vocabulary) for word in unknown}
    if not all(replaced.values()):
        return ""
    return " ".join(replaced.get(word, word) for word in words)


def _is_public(word: str) -> bool:
    """Does a public item contain the word?"""
    return Item.objects.on_offer().filter(every_word(word, *SEARCHED)).exists()


def _vocabulary() -> list[str]:
    names = Item.objects.on_offer().order_by().values_list("name", "business__name", "business__cluster__name")
    return sorted({word for row in names.distinct().iterator() for name in row if name for word in _words(name)})


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", name.lower()) if len(word) >= SHORTEST_WORD]


def _most_similar(word: str, vocabulary: list[str]) -> str:
    found = process.extractOne(word, vocabulary, scorer=fuzz.ratio, score_cutoff=LEAST_SIMILARITY)
    return found[0] if found else ""
