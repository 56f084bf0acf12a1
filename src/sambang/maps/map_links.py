"""A position from what people paste: a link of Google Maps, OpenStreetMap or WhatsApp, a geo URI, or two numbers.
Nothing is fetched: a short link that only its server can open is refused with the way around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _

from sambang.visits.positions import POSITION_RESOLUTION

# Degrees of Indonesia with its seas: latitude, longitude.
INDONESIA = ((Decimal("-11.5"), Decimal("6.5")), (Decimal("94.5"), Decimal("141.5")))
NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
PAIR = re.compile(rf"{NUMBER}\s*[,;\s]\s*{NUMBER}")
COMMA_PAIR = re.compile(r"([-+]?\d{1,3},\d+)\s*[;\s]\s*([-+]?\d{1,3},\d+)")  # decimals as Indonesians write them
# In the order of trust: a marked place, then what was searched for, then the middle of the screen.
LINKS = (
    re.compile(rf"!3d{NUMBER}!4d{NUMBER}"),
    re.compile(rf"[?&#]mlat={NUMBER}&mlon={NUMBER}"),
    re.compile(rf"[?&](?:q|query|ll|sll|destination|daddr|center|coordinate)=(?:loc:)?{NUMBER},\s*{NUMBER}"),
    re.compile(rf"/(?:search|place|dir)/(?:[^/]*/)?{NUMBER},\s*{NUMBER}"),
    re.compile(rf"#map=\d{{1,2}}(?:\.\d+)?/{NUMBER}/{NUMBER}"),
    re.compile(rf"@{NUMBER},{NUMBER}"),
)
# U, S, B(arat), T(imur) in Indonesian.
DEGREES = re.compile(r"""(\d{1,3})°\s*(\d{1,2})['′]\s*(\d{1,2}(?:\.\d+)?)["″]\s*([NSEWUBTL]+)""", re.IGNORECASE)
SHORT = re.compile(r"(?:maps\.app\.goo\.gl|goo\.gl|g\.co|bit\.ly|s\.id|share\.google)/", re.IGNORECASE)
SHORT_OSM = re.compile(r"(?:osm\.org|openstreetmap\.org)/go/([A-Za-z0-9_@~]+)")
OSM_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@"


class PositionError(ValueError):
    """The text names no position; the message is for the person who pasted it."""


@dataclass(frozen=True)
class Coordinates:
    """Degrees north and east (WGS 84)."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


def read_position(text: str) -> Coordinates:
    """The position that a pasted link or pair of numbers names. Raises PositionError."""
    plain = unquote_plus(text.strip().removeprefix("geo:"))
    if not plain:
        raise PositionError(_("Tempelkan tautan peta atau dua angka lintang dan bujur."))
    position = _from_link(plain) if "/" in plain else _from_numbers(plain)
    if position is None and SHORT.search(plain):
        raise PositionError(
            _(
                "Tautan pendek hanya dapat dibuka oleh peramban. Buka tautannya, tunggu petanya tampil, lalu salin "
                "alamat panjang di atas peta dan tempelkan di sini."
            )
        )
    if position is None:
        raise PositionError(
            _("Di tautan itu tidak ada posisi. Contoh yang terbaca: -7.75012, 110.39551 atau tautan Google Maps.")
        )
    return _inside_indonesia(*position)


def _from_numbers(text: str) -> tuple[Decimal, Decimal] | None:
    if (degrees := _from_degrees(text)) is not None:
        return degrees
    if match := COMMA_PAIR.fullmatch(text):
        return Decimal(match[1].replace(",", ".")), Decimal(match[2].replace(",", "."))
    # A geo URI may name the uncertainty after the numbers.
    match = PAIR.fullmatch(re.split(r";[a-z]|\?", text, maxsplit=1)[0].strip("() "))
    return (Decimal(match[1]), Decimal(match[2])) if match else None


def _from_link(text: str) -> tuple[Decimal, Decimal] | None:
    if match := SHORT_OSM.search(text):
        return _from_osm_code(match[1])
    for link in LINKS:
        if match := link.search(text):
            return Decimal(match[1]), Decimal(match[2])
    return _from_degrees(text)


def _from_degrees(text: str) -> tuple[Decimal, Decimal] | None:
    """Degrees, minutes and seconds: 7°45'00.4"S 110°23'43.8"E."""
    parts = DEGREES.findall(text)
    if len(parts) != 2:
        return None
    values = [
        (Decimal(degrees) + Decimal(minutes) / 60 + Decimal(seconds) / 3600)
        * (-1 if side.upper() in {"S", "LS"} else 1)
        for degrees, minutes, seconds, side in parts
    ]
    return values[0], values[1]


def _from_osm_code(code: str) -> tuple[Decimal, Decimal] | None:
    """OpenStreetMap's short code: three bits of longitude and latitude in each character, interleaved."""
    longitude = latitude = bits = 0
    for one in code.replace("~", "@"):
        value = OSM_DIGITS.index(one)
        for place in (5, 3, 1):
            longitude = longitude << 1 | value >> place & 1
            latitude = latitude << 1 | value >> (place - 1) & 1
        bits += 3
    size = Decimal(2) ** bits
    return latitude * 180 / size - 90, longitude * 360 / size - 180


def _inside_indonesia(latitude: Decimal, longitude: Decimal) -> Coordinates:
    (south, north), (west, east) = INDONESIA
    if south <= latitude <= north and west <= longitude <= east:
        return Coordinates(latitude.quantize(POSITION_RESOLUTION), longitude.quantize(POSITION_RESOLUTION))
    if south <= longitude <= north and west <= latitude <= east:
        raise PositionError(_("Lintang dan bujur tertukar: tulis lintang dulu, misalnya -7.75012, 110.39551."))
    raise PositionError(
        _("Posisi %(latitude)s, %(longitude)s di luar Indonesia: periksa angka dan tanda minusnya.")
        % {"latitude": latitude.quantize(POSITION_RESOLUTION), "longitude": longitude.quantize(POSITION_RESOLUTION)}
    )
