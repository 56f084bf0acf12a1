"""/acuan/: the nation's administrators correct the reference tables, nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.registry.models import Industry, IndustryChange, Region

REGION = {"code": "3404", "name": "Kabupaten Sleman, dibetulkan", "level": "regency", "parent": "34", "source": "uji"}
INDUSTRY = {"code": "14111", "version": "2020", "title": "Konveksi, dibetulkan", "source": "uji", "note": ""}


@pytest.fixture
def keeper(db: None, member: Callable[..., Person]) -> Person:
    return member("Nara", Council.objects.create(name="Dewan nasional", region_code=""), Role.ADMINISTRATOR)


def test_an_administrator_of_the_nation_corrects_adds_and_removes(
    keeper: Person, places: None, garment: Industry, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(keeper)
    assert client.post("/acuan/registry/region/3404/change/", REGION).status_code == 302
    assert Region.objects.get(pk="3404").name == REGION["name"]
    assert client.post(f"/acuan/registry/industry/{garment.pk}/change/", INDUSTRY).status_code == 302
    assert Industry.objects.get(pk=garment.pk).title == INDUSTRY["title"]

    newer = {**INDUSTRY, "version": "2025", "code": "14112", "title": "Busana"}
    assert client.post("/acuan/registry/industry/add/", newer).status_code == 302
    successor = Industry.objects.get(code="14112")
    change = {"old": garment.pk, "new": successor.pk, "question": "", "source": "uji"}
    assert client.post("/acuan/registry/industrychange/add/", change).status_code == 302
    [made] = IndustryChange.objects.all()
    assert client.post(f"/acuan/registry/industrychange/{made.pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [successor.pk], "post": "yes"}
    assert client.post("/acuan/registry/industry/", chosen).status_code == 302
    assert not IndustryChange.objects.exists() and not Industry.objects.filter(pk=successor.pk).exists()


def test_an_administrator_of_a_regency_is_sent_away(
    places: None, sleman: Council, member: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(member("Ratih", sleman, Role.ADMINISTRATOR))
    assert "/acuan/login/" in client.post("/acuan/registry/region/3404/change/", REGION).headers["Location"]
    assert Region.objects.get(pk="3404").name != REGION["name"]
