"""The month of closing and the months of the base year, at their boundaries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.insight.coaching import monthly_volumes
from sambang.insight.panel_reader import ENOUGH_BASE_MONTHS, Reported, read_columns, unit_row
from sambang.production.models import Report
from sambang.registry.models import Business
from sambang_stats import month_of

from .conftest import PRICE

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER, JANUARY = (date(2020, 11, 1), date(2020, 12, 1), date(2021, 1, 1))


@pytest.mark.parametrize(
    ("closed_on", "last_report", "first_zero"),
    [
        (date(2020, 11, 1), date(2020, 10, 1), NOVEMBER),
        (date(2020, 11, 1), NOVEMBER, DECEMBER),
        (date(2020, 11, 30), NOVEMBER, DECEMBER),
        (date(2020, 10, 31), NOVEMBER, DECEMBER),
        (DECEMBER, NOVEMBER, DECEMBER),
        (DECEMBER, DECEMBER, None),
    ],
)
def test_a_closed_lines_last_report_is_kept_and_followed_by_zeros(
    reported: Any, sleman: Council, budi: Person, closed_on: date, last_report: date, first_zero: date | None
) -> None:
    closed, _open = reported(2)
    Business.objects.filter(pk=closed.pk).update(closed_on=closed_on, status=Business.Status.CLOSED)
    Report.objects.filter(business=closed, month__gt=last_report).delete()
    volumes = monthly_volumes(sleman, budi, timezone.now())
    [of_closed] = [months for (_cluster, business, _line), months in volumes.items() if business == closed.pk]
    assert of_closed[month_of(last_report)] == 50 * PRICE
    zeros = sorted(month for month, volume in of_closed.items() if volume == 0)
    assert zeros == ([] if first_zero is None else list(range(month_of(first_zero), month_of(DECEMBER) + 1)))


@pytest.mark.parametrize(("months", "from_register"), [(0, True), (5, True), (6, False), (7, False), (12, False)])
def test_six_base_months_of_reports_replace_the_registers_weight(
    business: Business, months: int, from_register: bool
) -> None:
    assert ENOUGH_BASE_MONTHS == 6
    business.annual_sales = 12_000_000
    known = Reported(date(2019, 1, 1), date(2020, 12, 1), months)
    assert unit_row(business, known, ENOUGH_BASE_MONTHS)[-1] == (12_000_000.0 if from_register else None)
    assert unit_row(business, None, ENOUGH_BASE_MONTHS)[-1] == 12_000_000.0


def test_base_months_are_counted_by_month_not_by_line(reported: Any) -> None:
    [business] = reported(1)
    Business.objects.filter(pk=business.pk).update(annual_sales=12_000_000)
    for left, weight in ((6, None), (5, 12_000_000.0)):
        Report.objects.filter(business=business, month__year=2019, month__month__gt=left).delete()
        columns = read_columns("3404", until=DECEMBER)
        assert columns.units["weight"].to_pylist() == [weight]
