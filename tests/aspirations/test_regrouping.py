"""Correcting a grouping before it has an action: ungroup, move, merge matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.actions.operations import commit_action, drop_action
from sambang.aspirations import operations
from sambang.aspirations.models import Aspiration, Matter
from sambang.registry.models import Cluster, Region

type In = Callable[[Person], Client]


@pytest.fixture
def other(cluster: Cluster, heard: Callable[..., Aspiration], rina: Person) -> Matter:
    voices = [heard("Bunga bank tinggi", difficulty="capital")]
    return operations.group_aspirations(cluster, rina, aspirations=voices, title="Modal rahasia", difficulty="capital")


def act(matter: Matter, by: Person) -> None:
    idea = operations.propose_idea(matter, by, proposal="Pameran")
    action = commit_action(idea, by, title="Pameran", responsible_name="Dinas", due_on=date(2022, 4, 30))
    drop_action(action, by, because="Dana tidak ada")


def test_taken_out_is_loose_again_and_the_empty_matter_says_so(matter: Matter, rina: Person) -> None:
    first, second = matter.aspirations.order_by("raised_at")
    assert operations.ungroup_aspiration(first, rina) == matter
    matter.refresh_from_db()
    assert matter.state == Matter.State.HEARD and list(Aspiration.objects.ungrouped()) == [first]
    operations.ungroup_aspiration(second, rina)
    matter.refresh_from_db()
    assert matter.state == Matter.State.SET_ASIDE and "Tidak ada lagi aspirasi" in matter.set_aside_because
    with pytest.raises(ValidationError, match="tidak ada di pokok bahasan"):
        operations.ungroup_aspiration(second, rina)


def test_once_an_action_began_all_stay_where_they_are(matter: Matter, other: Matter, rina: Person) -> None:
    act(matter, rina)  # and was dropped: its history stays that of the IKM that raised it
    aspiration = matter.aspirations.all()[0]
    with pytest.raises(ValidationError, match="sudah ditindaklanjuti"):
        operations.ungroup_aspiration(aspiration, rina)
    with pytest.raises(ValidationError, match="sudah masuk"):
        operations.group_aspirations(
            matter.cluster, rina, aspirations=[aspiration], title="Modal", difficulty="capital", matter=other
        )
    assert matter.aspirations.count() == 2


def test_who_may_not(matter: Matter, sari: Person, budi: Person, citra: Person) -> None:
    for stranger in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            operations.ungroup_aspiration(matter.aspirations.all()[0], stranger)
    assert matter.aspirations.count() == 2


def test_pages_are_closed_to_others(
    signed_in: In, matter: Matter, other: Matter, budi: Person, citra: Person, rina: Person
) -> None:
    one, page = matter.aspirations.all()[0], reverse("aspirations:matter_detail", args=[matter.pk])
    addresses = [
        reverse(f"aspirations:{name}", args=[one.pk]) for name in ("aspiration_ungroup", "aspiration_transfer")
    ]
    for address in [*addresses, reverse("aspirations:matter_merge", args=[matter.pk])]:
        assert signed_in(citra).post(address, {"matter": other.pk}).status_code == 404
        assert signed_in(budi).post(address, {"matter": other.pk}).status_code == 403
        assert address not in signed_in(budi).get(page).text
        assert address in signed_in(rina).get(page).text
        assert signed_in(rina).get(address).status_code == 200
    assert matter.aspirations.count() == 2
    act(matter, rina)
    assert addresses[0] not in signed_in(rina).get(page).text


def test_pages_take_out_and_move(signed_in: In, matter: Matter, other: Matter, rina: Person) -> None:
    client, (first, second) = signed_in(rina), matter.aspirations.order_by("raised_at")
    answer = client.post(reverse("aspirations:aspiration_ungroup", args=[first.pk]), {"csrf": ""}, follow=True)
    assert "mengeluarkan satu aspirasi" in answer.text and "kembali ke daftar" in answer.text
    transfer = reverse("aspirations:aspiration_transfer", args=[second.pk])
    assert client.post(transfer, {"matter": matter.pk}).status_code == 422  # where it is already
    answer = client.post(transfer, {"matter": other.pk}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("aspirations:matter_detail", args=[other.pk])
    other.refresh_from_db()
    assert (other.title, other.difficulty, other.aspirations.count()) == ("Modal rahasia", "capital", 2)
    assert client.get(reverse("aspirations:aspiration_transfer", args=[first.pk])).status_code == 404  # in no matter


def test_two_matters_become_one(signed_in: In, matter: Matter, other: Matter, rina: Person) -> None:
    address = reverse("aspirations:matter_merge", args=[matter.pk])
    client = signed_in(rina)
    assert "Modal rahasia" in client.get(address).text
    assert client.post(address, {"matter": ""}).status_code == 422
    assert client.post(address, {"matter": other.pk}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == Matter.State.SET_ASIDE and "Modal rahasia" in matter.set_aside_because
    assert (matter.aspirations.count(), other.aspirations.count()) == (0, 3)
    assert client.post(address, {"matter": other.pk}).status_code == 422  # nothing left to bring


def test_another_regencys_matter_takes_nothing(
    signed_in: In, matter: Matter, places: dict[str, Region], rina: Person
) -> None:
    village = next(region for code, region in places.items() if len(code) == 10 and not code.startswith("3404"))
    far = Cluster.objects.create(name="Sentra Lain", region=village)
    foreign = Matter.objects.create(region=far.region, cluster=far, title="Lain", difficulty="capital")
    answer = signed_in(rina).post(reverse("aspirations:matter_merge", args=[matter.pk]), {"matter": foreign.pk})
    assert answer.status_code == 422 and "tidak ada di kabupaten ini" in answer.text
    assert matter.aspirations.count() == 2
