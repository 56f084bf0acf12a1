"""Oracle of the ledger: a sentra's index as its cells were known on an earlier day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from sambang.insight.live_index import LiveIndex, chain_sums, lines_in
from sambang.production.models import CellChange
from sambang.registry.models import Cluster
from sambang_stats import month_of


def vintage(cluster: Cluster, *, as_of: date) -> LiveIndex | None:
    """From the ledger up to the end of a day, with the product lines registered by then."""
    midnight = timezone.make_aware(datetime.combine(as_of + timedelta(days=1), time()))
    changes = CellChange.objects.filter(cell__cluster=cluster, event__at__lt=midnight)
    lines = lines_in(cluster).filter(business__registered_at__lt=midnight)
    return chain_sums(changes, lines, month_of(as_of))
