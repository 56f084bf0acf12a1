"""The map of a sentra on its public page: outlines of regions only, never the position of a sentra or an IKM."""

from __future__ import annotations

from typing import Any

from django import template

from sambang.maps.cluster_maps import draw_cluster
from sambang.registry.models import Cluster

register = template.Library()


@register.inclusion_tag("maps/cluster_map.html")
def cluster_map(cluster: Cluster) -> dict[str, Any]:
    """`cluster` with its region, district and regency. Nothing where no council uploaded the outlines."""
    return {"cluster": cluster, "drawing": draw_cluster(cluster)}
