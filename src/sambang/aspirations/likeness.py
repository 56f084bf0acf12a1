"""Which aspirations are probably about the same thing. A suggestion with its reason; a person decides.

Two are alike when they are of one sentra, carry the same difficulty, and share enough of their words (rapidfuzz's
token-set ratio over the words that carry meaning). A group is suggested around its eldest member, so that a chain of
half-alike sentences does not pull strangers together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rapidfuzz import fuzz

from sambang.aspirations.models import Aspiration, Difficulty, Matter

ALIKE = 60  # of 100; tests/aspirations/test_likeness.py holds it against pairs judged by hand
MOST = 300  # newest aspirations compared in one sentra and difficulty: the work grows with the square

# Words that say nothing about what is meant, Indonesian and the Javanese that is mixed in.
SILENT = frozenset(
    word
    for line in (
        (
            "ada agar akan aku anda atau bagi banyak belum bisa buat dalam dan dapat dari dengan di harus ini itu "
            "jadi juga"
        ),
        (
            "kalau kami kamu karena kayak ke kita kok kurang lagi lah lebih masih mau mohon nya oleh pada padahal "
            "para perlu"
        ),
        "sama sampai sangat saya sekali semua seperti sering sudah supaya tapi tetapi tidak tolong untuk yang",
        "iki iku kudu kulo lan mboten ora sing niki nggih nek wis",
    )
    for word in line.split()
)


@dataclass(frozen=True)
class Likeness:
    """Aspirations that look alike, and the matter they look like where there is one already."""

    aspirations: tuple[Aspiration, ...]
    difficulty: Difficulty
    percent: int
    words: tuple[str, ...]  # those that at least two of them share
    matter: Matter | None = None

    @property
    def headcount(self) -> int:
        return len({one.business_id for one in self.aspirations})


@dataclass
class _Growing:
    members: list[Aspiration]
    texts: list[str]
    scores: list[float] = field(default_factory=list)
    matter: Matter | None = None


def telling_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in SILENT]


def suggest(ungrouped: Iterable[Aspiration], matters: Mapping[Matter, Sequence[str]]) -> list[Likeness]:
    """Groups of two or more, or one and more that fit a matter; the largest first.

    `loose` with `business` fetched; `matters` are open ones with the words already raised in each.
    """
    buckets: dict[tuple[UUID, str], list[Aspiration]] = {}
    for aspiration in ungrouped:
        cluster_id = aspiration.business.cluster_id
        if cluster_id is not None:
            buckets.setdefault((cluster_id, aspiration.difficulty), []).append(aspiration)
    found: list[Likeness] = []
    for (cluster_id, difficulty), members in buckets.items():
        known = [
            _Growing([], [_text(text) for text in (matter.title, *raised)], matter=matter)
            for matter, raised in matters.items()
            if matter.cluster_id == cluster_id and matter.difficulty == difficulty
        ]
        grown = _grow(sorted(members[:MOST], key=lambda one: (one.raised_at, str(one.pk))), known)
        found += [_likeness(group, Difficulty(difficulty)) for group in grown]
    return sorted(found, key=lambda one: (-one.headcount, -one.percent))


def _grow(members: Sequence[Aspiration], groups: list[_Growing]) -> list[_Growing]:
    for aspiration in members:
        text = _text(aspiration.text)
        best, score = _closest(text, groups)
        if best is None:
            groups.append(_Growing([aspiration], [text]))
            continue
        best.members.append(aspiration)
        best.scores.append(score)
        if best.matter is not None:
            best.texts.append(text)  # a matter is broad already: any of its sentences may match
    return [group for group in groups if len(group.members) > (0 if group.matter else 1)]


def _closest(text: str, groups: Sequence[_Growing]) -> tuple[_Growing | None, float]:
    scored = [(max(fuzz.token_set_ratio(text, other) for other in group.texts), group) for group in groups]
    score, group = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return (group, score) if group is not None and score >= ALIKE else (None, 0.0)


def _likeness(group: _Growing, difficulty: Difficulty) -> Likeness:
    texts = [_text(one.text) for one in group.members] + ([] if group.matter is None else group.texts[:1])
    counted = Counter(word for text in texts for word in set(text.split()))
    shared = [word for word, times in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if times > 1]
    percent = round(sum(group.scores) / len(group.scores)) if group.scores else 0
    return Likeness(tuple(group.members), difficulty, percent, tuple(shared[:4]), group.matter)


def _text(text: str) -> str:
    return " ".join(telling_words(text))
