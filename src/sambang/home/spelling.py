"""Corrected spelling of a search over everything: "sulatri batik" becomes "sulastri batik"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet, StringAgg, Value

from sambang.access.models import Person
from sambang.access.permissions import councils_of
from sambang.access.reader import Reader, reader_for
from sambang.actions.models import Action
from sambang.aspirations.models import Matter
from sambang.audit.change_cache import until_change
from sambang.lib.spelling import similar_words
from sambang.papers.models import PaperNumber
from sambang.registry.models import Business, Cluster
from sambang.visits.forms import SEARCH_COLUMNS
from sambang.visits.models import Visit

MAX_CORRECTED_WORDS = 6  # words of a search that are corrected
WORD = re.compile(r"[^\W\d_]{3,}")
DIGITS_TO_SPACES = bytes.maketrans(b"0123456789", b" " * 10)  # of UTF-8: of a str with an accent ten times as slow
# The columns that the search reads, of the rows within reach; of a Business also its owner's name (`named`).
SEARCHED_COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Business: ("name", "commodity"),
    Cluster: ("name", "commodity", "region__name"),
    Matter: ("title",),
    Action: ("title", "responsible_name"),
    Visit: SEARCH_COLUMNS,
    PaperNumber: ("number", "title"),
    Person: ("name",),
}


@dataclass(frozen=True)
class CheckedText:
    """`occurs` False: a word occurs nowhere, and no similar one either. `corrected`: the text with each such word
    replaced by the most similar one; empty if every word occurs."""

    occurs: bool
    corrected: str = ""


def check_spelling(person: Person, text: str) -> CheckedText:
    """Whether the words of a search occur, as parts of words, in the texts that the person may read."""
    typed, reader = text.lower().split(), reader_for(person)
    vocabulary = until_change(reader, search_vocabulary, reader)
    unknown = [word for word in typed if WORD.fullmatch(word) and word not in vocabulary]
    if not unknown:
        return CheckedText(occurs=True)
    candidates = vocabulary.split("\n") if len(typed) <= MAX_CORRECTED_WORDS else []
    replaced = {word: next(similar_words(word, candidates), "") for word in unknown}
    if not all(replaced.values()):
        return CheckedText(occurs=False)
    return CheckedText(occurs=True, corrected=" ".join(replaced.get(word, word) for word in typed))


def search_vocabulary(reader: Reader) -> str:
    """Every word of three letters or more, one a line, of the texts that the search reads for this person."""
    parts = set[str]()
    for rows, columns in _searched(reader):
        for text in _joined(rows, *columns):
            parts.update(text.encode().translate(DIGITS_TO_SPACES).decode().split())  # numbers would be most of them
    return "\n".join(sorted({word.lower() for word in WORD.findall(" ".join(parts))}))


def _joined(rows: QuerySet[Any], *columns: str) -> Iterator[str]:
    """The texts of each column in one value: as rows they would take ten times as long."""
    joined = rows.order_by().aggregate(**{f"all_{name}": StringAgg(name, Value(" ")) for name in columns})
    yield from filter(None, joined.values())


def _searched(reader: Reader) -> Iterator[tuple[QuerySet[Any], tuple[str, ...]]]:
    for model, columns in SEARCHED_COLUMNS.items():
        manager: Any = model._default_manager
        if model is Person:
            councils = councils_of(reader.person)
            yield manager.filter(memberships__council__in=councils, is_active=True), columns
        else:
            yield manager.visible_to(reader.person), columns
    readable = reader.allowed("registry.see_contact", Business)
    yield Business.objects.visible_to(reader.person).filter(readable), ("owner__name",)
