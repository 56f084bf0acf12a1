"""The feeds against the published attribute rules of Google Merchant and Meta (feeds.py names the pages)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from sambang.access.models import Person
from sambang.market import operations
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.registry.models import Business
from tests.market.test_catalogue import photo

pytestmark = [pytest.mark.once, pytest.mark.slow]
G = "{http://base.google.com/ns/1.0}"
GOOGLE, META = "/pasar/katalog/umpan.xml", "/pasar/katalog/umpan-meta.xml"
REQUIRED = {"id", "title", "description", "link", "image_link", "availability", "price"}
REPEATED = {"additional_image_link": 10}  # attribute: most occurrences; every other occurs once
AVAILABILITY = {
    GOOGLE: {"in_stock", "out_of_stock", "preorder", "backorder"},
    META: {"in stock", "out of stock", "available for order", "preorder"},
}
LONGEST = {"id": 50, "item_group_id": 50, "title": 150, "description": 5000, "brand": 70, "size": 100, "color": 40}
SHIRT = ItemData(name="Kaos polos", price=45_000, description="Katun 30s", unit="potong", weight=180)

type Row = dict[str, list[str]]


def rows(client: Client, address: str) -> list[Row]:
    found = []
    for element in ET.fromstring(client.get(address).content).iter("item"):
        row: Row = defaultdict(list)
        for child in element:
            assert child.tag.startswith(G) and child.text
            row[child.tag.removeprefix(G)].append(child.text)
        found.append(row)
    return found


def broken_rules(row: Row, address: str, now: datetime) -> list[str]:
    broken = [f"missing {name}" for name in REQUIRED - row.keys()]
    broken += [f"repeated {name}" for name, values in row.items() if len(values) > REPEATED.get(name, 1)]
    broken += [f"long {name}" for name, most in LONGEST.items() for value in row.get(name, []) if len(value) > most]
    if not re.fullmatch(r"[1-9]\d*(\.\d\d)? IDR", row["price"][0]):
        broken.append("price")
    if row["availability"][0] not in AVAILABILITY[address]:
        broken.append("availability")
    if address == GOOGLE and (row["availability"][0] in {"preorder", "backorder"}) != ("availability_date" in row):
        broken.append("availability_date")
    for text in row.get("availability_date", []):
        ready = datetime.fromisoformat(text)
        published = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d{4}", text)  # YYYY-MM-DDThh:mm[±hhmm]
        if not published or not now <= ready <= now + timedelta(days=366):
            broken.append("availability_date")
    if "shipping_weight" in row and not re.fullmatch(r"[1-9]\d*(\.\d+)? (g|kg)", row["shipping_weight"][0]):
        broken.append("shipping_weight")
    if "shipping_weight" in row and int(row["shipping_weight"][0].removesuffix(" g")) > 1_000_000:
        broken.append("shipping_weight above 1000 kg")
    if any(len(colour) < 2 for colour in row.get("color", [])):
        broken.append("color of one letter")
    if ("size" in row or "color" in row) and "item_group_id" not in row:
        broken.append("item_group_id")
    return broken


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    for purpose in ("catalogue", "marketplace"):
        operations.give_consent(business, rina, purpose=purpose, how="paper")
    item = operations.offer_item(business, rina, data=SHIRT)
    operations.add_picture(item, rina, image=photo(), alt="Kaos")
    return item


@pytest.mark.parametrize("address", [GOOGLE, META])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"lead_days": 365},
        {"minimum_order": 20, "lead_days": 1},
        {"name": "K" * 150, "minimum_order": 1000, "unit": "u" * 20, "description": "x" * 3000},
        {"sizes": "S, M, L, XL", "colours": "merah, biru tua", "weight": None},
        {"colours": "c" * 40, "description": ""},
        {"minimum_order": 600, "weight": 1_700},
        {"name": "Kaos \x0bpolos\x1f", "description": "Katun \x08<30s> & \ufffe", "sizes": "S\x02, M"},
    ],
)
def test_every_row_follows_the_published_rules(
    client: Client, item: Item, rina: Person, address: str, change: dict[str, object]
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    operations.change_item(item, rina, data=replace(SHIRT, **change))  # type: ignore[arg-type]
    found = rows(client, address)
    assert found
    assert [broken_rules(row, address, now) for row in found] == [[]] * len(found)
    assert len({row["id"][0] for row in found}) == len(found)


@pytest.mark.parametrize("colour", ["c" * 41, "M", "merah, b"])
def test_a_colour_that_shops_refuse_is_refused_here(item: Item, rina: Person, colour: str) -> None:
    with pytest.raises(ValidationError, match="Tulis setiap warna dengan 2 sampai 40 huruf"):
        operations.change_item(item, rina, data=replace(SHIRT, colours=colour))


def test_no_line_grows_with_the_number_of_goods(client: Client, item: Item, business: Business, rina: Person) -> None:
    """Meta refuses a feed with a line of more than 5,242,880 bytes."""

    def longest() -> int:
        return max(len(line) for line in client.get(META).content.splitlines())

    before = longest()
    other = operations.offer_item(business, rina, data=SHIRT)
    operations.add_picture(other, rina, image=photo(), alt="Kaos")
    assert longest() == before


def test_the_least_order_sets_title_price_and_weight(client: Client, item: Item, rina: Person) -> None:
    operations.change_item(item, rina, data=replace(SHIRT, minimum_order=20))
    [row] = rows(client, GOOGLE)
    assert row["title"] == ["Kaos polos (20 potong)"]
    assert row["price"] == ["900000 IDR"]
    assert row["shipping_weight"] == ["3600 g"]


def test_made_to_order_is_not_in_stock(client: Client, item: Item, rina: Person) -> None:
    operations.change_item(item, rina, data=replace(SHIRT, lead_days=7))
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    [google], [meta] = rows(client, GOOGLE), rows(client, META)
    assert (google["availability"], meta["availability"]) == (["backorder"], ["available for order"])
    ready = datetime.fromisoformat(google["availability_date"][0])
    assert before + timedelta(days=7) <= ready <= datetime.now(UTC) + timedelta(days=7)


def test_each_variant_has_a_lasting_id(client: Client, item: Item, rina: Person) -> None:
    operations.change_item(item, rina, data=replace(SHIRT, sizes="S, M", colours="merah, biru"))
    before = {(row["size"][0], row["color"][0]): row["id"][0] for row in rows(client, META)}
    assert len(before) == 4
    operations.change_item(item, rina, data=replace(SHIRT, sizes="L, M", colours="biru, merah"))
    after = {(row["size"][0], row["color"][0]): row["id"][0] for row in rows(client, META)}
    assert after["M", "biru"] == before["M", "biru"]
    assert len(after) == 4


def test_further_pictures_follow_the_first(client: Client, item: Item, rina: Person) -> None:
    for _number in range(2):
        operations.add_picture(item, rina, image=photo(), alt="Kaos, sisi lain")
    [row] = rows(client, GOOGLE)
    assert len(row["additional_image_link"]) == 2
    assert len({*row["additional_image_link"], *row["image_link"]}) == 3
