"""Buyers and search engines find what is public: search, filters, orders, JSON-LD, sitemap."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from PIL import Image

from sambang.access.models import Person
from sambang.market import operations
from sambang.market.listing_rules import listing_errors
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.registry.models import Business
from tests.market.test_catalogue import photo

pytestmark = pytest.mark.slow

BLOUSE = ItemData(name="Kebaya bordir Kartini", price=350_000, description="Katun, dijahit tangan", unit="potong")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    return operations.offer_item(business, rina, data=BLOUSE)


@pytest.mark.parametrize("search", ["kebaya bodir", "KEBAYAK bordir", "kebya", "kartni bordr", "katun bodir"])
def test_a_misspelt_search_finds_and_says_what_it_searched(client: Client, item: Item, search: str) -> None:
    page = client.get("/pasar/katalog/", {"cari": search}).text
    assert item.name in page
    assert f"Tidak ada “{search}”" in page


@pytest.mark.parametrize("search", ["gerabah", "kbe", "bodir gerabah"])
def test_another_word_is_not_bent_into_a_match(client: Client, item: Item, search: str) -> None:
    page = client.get("/pasar/katalog/", {"cari": search}).text
    assert item.name not in page
    assert "Tidak ada “" not in page


def test_the_vocabulary_holds_no_word_of_a_withdrawn_item(client: Client, item: Item, rina: Person) -> None:
    operations.withdraw_item(item, rina)
    assert "kartini" not in client.get("/pasar/katalog/", {"cari": "kartinu"}).text.lower()


def test_filters_narrow_by_price_place_craft_and_lead_time(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    operations.offer_item(business, rina, data=replace(BLOUSE, name="Kebaya polos", price=99_000, lead_days=5))
    assert business.cluster is not None and business.region.parent is not None
    craft, place = business.cluster.commodity, business.region.parent_id
    for query, found in (
        ({"harga": "99.000"}, {"Kebaya polos"}),
        ({"siap": "siap"}, {"Kebaya bordir Kartini"}),
        ({"siap": "pesanan"}, {"Kebaya polos"}),
        ({"tempat": place}, {"Kebaya polos", "Kebaya bordir Kartini"}),
        ({"kerajinan": craft}, {"Kebaya polos", "Kebaya bordir Kartini"}),
        ({"tempat": "999999"}, set()),
        ({"harga": "mahal"}, set()),
    ):
        page = client.get("/pasar/katalog/", query).text
        assert {name for name in ("Kebaya polos", "Kebaya bordir Kartini") if name in page} == found, query


def whatsapp_text(page: str) -> str:
    [address] = re.findall(r'href="(https://wa\.me/[^"]+)"', page)
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)["text"][0]


def test_size_colour_and_number_are_chosen_before_the_message(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    operations.give_consent(business, rina, purpose="whatsapp", how="paper")
    data = replace(BLOUSE, sizes="S, M,  M, XL", colours="merah, biru tua", minimum_order=3)
    operations.change_item(item, rina, data=data)
    page = f"/pasar/katalog/{item.pk}/"
    assert "wa.me" not in client.get(page).text
    chosen = client.get(page, {"ukuran": "XL", "warna": "biru tua", "jumlah": "4"}).text
    message, number = whatsapp_text(chosen).rsplit("\n", 1)
    assert re.fullmatch(r"Nomor pesanan: [A-Z2-9]{6}", number)
    assert message == (
        f"Halo, saya ingin memesan “Kebaya bordir Kartini” (http://testserver{page}).\n"
        "Ukuran: XL\nWarna: biru tua\nJumlah: 4 potong\nHarga menurut katalog: Rp1.400.000"
    )
    for wrong, error in (
        ({"ukuran": "XXL", "warna": "merah", "jumlah": "4"}, "XXL"),
        ({"ukuran": "S", "warna": "merah", "jumlah": "2"}, "Pesanan terkecil 3 potong."),
    ):
        answer = client.get(page, wrong).text
        assert "wa.me" not in answer and error in answer


def graph(page: str) -> dict[str, Any]:
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {thing["@type"]: thing for thing in json.loads(text)["@graph"]}


def test_json_ld_repeats_the_page(client: Client, item: Item, business: Business, rina: Person) -> None:
    hostile = '</script><script>alert(1)</script> & "kutip"'
    operations.change_item(item, rina, data=replace(BLOUSE, description=hostile, lead_days=7, minimum_order=2))
    picture = operations.add_picture(item, rina, image=photo(), alt="Kebaya")
    address = f"http://testserver/pasar/katalog/{item.pk}/"
    page = client.get(f"/pasar/katalog/{item.pk}/?jumlah=9").text
    assert f'<link rel="canonical" href="{address}">' in page
    things = graph(page)
    product = things["Product"]
    assert (product["name"], product["description"]) == ("Kebaya bordir Kartini", hostile)
    assert product["image"] == [f"http://testserver/pasar/gambar/{picture.pk}/"]
    offer = product["offers"]
    assert (offer["price"], offer["priceCurrency"], offer["url"]) == (700_000, "IDR", address)
    assert offer["priceSpecification"]["price"] == 350_000
    assert "Rp700.000" in page, "the price of the least order, which the feeds give"
    assert offer["availability"] == "https://schema.org/BackOrder"
    assert offer["eligibleQuantity"]["minValue"] == 2
    steps = things["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert steps[2]["item"] == address
    shown = json.dumps(things)
    assert business.owner is not None
    for private in (business.owner.name, business.phone, business.address):
        assert not private or private not in shown
    assert graph(client.get(f"/pasar/katalog/sentra/{business.cluster_id}/").text)["Organization"]["name"]


def test_the_sitemap_lists_public_pages_and_no_other(client: Client, item: Item, rina: Person) -> None:
    def addresses(path: str) -> list[str | None]:
        return [found.text for found in ET.fromstring(client.get(path).content).iter(f"{SITEMAP}loc")]

    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text
    files = addresses("/sitemap.xml")
    assert files == ["http://testserver/sitemap-barang.xml", "http://testserver/sitemap-sentra.xml"]
    for file in files:
        for address in addresses(str(file)):
            assert client.get(str(address)).status_code == 200
    assert f"http://testserver/pasar/katalog/{item.pk}/" in addresses("/sitemap-barang.xml")
    assert client.get("/sitemap-rahasia.xml").status_code == 404
    operations.withdraw_item(item, rina)
    assert addresses("/sitemap-barang.xml") == addresses("/sitemap-sentra.xml") == []


def test_complaints_say_how_to_mend_a_listing(item: Item, rina: Person) -> None:
    operations.change_item(item, rina, data=replace(BLOUSE, name="PROMO KEBAYA", description="WA 081234567890"))
    operations.add_picture(item, rina, image=photo(size=(400, 900)), alt="Kebaya")
    text = " ".join(listing_errors(item))
    for part in ("400 × 900", "HURUF BESAR", "“PROMO”", "nomor HP", "100 huruf", "berat dalam gram", "ukuran"):
        assert part in text
    better = ItemData(name="Kebaya bordir", price=1, description="Katun halus. " * 10, weight=300, sizes="S, M")
    operations.change_item(item, rina, data=better)
    item.pictures.all().delete()
    operations.add_picture(item, rina, image=photo(), alt="Kebaya")
    assert listing_errors(item) == []


def test_the_office_enters_variants_and_lead_time(
    signed_in: Callable[[Person], Client], item: Item, rina: Person
) -> None:
    client, page = signed_in(rina), f"/pasar/barang/{item.pk}/"
    values = {"name": "Kebaya", "price": "350.000", "unit": "potong", "minimum_order": "1", "sizes": "S, M"}
    assert client.post(page, values | {"lead_days": "400"}).status_code == 422
    assert client.post(page, values | {"lead_days": "14"}).status_code == 302
    item.refresh_from_db()
    assert (item.size_list, item.lead_days) == (["S", "M"], 14)


@pytest.mark.parametrize("page", ["", "sentra/{cluster}/", "{item}/"])
def test_a_page_names_its_other_language_and_its_picture(
    client: Client, item: Item, business: Business, rina: Person, page: str
) -> None:
    picture = operations.add_picture(item, rina, image=photo(), alt="Kebaya")
    path = "/pasar/katalog/" + page.format(cluster=business.cluster_id, item=item.pk)
    address = f"http://testserver{path}"
    ours, theirs = client.get(path).text, client.get(path, {"bahasa": "en"}).text
    for text, language, canonical in ((ours, "id", address), (theirs, "en", f"{address}?bahasa=en")):
        assert f'<html lang="{language}">' in text
        assert f'<link rel="canonical" href="{canonical}">' in text
        for other, there in (("id", address), ("en", f"{address}?bahasa=en"), ("x-default", address)):
            assert f'<link rel="alternate" hreflang="{other}" href="{there}">' in text
        assert f'content="http://testserver/pasar/gambar/{picture.pk}/"' in text
    assert '<html lang="id">' in client.get(path, {"bahasa": "xx"}).text


def test_a_list_shows_small_pictures(client: Client, item: Item, rina: Person) -> None:
    picture = operations.add_picture(item, rina, image=photo(), alt="Kebaya")
    small = f"/pasar/gambar/{picture.pk}/?lebar=400"
    assert small in client.get("/pasar/katalog/").text
    with Image.open(io.BytesIO(client.get(small).content)) as shown:
        assert max(shown.size) == 400
