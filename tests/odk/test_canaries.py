"""Promise 9: whatever a phone is sent, of our own app or of ODK Collect, holds no word of a sentra that its officer is
not to visit. Three sentra whose every word is a canary; every payload, for every role and council, is searched for
all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from sambang.access.models import Council, Membership, Person, Role
from sambang.actions.operations import claim_action, promise_action
from sambang.aspirations.operations import group_aspirations, note_aspiration
from sambang.odk.entities import ENTITY_CONTENTS, csv_list
from sambang.odk.operations import make_key
from sambang.registry.models import Business, Cluster, ProductLine, Region
from sambang.visits.models import Visit
from sambang.visits.operations import cancel_visit, conduct_visit, plan_visit, record_attendance
from tests.odk.conftest import CollectHere

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = date(2022, 3, 31)
BIRDS = {"KUTILANG": "3404072003", "JALAK": "3404072003", "MERPATI": "3402082001"}  # canaries: to visit; not; Bantul's
OWNERS = "SANGKAR"  # a canary in what only those who may see contacts are told
BIRD = re.compile("|".join(BIRDS))

type Make = Callable[..., Business]


@pytest.fixture
def visits(places: dict[str, Region], make_business: Make, rina: Person, citra: Person) -> dict[str, Visit]:
    """A visit to each of the three sentra; the one to JALAK was called off."""
    made = {}
    for bird, village in BIRDS.items():
        by = citra if bird == "MERPATI" else rina
        head = Person.objects.create_user(None, name=f"Ketua {bird}")
        cluster = Cluster.objects.create(
            name=f"Sentra {bird}", region=places[village], commodity=bird, place=bird, head=head
        )
        business = make_business(bird, within=cluster, address=f"{OWNERS} {bird}", commodity=bird, marketing=bird)
        Person.objects.filter(pk=business.owner_id).update(name=f"{OWNERS} {bird}")
        ProductLine.objects.create(business=business, name=f"Produk {bird}", unit="stel")
        visit = plan_visit(cluster, by, planned_for=DAY, purpose=bird, place=bird, team=[by])
        if bird == "JALAK":
            cancel_visit(visit, by)
            made[bird] = visit
            continue
        conduct_visit(visit, by, held_on=DAY, summary=bird, conclusion=bird)
        record_attendance(visit, by, business=business, present=True, represented_by=bird)
        wish = note_aspiration(business, by, kind="aspiration", text=bird, difficulty="capital")
        matter = group_aspirations(cluster, by, aspirations=[wish], title=f"Pokok {bird}", difficulty="capital")
        assert matter.title
        action = promise_action(visit, by, title=f"Janji {bird}", responsible_name=bird, due_on=date(2022, 6, 30))
        claim_action(action, by, claim=bird)
        made[bird] = visit
    return made


@pytest.fixture
def people(
    member: Callable[..., Person],
    sleman: Council,
    bantul: Council,
    yogyakarta: Council,
    sari: Person,
    rina: Person,
    budi: Person,
    citra: Person,
) -> dict[str, tuple[Person, Council]]:
    return {
        "officer": (sari, sleman),
        "staff": (rina, sleman),
        "leader": (budi, sleman),
        "staff of Bantul": (citra, bantul),
        "administrator": (member("Wati", sleman, Role.ADMINISTRATOR), sleman),
        "officer of Bantul": (member("Tono", bantul, Role.OFFICER), bantul),
        "staff of the province": (member("Dewi", yogyakarta, Role.STAFF), yogyakarta),
    }


MAY_HEAR = {
    "officer": {"KUTILANG"},
    "staff": {"KUTILANG"},
    "administrator": {"KUTILANG"},
    "leader": set[str](),
    "staff of Bantul": {"MERPATI"},
    "officer of Bantul": {"MERPATI"},
    "staff of the province": {"KUTILANG", "MERPATI"},
}


def of_our_app(person: Person, visits: dict[str, Visit]) -> dict[str, str]:
    """What each address of the app answers this person's phone; of visits, each that the office knows is asked for."""
    client, device = Client(), str(uuid4())
    client.force_login(person)
    asked: dict[str, Any] = {
        "siapa": client.get("/lapangan/siapa.json"),
        "kunjungan": client.get("/lapangan/kunjungan.json"),
        "hp": client.post("/lapangan/hp.json", {"device": device}, content_type="application/json"),
        "kirim": client.post(
            "/lapangan/kirim.json", {"device": device, "items": ["{}"]}, content_type="application/json"
        ),
        "berkas": client.get(f"/lapangan/berkas/{'a' * 64}"),
        "app": client.get("/lapangan/"),
        "worker": client.get("/lapangan/sw.js"),
        "manifest": client.get("/lapangan/manifest.webmanifest"),
    }
    for bird, visit in visits.items():
        asked[f"bekal {bird}"] = client.get(f"/lapangan/bekal.json?hp={device}&kunjungan={visit.pk}")
    every = "".join(f"&kunjungan={visit.pk}" for visit in visits.values())
    asked["bekal of all"] = client.get(f"/lapangan/bekal.json?hp={device}{every}")
    return {name: answer.content.decode() for name, answer in asked.items()}


def of_collect(person: Person, council: Council) -> dict[str, str]:
    """The form list, each form, its manifest, and every list that the form uses."""
    phone = CollectHere(f"http://testserver/odk/{make_key(council, person, phone='HP').token}")
    found = {"list": phone.ask("GET", f"{phone.server}/formList").body.decode()}
    for form in phone.forms():
        found[f"form {form.form_id}"] = phone.download(form).decode()
        found[f"manifest {form.form_id}"] = phone.ask("GET", form.manifest).body.decode()
        for medium in phone.media(form):
            found[medium.name] = phone.medium(medium).decode()
    assert len([name for name in found if name.endswith(".csv")]) >= 4
    return found


def test_no_phone_hears_of_a_sentra_that_is_not_its_own_to_visit(
    people: dict[str, tuple[Person, Council]], visits: dict[str, Visit]
) -> None:
    heard, scanned = {}, 0
    for role, (person, council) in people.items():
        told = of_our_app(person, visits)
        if role not in {"leader", "staff of the province"}:  # a key is for field work, of a regency
            told |= of_collect(person, council)
        for payload, text in told.items():
            birds = set(BIRD.findall(text))
            if payload in {"bekal JALAK", "bekal of all"} and "KUTILANG" in MAY_HEAR[role]:
                birds.discard("JALAK")  # of the own council, and asked for by name
            heard.setdefault(role, set[str]()).update(birds)
            assert birds <= MAY_HEAR[role], (role, payload, birds)
            assert "province" not in role or OWNERS not in text, (role, payload)
            scanned += 1
    assert heard == MAY_HEAR, "a scan that hears nothing proves nothing"
    assert scanned >= 7 * 11 + 5 * 6


def test_who_belongs_to_two_councils_gets_the_lists_of_the_regency_alone(
    visits: dict[str, Visit], sari: Person, yogyakarta: Council
) -> None:
    """A membership of the province opens figures: the lists of the phone name nothing of another regency."""
    Membership.objects.create(person=sari, council=yogyakarta, role=Role.OFFICER)
    assert Visit.objects.visible_to(sari).filter(pk=visits["MERPATI"].pk).exists(), "the province reaches it"
    for name in ENTITY_CONTENTS:
        content = csv_list(name, sari).decode()
        assert "MERPATI" not in content, name
    assert "KUTILANG" in csv_list("kunjungan.csv", sari).decode()
