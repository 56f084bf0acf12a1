"""A small panel whose index is known by hand: six IKM that each make 100 a month in 2019 and 50 in 2020."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.lib.months import months_between
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import Report, ReportLine
from sambang.production.operations import correct_report
from sambang.registry.models import Business

TODAY = date(2021, 1, 15)
PRICE = 20_000


@pytest.fixture
def reported(make_business: Any, sari: Person) -> Callable[..., list[Business]]:
    """`reported(6)`: so many IKM with their reports of 2019 and 2020."""

    def make(count: int, *, source: str = "officer") -> list[Business]:
        businesses = [make_business(f"Jahit Rahasia {number}") for number in range(count)]
        reports, lines = [], []
        for business in businesses:
            [line] = business.product_lines.all()
            for month in months_between(date(2019, 1, 1), date(2020, 12, 1)):
                made = 100 if month.year == 2019 else 50
                report = Report(business=business, month=month, source=source, by=sari)
                reports.append(report)
                lines.append(ReportLine(report=report, product_line=line, quantity=made, value=made * PRICE))
        Report.objects.bulk_create(reports)
        ReportLine.objects.bulk_create(lines)
        rebuild()
        return businesses

    return make


def amount(quantity: int) -> Amount:
    return Amount(Decimal(quantity), quantity * PRICE, str(quantity))


DECEMBER = date(2020, 12, 1)


def correct(business: Business, by: Person, quantity: int, month: date = DECEMBER) -> None:
    [line] = business.product_lines.all()
    wrong = Report.objects.get(business=business, month=month, replaced_by=None)
    correct_report(wrong, by, amounts={line: amount(quantity)}, source="officer")
