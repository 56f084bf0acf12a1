"""Corrected spelling of a search over everything: "sulatri batik" becomes "sulastri batik"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import filterfalse
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
from sambang.visits.models import Visit

MAX_CORRECTED_WORDS = 6  # words of a search that are corrected
WORD = re.compile(r"[^\W\d_]{3,}")


def corrected_text(person: Person, text: str) -> str:
    """The search with each word that occurs nowhere replaced by the most similar word that the person may read; empty
    if no word is replaced, or if one has no similar word."""
    typed = text.lower().split()
    reader = reader_for(person)
    vocabulary = until_change(reader, readable_words, reader)
    words = vocabulary.split("\n")
    unknown = [word for word in typed if WORD.fullmatch(word) and word not in vocabulary]
    if not unknown or len(typed) > MAX_CORRECTED_WORDS:
        return ""
    replaced = {word: next(similar_words(word, words), "") for word in unknown}
    if not all(replaced.values()):
        return ""
    return " ".join(replaced.get(word, word) for word in typed)


def readable_words(reader: Reader) -> str:
    """Every word, one a line, of the names and texts that the search covers and this person may read."""
    texts = (text for rows, columns in _searched(reader) for text in _joined(rows, *columns))
    parts = set[str]().union(*(text.split() for text in texts))
    words = set(filter(str.isalpha, parts))
    with_signs = " ".join(filterfalse(str.isdigit, parts - words))
    return "\n".join(sorted({word.lower() for word in words.union(WORD.findall(with_signs))}))


def _joined(rows: QuerySet[Any], *columns: str) -> Iterator[str]:
    """The texts of each column in one value: as rows they would take ten times as long."""
    joined = rows.order_by().aggregate(**{f"all_{name}": StringAgg(name, Value(" ")) for name in columns})
    yield from filter(None, joined.values())


def _searched(reader: Reader) -> Iterator[tuple[QuerySet[Any], tuple[str, ...]]]:
    """The rows of each kind with their columns, as in search.py."""
    person = reader.person

    def visible(model: type[Model]) -> Any:
        manager: Any = model._default_manager
        return manager.visible_to(person)

    yield visible(Business), ("name", "commodity")
    yield visible(Business).filter(reader.allowed("registry.see_contact", Business)), ("owner__name",)
    yield visible(Cluster), ("name", "commodity", "region__name")
    yield visible(Matter), ("title",)
    yield visible(Action), ("title", "responsible_name")
    yield visible(Visit), ("purpose", "place", "group__name", "business__name")
    yield visible(PaperNumber), ("title",)
    yield Person.objects.filter(memberships__council__in=councils_of(person), is_active=True), ("name",)
