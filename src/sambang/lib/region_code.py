"""Region codes of the Ministry of Home Affairs (Kemendagri), written without dots.

A code begins with the code of the region that contains it. This module is the only one that knows how many digits a
level has; tests/lib/test_region_code.py refuses slices of region codes elsewhere.
"""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise

from django.db.models import Q
from django.db.models.functions import Left


class Level(IntEnum):
    """A level of government; the value is the number of digits of its codes."""

    NATION = 0
    PROVINCE = 2
    REGENCY = 4
    DISTRICT = 6
    VILLAGE = 10


class RegionCode(str):
    """The code of one region: "" or "0" the nation, "34" a province, "3404" a regency or city, "340407" a district,
    "3404072003" a village."""

    __slots__ = ()

    @property
    def level(self) -> Level:
        """Raises ValueError for a string that is no region code."""
        return Level.NATION if self == UNPLACED else Level(len(self))

    @property
    def is_regency(self) -> bool:
        return self.level is Level.REGENCY

    @property
    def is_within_regency(self) -> bool:
        """A regency, or a region inside one."""
        return self.level >= Level.REGENCY

    @property
    def regency(self) -> RegionCode:
        """The regency that contains the region; the region itself where it is larger."""
        return self.at(Level.REGENCY)

    @property
    def ancestors(self) -> list[RegionCode]:
        """Itself and every region that contains it, smallest first, the nation ("") last."""
        return [self.at(level) for level in sorted(Level, reverse=True) if level <= self.level]

    @property
    def dotted(self) -> str:
        """34.04.07.2003, as regulations print it."""
        bounds = [0, *(level for level in sorted(Level) if level)]
        parts = [self[start:end] for start, end in pairwise(bounds)]
        return ".".join(part for part in parts if part)

    def at(self, level: Level) -> RegionCode:
        """The containing region of this level; the region itself where it is of a higher level."""
        return RegionCode(self[:level])

    def contains(self, code: str) -> bool:
        """Is `code` this region or a region inside it? The nation ("") contains every code."""
        return code.startswith(self)


UNPLACED = RegionCode("0")  # the nation's row in the table of regions: a place that is not known yet


def in_region(path: str, code: str) -> Q:
    """Condition: the region code at the lookup path lies within `code`.

    A range, which an index serves on every database. LIKE, which Django's `startswith` becomes, reads the whole table
    on SQLite, and on PostgreSQL with another collation than C.
    """
    if not code:
        return Q(**{f"{path}__isnull": False})
    first, end = code_range(code)
    return Q(**{f"{path}__gte": first, f"{path}__lt": end})


def code_range(code: str) -> tuple[str, str]:
    """The codes inside a region, the second excluded: for SQL text, as `in_region` is for the ORM."""
    return code, str(int(code) + 1).zfill(len(code))


def regency_at(path: str) -> Left:
    """Expression: the code of the regency that contains the region code at the lookup path."""
    return Left(path, Level.REGENCY.value)
