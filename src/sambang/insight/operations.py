"""Computing is a write too: what was published is kept, with who asked and when."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.insight.compute import NotComputableError, compute_region
from sambang.insight.models import Point, Run, Series
from sambang.journal.operation import operation
from sambang.people.models import Council, Person

ENGINE = "sambang_stats 0.1"


@operation("insight.compute")
def compute(council: Council, by: Person, /, *, today: date | None = None) -> Run:
    """A new Run of everything within a council's reach: earlier runs stay as they were published.

    Raises ValidationError with one sentence where there is nothing to compute from.
    """
    try:
        computed = compute_region(council.region_code, today=today or timezone.localdate())
    except NotComputableError as trouble:
        raise ValidationError(_("Belum dapat dihitung. %(why)s") % {"why": trouble}) from None
    run = Run.objects.create(
        by=by,
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
