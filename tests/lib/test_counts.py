"""Several counts in one query, compiled once for the same arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db.models import QuerySet

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.reader import forget_reader, reader_for
from sambang.lib.counts import count_together
from sambang.registry.models import Business, Cluster, Region

pytestmark = pytest.mark.django_db


def named(name: str) -> dict[str, QuerySet[Any]]:
    return {
        "all": Business.objects.order_by("name"),
        "one": Business.objects.filter(name=name),
        "nobody": Business.objects.filter(name="-"),
        "empty": Cluster.objects.none(),
        "regions": Region.objects.filter(pk="3404"),
    }


def test_each_queryset_is_counted_in_one_query(
    make_business: Callable[..., Business], django_assert_num_queries: Any
) -> None:
    for name in ("Mekar", "Sari"):
        make_business(name)
    with django_assert_num_queries(1):
        counts = count_together(named, "Sari")
    assert counts == {"all": 2, "one": 1, "nobody": 0, "regions": 1}


def test_a_kept_statement_counts_the_rows_of_now_and_of_its_own_arguments(
    make_business: Callable[..., Business],
) -> None:
    made = []

    def querysets(name: str) -> Mapping[str, QuerySet[Any]]:
        made.append(name)
        return named(name)

    assert count_together(querysets, "Sari")["one"] == 0
    make_business("Sari")
    assert count_together(querysets, "Sari") == {"all": 1, "one": 1, "nobody": 0, "regions": 1}
    assert count_together(querysets, "Mekar")["one"] == 0
    assert made == ["Sari", "Mekar"]


def test_nothing_to_count_asks_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert count_together(lambda: {"empty": Cluster.objects.none()}) == {}


def test_a_person_with_another_reach_is_counted_anew(sari: Person, citra: Person, bantul: Council) -> None:
    """A kept statement belongs to a reach, not only to a person."""
    before = reader_for(sari)
    assert before == reader_for(Person.objects.get(pk=sari.pk))
    assert before != reader_for(citra)
    Membership.objects.create(person=sari, council=bantul, role=Role.OFFICER)
    forget_reader(sari)
    assert reader_for(sari) != before
