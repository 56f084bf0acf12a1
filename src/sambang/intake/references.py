"""The visits and the IKM to which the items of one request refer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, models

from sambang.access.models import Person
from sambang.lib.db_scope import Scope
from sambang.registry.models import Business
from sambang.registry.queries import merged_into
from sambang.visits.models import Visit


class References:
    """The rows as far as `reader` may read them, each read once; `forget` has them read again. All of a
    request run in one `Scope` object, because PostgreSQL caches the reader's regions per scope."""

    def __init__(self, reader: Person) -> None:
        self.reader, self.scope = reader, Scope(reader=reader.pk)
        self._visits: dict[UUID, Visit] = {}
        self._businesses: dict[UUID, Business] = {}
        self._locked: set[models.Model] = set()

    def lock(self, visits: Iterable[UUID], businesses: Iterable[UUID]) -> None:
        """Lock the rows until the transaction ends, in key order, so that two requests cannot deadlock, and read them.
        SQLite has one writer at a time and only reads."""
        self._visits = _locked(Visit.objects.visible_to(self.reader), visits)
        self._businesses = _locked(Business.objects.visible_to(self.reader), businesses)
        self._locked = {*self._visits.values(), *self._businesses.values()}

    def is_locked(self, row: models.Model) -> bool:
        return not connection.features.has_select_for_update or row in self._locked

    def forget(self) -> None:
        """After an item that changed a row, or failed and may have left unsaved values in it."""
        self._visits, self._businesses = {}, {}

    def visit(self, key: UUID) -> Visit | None:
        if key not in self._visits and (visit := _row(Visit.objects.visible_to(self.reader), key)):
            self._visits[key] = visit
        return self._visits.get(key)

    def business(self, key: UUID) -> Business | None:
        """The IKM with this key, or the one into which it was merged."""
        if key not in self._businesses:
            businesses = Business.objects.visible_to(self.reader)
            # If a merge is undone between these queries, the IKM exists under its own key again.
            if business := _row(businesses, key) or _row(businesses, merged_into(key) or key):
                self._businesses[key] = business
        return self._businesses.get(key)


def _row[M: models.Model](rows: models.QuerySet[M], key: UUID) -> M | None:
    """The row with this key; `first()` would compile an ORDER BY for it."""
    return next(iter(rows.filter(pk=key)), None)


def _locked(reached: models.QuerySet[Any], keys: Iterable[UUID]) -> dict[UUID, Any]:
    if not (wanted := set(keys)):
        return {}
    reached = reached.filter(pk__in=wanted)
    if not connection.features.has_select_for_update:
        return {row.pk: row for row in reached}
    rows = reached.model._base_manager.filter(pk__in=reached.values("pk")).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True)}
