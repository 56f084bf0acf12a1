"""Reproducible files, cached under SAMBANG_DATA/cache by name."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import Lock

from django.conf import settings

_locks: defaultdict[str, Lock] = defaultdict(Lock)


def cached_file(name: str, make: Callable[[], bytes]) -> bytes:
    """The content of the cached file. If it is missing, `make` is called once, even if several threads ask; its
    exceptions propagate. `name` must change whenever the content does."""
    path: Path = settings.SAMBANG_DATA / "cache" / name
    with _locks[name]:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            content = make()
            write_atomically(path, content)
            return content


def code_digest(*files: str) -> str:
    """A part of `name` for what these modules (`__file__`) compute or draw: it changes with their code."""
    return sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()[:12]


def write_atomically(path: Path, content: bytes) -> None:
    """Write atomically: another process reads the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)
