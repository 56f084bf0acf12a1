"""Computing is a write too: what was published is kept, with who asked and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.insight.compute import compute_region
from sambang.insight.models import Point, Run, Series, SimulatedIndex
from sambang.registry.models import Cluster
from sambang_stats import PanelError
from sambang_stats.messages import sentence

ENGINE = "sambang_stats 0.1"


@operation("insight.compute")
def compute(council: Council, by: Person, /, *, today: date | None = None) -> Run:
    """A new Run of everything within a council's reach: earlier runs stay as they were published.

    Raises ValidationError with one sentence where there is nothing to compute from.
    """
    now = timezone.now()
    try:
        computed = compute_region(council.region_code, today=today or timezone.localdate(now), now=now)
    except PanelError as error:
        raise ValidationError(_("Belum dapat dihitung. %(why)s") % {"why": sentence(error, _)}) from None
    run = Run.objects.create(
        by=by,
        computed_at=now,
        region_code=council.region_code,
        engine=ENGINE,
        reports=computed.columns.count,
        is_simulated=computed.columns.is_simulated,
    )
    for row, _points in computed.series:
        row.run = run
    Series.objects.bulk_create([row for row, _points in computed.series])
    Point.objects.bulk_create([point for _row, points in computed.series for point in points], batch_size=1000)
    return run


@operation("insight.record_simulated_index")
def record_simulated_index(cluster: Cluster, by: Person, /, *, months: Mapping[date, tuple[float, float]]) -> Cluster:
    """Keep what a simulation made, so that the estimate can be held against it: index and level by month, 2019 = 100.

    In place of what was stated before. Raises ValidationError for a sentra whose data are not made up.
    """
    if not cluster.is_simulated:
        raise ValidationError(_("Kebenaran hanya dapat dinyatakan untuk sentra yang datanya dibuat-buat."))
    SimulatedIndex.objects.filter(cluster=cluster).delete()
    rows = [
        SimulatedIndex(cluster=cluster, month=month, index=index, level=level)
        for month, (index, level) in months.items()
    ]
    SimulatedIndex.objects.bulk_create(rows)
    return cluster
