"""How many reports came in since a series was computed; not what they do to its figures, which the next Run tells."""

from __future__ import annotations

from datetime import datetime

from sambang.access.row_security import bypass_row_security
from sambang.insight.models import Series
from sambang.production.models import CellEvent
from sambang.registry.models import Cluster


def count_changes(cluster: Cluster, since: datetime) -> int:
    """How many times something changed the sentra's cells after a moment (a Run's `computed_at`)."""
    return CellEvent.objects.filter(at__gt=since, changes__cell__cluster=cluster).distinct().count()


@bypass_row_security(__name__)
def changes_since_run(series: Series) -> int:
    """How many reports of a sentra came in or changed since its Run. `series` with `run` and `cluster` fetched."""
    return count_changes(series.cluster, series.run.computed_at) if series.cluster else 0
