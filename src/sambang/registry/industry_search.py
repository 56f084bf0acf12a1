"""Search of KBLI codes by digits or words, tolerant of misspelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz, process

from sambang.registry.models import Industry

MOST_FOUND = 50
LEAST_SCORE = 80.0  # of 100
CANDIDATES = 5  # codes of another version that are proposed for one code


def search_industries(text: str, *, version: str = "") -> list[Industry]:
    """Codes that begin with the digits, or titles that contain every word exactly or approximately; best match
    first."""
    rows = Industry.objects.filter(version=version) if version else Industry.objects.all()
    text = text.strip()
    if text.isdigit():
        return list(rows.filter(code__startswith=text).order_by("code", "-version")[:MOST_FOUND])
    searched = _terms(text)
    if not searched:
        return []
    scored = ((_score(searched, _terms(row.title)), row) for row in rows)
    industries = sorted(
        ((score, row) for score, row in scored if score >= LEAST_SCORE),
        key=lambda pair: (-pair[0], len(pair[1].title), pair[1].code, pair[1].version),
    )
    return [row for _score, row in industries[:MOST_FOUND]]


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
def _terms(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]{2,}", text.lower()))


def _score(searched: tuple[str, ...], title: tuple[str, ...]) -> float:
    """The score of the worst word: each is compared with the most similar word of the title."""
    if not title:
        return 0.0
    return min(max(_similarity(word, other) for other in title) for word in searched)


def _similarity(word: str, other: str) -> float:
    """The similarity of two words; a prefix counts as a full match."""
    if len(word) > 3 and other.startswith(word):
        return 100.0
    return fuzz.ratio(word, other, score_cutoff=LEAST_SCORE)
