"""Files for the pages are gathered once, whole, and anew where a power cut stopped it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sambang
from sambang.lib import static_files

pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    """Where the files of our own apps are gathered: without Django's admin, which makes it three times as long."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = sorted(Path(sambang.__file__).parent.glob("*/static"))
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "sambang.lib.static_files.HashedFiles"}}
    return Path(settings.STATIC_ROOT)


@pytest.fixture
def gathered(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often Django gathered so far."""
    so_far: list[str] = []
    gather = static_files.call_command

    def counted(name: str, **options: Any) -> None:
        so_far.append(name)
        gather(name, **options)

    monkeypatch.setattr(static_files, "call_command", counted)
    static_files.gather_static()
    return so_far


def test_only_where_something_changed(root: Path, gathered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert (root / "staticfiles.json").stat().st_size > 1000
    static_files.gather_static()
    assert len(gathered) == 1
    monkeypatch.setattr(static_files, "_files_digest", lambda: "the next version")
    assert not static_files.is_gathered()
    static_files.gather_static()
    assert len(gathered) == 2 and static_files.is_gathered()


def test_anew_where_it_was_not_finished(root: Path, gathered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path: path.read_bytes() for path in root.rglob("*.css")}
    assert files and all(files.values())

    def power_cut(*_words: Any, **_options: Any) -> None:
        for path in root.rglob("*.*"):
            if path.is_file() and path.name != ".gathered":
                path.write_bytes(b"")
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(static_files, "_files_digest", lambda: "the next version")
        during.setattr(static_files.os, "sync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            static_files.gather_static()
    assert not static_files.is_gathered()
    static_files.gather_static()
    assert {path: path.read_bytes() for path in root.rglob("*.css")} == files
