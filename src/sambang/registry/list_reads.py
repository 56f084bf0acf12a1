"""Read audit of lists of IKM."""

from __future__ import annotations

from collections.abc import Iterable

from sambang.access.models import Person
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.registry.models import Business


def log_businesses_read(by: Person, rows: Iterable[Business], verbs: Iterable[str]) -> None:
    """One entry for each verb and sentra, and for each IKM outside a sentra; repeats within 12 hours are one. `rows`
    have their `cluster` fetched."""
    log_read(by, {row.cluster or row for row in rows}, verbs, again=REPEAT_INTERVAL)
