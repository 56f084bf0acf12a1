"""The position where a photo was taken: stored if the council and the officer's phone allow it, shown to holders of
`visits.see_position` (docs/decisions/0024-photo-positions.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from sambang.access.councils import nearest_councils

GEO = re.compile(r"geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?);u=(\d{1,6})")
POSITION_RESOLUTION = Decimal("0.00001")  # about a metre


@dataclass(frozen=True)
class MeasuredPosition:
    """Degrees north and east (WGS 84) with the accuracy in metres."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int

    @classmethod
    def read(cls, uri: str) -> Self | None:
        """Parse a geo URI with its uncertainty (RFC 5870), `geo:-7.75012,110.39551;u=12`; None for any other text."""
        match = GEO.fullmatch(uri)
        if match is None:
            return None
        latitude, longitude = (
            Decimal(match[1]).quantize(POSITION_RESOLUTION),
            Decimal(match[2]).quantize(POSITION_RESOLUTION),
        )
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return cls(latitude, longitude, int(match[3]))

    def __str__(self) -> str:
        return f"geo:{self.latitude},{self.longitude};u={self.accuracy}"


def positions_allowed(region_code: str) -> bool:
    """Whether all councils of the region's regency allow it; without any, those of the province, then of the nation."""
    nearest = nearest_councils(region_code)
    return bool(nearest) and all(council.photo_positions_allowed for council in nearest)
