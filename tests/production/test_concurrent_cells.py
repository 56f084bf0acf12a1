"""Several writers at once. On PostgreSQL they truly meet; the tests' SQLite in memory refuses a second writer instead
of letting it wait, so there they come one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from sambang.access.models import Person
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import verify
from sambang.production.models import CellEvent, CellSum
from sambang.production.operations import submit_report
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db(transaction=True)


def together(jobs: list[Callable[[], object]]) -> None:
    """Every job in a thread of its own, all let go at once."""
    if connection.vendor == "sqlite":
        for job in jobs:
            job()
        return
    gate = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            gate.wait()
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(run, jobs))


@pytest.fixture
def submit(sari: Person) -> Callable[..., Callable[[], object]]:
    def prepare(business: Business, month: date, quantity: int) -> Callable[[], object]:
        lines = {line: Amount(Decimal(quantity), quantity * 100, "") for line in business.product_lines.all()}
        return lambda: submit_report(business, sari, month=month, amounts=lines, source="officer")

    return prepare


def test_many_into_one_key(make_business: Callable[..., Business], submit: Callable[..., Callable[[], object]]) -> None:
    businesses = [make_business(f"Jahit {n}") for n in range(6)]
    for business in businesses:
        submit(business, date(2022, 1, 1), 10)()
    together([submit(business, date(2022, 2, 1), 20) for business in businesses])
    assert list(CellSum.objects.values_list("gap", "count", "num", "den")) == [(1, 6, 12_000, 6_000)]
    assert CellEvent.objects.count() == 6
    assert verify() == ""


def test_neighbouring_months_of_one_line(business: Business, submit: Callable[..., Callable[[], object]]) -> None:
    submit(business, date(2021, 12, 1), 10)()
    together([submit(business, date(2022, month, 1), 10 * month) for month in (4, 1, 3, 2, 6)])
    rows = CellSum.objects.order_by("month").values_list("gap", "count", "num", "den")
    assert list(rows) == [
        (1, 1, 1_000, 1_000),
        (1, 1, 2_000, 1_000),
        (1, 1, 3_000, 2_000),
        (1, 1, 4_000, 3_000),
        (2, 1, 6_000, 4_000),
    ]
    assert verify() == ""
