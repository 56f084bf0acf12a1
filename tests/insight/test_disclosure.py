"""No published figure discloses one business's production."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sambang.access.models import Council, Person
from sambang.insight.disclosure import secondary_suppression
from sambang.insight.models import Point, Series
from sambang.insight.operations import compute
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, Cluster, ProductLine
from tests.insight.conftest import PRICE, TODAY


def parts(*sizes: tuple[str, int], each: float = 10.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    names = [name for name, count in sizes for _ in range(count)]
    return np.array(names, dtype=object), np.arange(len(names)), np.full(len(names), each)


@pytest.mark.parametrize(
    ("sizes", "held", "whole"),
    [
        ([("a", 8)], set(), False),  # one sentra is the whole: no difference to take
        ([("a", 8), ("b", 5)], set(), False),
        ([("a", 8), ("b", 5), ("", 4)], set(), False),  # the rest is enough by itself
        ([("a", 8), ("b", 5), ("", 1)], {"b"}, False),  # whole − a − b would be one business
        ([("a", 8), ("", 2)], set(), True),  # its only sentra is shown, the whole is not
        ([("a", 8), ("b", 5), ("c", 2)], {"b", "c"}, False),  # c is too few, and would be told by subtraction
        ([("a", 8), ("b", 2), ("c", 1), ("d", 1)], {"b", "c", "d"}, False),  # four together are enough
        ([("a", 8), ("b", 5), ("c", 3)], {"b", "c"}, False),  # one of the three subtracts its own: two are left
        ([("a", 2)], {"a"}, False),
    ],
)
def test_what_is_not_published_is_never_too_few(sizes: Any, held: set[str], whole: bool) -> None:
    assert secondary_suppression(*parts(*sizes)) == (held, whole)


def test_two_that_are_nearly_all_are_as_bad_as_two() -> None:
    names, owner, weight = parts(("a", 6))
    weight[0], weight[1] = 1000.0, 900.0  # the other four are 4 % of the first
    assert secondary_suppression(names, owner, weight) == ({"a"}, False)
    weight[1] = 10.0
    weight[2:] = 70.0
    assert secondary_suppression(names, owner, weight) == (set(), False)


def statuses(run: Any, **scope: Any) -> set[str]:
    return set(Point.objects.filter(series__run=run, series__kind="volume", **scope).values_list("status", flat=True))


def test_two_businesses_with_many_products_have_no_figure(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Six products are enough lines; but two makers know each other's figures."""
    for business in reported(2):
        for number in range(2):
            line = ProductLine.objects.create(business=business, name=f"Baju {number}", unit="stel")
            ReportLine.objects.bulk_create(
                ReportLine(report=report, product_line=line, quantity=100, value=100 * PRICE)
                for report in Report.objects.filter(business=business)
            )
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    assert statuses(run) == {"hidden"}
    series = Series.objects.get(run=run, kind="volume", cluster=cluster)
    assert series.recovery is None
    assert series.reason == Series.Reason.SUPPRESSED


def test_one_business_outside_the_only_sentra_is_not_told_by_subtraction(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    businesses = reported(7)
    Business.objects.filter(pk=businesses[0].pk).update(cluster=None)
    run = compute(sleman, rina, today=TODAY)
    assert statuses(run, series__cluster=None, series__industry="") == {"hidden"}
    assert statuses(run, series__cluster=cluster) == {"firm"}


def test_months_that_too_few_reported_are_hidden_and_others_not(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Of four makers with two products each one stays silent for a month: three are left."""
    businesses = reported(4)
    for business in businesses:
        line = ProductLine.objects.create(business=business, name="Rok", unit="stel")
        ReportLine.objects.bulk_create(
            ReportLine(report=report, product_line=line, quantity=100, value=100 * PRICE)
            for report in Report.objects.filter(business=business)
        )
    third = ProductLine.objects.create(business=businesses[0], name="Topi", unit="stel")
    ReportLine.objects.bulk_create(
        ReportLine(report=report, product_line=third, quantity=100, value=100 * PRICE)
        for report in Report.objects.filter(business=businesses[0])
    )
    Report.objects.filter(business=businesses[2], month="2020-06-01").delete()
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    hidden = Point.objects.filter(series__run=run, series__kind="volume", series__cluster=cluster, status="hidden")
    assert [str(point.month) for point in hidden] == ["2020-06-01"]
    assert [(point.index, point.lower, point.adjusted) for point in hidden] == [(None, None, None)]


def test_a_month_in_which_one_stayed_silent_is_not_told_by_subtraction(
    reported: Callable[..., list[Business]], sleman: Council, rina: Person, cluster: Cluster
) -> None:
    """Ten makers in two sentra, of six and four. One of the four is silent in June: the regency less the six would be
    the three who were left."""
    businesses = reported(10)
    other = Cluster.objects.create(name="Sentra sebelah", region=cluster.region)
    Business.objects.filter(pk__in=[one.pk for one in businesses[:4]]).update(cluster=other)
    Report.objects.filter(business=businesses[0], month="2020-06-01").delete()
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    whole = Point.objects.filter(series__run=run, series__kind="volume", series__cluster=None, series__industry="")
    assert [f"{point.month:%Y-%m}" for point in whole.filter(status="hidden")] == ["2020-06"]
    assert statuses(run, series__cluster=cluster) == {"firm"}
