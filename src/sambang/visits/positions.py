"""Where a photo was taken. Kept only where the council allows it and the officer allows it on the own phone; shown only
to who may see it (`visits.see_position`). (docs/decisions/0024-photo-positions.md)"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from sambang.access.models import Council
from sambang.lib.region_code import RegionCode

GEO = re.compile(r"geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?);u=(\d{1,6})")
STEP = Decimal("0.00001")  # a metre: finer than any phone knows


@dataclass(frozen=True)
class Position:
    """Degrees north and east (WGS 84), and how many metres it may be off."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int

    @classmethod
    def read(cls, written: str) -> Self | None:
        """From a geo URI with its uncertainty (RFC 5870), `geo:-7.75012,110.39551;u=12`; None for anything else."""
        found = GEO.fullmatch(written)
        if found is None:
            return None
        latitude, longitude = Decimal(found[1]).quantize(STEP), Decimal(found[2]).quantize(STEP)
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return cls(latitude, longitude, int(found[3]))

    def __str__(self) -> str:
        return f"geo:{self.latitude},{self.longitude};u={self.accuracy}"


def positions_allowed(region_code: str) -> bool:
    """Do the councils nearest to this region allow it? The regency's, where it has one; else the province's, else the
    nation's. Of several beside each other all must."""
    codes = RegionCode(region_code).regency.ancestors
    found: dict[str, list[bool]] = {code: [] for code in codes}
    for code, allowed in Council.objects.filter(region_code__in=codes).values_list(
        "region_code", "photo_positions_allowed"
    ):
        found[code].append(allowed)
    nearest = next((found[code] for code in codes if found[code]), [])
    return bool(nearest) and all(nearest)
