"""Results of queries that a process keeps until anybody changes something: counts over all rows of a reader's reach.

Every operation writes the hash of its audit entry to the chain head, in its own transaction, so a result that was
computed at one such hash is exact as long as the hash is the same. A result serves only readers of the same reach, and
only requests that change nothing. What is written outside operations (WRITES_OUTSIDE_OPERATIONS) must not be kept here,
unless the writer calls `Entry.objects.mark_change`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, Concatenate

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sambang.access.reader import Reader
from sambang.lib.compiled_queries import compiled_rows
from sambang.lib.requests import Respond

MAX_KEPT_RESULTS = 200  # kept by a process
NOT_KEPT: Any = object()
SAFE_METHODS = frozenset({"GET", "HEAD"})

_is_serving: ContextVar[bool] = ContextVar("answers a request that has changed nothing", default=False)
_results: dict[str, dict[Hashable, Any]] = {}  # by the change after which they were computed


def change_cache_middleware(respond: Respond) -> Respond:
    """Middleware: only requests of a safe method are served from the cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _is_serving.set(request.method in SAFE_METHODS)
        try:
            return respond(request)
        finally:
            _is_serving.reset(token)

    return middleware


def stop_serving() -> None:
    """The request changes rows: what it computes from now on is not cached."""
    _is_serving.set(False)


def rows_until_change[**P](
    queryset: Callable[Concatenate[Reader, P], QuerySet[Any, Any]],
    reader: Reader,
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[tuple[Any, ...]]:
    """The rows of a queryset of `values_list` that depends on the reader's reach and the arguments."""
    return until_change(reader, compiled_rows, queryset, reader, *args, **kwargs)


def is_in_transaction() -> bool:
    return connection.in_atomic_block


def until_change[**P, R](reader: Reader, compute: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """What `compute` returns, computed once for a reach, these arguments and the last change of the database.

    The arguments are hashable, the days that the result depends on among them; nobody changes the result. In a
    transaction it is computed: rows may have changed whose entry is not written yet.
    """
    change = reader.last_change if _is_serving.get() and not is_in_transaction() else ""
    if not change:
        return compute(*args, **kwargs)
    if change not in _results:
        _results.clear()  # what was computed before the change serves nobody any more, an erased name least of all
    results = _results.setdefault(change, {})
    key = (reader, compute, args, frozenset(kwargs.items()))
    result: R = results.get(key, NOT_KEPT)
    if result is not NOT_KEPT:
        return result
    if len(results) >= MAX_KEPT_RESULTS:
        results.clear()
    result = results[key] = compute(*args, **kwargs)
    return result
