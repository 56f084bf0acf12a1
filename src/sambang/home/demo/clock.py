"""The demo's clock: operations that stamp the hour stamp the hour of the story."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import time_machine
from django.utils import timezone


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[None]:
    """Let what is inside happen on a day of the story, so that histories tell it as it went."""
    moment = datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())
    with time_machine.travel(moment, tick=False):
        yield
