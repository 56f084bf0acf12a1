"""GeoJSON of an office: read strictly, simplified within its tolerance, matched with regions."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from sambang.maps import geojson
from sambang.maps.geojson import OutlineError, centre_of, read_shapes, ring_area, simplify

SQUARE = [[110.0, -7.0], [110.2, -7.0], [110.2, -6.8], [110.0, -6.8], [110.0, -7.0]]


def file_of(*geometries: Any, **properties: Any) -> bytes:
    features = [{"type": "Feature", "properties": properties, "geometry": one} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_square_is_read_with_its_names_and_code() -> None:
    [shape] = read_shapes(file_of(polygon(SQUARE), KODE="34.04.07", WADMKC="Depok"))
    assert (shape.names, shape.codes) == (("Depok",), ("340407",))
    assert shape.rings == [[(110.0, -7.0), (110.2, -7.0), (110.2, -6.8), (110.0, -6.8), (110.0, -7.0)]]
    assert ring_area(shape.rings[0]) == pytest.approx(0.04)
    assert centre_of(shape.rings) == pytest.approx((110.1, -6.9))


def test_an_open_ring_is_closed_and_the_largest_part_gives_the_centre() -> None:
    island = [[110.5, -7.0], [110.51, -7.0], [110.51, -6.99]]
    [shape] = read_shapes(file_of({"type": "MultiPolygon", "coordinates": [[island], [SQUARE]]}))
    assert [len(ring) for ring in shape.rings] == [5]  # the island has a thousandth of the area: not drawn
    assert centre_of(shape.rings) == pytest.approx((110.1, -6.9))


def test_a_long_coast_keeps_its_shape() -> None:
    circle = [
        [110 + math.cos(step / 5000 * math.tau) / 10, -7 + math.sin(step / 5000 * math.tau) / 10]
        for step in range(5000)
    ]
    [shape] = read_shapes(file_of(polygon(circle)))
    [ring] = shape.rings
    assert 20 <= len(ring) <= geojson.MAX_POINTS
    assert ring_area(ring) == pytest.approx(math.pi / 100, rel=0.02)


def test_no_dropped_point_is_farther_than_the_tolerance() -> None:
    ring = [(0.0, 0.0), (1.0, 0.04), (2.0, 0.0), (2.0, 2.0), (1.0, 2.2), (0.0, 2.0), (0.0, 0.0)]
    assert simplify(ring, 0.1) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 2.2), (0.0, 2.0), (0.0, 0.0)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "bukan GeoJSON"),
        (b"[" * 100_000, "bukan GeoJSON"),
        (b"[]", "bukan GeoJSON"),
        (b'{"type": "FeatureCollection", "features": 5}', "bukan GeoJSON"),
        (file_of(), "tidak berisi"),
        (file_of({"type": "Point", "coordinates": [110, -7]}), "bukan bidang"),
        (file_of(None), "bukan bidang"),
        (file_of(polygon([[110.0, -7.0], [110.1, -7.0]])), "tidak melingkupi"),
        (file_of(polygon([[430000, 9140000], [430100, 9140000], [430100, 9140100]])), "UTM"),
        (file_of(polygon([["a", 1], [2, 3], [4, 5]])), "tidak terbaca"),
        (file_of(polygon()), "tidak terbaca"),
        (file_of({"type": "MultiPolygon", "coordinates": []}), "kosong"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 5]]]}', "tanpa angka"),
        (
            json.dumps({"type": "Feature", "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}}).encode(),
            "WGS 84",
        ),
        (b" " * (geojson.MAX_GEOJSON_SIZE + 1), "8 MB"),
    ],
)
def test_what_cannot_be_used_is_explained(content: bytes, told: str) -> None:
    with pytest.raises(OutlineError, match=told):
        read_shapes(content)
