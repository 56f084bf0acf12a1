"""A kept result equals the one computed anew, whatever happened between two requests, and serves no other reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.access.reader import reader_for
from sambang.actions.queries import unfiltered_action_board
from sambang.aspirations.queries import unfiltered_matter_board
from sambang.audit import change_cache
from sambang.audit.models import ChainHead, Entry
from sambang.audit.reached_lists import reached_list
from sambang.audit.read_audit import log_read
from sambang.home.queries import pending_tasks
from sambang.insight.queries import council_overview
from sambang.production import queries as production
from sambang.production.amounts import NONE_MADE
from sambang.production.operations import submit_report
from sambang.production.queries import reporting_by_cluster, reporting_by_regency
from sambang.registry import queries as registry
from sambang.registry.business_columns import PAGE_PATHS
from sambang.registry.models import Business, Cluster, Permit, Region
from sambang.registry.operations import add_permit, change_cluster, close_business, end_product_line
from sambang.registry.queries import cluster_choices, district_choices, industry_choices
from sambang.visits import queries as visits
from sambang.visits.operations import cancel_visit, plan_visit
from sambang.visits.queries import counts_by_state

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONTH = date(2026, 3, 1)
DESK_LISTS: list[tuple[Any, tuple[Any, ...], tuple[str, ...]]] = [
    (registry.businesses_for, (), PAGE_PATHS),
    (registry.clusters_for, (), registry.CLUSTER_COLUMNS),
    (visits.visits_for, (), visits.VISIT_COLUMNS),
    (production.businesses_of_month, (MONTH,), production.MONTH_LIST_COLUMNS),
]


@pytest.fixture
def outside_transactions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test of ours runs in a transaction, where nothing is kept."""
    monkeypatch.setattr(change_cache, "is_in_transaction", lambda: False)
    change_cache._results.clear()
    yield
    change_cache._results.clear()


def served(person: Person, work: Callable[[Person], Any]) -> Any:
    """The result as a GET request of its own gives it."""
    results: list[Any] = []

    def respond(request: Any) -> Any:
        results.append(work(Person.objects.get(pk=person.pk)))

    change_cache.change_cache_middleware(respond)(type("Request", (), {"method": "GET"})())
    return results[0]


def everything(person: Person) -> list[Any]:
    """What the desk pages count."""
    councils = reader_for(person).councils
    return [
        pending_tasks(person, today=TODAY),
        list(reporting_by_cluster(person, MONTH)),
        list(reporting_by_regency(person, MONTH)),
        [vars(council_overview(council, person, today=TODAY)) for council in councils],
        counts_by_state(person),
        cluster_choices(person, ""),
        district_choices(person),
        industry_choices(person),
        change_cache.until_change(reader_for(person), unfiltered_action_board, person),
        change_cache.until_change(reader_for(person), unfiltered_matter_board, person),
        *(reached_list(rows, person, *args).first_page(columns) for rows, args, columns in DESK_LISTS),
    ]


@pytest.mark.usefixtures("outside_transactions")
def test_every_count_is_exact_after_each_operation(
    make_business: Callable[..., Business], cluster: Cluster, sari: Person, rina: Person, citra: Person
) -> None:
    first, second = make_business("Satu"), make_business("Dua")
    day = TODAY + timedelta(days=10)
    planned: list[Any] = []
    steps: list[Callable[[], Any]] = [
        lambda: planned.append(plan_visit(cluster, rina, planned_for=day, purpose="Bertemu")),
        lambda: submit_report(
            first, sari, month=MONTH, amounts={first.product_lines.get(): NONE_MADE}, source="officer"
        ),
        lambda: add_permit(first, rina, kind=Permit.Kind.PIRT, number="1", valid_until=day),
        lambda: cancel_visit(planned[0], rina),
        lambda: end_product_line(second.product_lines.get(), sari, ended_on=date(2020, 1, 1)),
        lambda: close_business(second, rina, closed_on=date(2021, 1, 1)),
        lambda: change_cluster(cluster, rina, name="Sentra Baru"),
    ]
    results = [served(rina, everything)]
    for step in steps:
        assert served(rina, everything) == results[-1]  # kept
        step()
        results.append(served(rina, everything))
        assert results[-1] == everything(Person.objects.get(pk=rina.pk)), step
        assert results[-1] != results[-2], step
        assert served(citra, everything) == everything(Person.objects.get(pk=citra.pk))


@pytest.mark.usefixtures("outside_transactions")
def test_a_result_is_kept_until_a_change_and_reads_are_none(business: Business, sari: Person, rina: Person) -> None:
    calls: list[str] = []

    def count(name: str) -> int:
        calls.append(name)
        return len(calls)

    def asked(person: Person) -> int:
        return change_cache.until_change(reader_for(person), count, person.name)

    end_product_line(business.product_lines.get(), sari, ended_on=date(2020, 1, 1))
    assert [served(sari, asked), served(sari, asked)] == [1, 1]
    log_read(rina, [business], ["registry.see_contact"])
    assert served(sari, asked) == 1
    assert served(rina, asked) == 2  # another reader
    close_business(business, rina, closed_on=date(2021, 1, 1))
    assert served(sari, asked) == 3


@pytest.mark.usefixtures("outside_transactions")
def test_a_reach_that_grew_is_another_reach(business: Business, citra: Person, sari: Person, sleman: Council) -> None:
    end_product_line(business.product_lines.get(), sari, ended_on=date(2020, 1, 1))
    head = ChainHead.objects.get().last_change
    assert served(citra, industry_choices) == []
    member = citra.memberships.create(council=sleman, role=Role.OFFICER)  # no operation
    assert member.pk and ChainHead.objects.get().last_change == head
    assert served(citra, industry_choices) != []


@pytest.mark.usefixtures("outside_transactions")
def test_a_request_that_changes_rows_sees_its_own_change(business: Business, sari: Person) -> None:
    reader = reader_for(sari)
    Entry.objects.mark_change()

    def count() -> int:
        return business.product_lines.current().count()

    def change_between(person: Person) -> tuple[int, int]:
        before = change_cache.until_change(reader, count)
        end_product_line(business.product_lines.get(), person, ended_on=date(2020, 1, 1))
        return before, change_cache.until_change(reader, count)

    assert served(sari, change_between) == (1, 0)


def test_nothing_is_kept_outside_a_safe_request_or_in_a_transaction(business: Business, sari: Person) -> None:
    change_cache._results.clear()
    end_product_line(business.product_lines.get(), sari, ended_on=date(2020, 1, 1))
    everything(sari)
    served(sari, everything)
    assert not change_cache._results


@pytest.mark.usefixtures("outside_transactions")
def test_a_changed_reference_table_is_a_change(cluster: Cluster, rina: Person) -> None:
    Entry.objects.mark_change()
    assert served(rina, district_choices)
    district = cluster.region.parent
    assert district is not None
    Region.objects.filter(pk=district.pk).update(name="Kapanewon Baru")
    Entry.objects.mark_change()
    assert served(rina, district_choices) == [(district.pk, "Kapanewon Baru")]
