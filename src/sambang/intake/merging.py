"""Several people may say something about one thing. What stands is a function of what was said and when, never of the
order in which it came in; what does not stand is never lost. (docs/decisions/0018-field-protocol.md)

A *word* is one saying. The words about one thing come in spans: a span begins with what the office itself held when an
item met it (somebody had written on the web), and holds the items that came after. Inside a span the order of arrival
means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

type Value = Any  # what JSON can hold


@dataclass(frozen=True)
class Word:
    """`item` None: the office's own. `base`: what the speaker saw before it spoke, where the kind asks for that."""

    value: Value
    at: datetime
    by: UUID | None
    item: UUID | None = None
    base: Value = None

    @property
    def turn(self) -> tuple[datetime, str]:
        return self.at, str(self.item or "")


@dataclass(frozen=True)
class Span:
    office: Word | None
    items: tuple[Word, ...] = ()

    def and_also(self, word: Word) -> Span:
        return replace(self, items=(*self.items, word))

    @property
    def words(self) -> list[Word]:
        """Oldest first."""
        return sorted([*([self.office] if self.office else []), *self.items], key=lambda word: word.turn)


@dataclass(frozen=True)
class Verdict:
    """What stands, and the words of other people that differ from it."""

    stands: Word
    contested: tuple[Word, ...] = ()


type Judge = Callable[[Span], Verdict]
type Same = Callable[[Value, Value], bool]


def equal(one: Value, other: Value) -> bool:
    return bool(one == other)


def last_stands(span: Span, *, same: Same = equal) -> Verdict:
    """The word recorded last. Who says a thing again mends it; who says what somebody else said otherwise is asked
    about."""
    stands = span.words[-1]
    contested = [word for word in span.words if word.by != stands.by and not same(word.value, stands.value)]
    return Verdict(stands, tuple(contested))


def each_part_stands(span: Span) -> Verdict:
    """Of a record of several parts each part by itself: the one recorded last that is not empty."""
    parts: dict[str, Word] = {}
    for word in span.words:
        parts.update({name: word for name, value in word.value.items() if value})
    last = span.words[-1]
    stands = replace(last, value={name: parts[name].value[name] if name in parts else "" for name in last.value})
    contested = [
        word
        for word in span.words
        if any(
            value and value != stands.value[name] and word.by != parts[name].by for name, value in word.value.items()
        )
    ]
    return Verdict(stands, tuple(contested))


def based_on_what_stood(span: Span) -> Verdict:
    """A change stands where it was made of what stood then, or by the same person; else what stood stays, and is
    asked."""
    stands, contested = span.office, list[Word]()
    assert stands is not None, "the office always holds something"
    for word in sorted(span.items, key=lambda word: word.turn):
        if word.base == stands.value or word.value == stands.value or word.by == stands.by:
            stands = word
        else:
            contested.append(word)
    return Verdict(stands, tuple(contested))


def agreed(span: Span) -> Verdict:
    """One voice only may speak here (the owner): the word recorded last, and nobody is asked."""
    return Verdict(span.words[-1])


@dataclass(frozen=True)
class Told:
    """A stored item about the thing, in the order of arrival: its word, and the office's own that it met, if any."""

    word: Word
    met: Word | None


def spans(told: Iterable[Told]) -> list[Span]:
    found: list[Span] = []
    for one in told:
        if one.met is not None or not found:
            found.append(Span(one.met))
        found[-1] = found[-1].and_also(one.word)
    return found
