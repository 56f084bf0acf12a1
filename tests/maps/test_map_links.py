"""Positions from pasted text. Right answers are read from the links, or computed by hand."""

from __future__ import annotations

import pytest

from sambang.maps.map_links import PositionError, read_position

JOHO = "-7.75012, 110.39551"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("-7.75012, 110.39551", JOHO),
        ("-7.75012 110.39551", JOHO),
        ("-7,75012; 110,39551", JOHO),
        ("geo:-7.75012,110.39551;u=12", JOHO),
        ("geo:-7.75012,110.39551?z=17", JOHO),
        ("7°45'00.4\"S 110°23'43.8\"E", "-7.75011, 110.39550"),
        ("7°45'0\" LS, 110°23'42\" BT", "-7.75000, 110.39500"),
        ("https://maps.google.com/maps?q=-7.75012%2C110.39551&z=17&hl=id", JOHO),
        ("https://www.google.com/maps/search/-7.75012,+110.39551?entry=tts", JOHO),
        ("https://www.google.com/maps/@-7.75012,110.39551,17z?entry=ttu", JOHO),
        (
            "https://www.google.com/maps/place/Sentra+Contoh/@-7.7,110.3,15z/data=!4m6!3m5!3d-7.75012!4d110.39551!16s",
            JOHO,
        ),
        ("https://www.google.com/maps/search/?api=1&query=-7.75012,110.39551", JOHO),
        ("https://www.google.com/maps/dir/?api=1&destination=-7.75012,110.39551", JOHO),
        ("https://www.openstreetmap.org/#map=17/-7.75012/110.39551", JOHO),
        ("https://www.openstreetmap.org/?mlat=-7.75012&mlon=110.39551#map=12/-7.9/110.1", JOHO),
        ("https://maps.apple.com/?ll=-7.75012,110.39551&q=Sentra", JOHO),
        ("https://maps.apple.com/place?coordinate=-7.75012,110.39551", JOHO),
    ],
)
def test_a_pasted_position_is_read(text: str, position: str) -> None:
    assert str(read_position(text)) == position


def test_a_short_code_of_openstreetmap_needs_no_network() -> None:
    """Ten characters are thirty bits of each number: the code of a cell, its south-west corner within a metre."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@"
    east, north = round((110.39551 + 180) / 360 * 2**30), round((-7.75012 + 90) / 180 * 2**30)
    bits = "".join(f"{east >> place & 1}{north >> place & 1}" for place in range(29, -1, -1))
    code = "".join(digits[int(bits[place : place + 6], 2)] for place in range(0, 60, 6))
    found = read_position(f"https://osm.org/go/{code}?m=")
    assert float(found.latitude) == pytest.approx(-7.75012, abs=2e-5)
    assert float(found.longitude) == pytest.approx(110.39551, abs=2e-5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Tempelkan tautan"),
        ("Joho, Condongcatur", "tidak ada posisi"),
        ("https://www.google.com/maps/place/Joho/", "tidak ada posisi"),
        ("https://maps.app.goo.gl/AbCdEf123", "alamat panjang"),
        ("https://goo.gl/maps/AbCdEf123", "alamat panjang"),
        ("110.39551, -7.75012", "tertukar"),
        ("7.75012, 110.39551", "di luar Indonesia"),
        ("52.51630, 13.37770", "di luar Indonesia"),
        ("-775012, 11039551", "tidak ada posisi"),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, told: str) -> None:
    with pytest.raises(PositionError, match=told):
        read_position(text)
