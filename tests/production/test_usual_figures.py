"""The usual figures with which a report is compared, and the first month of production."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sambang.production.amounts import Amount
from sambang.production.history import production_start
from sambang.production.plausibility import UsualFigures, questions, usual_figures
from sambang.registry.models import Business
from tests.production.conftest import Reporter

MAY = date(2022, 5, 1)


def test_months_without_production_are_not_usual(business: Business, report: Reporter) -> None:
    report(business, 2022, 2, 0, 0)
    report(business, 2022, 3, 400, 8_000_000)
    report(business, 2022, 4, 0, 0)
    [line] = business.product_lines.all()
    assert usual_figures([business], MAY) == {line.pk: UsualFigures(Decimal(400), Decimal(20_000))}


@pytest.mark.parametrize(("capacity", "usual"), [(None, None), (0, None), (1, Decimal(1) / 12), (1200, Decimal(100))])
def test_a_yearly_capacity_counts_by_the_month_where_nothing_was_reported(
    business: Business, capacity: int | None, usual: Decimal | None
) -> None:
    [line] = business.product_lines.all()
    line.capacity = capacity
    line.save(update_fields=["capacity"])
    assert usual_figures([business], MAY) == ({} if usual is None else {line.pk: UsualFigures(capacity=usual)})


def test_the_question_names_both_prices_in_whole_rupiah(business: Business, report: Reporter) -> None:
    report(business, 2022, 4, 3, 100_000)
    [line] = business.product_lines.all()
    [question] = questions(business, MAY, {line: Amount(Decimal(3), 1_000_000, "3")})
    assert "333.333" in question
    assert "33.333" in question
    assert "," not in question.replace(", ", " ")


@pytest.mark.parametrize(
    ("established", "first", "start"),
    [
        (None, 2022 * 12, None),
        (2022, None, 2022 * 12),
        (2022, 2022 * 12, 2022 * 12),
        (2022, 2022 * 12 + 11, 2022 * 12 + 11),
        (2022, 2023 * 12, 2022 * 12),
        (2022, 2021 * 12 + 11, 2021 * 12 + 11),
    ],
)
def test_production_starts_with_the_first_report_of_the_founding_year(
    established: int | None, first: int | None, start: int | None
) -> None:
    assert production_start(established, first) == start
