"""Partitioned rows: appended in any order, read one partition at a time, in memory or on disk."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sambang_stats.results import Integers

type Records = NDArray[np.void]


class Partitions:
    """``dtype``: the fields of a row. ``folder``: a new folder for the files; without one rows stay in memory."""

    def __init__(self, dtype: np.dtype[np.void], parts: int, folder: Path | None = None) -> None:
        self.dtype, self.parts, self.folder = dtype, parts, folder
        self._in_memory: list[list[Records]] = [[] for _ in range(0 if folder else parts)]
        if folder:
            folder.mkdir()

    def append(self, part: Integers, rows: Records) -> None:
        order = np.argsort(part.astype(np.uint16), kind="stable")  # 16 bits sort in one pass
        sorted_rows, ends = rows[order], np.cumsum(np.bincount(part, minlength=self.parts))
        for number, some in enumerate(np.split(sorted_rows, ends[:-1])):
            if len(some):
                self._append(number, some)

    def replace(self, part: int, rows: Records) -> None:
        if self.folder:
            self._file(part).unlink(missing_ok=True)
        else:
            self._in_memory[part] = []
        self._append(part, rows)

    def read(self, part: int) -> Records:
        """All rows of a partition, in the order in which they were added."""
        if self.folder:
            file = self._file(part)
            return np.fromfile(file, self.dtype) if file.exists() else np.zeros(0, self.dtype)
        return np.concatenate([np.zeros(0, self.dtype), *self._in_memory[part]])

    def _append(self, part: int, rows: Records) -> None:
        if not self.folder:
            self._in_memory[part].append(rows)
            return
        with self._file(part).open("ab") as file:
            rows.tofile(file)

    def _file(self, part: int) -> Path:
        assert self.folder
        return self.folder / str(part)


def release_memory() -> None:
    """Return freed memory to the system: allocators keep it for blocks of the same size."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # glibc's; musl has none
        trim(0)


def to_records(dtype: np.dtype[np.void], *columns: NDArray[np.generic]) -> Records:
    """Columns of one length as a structured array."""
    rows = np.empty(len(columns[0]), dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        rows[name] = column
    return rows
