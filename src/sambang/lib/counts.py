"""Row counts of several querysets in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count, QuerySet, Value

from sambang.lib.compiled_queries import compiled_rows


def count_together[**P](
    querysets: Callable[P, Mapping[str, QuerySet[Any]]], /, *args: P.args, **kwargs: P.kwargs
) -> dict[str, int]:
    """The number of rows of each queryset that `querysets` returns, by name; names without rows may be missing. The
    querysets are without `distinct()`, and depend on the arguments only, as in `compiled_rows`."""
    return dict(compiled_rows(_counted, querysets, args, tuple(kwargs.items())))


def _counted(querysets: Callable[..., Mapping[str, QuerySet[Any]]], args: Any, kwargs: Any) -> QuerySet[Any, Any]:
    first, *others = (
        rows.order_by().values(counted=Value(name)).annotate(row_count=Count("pk")).values_list("counted", "row_count")
        for name, rows in querysets(*args, **dict(kwargs)).items()
    )
    counted: QuerySet[Any, Any] = first.union(*others, all=True)
    return counted
