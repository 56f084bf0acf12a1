"""Progress of a long computation: which stage, how much of it is done, of how much."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """Stages of a long computation."""

    READ = "read"
    SORT = "sort"
    LINK = "link"
    JACKKNIFE = "jackknife"


Progress = Callable[[Stage, int, int], None]
"""Called with the stage, the amount done and the total."""
