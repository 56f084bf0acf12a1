"""A matter belongs to every sentra of the regency whose IKM raised it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.actions.models import Action
from sambang.actions.operations import businesses_to_ask, claim_action, commit_action
from sambang.aspirations.models import Aspiration, Comment, Idea, Matter
from sambang.aspirations.operations import group_aspirations, propose_idea
from sambang.aspirations.queries import ClusterHeadcount, headcounts_by_cluster
from sambang.aspirations.similarity import suggest_groups
from sambang.owners.queries import matters_of_cluster
from sambang.registry.models import Business, Cluster, Region

type In = Callable[[Person], Client]
ABOUT: dict[str, Any] = {"title": "Modal rahasia", "difficulty": "capital"}
TEXT = "Bunga pinjaman modal terlalu tinggi"


@pytest.fixture
def pottery(places: dict[str, Region]) -> Cluster:
    head = Person.objects.create_user(None, name="Ketua Gerabah")
    return Cluster.objects.create(name="Sentra Gerabah", region=places["3404072003"], head=head)


@pytest.fixture
def raised(
    heard: Callable[..., Aspiration], make_business: Callable[..., Business], pottery: Cluster
) -> list[Aspiration]:
    """By two IKM of Joho, one of the pottery sentra and one outside any sentra."""
    potter, alone = make_business("Gerabah Ayu", within=pottery), make_business("Batik Sendiri")
    Business.objects.filter(pk=alone.pk).update(cluster=None)
    alone.refresh_from_db()
    voices = [heard(TEXT, difficulty="capital") for _number in range(2)]
    return [*voices, *(heard(TEXT, difficulty="capital", business=business) for business in (potter, alone))]


@pytest.fixture
def joint(cluster: Cluster, raised: list[Aspiration], rina: Person) -> Matter:
    return group_aspirations(cluster, rina, aspirations=raised, **ABOUT)


def test_its_headcount_is_that_of_all_sentra(joint: Matter, cluster: Cluster) -> None:
    row = Matter.objects.with_headcount().with_cluster_count().get()
    assert (row.headcount, row.cluster_count) == (4, 2)  # type: ignore[attr-defined]
    assert headcounts_by_cluster(joint) == [
        ClusterHeadcount(cluster.name, 2),
        ClusterHeadcount("", 1),
        ClusterHeadcount("Sentra Gerabah", 1),
    ]


def test_the_pages_show_it_under_every_sentra(signed_in: In, joint: Matter, pottery: Cluster, rina: Person) -> None:
    client = signed_in(rina)
    page = client.get(reverse("aspirations:matter_detail", args=[joint.pk])).text
    assert "Disampaikan 4 IKM" in page and "Sentra Gerabah" in page and "di luar sentra" in page
    for name in ("aspiration_board", "matter_list"):
        page = client.get(reverse(f"aspirations:{name}"), {"sentra": str(pottery.pk)}).text
        assert joint.title in page and "dan 1 sentra lain" in " ".join(page.split())


def test_the_heads_of_all_sentra_reach_it_and_others_do_not(
    joint: Matter, pottery: Cluster, cluster: Cluster, rina: Person, citra: Person
) -> None:
    other = Person.objects.create_user(None, name="Ketua Bambu")
    Cluster.objects.create(name="Sentra Bambu", region=cluster.region, head=other)
    idea = propose_idea(joint, rina, proposal="Koperasi simpan pinjam")
    action = commit_action(idea, rina, title="Koperasi", responsible_name="Dinas", due_on=date(2022, 6, 1))
    Comment.objects.create(matter=joint, by=rina, text="Setuju")
    assert pottery.head is not None
    for model, row in ((Matter, joint), (Idea, idea), (Action, action), (Comment, joint.comments.get())):
        assert list(model._default_manager.visible_to(pottery.head)) == [row]  # type: ignore[attr-defined]
        for stranger in (other, citra):
            assert not model._default_manager.visible_to(stranger).exists()  # type: ignore[attr-defined]


def test_every_ikm_that_raised_it_is_asked(joint: Matter, raised: list[Aspiration], rina: Person) -> None:
    idea = propose_idea(joint, rina, proposal="Koperasi simpan pinjam")
    action = commit_action(idea, rina, title="Koperasi", responsible_name="Dinas", due_on=date(2022, 6, 1))
    expected = {voice.business_id for voice in raised}
    assert {business.pk for business in businesses_to_ask(action)} == expected
    claim_action(action, rina, claim="Berdiri")
    assert set(action.confirmations.values_list("business", flat=True)) == expected


def test_owners_read_it_in_their_own_sentra(
    joint: Matter, raised: list[Aspiration], make_business: Callable[..., Business], pottery: Cluster
) -> None:
    neighbour = make_business("Gerabah Diam", within=pottery)
    outside = make_business("Lain Sendiri")
    Business.objects.filter(pk=outside.pk).update(cluster=None)
    outside.refresh_from_db()
    for business in (*(voice.business for voice in raised), neighbour):
        assert list(matters_of_cluster(business)) == [joint]
    assert list(matters_of_cluster(outside)) == []


def test_the_whole_regency_can_be_grouped_on_one_page(
    signed_in: In, cluster: Cluster, raised: list[Aspiration], rina: Person
) -> None:
    client, address = signed_in(rina), reverse("aspirations:aspiration_group", args=[cluster.pk])
    assert client.get(address).text.count(TEXT) == 2
    assert client.get(address, {"semua": "1"}).text.count(TEXT) == 4
    chosen = {"aspirasi": [str(voice.pk) for voice in raised], **ABOUT}
    assert client.post(f"{address}?semua=1", chosen).status_code == 302
    assert Matter.objects.get().aspirations.count() == 4


def test_similar_aspirations_are_suggested_across_sentra(raised: list[Aspiration]) -> None:
    [group] = suggest_groups(raised, {})
    assert (group.headcount, group.cluster_count) == (4, 2)


def test_without_any_sentra_a_group_is_suggested_outside(raised: list[Aspiration]) -> None:
    [group] = suggest_groups([raised[-1], raised[-1]], {})
    assert (group.cluster, group.cluster_count) == (None, 0)
