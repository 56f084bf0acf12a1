"""A visit goes to a sentra, a kelompok or one IKM of it, for one day or several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.actions.operations import claim_action, commit_action, confirm_action, promise_action
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import group_aspirations, note_aspiration, propose_idea
from sambang.field.offline_bundle import bundle_for
from sambang.home.visit_minutes import minutes_of
from sambang.lib import clock
from sambang.papers.pdf import render_pdf
from sambang.registry.dto import BusinessData
from sambang.registry.models import Business, Cluster, Group
from sambang.registry.operations import form_group, leave_group, name_group_officer, register_business_outside
from sambang.visits.models import Visit
from sambang.visits.operations import (
    change_plan,
    conduct_visit,
    plan_visit,
    record_attendance,
    record_attendances,
    sign_off,
)
from sambang.visits.papers import Paper, paper_content
from sambang.visits.queries import attendance_list, last_visited, visit_priorities

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
    visit = plan_visit(group, sari, **PLAN)
    assert (names(visit, sari), str(visit.target)) == (["Anggota"], "Kelompok Sekar")
    assert minutes_of(visit, sari, Paper.NOTULEN).visit.cluster == f"Kelompok Sekar, {group.cluster.name}"
    bundle = bundle_for(sari, [visit.pk])
    assert bundle is not None and [row["name"] for row in bundle["businesses"]] == ["Anggota"]


def test_one_ikm_lists_itself_and_is_no_visit_to_the_sentra(group: Group, sari: Person) -> None:
    business = Business.objects.get(name="Bukan anggota")
    visit = plan_visit(business, sari, **PLAN)
    assert names(visit, sari) == ["Bukan anggota"]
    conduct_visit(visit, sari, held_on=DAY)
    assert Cluster.objects.annotate(last=last_visited()).get().last is None  # type: ignore[attr-defined]
    whole = plan_visit(group.cluster, sari, **PLAN)
    conduct_visit(whole, sari, held_on=LAST)
    assert len(names(whole, sari)) == 3
    assert Cluster.objects.annotate(last=last_visited()).get().last == LAST  # type: ignore[attr-defined]


def test_the_same_plan_for_another_target_is_another_visit(group: Group, sari: Person) -> None:
    first = plan_visit(group, sari, **PLAN)
    assert plan_visit(group, sari, **PLAN) == first
    assert plan_visit(group.cluster, sari, **PLAN) != first


@pytest.fixture
def outside(sleman: Council, rina: Person, cluster: Cluster) -> Business:
    facts = BusinessData(name="Keripik Luar", owner_name="Bu Luar", region=cluster.region, phone="081200000077")
    return register_business_outside(sleman, rina, data=facts)


class TestOutside:
    """A visit to an IKM outside any sentra, from the plan to a matter and a promise."""

    def test_has_one_invitation_and_no_sentra(self, outside: Business, sari: Person, citra: Person) -> None:
        visit = plan_visit(outside, sari, planned_until=LAST, **PLAN)
        assert (visit.cluster, visit.region, names(visit, sari)) == (None, outside.region, ["Keripik Luar"])
        assert plan_visit(outside, sari, **PLAN) == visit
        assert not Visit.objects.visible_to(citra).exists()
        assert list(Visit.objects.visible_to(outside.owner)) == [visit]
        with pytest.raises(PermissionDenied):
            plan_visit(outside, citra, **PLAN)

    def test_refuses_every_other_ikm(self, outside: Business, group: Group, sari: Person) -> None:
        visit, member = plan_visit(outside, sari, **PLAN), Business.objects.get(name="Anggota")
        neighbour = Business.objects.create(name="Lain", owner=outside.owner, region=outside.region)
        for other in (member, neighbour):
            with pytest.raises(ValidationError, match="bukan IKM Keripik Luar"):
                record_attendance(visit, sari, business=other, present=True, noted_at=clock.now())
            with pytest.raises(ValidationError, match="bukan IKM Keripik Luar"):
                record_attendances(visit, sari, present={other.pk: True})
        with pytest.raises(ValidationError, match="bukan IKM"):
            record_attendance(plan_visit(group.cluster, sari, **PLAN), sari, business=outside, present=True)

    def test_is_conducted_signed_printed_and_taken_along(self, outside: Business, sari: Person, rina: Person) -> None:
        visit = plan_visit(outside, sari, **PLAN)
        bundle = bundle_for(sari, [visit.pk])
        assert bundle is not None
        assert [row["name"] for row in bundle["businesses"]] == ["Keripik Luar"]
        assert bundle["visits"][0]["cluster"] == {"id": None, "name": "Keripik Luar"}
        conduct_visit(visit, sari, held_on=DAY)
        record_attendances(visit, sari, present={outside.pk: True})
        sign_off(visit, rina)
        minutes = minutes_of(visit, sari, Paper.BERITA_ACARA)
        assert (minutes.visit.cluster, minutes.visit.head) == ("Keripik Luar", "Bu Luar")
        assert minutes.visit.village.startswith(outside.region.name)
        assert render_pdf(paper_content(Paper.BERITA_ACARA, minutes)).startswith(b"%PDF")
        assert {row.business for row in visit_priorities(rina, today=LAST)} == set()

    def test_raises_a_matter_that_is_promised_committed_and_answered(
        self, outside: Business, sari: Person, rina: Person, group: Group
    ) -> None:
        visit = conduct_visit(plan_visit(outside, sari, **PLAN), sari, held_on=DAY)
        said = note_aspiration(
            outside, sari, kind="constraint", text="Kemasan mahal", difficulty="material", visit=visit
        )
        matter = group_aspirations(outside, rina, aspirations=[said], title="Kemasan mahal", difficulty="material")
        assert (matter.cluster, matter.region) == (None, outside.region)
        promise = promise_action(
            visit, sari, title="Beli kemasan bersama", responsible_name="Dinas", due_on=LAST, matter=matter
        )
        idea = propose_idea(matter, rina, proposal="Rumah kemasan")
        action = commit_action(idea, rina, title="Membuka rumah kemasan", responsible_name="Dinas", due_on=LAST)
        for one in (promise, action):
            assert (one.cluster, one.region) == (None, outside.region)
            claim_action(one, rina, claim="Sudah dikerjakan")
            confirmation = one.confirmations.get()
            assert confirmation.business == outside
            assert confirm_action(confirmation, outside.owner, text="Sudah")
        member = Business.objects.get(name="Anggota")
        also = note_aspiration(member, sari, kind="constraint", text="Kemasan mahal juga", difficulty="material")
        matter = group_aspirations(member, rina, aspirations=[also], title="x", difficulty="material")
        assert matter.cluster == member.cluster

    def test_pages(self, signed_in: In, outside: Business, sari: Person, rina: Person, citra: Person) -> None:
        client, address = signed_in(rina), reverse("visits:visit_plan")
        assert f"?ikm={outside.pk}" in client.get(reverse("registry:business_detail", args=[outside.pk])).text
        client.post(f"{address}?ikm={outside.pk}", {"planned_for": "2022-03-31", "purpose": "Menengok keripik"})
        visit = Visit.objects.get(purpose="Menengok keripik")
        pages = [
            reverse(f"visits:visit_{name}", args=[visit.pk]) for name in ("detail", "change", "conduct", "attendance")
        ]
        for page in [*pages, reverse("visits:visit_list"), reverse("home:front_page")]:
            assert "Keripik Luar" in client.get(page).text
        assert "di luar sentra" in client.get(pages[0]).text
        assert client.get(reverse("visits:visit_list"), {"cari": "keripik luar"}).text.count(str(visit.pk)) == 1
        conduct_visit(visit, sari, held_on=DAY)
        record = reverse("aspirations:visit_record", args=[visit.pk, outside.pk])
        client.post(record, {"present": "yes", "text": "Kemasan mahal", "kind": "constraint", "difficulty": "material"})
        said = Aspiration.objects.get()
        group_page = reverse("aspirations:aspiration_group_outside", args=[outside.pk])
        assert group_page in client.get(reverse("aspirations:aspiration_board")).text
        answer = client.post(
            group_page, {"aspirasi": [said.pk], "title": "Kemasan", "difficulty": "material"}, follow=True
        )
        assert "di luar sentra" in answer.text and group_page in answer.text
        assert signed_in(citra).get(group_page).status_code == 404


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
        assert f"<h1>{target}</h1>" in page and "Kamis, 31 Maret 2022 sampai 2 April 2022" in page
    shown = " ".join(client.get(reverse("visits:visit_list")).text.split())
    assert "Kelompok Sekar" in shown and "sampai 2 April 2022" in shown
    for query in ({"kelompok": group.pk}, {"ikm": business.pk}, {"ikm": "bukan-id"}):
        assert signed_in(citra).get(address, query).status_code == 404
    assert f"?kelompok={group.pk}" in signed_in(rina).get(reverse("registry:group_detail", args=[group.pk])).text
