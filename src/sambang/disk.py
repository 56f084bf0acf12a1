"""Writing files that survive a power cut: the content is flushed before the rename, then the folder is flushed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def flush_folders(*folders: Path) -> None:
    """Flush directory entries: files that were created or renamed in these folders survive a power cut."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_once(path: Path, text: str) -> None:
    """Create a file atomically: it is complete or absent. An existing file, also of a simultaneous process, is kept."""
    with _flushed_part(path, text) as part, suppress(FileExistsError):
        os.link(part, path)
    flush_folders(path.parent)


def replace_file(path: Path, text: str) -> None:
    """Replace a file atomically: after a power cut it has the old content or the new."""
    with _flushed_part(path, text) as part:
        part.replace(path)
    flush_folders(path.parent)


@contextmanager
def _flushed_part(path: Path, text: str) -> Iterator[Path]:
    """A temporary file in the same folder with the text, mode 600; deleted afterwards."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)
