"""The search index follows every change of a name, whoever makes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sambang.access.models import Person
from sambang.market import operations, queries
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.market.search_index import index_version, indexed_names, matching_items
from sambang.registry.models import Business, Cluster


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    return operations.offer_item(business, rina, data=ItemData(name="Tampah bambu", price=40_000))


def found(text: str) -> list[str]:
    return [item.name for item in queries.search_items(queries.catalogue(), text)]


def test_the_index_follows_every_name(item: Item, business: Business, cluster: Cluster) -> None:
    changes: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: Item.objects.filter(pk=item.pk).update(name="Kukusan bambu"), "kukusan"),
        (lambda: Item.objects.filter(pk=item.pk).update(description="Anyaman\nrapat"), "rapat anyaman"),
        (lambda: Business.objects.filter(pk=business.pk).update(name="Griya Pring"), "griya kukusan"),
        (lambda: Cluster.objects.filter(pk=cluster.pk).update(name="Sentra Malangan"), "malangan"),
    )
    for change, search in changes:
        before = index_version()
        assert found(search) == []
        change()
        assert len(found(search)) == 1
        assert index_version() != before
    Business.objects.filter(pk=business.pk).update(cluster=None)
    assert found("malangan") == found("tampah") == []
    assert indexed_names() == ["Kukusan bambu Griya Pring "]
    Item.objects.all().delete()
    assert indexed_names() == []


@pytest.mark.parametrize("search", ["50% \\diskon", 'kain "tulis"', "a_b", "' OR 1=1 --", "NEAR(kain)", "k*", "d’olah"])
def test_signs_of_a_search_language_are_letters(item: Item, rina: Person, search: str) -> None:
    assert found(search) == []
    operations.change_item(item, rina, data=ItemData(name=f"Tampah {search}"[:150], price=1))
    assert found(search) == [f"Tampah {search}"]


@pytest.mark.parametrize("most", [0, 1, 5])
def test_rare_and_common_words_find_the_same(
    item: Item, business: Business, rina: Person, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Above `most` the items are found by walking, below by key."""
    for number in range(3):
        operations.offer_item(business, rina, data=ItemData(name=f"Besek {number}", price=1))
    monkeypatch.setattr(queries, "MAX_MATCHES_BY_KEY", most)
    assert sorted(found("besek")) == ["Besek 0", "Besek 1", "Besek 2"]
    assert found("TAMPAH bambu") == ["Tampah bambu"]
    assert found("tampah besek") == []
    operations.withdraw_item(item, rina)
    assert found("tampah") == []


def test_a_list_of_keys_has_an_end(item: Item) -> None:
    assert matching_items(["tampah"], most=1) == [item.pk]
    assert matching_items(["tampah"], most=0) is None
    assert matching_items(["ta"], most=1) is None
