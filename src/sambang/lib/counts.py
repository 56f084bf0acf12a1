"""Row counts of several querysets in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Value


def count_together(**querysets: QuerySet[Any]) -> dict[str, int]:
    """The number of rows of each queryset, by its keyword. The querysets are without `distinct()`."""
    first, *others = (
        rows.order_by().values(counted=Value(name)).annotate(row_count=Count("pk")).values_list("counted", "row_count")
        for name, rows in querysets.items()
    )
    return dict.fromkeys(querysets, 0) | dict(first.union(*others, all=True))  # none() has no row in a union
