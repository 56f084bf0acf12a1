"""The typical price of a product in a sentra, as a range, shown to owners who make it.
Part of the release policy (insight.release): the price of a calendar year is computed from reports received before the
release day of the following February, so it is released once and never revised. It is the geometric mean of the owners'
average prices (a median would be one owner's own price), suppressed if the cell of their values is sensitive. Like the
coaching means it is released as a class so wide (`mean_step`) that the means of two years with one owner more or less
do not tell that owner's price."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from sambang.access.row_security import bypass_row_security
from sambang.production.models import ReportLine, current_report
from sambang.registry.models import Cluster
from sambang_stats.disclosure import is_sensitive, mean_step

type ProductKey = tuple[str, str]
"""Name and unit, folded: the same product for every owner who calls it so."""


@dataclass(frozen=True)
class PriceRange:
    """Rupiah for one unit, two significant digits each; the geometric mean lies between."""

    low: int
    high: int


def product_key(name: str, unit: str) -> ProductKey:
    return " ".join(name.casefold().split()), " ".join(unit.casefold().split())


def released_at(year: int) -> datetime:
    """The time at which the prices of a year are released."""
    day = date(year + 1, 2, settings.SAMBANG_RELEASE_DAY)
    return timezone.make_aware(datetime.combine(day, time.min))


@bypass_row_security(__name__)
def cluster_prices(cluster: Cluster, year: int, *, now: datetime) -> dict[ProductKey, PriceRange]:
    """The price of each product with a releasable price; empty before `released_at`."""
    release_time = released_at(year)
    if now < release_time:
        return {}
    lines = ReportLine.objects.filter(
        current_report("report__", at=release_time),
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
    prices = {key: released_price(owners.values()) for key, owners in sold.items()}
    return {key: price for key, price in prices.items() if price is not None}


def newest_released_year(now: datetime) -> int:
    return now.year - 1 if now >= released_at(now.year - 1) else now.year - 2


def newest_prices_of(cluster: Cluster, name: str, *, now: datetime) -> dict[str, PriceRange]:
    """The newest released price of a product by its units; empty where none is released."""
    prices = cluster_prices(cluster, newest_released_year(now), now=now)
    wanted, _unit = product_key(name, "")
    return {unit: price for (product, unit), price in prices.items() if product == wanted}


def released_price(owners: Iterable[tuple[float, float]]) -> PriceRange | None:
    """The class of prices from the (quantity, value) of each owner; None if the cell is sensitive."""
    quantities, values = np.array(list(owners)).T
    if is_sensitive(np.arange(len(values)), values):
        return None
    step = mean_step(len(values)) / 100
    number = round(float(np.mean(np.log(values / quantities))) / step)
    low, high = (int(float(f"{math.exp((number + side) * step):.1e}")) for side in (-0.5, 0.5))
    return PriceRange(low, high)
