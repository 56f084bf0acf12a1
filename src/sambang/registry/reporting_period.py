"""In which months an IKM reports and a product is made: each rule once in Python and once as a database condition.

A month is its first day. An IKM reports from January of the year in which it was established up to the month before it
closed; the month of closing itself is still reported unless it closed on the 1st. A product is made in every month that
has at least one day between `started_on` and `ended_on`, both included. Unknown days are no limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sambang.lib.months import add_months, first_of_month
from sambang.registry.models import Business, ProductLine


@dataclass(frozen=True)
class ReportingPeriod:
    """The months from `first` to `last`, both included; None is no limit."""

    first: date | None
    last: date | None

    def __contains__(self, month: date) -> bool:
        return not (self.first and month < self.first) and not (self.last and month > self.last)


def period_of_business(business: Business) -> ReportingPeriod:
    first = date(business.established, 1, 1) if business.established else None
    last = first_of_month(business.closed_on - timedelta(days=1)) if business.closed_on else None
    return ReportingPeriod(first, last)


def period_of_product_line(line: ProductLine) -> ReportingPeriod:
    return ReportingPeriod(
        first_of_month(line.started_on) if line.started_on else None,
        first_of_month(line.ended_on) if line.ended_on else None,
    )


def businesses_reporting_in(month: date) -> Q:
    """Condition on Business: `month in period_of_business(business)`."""
    established = Q(established=None) | Q(established__lte=month.year)
    return established & businesses_open_on(month)


def businesses_open_on(day: date) -> Q:
    """Condition on Business: it was not closed by this day."""
    return Q(closed_on=None) | Q(closed_on__gt=day)


def businesses_existing_at_end_of(year: int) -> Q:
    """Condition on Business: established by the end of the year and not closed by then."""
    return Q(established__lte=year) & businesses_open_on(date(year, 12, 31))


def product_lines_made_in(month: date) -> Q:
    """Condition on ProductLine: `month in period_of_product_line(line)`."""
    started = Q(started_on=None) | Q(started_on__lt=add_months(month, 1))
    return started & (Q(ended_on=None) | Q(ended_on__gte=month))
