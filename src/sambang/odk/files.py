"""Files of submissions, stored by the digest of their bytes. A file name from a phone is never used as a path."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from sambang.disk import flush_folders


@dataclass(frozen=True)
class StoredFile:
    name: str
    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "odk" / sha256[:2] / sha256


def store_file(name: str, chunks: Iterable[bytes]) -> StoredFile:
    """Write, hash and flush to disk, including the directory entries: the file survives a power cut."""
    folder = Path(settings.MEDIA_ROOT) / "odk"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            path = path_of(digest.hexdigest())
            path.parent.mkdir(exist_ok=True, mode=0o700)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    flush_folders(path.parent, folder)
    return StoredFile(name, digest.hexdigest(), size)
