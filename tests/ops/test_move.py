"""Every row of the demo's data goes to another database and back, and is the same there, or nothing went."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.audit.verification import first_chain_break
from sambang.environment import database
from sambang.home.demo.stages import STAGES, build_demo
from sambang.market.models import Item
from sambang.ops import database_move
from sambang.ops.checksums import checksum_differences, sum_of, tables_of
from sambang.ops.database_move import all_models, compare, move, target
from sambang.ops.databases import CopyError, connected, current_database, process_environment
from sambang.registry.load_industries import load_industries
from sambang.registry.load_regions import load_regions
from sambang.registry.models import Business
from tests.server_data import prepared_data

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def silent(_line: str) -> None:
    pass


@pytest.fixture
def embedded(tmp_path: Path, settings: Any) -> dict[str, Any]:
    settings.SAMBANG_DATA = tmp_path
    return database("", tmp_path / "sambang.sqlite3")


@pytest.fixture(scope="module")
def prepared() -> Path:
    """Before a test sets a data folder of its own."""
    return prepared_data()


@pytest.fixture
def migrated(prepared: Path, embedded: dict[str, Any]) -> dict[str, Any]:
    """With its tables, as `migrate` makes them in eight seconds of CPU."""
    shutil.copy(prepared / "sambang.sqlite3", embedded["NAME"])
    return embedded


@pytest.fixture
def server() -> Iterator[dict[str, Any]]:
    """A second, empty PostgreSQL database where the tests run on PostgreSQL."""
    facts, name = current_database(), f"sambang_move_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield facts | {"NAME": name}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows_of(alias: str) -> dict[str, tuple[int, str]]:
    """Each table's count and sum, read through the models: comparable between databases of two kinds."""
    return {
        model._meta.db_table: sum_of(
            model._base_manager.using(alias).values_list(*[field.attname for field in database_move.columns_of(model)])
        )
        for model in all_models()
    }


def differing_tables(ours: Any, theirs: Any) -> set[str]:
    """Without those of the search index, which each database writes in blocks and at times of its own."""
    names = {line.split()[1] for line in checksum_differences(ours, theirs)}
    return {name for name in names if not name.startswith("market_search")}


def search_texts(database: Any) -> list[Any]:
    with database.cursor() as cursor:
        cursor.execute("SELECT text FROM market_search")
        return sorted(cursor.fetchall())


def test_the_demo_goes_to_another_database_and_back(embedded: dict[str, Any], request: pytest.FixtureRequest) -> None:
    load_regions(province="34")
    load_industries()
    build_demo(stage=STAGES[1], seed=7, today=timezone.localdate(), announce=silent)
    assert Entry.objects.count() > 20
    Item.objects.create(business=Business.objects.earliest("pk"), name="Daster bordir", price=90_000)
    assert len(search_texts(connection)) == 1
    count = move(embedded, embedded["NAME"].parent, announce=silent)
    was = rows_of("default")
    assert count == sum(rows for rows, _sum in was.values()) > 2 * database_move.MOVED_AT_ONCE
    with target(embedded) as alias:
        assert rows_of(alias) == was
    if connection.vendor == "sqlite":
        with connected(embedded) as there:
            ours, theirs = tables_of(connection), tables_of(there)
            assert search_texts(connection) == search_texts(there)
        assert differing_tables(ours, theirs) == {"django_migrations"}
        return
    back = request.getfixturevalue("server")
    words = process_environment(embedded, embedded["NAME"].parent)
    line = [sys.executable, "-m", "sambang", "move", "--to", process_environment(back, Path("/"))["DATABASE_URL"]]
    subprocess.run(line, env=words, check=True, capture_output=True)
    with target(back) as alias:
        assert rows_of(alias) == was
        with connections[alias].cursor() as cursor:  # the next row of each table gets a number of its own
            cursor.execute("SELECT last_value FROM django_content_type_id_seq")
            assert cursor.fetchone()[0] >= was["django_content_type"][0]
    with connected(back) as there:
        assert differing_tables(tables_of(connection), tables_of(there)) == {"django_migrations"}
        assert search_texts(connection) == search_texts(there)


def test_a_row_that_is_not_the_same_there_is_named_and_a_used_target_refused(
    migrated: dict[str, Any], business: Business, sari: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    Entry.objects.create(by=sari, verb="visits.plan", subject="visits.Visit:1")
    insert = database_move.insert_raw

    def slip(model: Any, fields: Any, rows: Any, alias: str) -> None:
        if model is Business:
            rows = (rows[0]._replace(name="Lain"), *rows[1:])
        insert(model, fields, rows, alias)

    with monkeypatch.context() as patched:
        patched.setattr(database_move, "insert_raw", slip)
        with pytest.raises(CopyError, match=f"registry_business: baris id={business.pk}"):
            move(migrated, migrated["NAME"].parent, announce=silent)
    with target(migrated) as alias:
        assert not Business.objects.using(alias).exists(), "all or nothing"
    move(migrated, migrated["NAME"].parent, announce=silent)
    with target(migrated) as alias:
        assert Entry.objects.using(alias).get().hash == Entry.objects.get().hash
        Person.objects.using(alias).filter(pk=sari.pk).update(name="Lain")
        with pytest.raises(CopyError, match="access_person"), transaction.atomic():
            compare(Person, alias)
    assert first_chain_break() == ""
    with pytest.raises(CopyError, match="tidak kosong"):
        move(migrated, migrated["NAME"].parent, announce=silent)
    with pytest.raises(CommandError, match=r"sudah ada|yang sama"):
        call_command("move", to="embedded")
    with pytest.raises(CommandError, match="postgresql://"):
        call_command("move", to="mysql://somewhere")


def test_a_table_that_this_version_does_not_know_is_not_left_behind(embedded: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE from_elsewhere (id integer)")
    try:
        with pytest.raises(CopyError, match="from_elsewhere"):
            move(embedded, embedded["NAME"].parent, announce=silent)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE from_elsewhere")
