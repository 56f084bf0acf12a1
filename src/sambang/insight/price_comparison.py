"""The average price of a product in a sentra, shown to owners who make it.
Part of the release policy (insight.release): the price of a calendar year is computed from reports received before the
release day of the following February, so it is released once and never revised. It is the geometric mean of the owners'
average prices, suppressed if the cell of their values is sensitive, and rounded to two significant digits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from sambang.access.row_security import bypass_row_security
from sambang.production.models import ReportLine, current_report
from sambang.registry.models import Cluster
from sambang_stats.disclosure import is_sensitive

type ProductKey = tuple[str, str]
"""Name and unit, folded: the same product for every owner who calls it so."""


def product_key(name: str, unit: str) -> ProductKey:
    return " ".join(name.casefold().split()), " ".join(unit.casefold().split())


def released_at(year: int) -> datetime:
    """The time at which the prices of a year are released."""
    day = date(year + 1, 2, settings.SAMBANG_RELEASE_DAY)
    return timezone.make_aware(datetime.combine(day, time.min))


@bypass_row_security(__name__)
def cluster_prices(cluster: Cluster, year: int, *, now: datetime) -> dict[ProductKey, int]:
    """The price in rupiah for one unit of each product with a releasable price; empty before `released_at`."""
    moment = released_at(year)
    if now < moment:
        return {}
    lines = ReportLine.objects.filter(
        current_report("report__", at=moment),
        report__business__cluster=cluster,
        report__month__year=year,
        quantity__gt=0,
        value__gt=0,
    )
    sums = lines.values_list("product_line__name", "product_line__unit", "report__business__owner").annotate(
        Sum("quantity"), Sum("value")
    )
    sold: dict[ProductKey, dict[UUID, tuple[float, float]]] = defaultdict(dict)
    for name, unit, owner, quantity, value in sums.order_by():
        before = sold[product_key(name, unit)].get(owner, (0.0, 0.0))
        sold[product_key(name, unit)][owner] = (before[0] + float(quantity), before[1] + float(value))
    found = {key: _released_price(owners.values()) for key, owners in sold.items()}
    return {key: price for key, price in found.items() if price is not None}


def _released_price(owners: Iterable[tuple[float, float]]) -> int | None:
    """The price from the (quantity, value) of each owner."""
    quantities, values = np.array(list(owners)).T
    if is_sensitive(np.arange(len(values)), values):
        return None
    return int(float(f"{math.exp(float(np.mean(np.log(values / quantities)))):.1e}"))
