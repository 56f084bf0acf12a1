"""Storage of a computed Run in small transactions, so that no write locks the database for long."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import batched, chain

from django.db import connection

from sambang import __version__
from sambang.access.models import Council, Person
from sambang.insight.compute import Computation
from sambang.insight.models import Point, Run
from sambang.lib.bulk_sql import insert_rows

ENGINE = f"sambang_stats {__version__}"
ROWS_A_STATEMENT = 100  # rows per transaction: no write locks the database for more than some milliseconds
PAUSE_SECONDS = 0.02  # seconds between two transactions: SQLite's other writers retry only every some milliseconds


def discard_run(run: Run) -> None:
    """Delete an unpublished Run, its points in small batches."""
    points = Point.objects.filter(series__run=run)
    while keys := list(points.values_list("pk", flat=True)[:ROWS_A_STATEMENT]):
        Point.objects.filter(pk__in=keys).delete()
    run.delete()


def store_run(computed: Computation, council: Council, by: Person, *, now: datetime) -> Run:
    """Store a Run that stays invisible until it is published."""
    for stopped in Run.objects.filter(region_code=council.region_code, is_published=False):
        discard_run(stopped)
    run = Run.objects.create(
        by=by,
        computed_at=now,
        region_code=council.region_code,
        engine=ENGINE,
        reports=computed.columns.count,
        is_simulated=computed.columns.is_simulated,
    )
    series = [row for row, _points in computed.series]
    for row in series:
        row.run = run
    points = chain.from_iterable(points for _row, points in computed.series)
    for each in (series, points):
        for some in batched(each, ROWS_A_STATEMENT, strict=False):
            insert_rows(some)
            if not connection.in_atomic_block:
                time.sleep(PAUSE_SECONDS)
    return run
