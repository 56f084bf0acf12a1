"""Files of submissions, stored by the digest of their bytes. A file name from a phone is never used as a path."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from sambang.disk import flush_folders


@dataclass(frozen=True)
class IncomingFile:
    """A file of a request, with a digest of its bytes. `chunks` reads it from the start."""

    name: str
    sha256: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


def incoming_file(name: str, chunks: Callable[[], Iterable[bytes]]) -> IncomingFile:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks():
        digest.update(chunk)
        size += len(chunk)
    return IncomingFile(name, digest.hexdigest(), size, chunks)


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "odk" / sha256[:2] / sha256


def store_file(file: IncomingFile) -> None:
    """Write and flush to disk, including the directory entries: the file survives a power cut."""
    path = path_of(file.sha256)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent.parent, delete=False) as part:
        try:
            for chunk in file.chunks():
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    flush_folders(path.parent, path.parent.parent)
