"""The time zone of a region, and the date in it around midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sambang.lib.time_zones import ABBREVIATIONS, today_in, zone_of


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("", "WIB"),
        ("0", "WIB"),
        ("3404072003", "WIB"),
        ("11", "WIB"),
        ("61", "WIB"),
        ("62", "WIB"),
        ("51", "WITA"),
        ("6371", "WITA"),
        ("65", "WITA"),
        ("7371", "WITA"),
        ("76", "WITA"),
        ("81", "WIT"),
        ("82", "WIT"),
        ("9171", "WIT"),
        ("97", "WIT"),
    ],
)
def test_a_province_has_its_zone(region: str, zone: str) -> None:
    assert ABBREVIATIONS[zone_of(region)] == zone


def test_the_day_begins_earlier_in_the_east() -> None:
    late = datetime(2026, 11, 29, 15, 40, tzinfo=UTC)  # 22.40 WIB, 23.40 WITA, 00.40 WIT
    days = [today_in(region, late) for region in ("34", "51", "91")]
    assert days == [date(2026, 11, 29), date(2026, 11, 29), date(2026, 11, 30)]
