"""Migrations run while the version before them serves, or say that it must be stopped first (docs/decisions/0030-steady.md)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from sambang.base.migrating import AddIndexWhileServing, stops_the_old_version

# Nobody ran a version before these.
BEFORE_THE_FIRST_RELEASE = {
    ("visits", "0003_photo_position"),
    ("registry", "0002_former_key"),
    ("people", "0003_photo_positions"),
    ("mine", "0002_spent_code"),
    ("actions", "0001_initial"),
    ("actions", "0002_turns_and_who_claimed"),
    ("actions", "0003_steps_in_their_order"),
    ("actions", "0004_a_moved_deadline_is_told"),
    ("aspirations", "0001_initial"),
    ("field", "0001_initial"),
    ("insight", "0001_initial"),
    ("insight", "0002_what_a_series_says_of_itself"),
    ("insight", "0003_what_a_month_says_of_itself"),
    ("journal", "0001_initial"),
    ("journal", "0002_receipt"),
    ("journal", "0003_the_chain"),
    ("market", "0001_initial"),
    ("mine", "0001_initial"),
    ("odk", "0001_initial"),
    ("odk", "0002_let_go"),
    ("odk", "0003_settled"),
    ("people", "0001_initial"),
    ("people", "0002_second_factor"),
    ("production", "0001_initial"),
    ("production", "0002_live_cells"),
    ("production", "0003_latest_versions_found_by_business"),
    ("registry", "0001_initial"),
    ("team", "0001_initial"),
    ("team", "0002_second_factor"),
    ("training", "0001_initial"),
    ("visits", "0001_initial"),
    ("visits", "0002_signature"),
}


def migrations_after_it() -> list[tuple[str, str]]:
    loader = MigrationLoader(None)
    ours = {label for label, _name in BEFORE_THE_FIRST_RELEASE}
    known = {
        key
        for key in loader.disk_migrations
        if key[0] in ours or loader.disk_migrations[key].__module__.startswith("sambang.")
    }
    assert known >= BEFORE_THE_FIRST_RELEASE, "a migration was renamed or removed"
    return sorted(known - BEFORE_THE_FIRST_RELEASE)


def test_new_migrations_leave_the_old_version_serving_or_say_why_not() -> None:
    loader = MigrationLoader(None)
    for key in migrations_after_it():
        migration = loader.disk_migrations[key]
        if getattr(migration, "stop_first", ""):
            continue
        troubles = list(stops_the_old_version(migration, loader.project_state(key, at_end=False)))
        assert not troubles, (
            f"{migration}: {troubles}. Do it in two versions, or write stop_first = 'why' in the migration."
        )


WIDE: dict[str, Any] = {"name": models.CharField(max_length=80), "note": models.TextField(null=True)}


def troubles(*done: Any, atomic: bool = True) -> list[str]:
    state = ProjectState()
    state.add_model(ModelState("shop", "Stall", [("id", models.AutoField(primary_key=True)), *WIDE.items()]))
    migration = Migration("0002", "shop")
    migration.operations, migration.atomic = list(done), atomic
    return list(stops_the_old_version(migration, state))


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
    assert len(troubles(AddIndexWhileServing("stall", INDEX))) == 1
    assert troubles(AddIndexWhileServing("stall", INDEX), atomic=False) == []


def test_a_table_made_in_the_same_migration_is_nobodys_yet() -> None:
    made = operations.CreateModel("Owner", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())])
    assert troubles(made, operations.AddIndex("owner", models.Index(fields=["name"], name="owner_by_name"))) == []


@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_and_removed_while_others_read() -> None:
    """On PostgreSQL this fails inside a transaction: it is the concurrent one."""
    state = MigrationLoader(connection).project_state()
    index = models.Index(fields=["at"], name="entry_by_moment_for_a_test")
    operation = AddIndexWhileServing("entry", index)
    after = state.clone()
    operation.state_forwards("journal", after)

    def stands() -> bool:
        with connection.cursor() as cursor:
            return index.name in connection.introspection.get_constraints(cursor, "journal_entry")

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("journal", editor, state, after)
    assert stands()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("journal", editor, after, state)
    assert not stands()


@pytest.mark.django_db
def test_prepare_waits_until_the_service_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    there = "sambang.home.management.commands.prepare"
    monkeypatch.setattr(f"{there}.stopping_first", lambda _connection: {"shop.0002": "a column changes its kind"})
    monkeypatch.setattr(f"{there}.call_command", lambda *_words, **_facts: None)
    gathered: list[bool] = []
    monkeypatch.setattr(f"{there}.gather_static", lambda: gathered.append(True))
    if connection.vendor == "postgresql":
        with pytest.raises(CommandError, match=r"shop\.0002: a column changes its kind"):
            call_command("prepare")
    assert not gathered
    call_command("prepare", stopped=True)
    assert len(gathered) == (connection.vendor == "postgresql")
