"""Committed is on disk: asked of a live connection, and an office that cannot promise it does not open."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from sambang import environment
from sambang.base.durability import FULL, DurableFiles, require_durable_commits


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


def test_an_upload_and_every_name_on_its_way_are_flushed_before_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`bench/faults.py` takes the power away for real."""
    flushed: list[Path] = []
    flush = os.fsync

    def watched(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink() if Path("/proc/self/fd").exists() else Path())
        flush(handle)

    monkeypatch.setattr(os, "fsync", watched)
    files = DurableFiles(location=tmp_path / "uploads")
    name = files.save("visits/2022/03/foto.jpg", ContentFile(b"foto"))
    place = (tmp_path / "uploads" / name).resolve()
    root = tmp_path.resolve()
    assert set(flushed) >= {place, place.parent, *(folder for folder in place.parents if root in folder.parents), root}
    assert place.read_bytes() == b"foto"


def test_uploads_are_kept_so() -> None:
    assert isinstance(default_storage, DurableFiles)
