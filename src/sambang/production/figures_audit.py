"""Read audit of production figures: who saw the output and revenue of single IKM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sambang.access.models import Person
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.registry.list_reads import log_businesses_read
from sambang.registry.models import Business, Cluster

FIGURE_VERBS = ("registry.see_finances",)


def audit_figures_read(reader: Person, business: Business) -> None:
    log_read(reader, [business], FIGURE_VERBS, again=REPEAT_INTERVAL)


def audit_list_read(reader: Person, rows: Iterable[Business]) -> None:
    log_businesses_read(reader, rows, FIGURE_VERBS)


def audit_page_read(reader: Person, rows: Iterable[Any]) -> None:
    """`audit_list_read` for rows of `queries.MONTH_LIST_COLUMNS`."""
    clusters = {row.cluster_id: row.cluster__region_id for row in rows if row.cluster_id}
    outside = [Business(pk=row.pk, region_id=row.region_id) for row in rows if not row.cluster_id]
    subjects = [*(Cluster(pk=key, region_id=region) for key, region in clusters.items()), *outside]
    log_read(reader, subjects, FIGURE_VERBS, again=REPEAT_INTERVAL)
