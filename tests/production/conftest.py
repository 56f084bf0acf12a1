from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from sambang.access.models import Person
from sambang.production.amounts import Amount
from sambang.production.models import Report
from sambang.production.operations import submit_report
from sambang.registry.models import Business

type Reporter = Callable[..., Report]


@pytest.fixture
def report(sari: Person) -> Reporter:
    """Sari reports a month: `report(business, 2022, 3, 400, 8_000_000)`."""

    def make(business: Business, year: int, month: int, quantity: int, value: int | None = None) -> Report:
        [line] = business.product_lines.all()
        amounts = {line: Amount(Decimal(quantity), value, str(quantity))}
        return submit_report(business, sari, month=date(year, month, 1), amounts=amounts, source=Report.Source.OFFICER)

    return make
