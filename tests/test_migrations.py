"""A migration runs while the previous version serves, or says that it must be stopped first (decision 30)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from tools.initial_migrations import created_whole

from sambang.lib.safe_migrations import AddIndexOnline, unsafe_operations

# What the first release brings; a later migration meets a version that serves.
FIRST_RELEASE = "0001_initial"


def migrations_after_the_first_release() -> list[tuple[str, str]]:
    """(app label, name) of each migration of ours that a serving installation will meet."""
    loader = MigrationLoader(None)
    ours = [key for key, one in loader.disk_migrations.items() if one.__module__.startswith("sambang.")]
    assert len(ours) > 10, "too few migrations were collected for this test to mean anything"
    return sorted(key for key in ours if key[1] != FIRST_RELEASE)


def test_new_migrations_leave_the_old_version_serving_or_say_why_not() -> None:
    loader = MigrationLoader(None)
    for key in migrations_after_the_first_release():
        migration = loader.disk_migrations[key]
        if getattr(migration, "stop_first", ""):
            continue
        troubles = list(unsafe_operations(migration, loader.project_state(key, at_end=False)))
        assert not troubles, (
            f"{migration}: {troubles}. Do it in two versions, or write stop_first = 'why' in the migration."
        )


WIDE: dict[str, Any] = {"name": models.CharField(max_length=80), "note": models.TextField(null=True)}


def troubles(*done: Any, atomic: bool = True) -> list[str]:
    state = ProjectState()
    state.add_model(ModelState("shop", "Stall", [("id", models.AutoField(primary_key=True)), *WIDE.items()]))
    migration = Migration("0002", "shop")
    migration.operations, migration.atomic = list(done), atomic
    return list(unsafe_operations(migration, state))


INDEX = models.Index(fields=["name"], name="stall_by_name")


@pytest.mark.parametrize(
    "done",
    [
        operations.AddField("stall", "opened", models.DateField(null=True)),
        operations.AddField("stall", "open", models.BooleanField(db_default=True)),
        operations.AlterField("stall", "name", models.CharField("nama", max_length=80, null=True, help_text="x")),
        operations.RemoveConstraint("stall", "some"),
        operations.CreateModel("Owner", [("id", models.AutoField(primary_key=True))]),
    ],
)
def test_what_the_old_version_does_not_notice(done: Any) -> None:
    if isinstance(done, operations.RemoveConstraint):
        done.state_forwards = lambda *_facts: None  # the made-up state has none
    assert troubles(done) == []


@pytest.mark.parametrize(
    "done",
    [
        operations.AddField("stall", "opened", models.DateField(default=None)),
        operations.AlterField("stall", "name", models.CharField(max_length=40)),
        operations.AlterField("stall", "note", models.TextField(default="")),
        operations.RemoveField("stall", "note"),
        operations.RenameField("stall", "note", "remark"),
        operations.RenameModel("Stall", "Shop"),
        operations.DeleteModel("Stall"),
        operations.AddIndex("stall", INDEX),
        operations.AddConstraint("stall", models.CheckConstraint(name="named", condition=~models.Q(name=""))),
        operations.RunSQL("UPDATE shop_stall SET note = ''"),
        operations.RunPython(operations.RunPython.noop),
        operations.SeparateDatabaseAndState([operations.RemoveField("stall", "note")]),
    ],
)
def test_what_would_stop_it_is_found(done: Any) -> None:
    assert len(troubles(done)) == 1


def test_an_index_while_serving_needs_no_transaction_around_it() -> None:
    assert len(troubles(AddIndexOnline("stall", INDEX))) == 1
    assert troubles(AddIndexOnline("stall", INDEX), atomic=False) == []


def test_a_table_made_in_the_same_migration_is_nobodys_yet() -> None:
    made = operations.CreateModel("Owner", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())])
    assert troubles(made, operations.AddIndex("owner", models.Index(fields=["name"], name="owner_by_name"))) == []


@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_and_removed_while_others_read() -> None:
    """On PostgreSQL this fails inside a transaction: it is the concurrent one."""
    state = MigrationLoader(connection).project_state()
    index = models.Index(fields=["at"], name="entry_by_moment_for_a_test")
    operation = AddIndexOnline("entry", index)
    after = state.clone()
    operation.state_forwards("audit", after)

    def stands() -> bool:
        with connection.cursor() as cursor:
            return index.name in connection.introspection.get_constraints(cursor, "audit_entry")

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("audit", editor, state, after)
    assert stands()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("audit", editor, after, state)
    assert not stands()


@pytest.mark.django_db
def test_prepare_waits_until_the_service_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    there = "sambang.ops.management.commands.prepare"
    monkeypatch.setattr(
        f"{there}.migrations_needing_stop", lambda _connection: {"shop.0002": "a column changes its kind"}
    )
    monkeypatch.setattr(f"{there}.call_command", lambda *_words, **_facts: None)
    gathered: list[bool] = []
    monkeypatch.setattr(f"{there}.gather_static", lambda: gathered.append(True))
    if connection.vendor == "postgresql":
        with pytest.raises(CommandError, match=r"shop\.0002: a column changes its kind"):
            call_command("prepare")
    assert not gathered
    call_command("prepare", stopped=True)
    assert len(gathered) == (connection.vendor == "postgresql")


def test_initial_migrations_create_their_tables_whole() -> None:
    """After `makemigrations` made one anew: python tools/initial_migrations.py"""
    ours = [
        migration
        for migration in MigrationLoader(None).disk_migrations.values()
        if type(migration).__module__.startswith("sambang.") and migration.initial
    ]
    assert len(ours) > 10
    for migration in ours:
        shorter = created_whole(migration.operations, migration.app_label)
        assert len(shorter) == len(migration.operations), str(migration)
