"""Rows laid away in parts, in any order, and read back part by part: in memory, or on disk where they are many."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sambang_stats.results import Integers

type Records = NDArray[np.void]


class Spool:
    """``kind``: one row's fields. ``folder``: an empty one of its own, made here; without one the rows stay in memory."""

    def __init__(self, kind: np.dtype[np.void], parts: int, folder: Path | None = None) -> None:
        self.kind, self.parts, self.folder = kind, parts, folder
        self._held: list[list[Records]] = [[] for _ in range(0 if folder else parts)]
        if folder:
            folder.mkdir()

    def put(self, part: Integers, rows: Records) -> None:
        """Lay rows away, each in its part."""
        order = np.argsort(part.astype(np.uint16), kind="stable")  # 16 bits sort in one pass
        sorted_rows, ends = rows[order], np.cumsum(np.bincount(part, minlength=self.parts))
        for number, some in enumerate(np.split(sorted_rows, ends[:-1])):
            if len(some):
                self._append(number, some)

    def replace(self, part: int, rows: Records) -> None:
        """What a part holds from now on."""
        if self.folder:
            self._file(part).unlink(missing_ok=True)
        else:
            self._held[part] = []
        self._append(part, rows)

    def read(self, part: int) -> Records:
        """All rows of a part, in the order in which they came."""
        if self.folder:
            file = self._file(part)
            return np.fromfile(file, self.kind) if file.exists() else np.zeros(0, self.kind)
        return np.concatenate([np.zeros(0, self.kind), *self._held[part]])

    def _append(self, part: int, rows: Records) -> None:
        if not self.folder:
            self._held[part].append(rows)
            return
        with self._file(part).open("ab") as file:
            rows.tofile(file)

    def _file(self, part: int) -> Path:
        assert self.folder
        return self.folder / str(part)


def give_back() -> None:
    """Freed memory back to the system: allocators keep it for more of the same size, and the next table is of another."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # glibc's; musl has none
        trim(0)


def records(kind: np.dtype[np.void], *columns: NDArray[np.generic]) -> Records:
    """Columns of one length as rows."""
    rows = np.empty(len(columns[0]), kind)
    for name, column in zip(kind.names or (), columns, strict=True):
        rows[name] = column
    return rows
