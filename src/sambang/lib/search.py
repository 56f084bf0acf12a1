"""Search by words: every word must occur in one of the columns."""

from __future__ import annotations

from django.db.models import Q


def every_word(text: str, *columns: str) -> Q:
    """The condition that each word of the text occurs in at least one column, upper and lower case alike.
    A text without words matches every row."""
    condition = Q()
    for word in text.split():
        condition &= Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR)
    return condition
