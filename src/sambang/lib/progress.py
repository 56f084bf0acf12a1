"""Reporting of progress by long work: a callback that the caller may pass."""

from __future__ import annotations

from collections.abc import Callable

type Progress = Callable[[int, int], object]
"""Called with the number of rows done and the total."""


def no_progress(done: int, total: int) -> None:
    """The default of a parameter `progress`."""
