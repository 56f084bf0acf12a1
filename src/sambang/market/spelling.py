"""Corrected spelling of a catalogue search: "kebaya bodir" becomes "kebaya bordir"."""

from __future__ import annotations

import re
import time

from rapidfuzz import fuzz, process

from sambang.market.models import Item
from sambang.market.queries import search_items
from sambang.market.search_index import index_version, indexed_names

MIN_WORD_LENGTH = 4  # letters: shorter words have too many neighbours
MIN_SIMILARITY = 75.0  # of 100
MAX_WORDS = 6  # words of a search that are corrected


MAX_CANDIDATES = 5  # similar words that are looked up


def corrected_search(search: str) -> str:
    """The search with each word that no public item contains replaced by the most similar word of the names of public
    items, of their IKM and their sentra; "" if nothing is replaced."""
    terms = search.lower().split()
    if len(terms) > MAX_WORDS:
        return ""
    unknown = {word for word in terms if len(word) >= MIN_WORD_LENGTH and not _is_public(word)}
    if not unknown:
        return ""
    vocabulary = _vocabulary()
    replaced = {word: _most_similar(word, vocabulary) for word in unknown}
    if not all(replaced.values()):
        return ""
    return " ".join(replaced.get(word, word) for word in terms)


def _is_public(word: str) -> bool:
    """Whether a public item contains the word."""
    return search_items(Item.objects.on_offer(), word).exists()


WORDS_LIFETIME = 600.0  # seconds
_current: tuple[tuple[object, ...], float, list[str]] | None = None


def _vocabulary() -> list[str]:
    """The words of the names of all items, public or not. A process reads them once for a version of the index, and
    again after WORDS_LIFETIME: on PostgreSQL an older transaction may end after a newer one."""
    global _current  # noqa: PLW0603 # one value a process
    version, now = index_version(), time.monotonic()
    if _current is None or _current[0] != version or now - _current[1] > WORDS_LIFETIME:
        _current = (version, now, sorted({word for names in indexed_names() for word in _terms(names)}))
    return _current[2]


def _terms(names: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", names.lower()) if len(word) >= MIN_WORD_LENGTH]


def _most_similar(word: str, vocabulary: list[str]) -> str:
    match = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=MAX_CANDIDATES)
    return next((candidate for candidate, _score, _index in match if _is_public(candidate)), "")
