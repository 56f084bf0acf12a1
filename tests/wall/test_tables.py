"""The second wall is whole: a policy for every model of REACH, a reason for every way past it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

import sambang
from sambang.people import wall
from sambang.people.access import BEYOND_REACH, REACH, WIDER

STANDS = connection.vendor == "postgresql"
SOURCE = Path(sambang.__file__).parent
WAYS_PAST = {
    "sambang.base.scopes": None,
    "sambang.people.wall": {"beyond_reach", "as_reader"},
}  # None: whatever is taken
# Where the scope itself is made: the doors of the table below.
MAKERS = {"base.postgresql.base", "people.wall", "__main__", "wsgi"}


def ways_past() -> set[str]:
    """Modules that take a way past the wall, or become somebody else before it."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in WAYS_PAST:
                named = WAYS_PAST[node.module]
                if named is None or named & {alias.name for alias in node.names}:
                    found.add(".".join(file.relative_to(SOURCE).with_suffix("").parts))
    return found


def test_every_way_past_the_wall_stands_in_the_table_with_its_reason() -> None:
    assert ways_past() - MAKERS == set(BEYOND_REACH)
    assert all(BEYOND_REACH.values())
    with pytest.raises(KeyError), wall.beyond_reach("sambang.registry.views"):
        pass


def test_what_is_wider_has_its_reason() -> None:
    assert {label for label, _verb in WIDER} <= set(REACH)
    assert {verb for _label, verb in WIDER} <= {"SELECT", "INSERT"}
    assert all(WIDER.values())


@pytest.mark.django_db
def test_every_model_of_reach_has_its_policy_and_the_office_is_told_of_one_that_has_not() -> None:
    tables = {apps.get_model(label)._meta.db_table for label in REACH}
    assert set(wall.Policies().conditions) == tables
    assert all(wall.Policies().conditions.values())
    wall.require_wall()
    if STANDS:
        with connection.cursor() as cursor:
            cursor.execute(wall.STANDING)
            assert set(cursor.fetchall()) == wall.policies_due()
            cursor.execute("DROP POLICY reach ON visits_visit")
            cursor.execute("ALTER TABLE market_item DISABLE ROW LEVEL SECURITY")
        with pytest.raises(ImproperlyConfigured, match="market_item, visits_visit"):
            wall.require_wall()
        wall.raise_wall(using="default")
        wall.require_wall()


@pytest.mark.django_db
def test_a_changed_reach_puts_the_wall_up_anew_and_an_unchanged_one_does_not(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        wall.raise_wall(using="default")
    monkeypatch.setitem(wall.REACH, "market.Item", REACH["market.Channel"].__class__("business__region__code"))
    wall.raise_wall(using="default")
    if STANDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT qual FROM pg_policies WHERE tablename = 'market_item'")
            [(condition,)] = cursor.fetchall()
        assert "owner_id" not in condition
