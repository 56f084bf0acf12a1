"""The clock of the demo: operations run at fixed times in the past."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time

from django.utils import timezone

from sambang.lib import clock


def datetime_on(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


def stop_clock_on(day: date, hour: int = 10) -> AbstractContextManager[None]:
    """Context manager: stop the clock at this hour of this day."""
    return clock.stopped_at(datetime_on(day, hour))
