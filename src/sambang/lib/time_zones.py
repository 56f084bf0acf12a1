"""The time zone of a region: WIB, WITA or WIT (Keputusan Presiden 41/1987, with the provinces made since)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from sambang.lib import clock
from sambang.lib.region_code import Level, RegionCode

WIB, WITA, WIT = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
ABBREVIATIONS = {WIB: "WIB", WITA: "WITA", WIT: "WIT"}
# Provinces: Bali, Nusa Tenggara, South, East and North Kalimantan, Sulawesi; Maluku and Papua. All others have WIB.
IN_WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
IN_WIT = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})


def zone_of(region: str) -> ZoneInfo:
    """The zone of a region; WIB for the nation and for a row without a region."""
    province = RegionCode(region).at(Level.PROVINCE)
    return WITA if province in IN_WITA else WIT if province in IN_WIT else WIB


def today_in(region: str, now: datetime | None = None) -> date:
    """The date in the region, which begins two hours earlier in Papua than in Jakarta."""
    return timezone.localdate(now or clock.now(), zone_of(region))
