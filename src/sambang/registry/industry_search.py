"""Search of KBLI codes by digits, words of their titles or everyday words, tolerant of misspelling."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from sambang.lib.spelling import forgiven_slips
from sambang.registry.models import Industry

MAX_RESULTS = 50
CANDIDATES = 5  # codes of another version that are proposed for one code
EQUAL_SCORE, PREFIX_SCORE, SLIP_COST = 100, 95, 15  # scores of a word, and what each slip takes from it
# Words of a search that name no craft.
FILLER_WORDS = re.compile(
    r"usaha|industri|ikm|umkm|p(?:engr|er)ajin|pembuat(?:an)?|pengolahan|produksi|tukang|dan|dari|di|untuk"
)
MANUFACTURING = range(10, 34)  # divisions of manufacturing: before others of the same score


def search_industries(text: str, *, version: str = "") -> list[Industry]:
    """Codes that begin with the digits, or whose titles and everyday words contain all words (or, where none does, the
    most of them) exactly or nearly; best match first."""
    rows = Industry.objects.filter(version=version) if version else Industry.objects.all()
    text = text.strip()
    if text.isdigit():
        return list(rows.filter(code__startswith=text).order_by("code", "-version")[:MAX_RESULTS])
    searched = [word for word in _terms(text) if not FILLER_WORDS.fullmatch(word)]
    return _best_matches(searched, list(rows))[:MAX_RESULTS] if searched else []


def _best_matches(searched: list[str], industries: list[Industry]) -> list[Industry]:
    described = [(row, {*_terms(row.title), *everyday_terms().get((row.version, row.code), ())}) for row in industries]
    vocabulary = set[str]().union(*(terms for _row, terms in described))
    similar = [_similar_terms(word, vocabulary) for word in searched]
    ranked_by_count: dict[int, list[tuple[Any, ...]]] = defaultdict(list)  # by how many words they contain
    for row, terms in described:
        scores = [max(map(score_of.get, terms, repeat(0))) for score_of in similar]
        ranked_by_count[sum(map(bool, scores))].append((-sum(scores), *_rank(row), row.pk, row))
    most = max(ranked_by_count, default=0)
    return [ranked[-1] for ranked in sorted(ranked_by_count[most])] if most else []


def closest_titles(industries: Sequence[Industry], *, version: str) -> dict[int, list[Industry]]:
    """For each code, by primary key: the codes of `version` whose titles are most similar, best first."""
    if not industries:
        return {}
    others = {row.pk: row for row in Industry.objects.filter(version=version)}
    titles = {key: row.title.lower() for key, row in others.items()}
    return {
        row.pk: [
            others[key]
            for _title, _score, key in process.extract(
                row.title.lower(), titles, scorer=fuzz.token_sort_ratio, limit=CANDIDATES
            )
        ]
        for row in industries
    }


@cache
def everyday_terms() -> dict[tuple[str, str], frozenset[str]]:
    """The words of reference/industry_words.csv by version and code: what people call a craft whose title says it
    otherwise."""
    text = (files("sambang.registry") / "reference" / "industry_words.csv").read_text(encoding="utf-8")
    terms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        for version in Industry.Version.values:
            for code in row[f"codes_{version}"].split():
                terms[version, code] |= set(row["words"].split())
    return {key: frozenset(of_code) for key, of_code in terms.items()}


@cache
def _terms(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]{2,}", text.lower()))


def _similar_terms(word: str, vocabulary: Iterable[str]) -> dict[str, int]:
    """The words that `word` may stand for, with their scores."""
    slips = forgiven_slips(word)
    return {other: score for other in vocabulary if (score := _similarity(word, other, slips))}


def _similarity(word: str, other: str, slips: int) -> int:
    """The score of one word for another; 0 beyond the forgiven slips."""
    if word == other:
        return EQUAL_SCORE
    if slips and other.startswith(word):
        return PREFIX_SCORE
    distance = OSA.distance(word, other, score_cutoff=slips) if slips else 1
    return EQUAL_SCORE - SLIP_COST * distance if distance <= slips else 0


def _rank(row: Industry) -> tuple[bool, int, str, int]:
    """Manufacturing first, then short titles; the newer version of a code first."""
    return int(row.code[:2]) not in MANUFACTURING, len(row.title), row.code, -int(row.version)
