"""Without the conditions of `visible_to`, PostgreSQL shows each reader exactly the rows that they would have shown.

SQLite has no row security: there the same tests require every row, which proves that `visible_to` is switched off.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.query import QuerySet

from sambang.access.exemptions import WIDER_POLICIES
from sambang.access.reach import REACH
from sambang.access.reader import reader_for
from sambang.access.row_security import as_reader
from sambang.lib.db_scope import ANONYMOUS_SCOPE, database_scope
from sambang.registry.models import Industry, Region
from tests.row_security.world import World, every, scoped_models

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STANDS = connection.vendor == "postgresql"


@pytest.fixture
def world(places: dict[str, Region], garment: Industry) -> World:
    return World(places, garment)


def test_each_reader_sees_by_row_security_alone_what_visible_to_shows(world: World) -> None:
    assert len(world.readers) > 9
    wrong, told = {}, set()
    for label, model in scoped_models().items():
        everything = every(model)
        for name, person in world.readers.items():
            first = set(model._base_manager.filter(reader_for(person).reachable(model)).values_list("pk", flat=True))
            with as_reader(person):
                second = every(model)
                both = set(model._base_manager.filter(reader_for(person).reachable(model)).values_list("pk", flat=True))
            wider = (label, "SELECT") in WIDER_POLICIES
            right = everything if not STANDS else second if wider and second >= first else first
            if (second, both) != (right, first):
                wrong[label, name] = (len(first), len(second), len(both))
            if first not in (set(), everything):
                told.add(label)
    assert wrong == {}
    assert told == set(REACH), "some model's rows tell no two readers apart"


def test_nobody_sees_nothing(world: World) -> None:
    with database_scope(ANONYMOUS_SCOPE):
        seen = {label: len(every(model)) for label, model in scoped_models().items()}
    assert (set(seen.values()) == {0}) is STANDS


def test_foreign_rows_are_not_changed_removed_or_added_to(world: World) -> None:
    first, _second, other = world.households
    changed = {}
    for label, model in scoped_models().items():
        [row] = model._base_manager.filter(pk=first.row_of(model).pk) if label != "access.Person" else [first.officer]
        here = model._base_manager.filter(pk=row.pk)
        key = next(f for f in model._meta.concrete_fields if not f.primary_key)
        with as_reader(other.officer):
            try:
                with transaction.atomic():
                    changed[label] = (
                        here.update(**{key.attname: getattr(row, key.attname)}),
                        here._raw_delete("default"),
                    )
                    transaction.set_rollback(True)
            except DatabaseError as refused:
                changed[label] = "never" if "permission denied" in str(refused) else str(refused)
    if STANDS:
        assert changed.pop("audit.Entry") == "never", "only the office's own work appends"
        assert {label: done for label, done in changed.items() if done != (0, 0)} == {}
    else:
        assert any(done != (0, 0) for done in changed.values())


def test_no_row_is_added_among_foreign_ones(world: World) -> None:
    first, _second, other = world.households
    added = set()
    for label, model in scoped_models().items():
        row = first.officer if label == "access.Person" else first.row_of(model)
        with as_reader(other.officer):
            try:
                with transaction.atomic():
                    QuerySet(model)._insert([row], model._meta.concrete_fields, using="default")
            except DatabaseError as refused:
                if "row-level security" in str(refused):
                    continue
            added.add(label)
    assert added == ({label for label, verb in WIDER_POLICIES if verb == "INSERT"} if STANDS else set(REACH))
