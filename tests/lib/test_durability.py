"""Committed is on disk: asked of a live connection, and an office that cannot promise it does not open."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from sambang import environment
from sambang.lib.durability import FULL, DurableFiles, require_durable_commits


def test_the_embedded_database_is_opened_so(tmp_path: Path) -> None:
    """What settings ask for, on a real file."""
    words = environment.database("", tmp_path / "office.sqlite3")["OPTIONS"]["init_command"]
    with sqlite3.connect(tmp_path / "office.sqlite3") as live:
        live.executescript(words)
        assert live.execute("PRAGMA synchronous").fetchone() == (FULL,)
        assert live.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    live.close()


@pytest.mark.django_db(transaction=True)
def test_an_office_that_may_lose_what_it_acknowledged_does_not_open() -> None:
    sqlite = connection.vendor == "sqlite"
    careful, careless = (
        ("PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL")
        if sqlite
        else ("SET synchronous_commit = on", "SET synchronous_commit = off")
    )
    with connection.cursor() as cursor:
        cursor.execute(careless)
        with pytest.raises(ImproperlyConfigured):
            require_durable_commits()
        cursor.execute(careful)
        cursor.execute("SELECT 1" if sqlite else "SELECT current_setting('fsync')")
        if cursor.fetchone()[0] in {1, "on"}:
            require_durable_commits()
        else:  # the tests' own PostgreSQL runs without fsync, and is refused for that
            with pytest.raises(ImproperlyConfigured):
                require_durable_commits()


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was brought to disk so far, by the name that it had then."""
    so_far: list[Path] = []
    flush = os.fsync

    def watched(handle: int) -> None:
        so_far.append(Path(f"/proc/self/fd/{handle}").readlink())
        flush(handle)

    monkeypatch.setattr(os, "fsync", watched)
    return so_far


def test_a_key_is_on_disk_whole_before_it_has_its_name(tmp_path: Path, flushed: list[Path]) -> None:
    """A key that sealed something and is empty after a power cut would take with it what it sealed."""
    place = tmp_path.resolve() / "office" / "keys" / "identity"
    kept = environment.secret("SAMBANG_NO_SUCH_KEY", place)
    contents = next(at for at, path in enumerate(flushed) if path.parent == place.parent and path.name != place.name)
    assert place.parent in flushed[contents:], "its name was not flushed after its contents"
    assert {tmp_path.resolve(), place.parent.parent} <= set(flushed), "new folders were not flushed"
    assert place.read_text() == kept and [path.name for path in place.parent.iterdir()] == ["identity"]


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(8) as pool:
        keys = list(pool.map(environment.secret, ["SAMBANG_NO_SUCH_KEY"] * 40, [tmp_path / "keys" / "secret"] * 40))
    assert len(set(keys)) == 1 and len(keys[0]) >= 48


def test_an_upload_and_every_name_on_its_way_are_flushed_before_its_row(tmp_path: Path, flushed: list[Path]) -> None:
    """`bench/faults.py` takes the power away for real."""
    files = DurableFiles(location=tmp_path / "uploads")
    name = files.save("visits/2022/03/foto.jpg", ContentFile(b"foto"))
    place = (tmp_path / "uploads" / name).resolve()
    root = tmp_path.resolve()
    assert set(flushed) >= {place, place.parent, *(folder for folder in place.parents if root in folder.parents), root}
    assert place.read_bytes() == b"foto"


def test_uploads_are_kept_so() -> None:
    assert isinstance(default_storage, DurableFiles)
