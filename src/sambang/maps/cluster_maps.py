"""Where a sentra is, for the public: its regency by districts, or its district by villages, with its own one marked."""

from __future__ import annotations

from dataclasses import dataclass

from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.maps.drawing import projection, svg_path
from sambang.maps.models import Outline
from sambang.registry.models import Cluster


@dataclass(frozen=True)
class ClusterMap:
    """`areas`: name, path, and whether the sentra is there."""

    height: int
    areas: list[tuple[str, str, bool]]


def draw_cluster(cluster: Cluster) -> ClusterMap | None:
    """None without an outline of the sentra's district or village."""
    code = RegionCode(cluster.region_id)
    for level, around in ((Level.DISTRICT, Level.REGENCY), (Level.VILLAGE, Level.DISTRICT)):
        own = code.at(level)
        rows = Outline.objects.filter(in_region("region__code", code.at(around))).order_by("uploaded_at")
        outlines = {
            region: (name, rings)
            for region, name, rings in rows.values_list("region", "region__name", "rings")
            if RegionCode(region).level is level
        }
        if own in outlines:
            corners = [point for _name, rings in outlines.values() for ring in rings for point in ring]
            project, height = projection(corners)
            areas = [(name, svg_path(rings, project), region == own) for region, (name, rings) in outlines.items()]
            return ClusterMap(height, areas)
    return None
