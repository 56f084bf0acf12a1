"""Suggests which aspirations are about the same subject, with a reason. A person decides.

Two aspirations are similar when they belong to one regency, have the same difficulty, and their content words have a
token-set ratio (rapidfuzz) of at least SIMILAR. A group grows around its first member, so that a chain of pairwise
similar sentences does not connect different subjects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from sambang.aspirations.models import Aspiration, Matter
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Cluster

SIMILAR = 60  # of 100; tests/aspirations/test_similarity.py checks it on pairs judged by hand
MAX_BUCKET_SIZE = 300  # aspirations compared in one regency and difficulty: time grows with the square

# Function words, Indonesian and the Javanese that is mixed in.
STOP_WORDS = frozenset(
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
class SuggestedGroup:
    """Similar aspirations, and the existing matter that they resemble, if any."""

    aspirations: tuple[Aspiration, ...]
    difficulty: str
    similarity: int  # per cent
    shared_words: tuple[str, ...]  # words that at least two of them contain
    matter: Matter | None = None

    @property
    def cluster(self) -> Cluster | None:
        """The sentra where the matter is, or would be opened; None for IKM outside a sentra."""
        if self.matter:
            return self.matter.cluster
        return next((row.business.cluster for row in self.aspirations if row.business.cluster), None)

    @property
    def cluster_count(self) -> int:
        return len({row.business.cluster_id for row in self.aspirations if row.business.cluster_id})

    @property
    def headcount(self) -> int:
        return len({row.business_id for row in self.aspirations})


@dataclass
class _Candidate:
    members: list[Aspiration]
    texts: list[str]
    scores: list[float] = field(default_factory=list)
    matter: Matter | None = None


def content_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in STOP_WORDS]


def suggest_groups(ungrouped: Iterable[Aspiration], matters: Mapping[Matter, Sequence[str]]) -> list[SuggestedGroup]:
    """Groups of at least two aspirations, or of at least one that fits a matter; the largest first.

    `ungrouped` have `business` fetched; `matters` maps open matters to the texts of their aspirations.
    """
    buckets: dict[tuple[RegionCode, str], list[Aspiration]] = {}
    for aspiration in ungrouped:
        regency = RegionCode(aspiration.business.region_id).regency
        buckets.setdefault((regency, aspiration.difficulty), []).append(aspiration)
    groups: list[SuggestedGroup] = []
    for (regency, difficulty), members in buckets.items():
        candidates = [
            _Candidate([], [_normalised(text) for text in (matter.title, *texts)], matter=matter)
            for matter, texts in matters.items()
            if matter.difficulty == difficulty and RegionCode(matter.region_id).regency == regency
        ]
        oldest_first = sorted(members[:MAX_BUCKET_SIZE], key=lambda row: (row.raised_at, str(row.pk)))
        groups += [_group(candidate, difficulty) for candidate in _assign(oldest_first, candidates)]
    return sorted(groups, key=lambda group: (-group.headcount, -group.similarity))


def _assign(members: Sequence[Aspiration], candidates: list[_Candidate]) -> list[_Candidate]:
    """Add each aspiration to the most similar candidate, or start a new one; return those large enough to suggest."""
    for aspiration in members:
        text = _normalised(aspiration.text)
        best, score = _most_similar(text, candidates)
        if best is None:
            candidates.append(_Candidate([aspiration], [text]))
            continue
        best.members.append(aspiration)
        best.scores.append(score)
        if best.matter is not None:
            best.texts.append(text)  # any text of a matter may match
    return [candidate for candidate in candidates if len(candidate.members) > (0 if candidate.matter else 1)]


def _most_similar(text: str, candidates: Sequence[_Candidate]) -> tuple[_Candidate | None, float]:
    scored = [(max(fuzz.token_set_ratio(text, other) for other in one.texts), one) for one in candidates]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return (best, score) if best is not None and score >= SIMILAR else (None, 0.0)


def _group(candidate: _Candidate, difficulty: str) -> SuggestedGroup:
    texts = [_normalised(row.text) for row in candidate.members]
    texts += [] if candidate.matter is None else candidate.texts[:1]
    counts = Counter(word for text in texts for word in set(text.split()))
    shared = [word for word, times in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if times > 1]
    similarity = round(sum(candidate.scores) / len(candidate.scores)) if candidate.scores else 0
    return SuggestedGroup(tuple(candidate.members), difficulty, similarity, tuple(shared[:4]), candidate.matter)


def _normalised(text: str) -> str:
    return " ".join(content_words(text))
