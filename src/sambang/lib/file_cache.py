"""Files that can be made again at any time, stored under SAMBANG_DATA/cache by name."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from django.conf import settings

_locks: defaultdict[str, Lock] = defaultdict(Lock)


def cached_file(name: str, make: Callable[[], bytes]) -> bytes:
    """The content of the file, made where there is none yet; once, whatever the number of threads that ask. What `make`
    raises is raised. `name` must change where the content does."""
    path: Path = settings.SAMBANG_DATA / "cache" / name
    with _locks[name]:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            content = make()
            write_whole(path, content)
            return content


def write_whole(path: Path, content: bytes) -> None:
    """Another process reads all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)
