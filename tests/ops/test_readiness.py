"""/ready commits a row, measures the disk and checks the clock."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.audit.models import Entry
from sambang.ops import readiness
from sambang.ops.backups import backups_in, newest_backup
from sambang.ops.models import WriteCheck

pytestmark = pytest.mark.django_db
GIGABYTE = 1_000_000_000


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "WRITE_INTERVAL_SECONDS", -1.0)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def leave(count: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=count))

    leave(50 * GIGABYTE)
    return leave


def put_backup(folder: Path, age: timedelta) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"sambang-{datetime.now(UTC) - age:%Y%m%dT%H%M%SZ}.backup").write_bytes(b"peraga")


@pytest.fixture(autouse=True)
def _clock_of_the_machine() -> Iterator[None]:
    """The clock of the database server, not noon (tests/conftest.py): these tests compare with it."""
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)):
        yield


def test_it_commits_a_row_each_time(client: Client, free: Callable[[int], None]) -> None:
    assert client.get("/ready").json() == {"ready": True, "backup": "none"}
    first = WriteCheck.objects.get().at
    client.get("/ready")
    assert WriteCheck.objects.get().at > first


def test_a_database_that_cannot_write_is_not_ready(
    client: Client, free: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_facts: object, **_more: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(WriteCheck, "save_base", full)
    answer = client.get("/ready")
    assert answer.status_code == 503 and answer.json()["problems"] == ["write"]
    assert int(answer.headers["Retry-After"]) > 0
    assert "full" not in answer.content.decode().replace('"full"', "")


def test_a_folder_that_cannot_be_written_is_not_ready(
    client: Client, free: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_facts: object, **_more: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(readiness.tempfile, "TemporaryFile", refused)
    assert client.get("/ready").json()["problems"] == ["files"]


@pytest.mark.parametrize(
    ("left", "state", "status"), [(GIGABYTE, "ok", 200), (GIGABYTE - 1, "low", 200), (49_999_999, "full", 503)]
)
def test_free_space_is_measured(
    client: Client, free: Callable[[int], None], left: int, state: str, status: int
) -> None:
    free(left)
    answer = client.get("/ready")
    assert (answer.status_code, answer.json().get("disk", "ok")) == (status, state)
    assert answer.json().get("problems", []) == (["disk"] if status == 503 else [])


def test_a_clock_behind_the_journal_is_wrong(client: Client, free: Callable[[int], None], sari: Person) -> None:
    Entry.objects.create(by=sari, verb="registry.change_business", subject="registry.Business:x")
    assert client.get("/ready").json().get("clock", "ok") == "ok"
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=4)):
        assert client.get("/ready").json().get("clock", "ok") == "ok"
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=7)):
        answer = client.get("/ready")
    assert (answer.status_code, answer.json()["clock"]) == (200, "wrong")


def test_another_clock_than_the_databases_is_wrong(client: Client, free: Callable[[int], None]) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert client.get("/ready").json().get("clock", "ok") == ("ok" if connection.vendor == "sqlite" else "wrong")


def test_a_backup_from_the_future_is_never_fresh(
    client: Client,
    free: Callable[[int], None],
    signed_in: Callable[[Person], Client],
    member: Callable[..., Person],
    sleman: Council,
    settings: Any,
) -> None:
    folder = settings.SAMBANG_BACKUPS
    put_backup(folder, timedelta(minutes=-4))  # two clocks that differ a little
    assert client.get("/ready").json()["backup"] == "fresh"
    put_backup(folder, timedelta(hours=30))
    put_backup(folder, timedelta(days=-400))
    answer = client.get("/ready").json()
    assert (answer["backup"], answer["clock"], answer["ready"]) == ("future", "wrong", True)
    newest = newest_backup()
    assert newest is not None and newest.path == backups_in(folder)[1].path
    assert (
        "bertanggal nanti" in signed_in(member("Dewi", sleman, Role.ADMINISTRATOR)).get("/cadangan/").content.decode()
    )


def test_the_drill_fails_for_a_backup_from_the_future(settings: Any) -> None:
    put_backup(settings.SAMBANG_BACKUPS, timedelta(days=-3))
    with pytest.raises(CommandError, match="Tidak ada cadangan"):
        call_command("drill", stdout=StringIO())
