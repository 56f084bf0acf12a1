"""Several counts in one query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sambang.lib.counts import count_together
from sambang.registry.models import Business, Cluster, Region

pytestmark = pytest.mark.django_db


def test_each_queryset_is_counted_in_one_query(
    make_business: Callable[..., Business], django_assert_num_queries: Any
) -> None:
    for name in ("Mekar", "Sari"):
        make_business(name)
    with django_assert_num_queries(1):
        counts = count_together(
            all=Business.objects.order_by("name"),
            one=Business.objects.filter(name="Sari"),
            nobody=Business.objects.filter(name="-"),
            empty=Cluster.objects.none(),
            regions=Region.objects.filter(pk="3404"),
        )
    assert counts == {"all": 2, "one": 1, "nobody": 0, "empty": 0, "regions": 1}
