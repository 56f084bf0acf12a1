"""Files of submissions, kept under the digest of their bytes. A name from a phone is a word in a table, never a path."""

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
class KeptFile:
    name: str
    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "odk" / sha256[:2] / sha256


def keep(name: str, pieces: Iterable[bytes]) -> KeptFile:
    """Write, hash and flush to disk, the folder's entry too: from here on a power cut takes nothing."""
    folder = Path(settings.MEDIA_ROOT) / "odk"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            place = path_of(digest.hexdigest())
            place.parent.mkdir(exist_ok=True, mode=0o700)
            Path(file.name).replace(place)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    flush_folders(place.parent, folder)
    return KeptFile(name, digest.hexdigest(), size)
