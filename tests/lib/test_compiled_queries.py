"""A compiled query gives the rows that its queryset gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.aspirations import queries as aspirations
from sambang.audit.reached_lists import reached_list
from sambang.home.queries import pending_tasks
from sambang.insight.queries import _actions_by_area, _aspirations_by_area, _businesses_by_area, business_counts
from sambang.lib import lists
from sambang.lib.compiled_queries import compiled_rows
from sambang.market import queries as market
from sambang.notices.queries import unread_count
from sambang.production import queries as production
from sambang.registry import queries as registry
from sambang.registry.business_columns import PAGE_PATHS
from sambang.registry.models import Business
from sambang.registry.permit_expiry import _counts_by_horizon, permit_notices
from sambang.registry.queries import _clusters_by_name, _districts_with_cluster, cluster_choices, district_choices
from sambang.training import queries as training
from sambang.visits import queries as visits
from sambang.visits.queries import _states, counts_by_state

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)


def by_name(name: str) -> QuerySet[Business, Any]:
    columns = ("pk", "name", "region", "established", "is_simulated", "restricted_at")
    return Business.objects.filter(name__startswith=name).order_by("name").values_list(*columns)


def test_values_are_converted_as_in_the_queryset(make_business: Callable[..., Business]) -> None:
    assert compiled_rows(by_name, "Jahit") == []
    rows = [make_business(name, established=2018) for name in ("Jahit A", "Jahit B")]
    assert compiled_rows(by_name, "Jahit") == list(by_name("Jahit"))
    assert [row[0] for row in compiled_rows(by_name, "Jahit")] == [row.pk for row in rows]
    assert compiled_rows(by_name, "Lain") == []


def test_the_counts_of_pages_are_those_of_their_querysets(business: Business, sari: Person, citra: Person) -> None:
    for person in (sari, citra, business.owner):
        reader = reader_for(person)
        for code in ("3404", "34"):
            assert compiled_rows(_businesses_by_area, reader, code, DAY) == list(_businesses_by_area(reader, code, DAY))
            assert compiled_rows(_aspirations_by_area, reader, code) == list(_aspirations_by_area(reader, code))
            assert compiled_rows(_actions_by_area, reader, code, DAY) == list(_actions_by_area(reader, code, DAY))
        for of_reader in (_clusters_by_name, _districts_with_cluster, _states):
            assert compiled_rows(of_reader, reader) == list(of_reader(reader))
        assert compiled_rows(_counts_by_horizon, reader, DAY) == list(_counts_by_horizon(reader, DAY))
    [(area, active, *_counts)] = compiled_rows(_businesses_by_area, reader_for(sari), "3404", DAY)
    assert (area, active) == (business.cluster_id, 1)
    assert compiled_rows(_businesses_by_area, reader_for(citra), "3404", DAY) == []


def test_who_reaches_nothing_has_no_pending_task() -> None:
    """Signed in, in no council, without an IKM: every query is known to be empty and none is asked."""
    stranger = Person.objects.create_user("asing@contoh.test", "rahasia-sekali", name="Orang Asing")
    assert pending_tasks(stranger, today=DAY) == []
    assert [horizon.count for horizon in permit_notices(stranger, today=DAY)] == [0, 0, 0]
    assert unread_count(stranger) == 0
    assert business_counts(stranger, "3404", DAY) == {}
    assert cluster_choices(stranger, "") == district_choices(stranger) == []
    assert counts_by_state(stranger) == {}


@pytest.mark.parametrize("businesses", [0, 2, 3])
def test_a_compiled_first_page_is_the_first_page(
    make_business: Callable[..., Business],
    sari: Person,
    citra: Person,
    monkeypatch: pytest.MonkeyPatch,
    businesses: int,
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    for number in range(businesses):
        make_business(f"Jahit {number}")
    desk_lists: list[tuple[Any, tuple[Any, ...], tuple[str, ...]]] = [
        (registry.businesses_for, (), PAGE_PATHS),
        (registry.clusters_for, (), registry.CLUSTER_COLUMNS),
        (visits.visits_for, (), visits.VISIT_COLUMNS),
        (production.businesses_of_month, (DAY,), production.MONTH_LIST_COLUMNS),
        (market.items_for, (), market.ITEM_COLUMNS),
        (training.courses_with_trainer, (), training.COURSE_COLUMNS),
        (aspirations.matters, (), aspirations.MATTER_COLUMNS),
    ]
    for person in (sari, citra):
        for queryset, args, columns in desk_lists:
            page = reached_list(queryset, person, *args).first_page(columns)
            assert page == lists.page_of(queryset(person, *args), {}, columns=columns)
            assert [row._fields for row in page] == [tuple(columns)] * len(page)
    assert len(reached_list(registry.businesses_for, sari).first_page(("pk", "name"))) == min(businesses, 2)
    assert reached_list(registry.businesses_for, citra).first_page(("pk",)).rows == []
