"""One RSS with Google's `g:` names; Google Merchant and Meta's catalogue both read it (domain.md §6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree import ElementTree as ET

from django.urls import reverse

from sambang.market.models import Item

G = "http://base.google.com/ns/1.0"


def merchant_feed(items: Iterable[Item], *, site: str, absolute: Callable[[str], str]) -> bytes:
    """`items` with `shown_pictures`; `absolute` makes a full address of a path. Items without a picture are left out:
    both shops refuse them."""
    ET.register_namespace("g", G)
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    for name, text in (("title", site), ("link", absolute(reverse("market:catalogue_list"))), ("description", site)):
        ET.SubElement(channel, name).text = text
    for item in items:
        pictures = getattr(item, "shown_pictures", [])
        if not pictures:
            continue
        row = ET.SubElement(channel, "item")
        fields = {
            "id": str(item.pk),
            "title": item.name[:150],
            "description": (item.description or item.name)[:5000],
            "link": absolute(reverse("market:catalogue_item", args=[item.pk])),
            "image_link": absolute(reverse("market:picture_image", args=[pictures[0].pk])),
            "availability": "in_stock",
            "price": f"{item.price} IDR",
            "condition": "new",
            "brand": item.business.name[:70],
            "identifier_exists": "no",
        }
        for name, text in fields.items():
            ET.SubElement(row, f"{{{G}}}{name}").text = text
    written: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return written
