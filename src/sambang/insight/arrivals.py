"""Counts of reports received since a series was computed. Their effect on the figures is known only after the next
Run."""

from __future__ import annotations

from datetime import datetime

from sambang.access.row_security import bypass_row_security
from sambang.insight.models import Series
from sambang.production.models import CellEvent
from sambang.registry.models import Cluster


def count_changes(cluster: Cluster, since: datetime) -> int:
    """The number of events that changed the sentra's cells after `since` (a Run's `computed_at`)."""
    return CellEvent.objects.filter(at__gt=since, changes__cell__cluster=cluster).distinct().count()


@bypass_row_security(__name__)
def changes_since_run(series: Series) -> int:
    """The number of cell events of the series' sentra since its Run; 0 for other series. `series` has `run` and
    `cluster` fetched."""
    return count_changes(series.cluster, series.run.computed_at) if series.cluster else 0
