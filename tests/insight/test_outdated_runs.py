"""Computing again is almost free where nothing changed, and happens where something did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.insight.models import Run
from sambang.insight.operations import choose_base, compute_if_outdated
from sambang.lib.months import add_months
from sambang.registry.models import Business
from sambang.registry.operations import businesses
from tests.insight.conftest import correct

pytestmark = pytest.mark.slow

type Reported = Callable[..., list[Business]]


@pytest.fixture
def first(reported: Reported, sleman: Council, rina: Person) -> Run:
    reported(6)
    return compute_if_outdated(sleman, rina)


def test_nothing_new_gives_the_same_run_by_few_queries(
    first: Run, sleman: Council, rina: Person, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        assert compute_if_outdated(sleman, rina) == first


def test_a_report_is_news(first: Run, sleman: Council, rina: Person) -> None:
    business = Business.objects.order_by("name")[0]
    correct(business, rina, 60)
    assert compute_if_outdated(sleman, rina) != first


def test_a_closure_is_news(first: Run, sleman: Council, rina: Person) -> None:
    businesses.close_business(Business.objects.order_by("name")[0], rina, closed_on=date(2021, 1, 5))
    assert compute_if_outdated(sleman, rina) != first


def test_another_base_is_news(first: Run, sleman: Council, rina: Person) -> None:
    choose_base(sleman, rina, first=date(2020, 1, 1), last=date(2020, 12, 1))
    assert compute_if_outdated(sleman, rina) != first


def test_another_month_is_news(first: Run, sleman: Council, rina: Person) -> None:
    next_month = add_months(timezone.localdate().replace(day=1), 1)
    assert compute_if_outdated(sleman, rina, today=next_month + timedelta(days=3)) != first


def test_another_councils_register_is_none(first: Run, sleman: Council, rina: Person, citra: Person) -> None:
    def changed(code: str) -> bool:
        subject = f"registry.Business:{code}"
        Entry.objects.append([Entry(by=citra, verb="registry.close_business", subject=subject, region_code=code)])
        return compute_if_outdated(sleman, rina) != first

    assert [changed("3402012001"), changed("3404072003")] == [False, True]
