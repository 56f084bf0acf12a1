"""Read audit of production figures: who saw the output and revenue of single IKM."""

from __future__ import annotations

from collections.abc import Iterable

from sambang.access.models import Person
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.registry.models import Business

FIGURE_VERBS = ("registry.see_finances",)


def audit_figures_read(reader: Person, business: Business) -> None:
    log_read(reader, [business], FIGURE_VERBS, again=REPEAT_INTERVAL)


def audit_list_read(reader: Person, rows: Iterable[Business]) -> None:
    """Record the reading of a list: one entry for each sentra, and one for each IKM outside a sentra. `rows` have their
    `cluster` fetched."""
    log_read(reader, {row.cluster or row for row in rows}, FIGURE_VERBS, again=REPEAT_INTERVAL)
