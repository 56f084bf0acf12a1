"""One search over everything within reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person, Role
from sambang.access.permissions import may
from sambang.aspirations.models import Matter
from sambang.home.search import MAX_HITS_PER_GROUP, MIN_QUERY_LENGTH, forgiving_search, search
from sambang.home.spelling import corrected_text
from sambang.papers.operations import assign_number
from sambang.registry.models import Business, Cluster
from sambang.visits import operations as visits

pytestmark = pytest.mark.django_db
In = Callable[[Person], Client]


def kinds(person: Person, text: str) -> dict[str, list[str]]:
    return {found.label: [hit.title for hit in found.hits] for found in search(person, text)}


def test_every_kind_is_found_by_part_of_a_word_in_any_case(
    business: Business, cluster: Cluster, sleman: Council, sari: Person, rina: Person
) -> None:
    visit = visits.plan_visit(cluster, rina, planned_for=date(2026, 2, 3), purpose="Zebra diundang")
    Matter.objects.create(cluster=cluster, region=cluster.region, title="Benang zebra mahal", difficulty="capital")
    assign_number(
        sleman,
        rina,
        paper="undangan",
        subject=visit.pk,
        title="Undangan zebra",
        number="090/1",
        dated_on=date(2026, 2, 1),
    )
    assert kinds(rina, "ZEBR") == {
        "Pokok bahasan": ["Benang zebra mahal"],
        "Kunjungan": [str(visit)],
        "Naskah dinas": ["090/1"],
    }
    assert kinds(rina, "jahit rahasia") == {"IKM": ["Jahit Rahasia"]}
    assert kinds(rina, cluster.name)["Sentra"] == [cluster.name]
    assert kinds(rina, sari.name)["Orang"] == [sari.name]


def test_nothing_beyond_reach_and_no_name_that_may_not_be_read(
    business: Business,
    cluster: Cluster,
    rina: Person,
    citra: Person,
    yogyakarta: Council,
    member: Callable[..., Person],
) -> None:
    dewi = member("Dewi", yogyakarta, Role.STAFF)
    owner = business.owner.name
    assert may(rina, "registry.see_contact", business) and kinds(rina, owner)["IKM"] == [business.name]
    assert kinds(citra, business.name) == {} and kinds(citra, cluster.name) == {}
    assert not may(dewi, "registry.see_contact", business)
    assert kinds(dewi, business.name)["IKM"] == [business.name]
    assert kinds(dewi, owner) == {}


def test_a_slip_of_spelling_is_forgiven_in_every_kind(
    business: Business, cluster: Cluster, sleman: Council, sari: Person, rina: Person
) -> None:
    visit = visits.plan_visit(cluster, rina, planned_for=date(2026, 2, 3), purpose="Zebrasatu diundang")
    Matter.objects.create(cluster=cluster, region=cluster.region, title="Benang zebradua mahal", difficulty="capital")
    number = {"subject": visit.pk, "title": "Undangan zebratiga", "number": "090/1", "dated_on": date(2026, 2, 1)}
    assign_number(sleman, rina, paper="undangan", **number)
    for slip, word, kind in (
        ("jhait rahasia", "jahit rahasia", "IKM"),
        ("rahasiaa", "rahasia", "IKM"),
        ("zerbasatu", "zebrasatu", "Kunjungan"),
        ("zebradau", "zebradua", "Pokok bahasan"),
        ("zebratiag", "zebratiga", "Naskah dinas"),
        (slip_in(cluster.name), cluster.name.lower(), "Sentra"),
        (slip_in(sari.name), sari.name.lower(), "Orang"),
    ):
        result = forgiving_search(rina, slip)
        assert result.corrected == word and kind in {found.label for found in result.found}, slip
        assert result.found == search(rina, word)
    assert forgiving_search(rina, "rahasia").corrected == ""
    assert forgiving_search(rina, "xxyyzz rahasia") == forgiving_search(rina, "xxyyzz")


def slip_in(name: str) -> str:
    """The longest word of the name with its last two letters exchanged."""
    word = max(name.split(), key=len)
    return name.replace(word, word[:-2] + word[-1] + word[-2])


def test_a_name_that_may_not_be_read_corrects_no_slip(
    business: Business, rina: Person, citra: Person, yogyakarta: Council, member: Callable[..., Person]
) -> None:
    dewi, owner = member("Dewi", yogyakarta, Role.STAFF), slip_in(business.owner.name)
    assert corrected_text(rina, owner) == business.owner.name.lower()
    assert corrected_text(dewi, owner) == corrected_text(citra, owner) == ""
    assert corrected_text(dewi, slip_in(business.name)) == business.name.lower()
    assert corrected_text(citra, slip_in(business.name)) == ""


def test_the_page_says_what_was_searched_instead(signed_in: In, rina: Person, business: Business) -> None:
    text = signed_in(rina).get(reverse("home:search_everything"), {"cari": "jhait"}).content.decode()
    assert "Ini yang cocok dengan <strong>jahit</strong>" in text and business.name in text


def test_more_than_a_page_shows_the_way_to_the_list(
    make_business: Callable[..., Business], rina: Person, signed_in: In
) -> None:
    for number in range(MAX_HITS_PER_GROUP + 1):
        make_business(f"Batik Nomor {number}")
    [found] = search(rina, "batik")
    assert len(found.hits) == MAX_HITS_PER_GROUP
    page = signed_in(rina).get(found.more_url)
    assert page.content.decode().count("Batik Nomor") >= MAX_HITS_PER_GROUP + 1


@pytest.mark.parametrize("text", ["", " ", "x" * (MIN_QUERY_LENGTH - 1), "tidakadayangbegini"])
def test_nothing_to_find_says_what_to_do(signed_in: In, rina: Person, business: Business, text: str) -> None:
    answer = signed_in(rina).get(reverse("home:search_everything"), {"cari": text})
    assert answer.status_code == 200 and list(answer.context["found"]) == []
    error = {0: "", 1: "paling sedikit dua huruf"}.get(len(text.strip()), "Tidak ada yang cocok")
    assert error in answer.content.decode()
