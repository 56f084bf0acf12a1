"""RSS of a sentra's public page."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.market import operations
from sambang.market.models import Item
from sambang.registry.models import Business
from tests.market.test_discovery import BLOUSE, item

__all__ = ["item"]


def test_it_lists_what_the_page_shows_newest_first(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    operations.offer_item(business, rina, data=replace(BLOUSE, name="Mukena\x1f <bordir> & renda\x02"))
    address = reverse("market:catalogue_news", args=[business.cluster_id])
    assert address in client.get(reverse("market:catalogue_cluster", args=[business.cluster_id])).text
    answer = client.get(address)
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(answer.content).find("channel")
    assert channel is not None
    entries = channel.findall("item")
    assert [entry.findtext("title") for entry in entries] == ["Mukena <bordir> & renda", item.name]
    assert entries[1].findtext("link") == f"http://testserver/pasar/katalog/{item.pk}/"
    assert entries[1].findtext("description") == "Rp350.000 / potong. Katun, dijahit tangan"
    assert entries[1].findtext("pubDate")
    assert business.owner.name not in answer.text and business.phone not in answer.text


def test_nothing_withdrawn_and_no_sentra_without_goods(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    address = reverse("market:catalogue_news", args=[business.cluster_id])
    operations.withdraw_consent(business, rina, purpose="catalogue", how="paper")
    assert client.get(address).status_code == 404
