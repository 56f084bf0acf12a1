"""The time at which a link or a key was last used, stored only every few minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sambang.lib import clock

RESOLUTION = timedelta(minutes=5)


def record_use(row: Any) -> None:
    """`row` has the column `last_used_at`."""
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at > RESOLUTION:
        row.last_used_at = now
        row.save(update_fields=["last_used_at"])
