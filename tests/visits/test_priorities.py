"""Visit priorities: never visited first, then long ago; absence, a weak pulse and missing reports add to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from sambang.access.models import Person
from sambang.insight.queries import clusters_by_last_visit, unvisited_clusters
from sambang.registry.models import Business, Cluster
from sambang.visits import operations
from sambang.visits.models import Visit
from sambang.visits.queries import last_met, last_visited, priorities_by_cluster, visit_priorities

TODAY = date(2023, 4, 10)
Make = Callable[..., Business]


def visit(cluster: Cluster, by: Person, day: date, **present: Any) -> None:
    held = operations.plan_visit(cluster, by, planned_for=day, purpose="Mendengar")
    operations.conduct_visit(held, by, held_on=day)
    for business, facts in present["roll"]:
        operations.record_attendance(held, by, business=business, **facts)


def test_never_met_first_then_long_ago(cluster: Cluster, make_business: Make, sari: Person, citra: Person) -> None:
    fresh, old, never, weak, quiet = (make_business(name) for name in ("Baru", "Lama", "Belum", "Lemah", "Sunyi"))
    visit(cluster, sari, date(2022, 3, 31), roll=[(old, {"present": True}), (quiet, {"present": True})])
    visit(
        cluster,
        sari,
        date(2023, 3, 1),
        roll=[
            (fresh, {"present": True, "pulse": 100}),
            (weak, {"present": True, "pulse": 30}),
            (old, {"present": False}),
            (quiet, {"present": True, "pulse": 90}),
        ],
    )
    found = visit_priorities(sari, today=TODAY, not_reporting={quiet.pk})
    assert [(row.business, list(row.reasons)) for row in found] == [
        (never, ["belum pernah ditemui"]),
        (old, ["terakhir ditemui Maret 2022, 13 bulan lalu", "tidak hadir pada kunjungan terakhir"]),
        (quiet, ["tiga bulan tidak melapor"]),
        (weak, ["produksinya 30% dari bulan biasa"]),
    ]
    [row] = priorities_by_cluster(found)
    assert (row.cluster, len(row.priorities), row.never_visited) == (cluster, 4, 1)
    assert visit_priorities(citra, today=TODAY) == []


def test_a_plan_or_a_closed_business_is_no_meeting(cluster: Cluster, make_business: Make, sari: Person) -> None:
    business = make_business("Menunggu")
    make_business("Tutup", status=Business.Status.CLOSED, closed_on=date(2021, 1, 1))
    operations.plan_visit(cluster, sari, planned_for=TODAY, purpose="Mendengar")
    assert [row.business for row in visit_priorities(sari, today=TODAY)] == [business]


def test_it_costs_the_same_at_any_length(
    cluster: Cluster, make_business: Make, sari: Person, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        make_business(f"Jahit {number}")
    # A person read anew each time: what a person may do is read once a request.
    reader = Person.objects.get(pk=sari.pk)
    with django_assert_num_queries(3):
        visit_priorities(reader, today=TODAY)
    for number in range(3):
        make_business(f"Bordir {number}")
    reader = Person.objects.get(pk=sari.pk)
    with django_assert_num_queries(3):
        visit_priorities(reader, today=TODAY)


@pytest.mark.parametrize(("pulse", "weak"), [(70, True), (71, False)])
def test_a_pulse_up_to_70_per_cent_is_a_reason(
    cluster: Cluster, make_business: Make, sari: Person, pulse: int, weak: bool
) -> None:
    business = make_business("Denyut")
    visit(cluster, sari, date(2023, 4, 1), roll=[(business, {"present": True, "pulse": pulse})])
    reasons = [list(row.reasons) for row in visit_priorities(sari, today=TODAY)]
    assert reasons == ([[f"produksinya {pulse}% dari bulan biasa"]] if weak else [])


@pytest.mark.parametrize(("day", "is_due"), [(date(2022, 10, 31), True), (date(2022, 11, 1), False)])
def test_a_meeting_six_calendar_months_ago_is_a_reason(
    cluster: Cluster, make_business: Make, sari: Person, day: date, is_due: bool
) -> None:
    business = make_business("Lama")
    visit(cluster, sari, day, roll=[(business, {"present": True})])
    assert [row.business for row in visit_priorities(sari, today=TODAY)] == ([business] if is_due else [])
    assert [row.cluster for row in unvisited_clusters(clusters_by_last_visit(sari, "34"), today=TODAY)] == (
        [cluster.name] if is_due else []
    )


@pytest.mark.parametrize("state", Visit.State)
def test_took_place_and_open_say_the_same_as_predicate_and_as_query(
    cluster: Cluster, make_business: Make, sari: Person, state: str
) -> None:
    business = make_business("Keadaan")
    visit(cluster, sari, date(2023, 3, 1), roll=[(business, {"present": True})])
    Visit.objects.update(state=state, signed_by=sari, signed_at=timezone.now())
    row = Visit.objects.get()
    assert row.took_place == (state in {"held", "signed"}) == Visit.objects.took_place().exists()
    assert row.is_open == (state in {"planned", "held"}) == Visit.objects.open().exists()
    met = Business.objects.annotate(met_on=last_met()).get(pk=business.pk).met_on  # type: ignore[attr-defined]
    visited = Cluster.objects.annotate(on=last_visited()).get(pk=cluster.pk).on  # type: ignore[attr-defined]
    assert met == visited == (date(2023, 3, 1) if row.took_place else None)
