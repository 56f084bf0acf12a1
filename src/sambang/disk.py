"""What is written must outlive a power cut: contents on disk before their name, and names on disk too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def flush_folders(*folders: Path) -> None:
    """Names are on disk too, not only what they name: a file that was made or renamed here outlives a power cut."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_once(place: Path, text: str) -> None:
    """A file that nobody ever sees in part: whole on disk under its name, or not there. Where another process was
    first, its file stays."""
    with _on_disk(place, text) as part, suppress(FileExistsError):
        os.link(part, place)
    flush_folders(place.parent)


def write_whole(place: Path, text: str) -> None:
    """The same, in place of what was there: after a power cut it is the old file or the new one."""
    with _on_disk(place, text) as part:
        part.replace(place)
    flush_folders(place.parent)


@contextmanager
def _on_disk(place: Path, text: str) -> Iterator[Path]:
    """The text in a file beside, for its owner alone (mode 600), gone afterwards."""
    part = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)
