"""Lists show the filter and order that the account used last; an address with a query wins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.registry.models import Business

FROM_SITE = {"headers": {"Referer": "http://testserver/kunjungan/"}}
LISTS = [
    ("registry:business_list", "cari=Kebaya&urut=nama"),
    ("visits:visit_list", "keadaan=signed&urut=terlama"),
    ("actions:action_list", "keadaan=claimed&urut=anggaran"),
    ("aspirations:matter_list", "kesulitan=capital&urut=ikm"),
]


@pytest.mark.parametrize(("name", "query"), LISTS)
def test_a_list_is_shown_as_it_was_left(
    signed_in: Callable[..., Client], sari: Person, budi: Person, name: str, query: str
) -> None:
    client, page = signed_in(sari), reverse(name)
    assert client.get(page, **FROM_SITE).status_code == 200
    assert "?semua=1" not in client.get(page, **FROM_SITE).text
    left = client.get(f"{page}?{query}&sentra=")
    assert f'href="{page}?semua=1"' in left.text
    assert client.get(page, **FROM_SITE).headers["Location"] == f"{page}?{query}"
    assert client.get(page).status_code == 200  # from outside: a shared address wins
    assert client.get(f"{page}?setelah=", **FROM_SITE).status_code == 200
    assert client.get(page, **FROM_SITE).status_code == 302  # another page of the list forgets nothing
    assert client.get(f"{page}?semua=1", **FROM_SITE).status_code == 200
    assert client.get(page, **FROM_SITE).status_code == 200
    client.get(f"{page}?{query}")
    assert signed_in(budi).get(page, **FROM_SITE).status_code == 200  # another account of the same computer


def test_the_list_of_ikm_is_ordered_as_asked(
    signed_in: Callable[..., Client], make_business: Callable[..., Business], sari: Person
) -> None:
    for name, workers in (("Canting", 3), ("Anyam", 9), ("Bordir", None)):
        make_business(name, workers=workers)
    page = reverse("registry:business_list")

    def names(query: str) -> list[str]:
        text = signed_in(sari).get(f"{page}?{query}").text
        return sorted(("Canting", "Anyam", "Bordir"), key=lambda name: text.index(f">{name}<"))

    assert names("urut=nama") == ["Anyam", "Bordir", "Canting"]
    assert names("urut=pekerja") == ["Anyam", "Canting", "Bordir"]  # unknown last
    assert "Anyam" not in signed_in(sari).get(f"{page}?urut=entah").text
