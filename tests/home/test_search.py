"""One search over everything within reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person, Role
from sambang.access.permissions import may
from sambang.access.reader import reader_for
from sambang.access.row_security import as_reader
from sambang.aspirations.models import Matter
from sambang.audit import change_cache
from sambang.home.search import MAX_HITS_PER_GROUP, MIN_QUERY_LENGTH, SearchResult, forgiving_search, search
from sambang.home.spelling import WORD, check_spelling, search_vocabulary
from sambang.papers.operations import assign_number
from sambang.privacy.operations import erase_business
from sambang.registry.models import Business, Cluster, MergeRecord
from sambang.registry.operations import change_business, merge_businesses, register_business, unmerge_businesses
from sambang.registry.operations.businesses import BusinessData, business_data
from sambang.visits import operations as visits
from tests.audit.test_change_cache import outside_transactions, served  # noqa: F401 a fixture

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
        assert result.corrected == word and kind in {found.label for found in result.groups}, slip
        assert result.groups == search(rina, word)
    assert forgiving_search(rina, "rahasia").corrected == ""
    assert forgiving_search(rina, "xxyyzz rahasia") == SearchResult([])


def test_every_part_of_a_word_that_a_search_finds_is_known(
    make_business: Callable[..., Business], cluster: Cluster, sleman: Council, rina: Person
) -> None:
    """Of every searched column, whatever signs stand around the word: an unknown word is not searched."""
    texts = [f"Kain-{word}/2026 (Éka) 'Baru'" for word in ("Zebrasatu", "Gajahdua", "Harimautiga", "Kudaempat")]
    owner = make_business(texts[0], commodity=texts[1]).owner.name
    visit = visits.plan_visit(cluster, rina, planned_for=date(2026, 2, 3), purpose=texts[2], place=texts[3])
    number = {"subject": visit.pk, "title": texts[1], "number": "090/DEKRA.II/2026", "dated_on": date(2026, 2, 1)}
    assign_number(sleman, rina, paper="undangan", **number)
    Matter.objects.create(cluster=cluster, region=cluster.region, title="Benang-mahal", difficulty="capital")
    texts += [owner, cluster.name, cluster.region.name, rina.name, "090/DEKRA.II/2026", "Benang-mahal"]
    for text in texts:
        assert search(rina, text), text
        parts = {text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)}
        vocabulary = search_vocabulary(reader_for(rina))
        assert {part for part in parts if WORD.fullmatch(part) and part.lower() not in vocabulary} == set()


def slip_in(name: str) -> str:
    """The longest word of the name with its last two letters exchanged."""
    word = max(name.split(), key=len)
    return name.replace(word, word[:-2] + word[-1] + word[-2])


def test_a_name_that_may_not_be_read_corrects_no_slip(
    business: Business, rina: Person, citra: Person, yogyakarta: Council, member: Callable[..., Person]
) -> None:
    dewi, owner = member("Dewi", yogyakarta, Role.STAFF), slip_in(business.owner.name)
    assert check_spelling(rina, owner).corrected == business.owner.name.lower()
    assert not check_spelling(dewi, owner).occurs and not check_spelling(citra, owner).occurs
    assert check_spelling(dewi, slip_in(business.name)).corrected == business.name.lower()
    assert not check_spelling(citra, slip_in(business.name)).occurs


@pytest.mark.usefixtures("outside_transactions")
def test_the_search_and_its_corrections_follow_every_change(
    make_business: Callable[..., Business], cluster: Cluster, rina: Person, yogyakarta: Council
) -> None:
    """A name is found, also with a slip, as long as an IKM or its owner has it: by a member, and by one who searches
    for the first time. An erased name is found by nobody."""

    def finds(word: str) -> bool:
        """The same with the words of the change before kept by the process, and with none kept."""
        found, corrected = served(rina, lambda person: results_of(person, word))
        with as_reader(rina):
            assert [found, corrected] == results_of(rina, word)
        assert (corrected.corrected == word) is bool(found.groups), "a correction names what exists"
        return bool(found.groups)

    def results_of(person: Person, word: str) -> list[SearchResult]:
        return [forgiving_search(person, text) for text in (word, slip_in(word))]

    first, second = make_business("Batik Zebrasatu"), make_business("Batik Gajahdua")
    assert finds("zebrasatu") and finds("gajahdua") and not finds("harimautiga")
    third = register_business(cluster, rina, data=BusinessData(name="Batik Harimautiga", owner_name="Kudaempat"))
    assert finds("harimautiga") and finds("kudaempat")
    change_business(third, rina, data=replace(business_data(third), name="Batik Rusalima", owner_name="Ayamenam"))
    assert not finds("harimautiga") and not finds("kudaempat")
    assert finds("rusalima") and finds("ayamenam")
    merge_businesses(first, rina, duplicate=second)
    assert finds("zebrasatu") and not finds("gajahdua")
    unmerge_businesses(MergeRecord.objects.get(), rina)
    assert finds("gajahdua")
    erase_business(third, rina)
    assert not finds("rusalima") and not finds("ayamenam")
    kept = " ".join(str(result) for results in change_cache._results.values() for result in results.values())
    assert "zebrasatu" in kept and "rusalima" not in kept and "ayamenam" not in kept


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
