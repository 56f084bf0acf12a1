"""Who most needs a visit: never met first, then long ago; absence, weakness and silence add to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster
from sambang.visits import operations
from sambang.visits.queries import by_cluster, needs

TODAY = date(2023, 4, 10)
Make = Callable[..., Business]


def visit(cluster: Cluster, by: Person, day: date, **present: Any) -> None:
    held = operations.plan_visit(cluster, by, planned_for=day, purpose="Mendengar")
    operations.hold_visit(held, by, held_on=day)
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
    found = needs(sari, today=TODAY, silent={quiet.pk})
    assert [(need.business, need.reasons) for need in found] == [
        (never, ["belum pernah ditemui"]),
        (old, ["terakhir ditemui Maret 2022, 13 bulan lalu", "tidak hadir pada kunjungan terakhir"]),
        (quiet, ["tiga bulan tidak melapor"]),
        (weak, ["produksinya 30% dari bulan biasa"]),
    ]
    [row] = by_cluster(found)
    assert (row.cluster, len(row.needs), row.never) == (cluster, 4, 1)
    assert needs(citra, today=TODAY) == []


def test_a_plan_or_a_closed_business_is_no_meeting(cluster: Cluster, make_business: Make, sari: Person) -> None:
    business = make_business("Menunggu")
    make_business("Tutup", status=Business.Status.CLOSED, closed_on=date(2021, 1, 1))
    operations.plan_visit(cluster, sari, planned_for=TODAY, purpose="Mendengar")
    assert [need.business for need in needs(sari, today=TODAY)] == [business]


def test_it_costs_the_same_at_any_length(
    cluster: Cluster, make_business: Make, sari: Person, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        make_business(f"Jahit {number}")
    with django_assert_num_queries(4):
        needs(sari, today=TODAY)
    for number in range(3):
        make_business(f"Bordir {number}")
    with django_assert_num_queries(4):
        needs(sari, today=TODAY)
