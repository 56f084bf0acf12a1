"""A map as a drawing: paths and points in the coordinates of an SVG, north above."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Any

from django.utils.translation import gettext_lazy as _

from sambang.lib.templatetags.formatting import count
from sambang.maps.geojson import Ring, centre_of
from sambang.maps.queries import Place

MAP_WIDTH, MAP_MARGIN, TALLEST = 400, 16, 480
SHADES = 5
GROWTH_LIMITS = (80.0, 95.0, 105.0, 120.0)  # per cent of the base period
type Projection = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class MapMeasure:
    """What a map shows of each place; `limits` None: fifths of the largest value."""

    name: str
    label: Any
    value: Callable[[Place], float | None]
    text: Callable[[Place], str]
    limits: tuple[float, ...] | None = None


MAP_MEASURES = {
    one.name: one
    for one in (
        MapMeasure(
            "pertumbuhan",
            _("Produksi terhadap masa pembanding"),
            lambda place: place.growth.percent if place.growth else None,
            lambda place: place.growth.percent_text if place.growth else "–",
            GROWTH_LIMITS,
        ),
        MapMeasure(
            "pokok",
            _("Pokok bahasan yang disampaikan"),
            lambda place: place.matters or None,
            lambda place: count(place.matters),
        ),
        MapMeasure(
            "izin",
            _("IKM yang punya izin berlaku"),
            lambda place: place.permitted_share,
            lambda place: f"{count(place.permitted_share or 0)}%" if place.businesses else "–",
            (20.0, 40.0, 60.0, 80.0),
        ),
    )
}


@dataclass(frozen=True)
class Mark:
    """An area (`path`) or a sentra (at `x`, `y`), with its row's number. `level` 0: no figure."""

    number: int
    x: str
    y: str
    level: int
    title: str
    path: str = ""
    key: Any = None


@dataclass(frozen=True)
class Drawing:
    height: int
    areas: list[Mark]
    clusters: list[Mark]
    businesses: list[tuple[str, str]]
    legend: list[tuple[int, str]]  # level and its words


def level_of(value: float | None, limits: Sequence[float]) -> int:
    """0 without a value, else 1 to SHADES."""
    return 0 if value is None else 1 + sum(value >= limit for limit in limits)


def limits_of(measure: MapMeasure, rows: Sequence[Place]) -> tuple[float, ...]:
    if measure.limits is not None:
        return measure.limits
    largest = max((measure.value(place) or 0 for place in rows), default=0)
    return tuple(max(largest, SHADES) * part / SHADES for part in range(1, SHADES))


def draw_map(
    measure: MapMeasure,
    areas: Sequence[Place],
    clusters: Sequence[Place],
    outlines: Mapping[str, list[Ring]],
    points: Mapping[Any, tuple[float, float]],
    businesses: Sequence[tuple[float, float]],
) -> Drawing | None:
    """None if nothing has a place. One legend serves areas and sentra."""
    drawn = {place.key: outlines[place.key] for place in areas if place.key in outlines}
    corners = [point for rings in drawn.values() for ring in rings for point in ring]
    corners += [*points.values(), *businesses]
    if not corners:
        return None
    project, height = projection(corners)
    centres = {key: centre_of(rings) for key, rings in drawn.items()}
    paths = {key: svg_path(rings, project) for key, rings in drawn.items()}
    limits = limits_of(measure, [*areas, *clusters])
    return Drawing(
        height,
        _marks(areas, measure, limits, project, centres, paths),
        _marks(clusters, measure, limits, project, points, {}),
        [(number_text(x), number_text(y)) for x, y in starmap(project, businesses)],
        legend(measure, limits),
    )


def _marks(
    rows: Sequence[Place],
    measure: MapMeasure,
    limits: Sequence[float],
    project: Projection,
    points: Mapping[Any, tuple[float, float]],
    paths: Mapping[Any, str],
) -> list[Mark]:
    """Of the rows with a point; the number is that of the row in its table."""
    marks = []
    for number, place in enumerate(rows, 1):
        if place.key in points:
            x, y = project(*points[place.key])
            title = f"{number}. {place.name}: {measure.text(place)}"
            level = level_of(measure.value(place), limits)
            path = paths.get(place.key, "")
            marks.append(Mark(number, number_text(x), number_text(y), level, title, path, place.key))
    return marks


def projection(corners: Sequence[tuple[float, float]]) -> tuple[Projection, int]:
    """Equirectangular at the middle latitude, so that distances are true in every direction; and the height."""
    easts, norths = zip(*corners, strict=True)
    middle = math.cos(math.radians((min(norths) + max(norths)) / 2))
    wide = max((max(easts) - min(easts)) * middle, 0.01)
    tall = max(max(norths) - min(norths), 0.01)
    scale = min((MAP_WIDTH - 2 * MAP_MARGIN) / wide, (TALLEST - 2 * MAP_MARGIN) / tall)
    height = math.ceil(tall * scale) + 2 * MAP_MARGIN
    left = (MAP_WIDTH - wide * scale) / 2

    def project(east: float, north: float) -> tuple[float, float]:
        return left + (east - min(easts)) * middle * scale, MAP_MARGIN + (max(norths) - north) * scale

    return project, height


def svg_path(rings: Iterable[Ring], project: Projection) -> str:
    return "".join(
        "M" + "L".join(f"{number_text(x)},{number_text(y)}" for x, y in (project(*point) for point in ring)) + "Z"
        for ring in rings
    )


def number_text(value: float) -> str:
    return f"{value:.1f}"


def legend(measure: MapMeasure, limits: Sequence[float]) -> list[tuple[int, str]]:
    percent = "" if measure.limits is None else "%"
    labels = [f"< {count(limits[0], 0)}{percent}"]
    labels += [f"{count(low, 0)}–{count(high, 0)}{percent}" for low, high in pairwise(limits)]
    return list(enumerate([*labels, f"≥ {count(limits[-1], 0)}{percent}"], 1))
