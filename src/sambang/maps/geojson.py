"""Outlines of regions from an uploaded GeoJSON file (RFC 7946): read strictly, then simplified."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

MAX_GEOJSON_SIZE = 8 * 1024 * 1024  # bytes
MAX_SHAPES = 2_000
MAX_POINTS = 400  # of one shape after simplification
MIN_PART_SHARE = 0.002  # of the area of the largest part of a shape; smaller islands are not drawn
NAME_KEYS = ("name", "nama", "namobj", "wadmkd", "wadmkc", "wadmkk", "kapanewon", "kecamatan", "desa", "kabupaten")
CODE_KEYS = ("code", "kode", "kode_kemendagri", "kdepum", "kdcpum", "kdpkab", "kdppum", "kode_desa", "kode_kec", "id")
WGS84 = re.compile(r"CRS84|EPSG:{1,2}4326$")

type Ring = list[tuple[float, float]]  # longitude and latitude, first = last


class OutlineError(ValueError):
    """The file cannot be used; the message is for the person who sent it."""


@dataclass(frozen=True)
class Shape:
    """One feature: what it calls itself, and its outer rings (holes are not drawn)."""

    names: tuple[str, ...]
    codes: tuple[str, ...]  # digits only
    rings: list[Ring]


def read_shapes(content: bytes) -> list[Shape]:
    """The simplified shapes of a file. Raises OutlineError."""
    if len(content) > MAX_GEOJSON_SIZE:
        raise OutlineError(_("Berkas terlalu besar: paling banyak 8 MB. Sederhanakan dulu di QGIS atau mapshaper."))
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise OutlineError(_("Berkas ini bukan GeoJSON yang dapat dibaca.")) from None
    shapes = [_shape(feature, number) for number, feature in enumerate(_features(data), 1)]
    if not shapes:
        raise OutlineError(_("Berkas ini tidak berisi satu bentuk pun."))
    return shapes


def _features(data: Any) -> list[Any]:
    if not isinstance(data, dict):
        raise OutlineError(_("Berkas ini bukan GeoJSON yang dapat dibaca."))
    crs = data.get("crs")
    if crs and not WGS84.search(str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""):
        raise OutlineError(_("Koordinatnya bukan WGS 84: simpan ulang sebagai GeoJSON EPSG:4326."))
    features = data.get("features") if data.get("type") == "FeatureCollection" else [data]
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise OutlineError(_("Berkas ini bukan GeoJSON yang dapat dibaca."))
    if len(features) > MAX_SHAPES:
        raise OutlineError(_("Terlalu banyak bentuk: paling banyak 2.000."))
    return features


def _shape(feature: dict[str, Any], number: int) -> Shape:
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in {"Polygon", "MultiPolygon"}:
        raise OutlineError(
            _("Bentuk ke-%(number)d bukan bidang (Polygon): pilih lapisan batas wilayah.") % {"number": number}
        )
    parts: Any = geometry.get("coordinates")
    try:
        rings = [_ring(polygon[0]) for polygon in ([parts] if kind == "Polygon" else parts)]
    except (TypeError, IndexError, KeyError, ValueError) as wrong:
        reason = str(wrong) if isinstance(wrong, OutlineError) else _("titiknya tidak terbaca")
        raise OutlineError(_("Bentuk ke-%(number)d: %(reason)s.") % {"number": number, "reason": reason}) from None
    if not rings:
        raise OutlineError(_("Bentuk ke-%(number)d: %(reason)s.") % {"number": number, "reason": _("kosong")})
    names, codes = _identifiers(feature.get("properties"))
    return Shape(names, codes, _simplified(rings))


def _identifiers(properties: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and codes among the properties of a feature."""
    rows = properties.items() if isinstance(properties, dict) else ()
    named = {str(key).lower(): str(value).strip() for key, value in rows if value is not None}
    codes = (re.sub(r"\D", "", named[key]) for key in CODE_KEYS if key in named)
    names = tuple(named[key] for key in NAME_KEYS if named.get(key))
    return names, tuple(filter(None, codes))


def _ring(points: Any) -> Ring:
    ring = [(float(point[0]), float(point[1])) for point in points]
    if any(not math.isfinite(one) for point in ring for one in point):
        raise OutlineError(_("ada titik tanpa angka"))
    if any(abs(east) > 180 or abs(north) > 90 for east, north in ring):
        raise OutlineError(_("koordinatnya bukan derajat (mungkin UTM): simpan ulang sebagai EPSG:4326"))
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    if len(ring) < 4 or ring_area(ring) == 0:
        raise OutlineError(_("garisnya tidak melingkupi bidang"))
    return ring


def ring_area(ring: Ring) -> float:
    """In square degrees, by the shoelace formula."""
    points = np.array(ring) - ring[0]
    return abs(float(np.sum(points[:-1, 0] * points[1:, 1] - points[1:, 0] * points[:-1, 1]))) / 2


def centre_of(rings: Sequence[Ring]) -> tuple[float, float]:
    """The centroid of the largest part."""
    ring = np.array(max(rings, key=ring_area))
    origin = ring[0].copy()
    east, north = (ring - origin).T
    cross = east[:-1] * north[1:] - east[1:] * north[:-1]
    total = float(cross.sum()) * 3
    return (
        float(origin[0] + ((east[:-1] + east[1:]) * cross).sum() / total),
        float(origin[1] + ((north[:-1] + north[1:]) * cross).sum() / total),
    )


def _simplified(rings: list[Ring]) -> list[Ring]:
    """The shape with few enough points: the tolerance doubles until it has, beginning with about ten metres."""
    largest = max(ring_area(ring) for ring in rings)
    drawn = [ring for ring in rings if ring_area(ring) >= largest * MIN_PART_SHARE]
    tolerance = 0.0001
    while sum(len(ring) for ring in drawn) > MAX_POINTS:
        thinner = [simplify(ring, tolerance) for ring in drawn]
        drawn = [ring for ring in thinner if len(ring) >= 4] or [max(thinner, key=len)]
        tolerance *= 2
    return [[(round(east, 5), round(north, 5)) for east, north in ring] for ring in drawn]


def simplify(ring: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker's: no dropped point is farther than the tolerance (degrees) from the line that remains."""
    points = np.array(ring)
    far = int(np.argmax(np.hypot(*(points - points[0]).T)))
    remaining = {
        0,
        far,
        len(points) - 1,
        *_retained(points, 0, far, tolerance),
        *_retained(points, far, len(points) - 1, tolerance),
    }
    return [ring[place] for place in sorted(remaining)]


def _retained(points: Any, first: int, last: int, tolerance: float) -> Iterator[int]:
    waiting = [(first, last)]
    while waiting:
        begin, end = waiting.pop()
        if end - begin < 2:
            continue
        line, between = points[end] - points[begin], points[begin + 1 : end] - points[begin]
        length = float(np.hypot(*line))
        distance = (
            np.abs(line[0] * between[:, 1] - line[1] * between[:, 0]) / length if length else np.hypot(*between.T)
        )
        far = int(np.argmax(distance))
        if distance[far] > tolerance:
            yield begin + 1 + far
            waiting += [(begin, begin + 1 + far), (begin + 1 + far, end)]
