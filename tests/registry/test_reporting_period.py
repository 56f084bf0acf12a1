"""In which months an IKM reports and a product is made: the predicate and the query agree at every boundary."""

from __future__ import annotations

from datetime import date

import pytest

from sambang.registry.models import Business, ProductLine
from sambang.registry.reporting_period import (
    ReportingPeriod,
    businesses_reporting_in,
    period_of_business,
    period_of_product_line,
    product_lines_made_in,
)

pytestmark = pytest.mark.django_db
MONTHS = [date(year, month, 1) for year in (2020, 2021, 2022) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("established", "closed_on", "first", "last"),
    [
        (None, None, None, None),
        (2021, None, date(2021, 1, 1), None),
        (None, date(2022, 3, 1), None, date(2022, 2, 1)),
        (None, date(2022, 3, 2), None, date(2022, 3, 1)),
        (2021, date(2022, 3, 31), date(2021, 1, 1), date(2022, 3, 1)),
        (None, date(2022, 1, 1), None, date(2021, 12, 1)),
        (2022, date(2022, 1, 1), date(2022, 1, 1), date(2021, 12, 1)),
    ],
)
def test_a_business_reports_from_the_year_it_was_established_until_it_closed(
    business: Business, established: int | None, closed_on: date | None, first: date | None, last: date | None
) -> None:
    business.established, business.closed_on = established, closed_on
    business.status = Business.Status.CLOSED if closed_on else Business.Status.PRODUCING
    business.save(update_fields=["established", "closed_on", "status"])
    period = period_of_business(business)
    assert period == ReportingPeriod(first, last)
    for month in MONTHS:
        asked = Business.objects.filter(businesses_reporting_in(month), pk=business.pk).exists()
        assert asked == (month in period) == ((first or month) <= month <= (last or month)), month


@pytest.mark.parametrize(
    ("started_on", "ended_on", "first", "last"),
    [
        (None, None, None, None),
        (date(2021, 5, 1), date(2021, 5, 1), date(2021, 5, 1), date(2021, 5, 1)),
        (date(2021, 5, 31), date(2021, 6, 1), date(2021, 5, 1), date(2021, 6, 1)),
        (date(2020, 12, 31), date(2022, 1, 1), date(2020, 12, 1), date(2022, 1, 1)),
        (None, date(2021, 12, 31), None, date(2021, 12, 1)),
    ],
)
def test_a_product_is_made_in_every_month_that_it_touches(
    business: Business, started_on: date | None, ended_on: date | None, first: date | None, last: date | None
) -> None:
    line = ProductLine.objects.create(
        business=business, name="Mukena", unit="potong", started_on=started_on, ended_on=ended_on
    )
    period = period_of_product_line(line)
    assert period == ReportingPeriod(first, last)
    for month in MONTHS:
        made = ProductLine.objects.filter(product_lines_made_in(month), pk=line.pk).exists()
        assert made == (month in period) == ((first or month) <= month <= (last or month)), month
