"""Permission decisions: `may` and `require` for one row, `Scoped.visible_to` for a list, `public` for a page.

The tables are in reach.py (rows), roles.py (verbs) and exemptions.py (modules outside both).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Self

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for, region_of


class Scoped[M: models.Model](models.QuerySet[M]):
    """A queryset whose `visible_to` limits rows to a person's reach. Every read of such rows begins with it; views do
    not filter by reach themselves."""

    def visible_to(self, person: Person) -> Self:
        return reader_for(person).visible(self)


def may(person: Person, verb: str, subject: models.Model) -> bool:
    """May this person use this verb on this row?"""
    return reader_for(person).may(verb, subject)


def may_somewhere(person: Person, verb: str) -> bool:
    """May this person, as a member of a council, use this verb on any row? For menus and buttons above a list."""
    return reader_for(person).may_somewhere(verb)


def require(person: Person, verb: str, subject: models.Model) -> str:
    """Raise PermissionDenied unless `may`; returns the row's region code. For a row out of reach a view answers 404."""
    code = region_of(subject)
    if not reader_for(person).may(verb, subject, code=code):
        raise PermissionDenied(verb)
    return code


def councils_of(person: Person) -> models.QuerySet[Council]:
    return Council.objects.filter(memberships__person=person).distinct().order_by("name")


def new_id() -> uuid.UUID:
    """A random primary key for rows created on the server; phones assign their own."""
    return uuid.uuid4()


def public[V: Callable[..., Any]](*, reason: str) -> Callable[[V], V]:
    """Mark a view as open to anonymous users. All other views require sign-in; the reason is listed in
    docs/access.md."""

    def mark(view: V) -> V:
        opened = login_not_required(view)
        opened.public_reason = reason  # type: ignore[attr-defined]
        return opened

    return mark
