"""Row security is complete: a policy for every model of REACH, a reason for every bypass."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError, connection, transaction

import sambang
from sambang.access import row_security
from sambang.access.exemptions import CLOSED_TO_READERS, DERIVED_TABLES, ROW_SECURITY_BYPASSES, WIDER_POLICIES
from sambang.access.models import Person
from sambang.access.reach import REACH, UNSCOPED
from sambang.access.row_security import as_reader
from sambang.lib.db_scope import ANONYMOUS_SCOPE, database_scope

STANDS = connection.vendor == "postgresql"
SOURCE = Path(sambang.__file__).parent
BYPASSES = {"sambang.lib.db_scope": set(), "sambang.access.row_security": {"bypass_row_security", "as_reader"}}
# Modules that create scopes.
MAKERS = {"lib.postgresql.base", "lib.db_scope", "access.row_security", "__main__", "wsgi"}


def bypasses(source: str) -> set[str]:
    """Functions and attributes of classes that bypass row security, or set the person whom it checks; "" for other
    code of the module."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in BYPASSES
        for alias in node.names
        if alias.name in (BYPASSES[node.module] or {alias.name})
    }
    return {
        name
        for name, part in definitions(tree.body)
        if any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(part))
    }


def definitions(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    for part in body:
        match part:
            case ast.ClassDef():
                yield from ((part.name, base) for base in (*part.bases, *part.decorator_list))
                yield from definitions(part.body)
            case ast.FunctionDef():
                yield part.name, part
            case ast.Assign(targets=[ast.Name() as target]):
                yield target.id, part
            case _:
                yield "", part


def test_every_bypass_is_in_the_table_with_its_reason() -> None:
    modules = {".".join(file.relative_to(SOURCE).with_suffix("").parts): file for file in SOURCE.rglob("*.py")}
    found = {
        f"{module}.{name}"
        for module, file in modules.items()
        if module not in MAKERS
        for name in bypasses(file.read_text(encoding="utf-8"))
    }
    listed = {f"{module}.{name}" for module, (_reason, *names) in ROW_SECURITY_BYPASSES.items() for name in names}
    assert found == listed
    assert all(reason and names for reason, *names in ROW_SECURITY_BYPASSES.values())
    with pytest.raises(KeyError), row_security.bypass_row_security("sambang.registry.views"):
        pass


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def look():\n    with bypass_row_security(__name__):\n        pass", {"look"}),
        ("@bypass_row_security(__name__)\ndef look():\n    pass", {"look"}),
        ("class Store:\n    load = bypass_row_security(__name__)(Base.load)", {"load"}),
        (
            "def door(view):\n    def inner(request):\n        with bypass_row_security(__name__):\n            pass",
            {"door"},
        ),
        ("with bypass_row_security(__name__):\n    pass", {""}),
        ("def look():\n    pass", set()),
    ],
)
def test_a_bypass_is_seen(code: str, expected: set[str]) -> None:
    assert bypasses(f"from sambang.access.row_security import bypass_row_security\n{code}\n") == expected


def tables_of(labels: Iterable[str]) -> set[str]:
    return {apps.get_model(label)._meta.db_table for label in labels}


@pytest.mark.django_db
def test_every_table_of_the_database_is_within_reach_or_has_its_reason(citra: Person) -> None:
    """Whoever made it: ours, Django's, a library's."""
    kinds = [tables_of(REACH), tables_of(UNSCOPED), tables_of(CLOSED_TO_READERS), {"django_migrations"}]
    assert sum(map(len, kinds)) == len(set().union(*kinds)), "a table has one place"
    existing = set(connection.introspection.table_names())
    derived = existing & DERIVED_TABLES.keys()
    assert existing - derived == set().union(*kinds)
    assert "market_search" in derived
    assert all(CLOSED_TO_READERS.values())
    if not STANDS:
        return
    with as_reader(citra), connection.cursor() as cursor:
        looks, writes = ("SELECT 1 FROM {}",), ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES")
        closed = dict.fromkeys(kinds[2] | derived, (*looks, *writes)) | dict.fromkeys(kinds[1] | kinds[3], writes)
        closed["registry_industry"] = writes[:1]  # an import adds to it
        closed["aspirations_difficultyversion"] = writes[:1]  # an office adds a version
        for table, statements in sorted(closed.items()):
            for statement in statements:
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(statement.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("GRANT SELECT ON django_session TO {}", "django_session"),
        ("GRANT DELETE ON reach_registry_business TO {}", "reach_registry_business"),
        (
            "CREATE VIEW sessions_seen AS SELECT * FROM django_session; GRANT SELECT ON sessions_seen TO {}",
            "sessions_seen",
        ),
        ("REVOKE SELECT ON registry_business FROM {}", "registry_business"),
    ],
)
def test_the_office_is_told_of_wrong_rights_and_prepare_mends_them(change: str, told: str) -> None:
    if not STANDS:
        return
    with connection.cursor() as cursor:
        cursor.execute(row_security.READER_ROLE_SQL)
        cursor.execute(change.format(connection.ops.quote_name(cursor.fetchone()[0])))
    with pytest.raises(ImproperlyConfigured, match=told):
        row_security.require_row_security()
    row_security.create_policies(using="default")
    row_security.require_row_security()


def test_what_is_wider_has_its_reason() -> None:
    assert {label for label, _verb in WIDER_POLICIES} <= set(REACH)
    assert {verb for _label, verb in WIDER_POLICIES} <= {"SELECT", "INSERT"}
    assert all(WIDER_POLICIES.values())


@pytest.mark.django_db
def test_every_model_of_reach_has_its_policy_and_the_office_is_told_of_one_that_has_not() -> None:
    tables = {apps.get_model(label)._meta.db_table for label in REACH}
    assert set(row_security.Policies().conditions) == tables
    assert all(row_security.Policies().conditions.values())
    row_security.require_row_security()
    if STANDS:
        with connection.cursor() as cursor:
            assert row_security._existing_policies(cursor) == {
                key: policy.digest for key, policy in row_security.Policies().all().items()
            }
            cursor.execute("DROP POLICY reach ON visits_visit")
            cursor.execute("ALTER TABLE market_item DISABLE ROW LEVEL SECURITY")
        with pytest.raises(ImproperlyConfigured, match="market_item, visits_visit"):
            row_security.require_row_security()
        row_security.create_policies(using="default")
        row_security.require_row_security()


@pytest.mark.django_db
def test_a_changed_reach_rebuilds_the_policies_and_an_unchanged_one_does_not(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        row_security.create_policies(using="default")
    monkeypatch.setitem(row_security.REACH, "market.Item", REACH["market.Channel"].__class__("business__region__code"))
    row_security.create_policies(using="default")
    if STANDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT qual FROM pg_policies WHERE tablename = 'market_item'")
            [(condition,)] = cursor.fetchall()
        assert "owner_id" not in condition


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_while_it_is_put_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version before serves during an upgrade: somebody in the middle of a page holds one table and asks for
    others."""
    failed: list[Exception] = []

    def upgrade() -> None:
        try:
            row_security.create_policies(using="default")
        except Exception as wrong:
            failed.append(wrong)
        finally:
            connection.close()

    monkeypatch.setattr(
        row_security, "CREATE_REGIONS_FUNCTION", f"{row_security.CREATE_REGIONS_FUNCTION} "
    )  # every policy is another
    upgrading = Thread(target=upgrade)
    try:
        with transaction.atomic():
            apps.get_model("visits.Visit")._base_manager.count()
            upgrading.start()
            if STANDS:
                wait_until_somebody_waits()
            for label in sorted(REACH.keys() - {"visits.Visit"}):
                apps.get_model(label)._base_manager.count()
        upgrading.join()
        assert failed == []
        if STANDS:
            with connection.cursor() as cursor:
                assert row_security._existing_policies(cursor) == {
                    key: policy.digest for key, policy in row_security.Policies().all().items()
                }
    finally:
        monkeypatch.undo()
        row_security.create_policies(using="default")


def wait_until_somebody_waits() -> None:
    last = monotonic() + 60
    with connection.cursor() as cursor:
        while monotonic() < last:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'visits_visit'::regclass")
            if cursor.fetchone()[0]:
                return
            sleep(0.02)
    raise TimeoutError


@pytest.mark.django_db
def test_a_model_that_left_reach_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = row_security.Policies().all()
    monkeypatch.delitem(row_security.REACH, "market.Item")
    row_security.create_policies(using="default")
    if STANDS:
        with connection.cursor() as cursor:
            assert set(row_security._existing_policies(cursor)) == before.keys() - {("market_item", "reach")}
            cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = 'market_item'")
            assert cursor.fetchone() == (False,)
    monkeypatch.undo()
    row_security.create_policies(using="default")
    row_security.require_row_security()


@pytest.mark.django_db
def test_nobody_writes_through_what_the_conditions_look_through() -> None:
    """PostgreSQL writes through so plain a view as its owner, whom no policy binds."""
    for view in views() if STANDS else ():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{view}' LIMIT 1")
            [column] = cursor.fetchone()
        for order in (f"UPDATE {view} SET {column} = {column}", f"DELETE FROM {view}"):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                database_scope(ANONYMOUS_SCOPE),
                transaction.atomic(),
            ):
                connection.cursor().execute(order)


def views() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'")
        found = [name for (name,) in cursor.fetchall()]
    assert "reach_registry_business" in found
    return found
