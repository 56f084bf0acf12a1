"""Buttons whose deed cannot be undone ask first; the others have their way back."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from sambang.access.models import Person
from sambang.lib.ask_first import ANSWER
from sambang.owners.models import PersonalLink
from sambang.owners.operations import make_link
from sambang.registry.models import Business, Cluster
from tests.reach.table import read

DESTRUCTIVE = re.compile(
    r"(?:_|^)(?:revoke|delete|remove|withdraw|discard|cancel|close|drop|end|refuse|erase|create_all)(?:_|$)"
)
TABLE = read()
# Buttons that act at once: the address that undoes it.
UNDONE = {
    "market:channel_close": "market:channel_create",
    "market:consent_withdraw": "market:consent_give",
    "market:item_withdraw": "market:item_reoffer",
    "selling:item_withdraw": "selling:item_submit",
    "selling:step_withdraw": "selling:step_create",
    "owners:consent_withdraw": "owners:consent_give",
    "owners:session_end": "owners:link_open",
    "registry:group_member_remove": "registry:group_detail",
    "accounts:invitation_withdraw": "accounts:invitation_create",
    "accounts:membership_refuse": "accounts:role_grant",
    "accounts:role_withdraw": "accounts:role_grant",
    "accounts:member_end_sessions": "accounts:sign_in",
    "accounts:session_end": "accounts:sign_in",
    "accounts:session_end_others": "accounts:sign_in",
}


def views() -> dict[str, object]:
    """Name of each address → its view."""
    found: dict[str, object] = {}

    def walk(resolver: object, prefix: str) -> None:
        for one in resolver.url_patterns:  # type: ignore[attr-defined]
            if hasattr(one, "url_patterns"):
                walk(one, f"{one.namespace}:" if one.namespace else prefix)
            elif one.name:
                found[f"{prefix}{one.name}"] = one.callback

    walk(get_resolver(), "")
    return found


def has_page(name: str) -> bool:
    return "GET" in TABLE.get(name, {})


def test_every_destructive_button_asks_or_is_undone() -> None:
    """An address that GET opens is a page of its own, on which the button stands."""
    everything = views()
    buttons = {name for name in everything if DESTRUCTIVE.search(name.split(":")[-1]) and not has_page(name)}
    asking = {name for name in buttons if getattr(everything[name], "asks_first", False)}
    assert len(asking) >= 15
    assert buttons - asking == set(UNDONE)
    assert set(UNDONE.values()) <= set(everything)


@pytest.mark.django_db
def test_nothing_is_done_before_the_answer(client, rina: Person, business: Business, cluster: Cluster) -> None:  # type: ignore[no-untyped-def]
    link = make_link(business, rina).link
    client.force_login(rina)
    address = f"/saya/tautan/{cluster.pk}/buat-semua/"
    page = client.post(address, {"a": "1"}, headers={"Referer": f"http://testserver/saya/tautan/{cluster.pk}/"})
    assert page.status_code == 200
    assert "Ganti semua tautan sentra ini?" in page.text
    assert f'name="{ANSWER}"' in page.text and 'name="a" value="1"' in page.text
    assert f'href="/saya/tautan/{cluster.pk}/"' in page.text
    assert [one.pk for one in PersonalLink.objects.all()] == [link.pk]
    done = client.post(address, {ANSWER: "1"})
    assert (done.status_code, done.headers["Location"]) == (302, "/saya/tautan/baru/")
    assert PersonalLink.objects.count() == 2
    for _reload in range(2):
        assert business.name in client.get("/saya/tautan/baru/").text
    assert PersonalLink.objects.count() == 2


@pytest.mark.django_db
def test_a_first_link_needs_no_question(client, rina: Person, business: Business) -> None:  # type: ignore[no-untyped-def]
    client.force_login(rina)
    address = f"/saya/tautan/ikm/{business.pk}/buat/"
    assert client.post(address).status_code == 302
    assert "Ganti tautan ini?" in client.post(address).text
    assert PersonalLink.objects.count() == 1


def test_the_way_back_stays_on_the_site(  # type: ignore[no-untyped-def]
    client, rina: Person, business: Business, cluster: Cluster
) -> None:
    client.force_login(rina)
    page = client.post(f"/saya/tautan/{cluster.pk}/buat-semua/", headers={"Referer": "https://jauh.example/x"})
    assert 'class="button" href="/"' in page.text
