"""After an erasing and `sambang purge_erased`, neither the tables' files nor the statistics hold the erased name."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.ops.purge import purge, tables_with_personal_data
from sambang.privacy.operations import erase_business
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "Kutilangsari"


def files_of(tables: list[str]) -> dict[str, list[Path]]:
    """The files of each table and of its TOAST table, in the cluster of tools/with-postgresql."""
    cluster = Path(parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)["host"][0]) / "data"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_filepath(oid), pg_relation_filepath(NULLIF(reltoastrelid, 0)) FROM pg_class "
            "WHERE relname = ANY (%s)",
            [tables],
        )
        return {name: [cluster / path for path in paths if path] for name, *paths in cursor.fetchall()}


def tables_with_canary(tables: list[str]) -> list[str]:
    found = files_of(tables)
    return [name for name, paths in found.items() if any(CANARY.encode() in path.read_bytes() for path in paths)]


def in_statistics() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stats WHERE most_common_vals::text LIKE %s OR histogram_bounds::text LIKE %s",
            [f"%{CANARY}%"] * 2,
        )
        return int(cursor.fetchone()[0])


def end_other_sessions() -> None:
    """A thread of an earlier test may have left a transaction open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def open_snapshots() -> list[tuple[object, ...]]:
    """The sessions of the cluster that keep former row versions, for the message of a failure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, backend_type, state, backend_xid, backend_xmin, age(backend_xmin), xact_start, query "
            "FROM pg_stat_activity WHERE backend_xid IS NOT NULL OR backend_xmin IS NOT NULL"
        )
        return list(cursor.fetchall())


def test_nothing_of_the_name_is_left_in_the_databases_files(
    business: Business, make_business: Callable[..., Business], rina: Person
) -> None:
    Person.objects.filter(pk=business.owner_id).update(name=CANARY)
    tables = tables_with_personal_data()
    assert "access_person" in tables and len(tables) > 15
    if connection.vendor == "postgresql":
        end_other_sessions()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL, ANALYZE) access_person")
        assert in_statistics() and "access_person" in tables_with_canary(tables)
    erase_business(Business.objects.get(pk=business.pk), rina)
    written = StringIO()
    call_command("purge_erased", stdout=written)
    if connection.vendor == "sqlite":
        assert "secure_delete" in written.getvalue()
        return
    assert "Belum bersih" not in written.getvalue(), open_snapshots()
    assert in_statistics() == 0
    assert tables_with_canary(tables) == []
    assert "pg_switch_wal" in written.getvalue()  # the tests' role may not


def test_a_table_that_an_open_transaction_reads_is_named(
    business: Business, rina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        assert purge(lambda table: None) == []  # SQLite overwrites at once, whoever reads
        return
    end_other_sessions()
    monkeypatch.setattr("sambang.ops.purge.ATTEMPTS", 1)
    reader = connection.copy()
    with reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM django_migrations")
        erase_business(Business.objects.get(pk=business.pk), rina)
        assert "access_person" in purge(lambda table: None)
        cursor.execute("COMMIT")
    reader.close()
    monkeypatch.setattr("sambang.ops.purge.ATTEMPTS", 10)
    assert purge(lambda table: None) == [], open_snapshots()


def test_a_transaction_in_another_database_of_the_server_keeps_nothing(business: Business, rina: Person) -> None:
    if connection.vendor == "sqlite":
        assert purge(lambda table: None) == []
        return
    end_other_sessions()
    address = connection.get_connection_params() | {"dbname": "postgres"}
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: address[name] for name in names if name in address}) as other:
        other.execute("SELECT txid_current()")
        erase_business(Business.objects.get(pk=business.pk), rina)
        assert purge(lambda table: None) == [], open_snapshots()


def test_backups_from_before_are_listed_with_their_dates(
    business: Business,
    rina: Person,
    settings: Any,
    signed_in: Callable[[Person], Client],
    member: Callable[..., Person],
    sleman: Council,
) -> None:
    folder = settings.SAMBANG_BACKUPS
    folder.mkdir(parents=True, exist_ok=True)
    for age in (timedelta(hours=30), timedelta(hours=-0.05)):
        (folder / f"sambang-{datetime.now(UTC) - age:%Y%m%dT%H%M%SZ}.backup").write_bytes(b"peraga")
    erase_business(Business.objects.get(pk=business.pk), rina)
    written = StringIO()
    call_command("purge_erased", "--list", stdout=written)
    old, new = sorted(path.name for path in folder.glob("*.backup"))
    assert f"Masih memuat data yang dihapus: {old}" in written.getvalue() and new not in written.getvalue()
    assert f"{timezone.localdate().year}" in written.getvalue().splitlines()[0]
    page = signed_in(member("Dewi", sleman, Role.ADMINISTRATOR)).get("/cadangan/").content.decode()
    assert page.count("memuat 1 IKM yang datanya sudah dihapus") == 1
