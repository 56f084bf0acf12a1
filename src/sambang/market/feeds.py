"""Product feeds of the catalogue for Google Merchant and Meta: RSS with Google's `g:` names, which both read.

Rules: support.google.com/merchants/answer/7052112 (attributes), 6324448 (availability), 6324470 (availability_date),
6324478 (identifier_exists), 6324487 (color), 6324503 (shipping_weight);
developers.facebook.com/docs/marketing-api/catalog/reference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import product
from xml.etree import ElementTree as ET

from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.lib.xml_text import xml_text
from sambang.market.models import Item

GOOGLE_NAMESPACE = "http://base.google.com/ns/1.0"
MAX_FURTHER_PICTURES = 10
MAX_TITLE_LENGTH = 150
MAX_BRAND_LENGTH = 70
MAX_DESCRIPTION_LENGTH = 5000
MAX_SHIPPING_GRAMS = 1_000_000  # grams: Google takes no larger shipping weight


class Shop(Enum):
    """The reader of a feed. Value: its terms for an item in stock and for one made to order."""

    GOOGLE = ("in_stock", "backorder")
    META = ("in stock", "available for order")


@dataclass(frozen=True)
class Feed:
    """`absolute` makes a full address of a path; the day on which a made-to-order item is ready counts from `now`."""

    shop: Shop
    absolute: Callable[[str], str]
    now: datetime

    def document(self, items: Iterable[Item]) -> bytes:
        """`items` with `shown_pictures`. Items without a picture are left out: both shops refuse them."""
        ET.register_namespace("g", GOOGLE_NAMESPACE)
        rss = ET.Element("rss", version="2.0")
        channel = ET.SubElement(rss, "channel")
        title = _("Katalog IKM")
        for name, text in (
            ("title", title),
            ("link", self.absolute(reverse("market:catalogue_list"))),
            ("description", title),
        ):
            ET.SubElement(channel, name).text = text
        for item in items:
            for attributes in self._variants(item):
                row = ET.SubElement(channel, "item")
                for name, text in attributes:
                    ET.SubElement(row, f"{{{GOOGLE_NAMESPACE}}}{name}").text = xml_text(text)
        ET.indent(rss, space="")  # Meta refuses a line of more than 5,242,880 bytes
        written: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
        return written

    def _variants(self, item: Item) -> Iterator[list[tuple[str, str]]]:
        """The attributes of each size and colour of an item; one row for an item without them."""
        if not getattr(item, "shown_pictures", []):
            return
        common = self._attributes(item)
        if not item.size_list and not item.colour_list:
            yield [("id", str(item.pk)), *common]
            return
        for size, colour in product(item.size_list or [""], item.colour_list or [""]):
            chosen = [(name, value) for name, value in (("size", size), ("color", colour)) if value]
            yield [("id", variant_id(item, size, colour)), ("item_group_id", str(item.pk)), *chosen, *common]

    def _attributes(self, item: Item) -> list[tuple[str, str]]:
        first, *further = [
            self.absolute(reverse("market:picture_image", args=[picture.pk]))
            for picture in item.shown_pictures  # type: ignore[attr-defined]
        ]
        attributes = [
            ("title", _title(item)),
            ("description", (item.description or item.name)[:MAX_DESCRIPTION_LENGTH]),
            ("link", self.absolute(reverse("market:catalogue_item", args=[item.pk]))),
            ("image_link", first),
            *(("additional_image_link", address) for address in further[:MAX_FURTHER_PICTURES]),
            *self._availability(item),
            ("price", f"{item.least_order_price} IDR"),
            ("condition", "new"),
            ("brand", item.business.name[:MAX_BRAND_LENGTH]),
            ("identifier_exists", "no"),
        ]
        if item.weight and item.weight * item.minimum_order <= MAX_SHIPPING_GRAMS:
            attributes.append(("shipping_weight", f"{item.weight * item.minimum_order} g"))
        return attributes

    def _availability(self, item: Item) -> list[tuple[str, str]]:
        in_stock, made_to_order = self.shop.value
        if item.lead_days is None:
            return [("availability", in_stock)]
        availability = [("availability", made_to_order)]
        if self.shop is Shop.GOOGLE:
            ready = self.now + timedelta(days=item.lead_days)
            availability.append(("availability_date", f"{ready:%Y-%m-%dT%H:%M%z}"))
        return availability


def variant_id(item: Item, size: str, colour: str) -> str:
    """An id of at most 50 characters that stays while the size and the colour keep their names."""
    digest = hashlib.sha256(f"{size}\n{colour}".encode()).hexdigest()
    return f"{item.pk}-{digest[:12]}"


def _title(item: Item) -> str:
    """The name; with the least order, whose price the feed gives."""
    if item.minimum_order <= 1:
        return item.name[:MAX_TITLE_LENGTH]
    pack = f" ({item.minimum_order} {item.unit})"
    return item.name[: MAX_TITLE_LENGTH - len(pack)] + pack
