"""Which councils are responsible for a region."""

from __future__ import annotations

from sambang.access.models import Council
from sambang.lib.region_code import RegionCode


def nearest_councils(region_code: str) -> list[Council]:
    """The councils of the region's regency; without any those of its province, then those of the nation."""
    codes = RegionCode(region_code).regency.ancestors
    councils = list(Council.objects.filter(region_code__in=codes).order_by("name"))
    level = max((RegionCode(council.region_code).level for council in councils), default=None)
    return [council for council in councils if RegionCode(council.region_code).level == level]
