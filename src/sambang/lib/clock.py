"""The clock that operations, pages and column defaults read. Only the demo freezes it, to write records of earlier days
(tests/test_architecture.py): a time passed by callers would allow records to be backdated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_stopped_at: ContextVar[datetime | None] = ContextVar("the time at which the clock is stopped", default=None)


def now() -> datetime:
    """Aware, in UTC."""
    return _stopped_at.get() or timezone.now()


def today() -> date:
    """The date of `now` in the office's time zone."""
    return timezone.localdate(now())


@contextmanager
def stopped_at(stopped_time: datetime) -> Iterator[None]:
    before = _stopped_at.set(stopped_time)
    try:
        yield
    finally:
        _stopped_at.reset(before)
