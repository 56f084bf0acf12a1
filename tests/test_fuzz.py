"""A short slice of bench/fuzz.py in every run: hostile requests to every kind of address, none answered with an error
of ours.

What longer runs found stands here too, each as the request that found it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from bench.fuzz import Fuzz, routes
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.odk.operations import make_key
from sambang.owners.operations import make_link
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db
REQUESTS = 400


@pytest.mark.slow
def test_hostile_requests_meet_no_error(
    rina: Person,
    sari: Person,
    budi: Person,
    citra: Person,
    business: Business,
    sleman: Council,
    member: Callable[..., Person],
) -> None:
    people = {"staff": rina, "officer": sari, "leader": budi, "elsewhere": citra, "stranger": None}
    people["administrator"] = member("Agus", sleman, Role.ADMINISTRATOR)
    links, keys = [make_link(business, rina).token], [make_key(sleman, sari, phone="uji").token]
    fuzz = Fuzz(Random(2026), people, links, keys)
    fuzz.harvest(25)
    fuzz.run(REQUESTS)
    assert not fuzz.broken, "\n".join(map(str, fuzz.broken))
    assert len(fuzz.routes) > 200 and sum(fuzz.tried.values()) > REQUESTS
    assert {200, 302, 403, 404, 405, 422} <= set(fuzz.answered)


def test_every_address_is_a_route_of_the_fuzz() -> None:
    found = routes()
    assert {"/", "/masuk/", "/odk/<str:token>/submission", "/lapangan/kirim.json"} <= set(found)


@pytest.mark.parametrize(
    "back", ["½", "None", "sign_in", "home:front_page", "//jahat.example", "javascript:alert(1)", "https:/x", "\\\\x"]
)
def test_the_language_leads_back_to_an_address_of_ours_only(client: Client, back: str) -> None:
    answer = client.post("/bahasa/", {"language": "en", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, "/")
