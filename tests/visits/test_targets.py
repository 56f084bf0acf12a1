"""A visit goes to a sentra, a kelompok or one IKM of it, for one day or several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.field.offline_bundle import bundle_for
from sambang.home.papers import minutes_of
from sambang.registry.models import Business, Cluster, Group
from sambang.registry.operations import form_group, leave_group, name_group_officer
from sambang.visits.models import Visit
from sambang.visits.operations import change_plan, conduct_visit, plan_visit
from sambang.visits.papers import Paper
from sambang.visits.queries import attendance_list, last_visited

type In = Callable[[Person], Client]
type Make = Callable[..., Business]
DAY, LAST = date(2022, 3, 31), date(2022, 4, 2)
PLAN: dict[str, Any] = {"planned_for": DAY, "purpose": "Sambang"}


@pytest.fixture
def group(cluster: Cluster, make_business: Make, rina: Person) -> Group:
    """One member, one former member; a third IKM of the sentra is not in it."""
    group = form_group(cluster, rina, name="Kelompok Sekar")
    name_group_officer(group, rina, business=make_business("Anggota"), office="chair")
    former = name_group_officer(group, rina, business=make_business("Mantan"), office="member", day=date(2020, 1, 1))
    leave_group(former, rina)
    make_business("Bukan anggota")
    return group


def names(visit: Visit, person: Person) -> list[str]:
    return [row.business.name for row in attendance_list(visit, person).rows]


def test_a_kelompok_lists_its_members(group: Group, sari: Person) -> None:
    visit = plan_visit(group.cluster, sari, group=group, **PLAN)
    assert (names(visit, sari), str(visit.target)) == (["Anggota"], "Kelompok Sekar")
    assert minutes_of(visit, sari, Paper.NOTULEN).visit.cluster == f"Kelompok Sekar, {group.cluster.name}"
    bundle = bundle_for(sari, [visit.pk])
    assert bundle is not None and [row["name"] for row in bundle["businesses"]] == ["Anggota"]


def test_one_ikm_lists_itself_and_is_no_visit_to_the_sentra(group: Group, sari: Person) -> None:
    business = Business.objects.get(name="Bukan anggota")
    visit = plan_visit(group.cluster, sari, business=business, **PLAN)
    assert names(visit, sari) == ["Bukan anggota"]
    conduct_visit(visit, sari, held_on=DAY)
    assert Cluster.objects.annotate(last=last_visited()).get().last is None  # type: ignore[attr-defined]
    whole = plan_visit(group.cluster, sari, **PLAN)
    conduct_visit(whole, sari, held_on=LAST)
    assert len(names(whole, sari)) == 3
    assert Cluster.objects.annotate(last=last_visited()).get().last == LAST  # type: ignore[attr-defined]


def test_the_same_plan_for_another_target_is_another_visit(group: Group, sari: Person) -> None:
    first = plan_visit(group.cluster, sari, group=group, **PLAN)
    assert plan_visit(group.cluster, sari, group=group, **PLAN) == first
    assert plan_visit(group.cluster, sari, **PLAN) != first


def test_nobody_of_another_sentra(group: Group, sari: Person, make_business: Make) -> None:
    other = Cluster.objects.create(name="Sentra Lain", region=group.cluster.region)
    for target in ({"group": group}, {"business": Business.objects.get(name="Anggota")}):
        with pytest.raises(ValidationError, match="bukan bagian sentra ini"):
            plan_visit(other, sari, **PLAN, **target)


def test_several_days(cluster: Cluster, sari: Person) -> None:
    visit = plan_visit(cluster, sari, planned_until=LAST, **PLAN)
    assert visit.planned_until == LAST
    with pytest.raises(ValidationError, match="lebih awal"):
        plan_visit(cluster, sari, planned_for=LAST, planned_until=DAY, purpose="Lain")
    change_plan(visit, sari, planned_for=DAY, planned_until=DAY, purpose="Satu hari", team=[], place="", assignment="")
    assert visit.planned_until is None


def test_pages(signed_in: In, group: Group, sari: Person, rina: Person, citra: Person) -> None:
    address, business = reverse("visits:visit_plan"), Business.objects.get(name="Anggota")
    client = signed_in(sari)
    for query, target in (({"kelompok": group.pk}, group), ({"ikm": business.pk}, business)):
        page = client.get(address, query)
        assert target.name in page.text and 'name="cluster"' not in page.text
        sent = {"planned_for": "2022-03-31", "planned_until": "2022-04-02", "purpose": f"Ke {target}"}
        answer = client.post(f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}", sent)
        visit = Visit.objects.get(purpose=f"Ke {target}")
        assert answer.url == reverse("visits:visit_detail", args=[visit.pk])  # type: ignore[attr-defined]
        page = " ".join(client.get(answer.url).text.split())  # type: ignore[attr-defined]
        assert f"<h1>{target}</h1>" in page and "31 Maret 2022–2 April 2022" in page
    shown = " ".join(client.get(reverse("visits:visit_list")).text.split())
    assert "Kelompok Sekar" in shown and "sampai 2 April 2022" in shown
    for query in ({"kelompok": group.pk}, {"ikm": business.pk}, {"ikm": "bukan-id"}):
        assert signed_in(citra).get(address, query).status_code == 404
    assert f"?kelompok={group.pk}" in signed_in(rina).get(reverse("registry:group_detail", args=[group.pk])).text
