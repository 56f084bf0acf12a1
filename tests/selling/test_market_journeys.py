"""A buyer and a curator go through the market by the links and forms that its pages show, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from sambang.access.models import Person
from sambang.market import operations as market
from sambang.market.curation import criteria_for
from sambang.market.models import Item
from sambang.registry.models import Business
from sambang.selling.models import Order
from tests.owner_client import OwnerClient
from tests.selling.test_shelf import SKIRT, upload


def address_in(page: Any, pattern: str) -> str:
    """The only address of a link or form of the page that fits."""
    addresses = {unescape(one) for one in re.findall(r'(?:href|action)="([^"]+)"', page.text)}
    [found] = [one for one in addresses if re.search(pattern, one)]
    return found


def test_a_buyer_finds_asks_and_orders_and_the_owner_is_paid(
    phone: OwnerClient, business: Business, rina: Person, client: Client
) -> None:
    """A slip in the search, filters by price, place and time, size, colour and number, the WhatsApp text; then the
    order by its number on the owner's phone until it is paid."""
    for purpose in ("catalogue", "whatsapp"):
        market.give_consent(business, rina, purpose=purpose, how="paper")
    blouse = {"description": "Katun.", "sizes": "M, XL", "colours": "merah, biru tua", "minimum_order": 2}
    kebaya = market.offer_item(
        business, rina, data=market.ItemData(name="Kebaya bordir", price=350_000, lead_days=9, **blouse)
    )
    for name, price, days in (("Kebaya bordir mewah", 900_000, 9), ("Kebaya bordir jadi", 300_000, None)):
        market.offer_item(business, rina, data=market.ItemData(name=name, price=price, lead_days=days))

    place = business.region.parent_id
    query = {"cari": "kebaya bodir", "harga": "400.000", "siap": "pesanan", "tempat": place}
    page = client.get("/pasar/katalog/", query)
    assert "Tidak ada “kebaya bodir”" in page.text
    page = client.get(address_in(page, r"^/pasar/katalog/[0-9a-f-]{36}/$"))
    assert "Kebaya bordir" in page.text and "selesai dalam 9 hari" in page.text
    assert '<form method="get" action="#pesan">' in page.text and "wa.me" not in page.text
    too_few = client.get(page.wsgi_request.path, {"ukuran": "XL", "warna": "biru tua", "jumlah": "1"})
    assert "Pesanan terkecil 2 potong." in too_few.text
    page = client.get(page.wsgi_request.path, {"ukuran": "XL", "warna": "biru tua", "jumlah": "3"})
    [text] = parse_qs(urlsplit(address_in(page, r"^https://wa\.me/62\d+\?text=")).query)["text"]
    for expected in ("“Kebaya bordir”", "Ukuran: XL", "Warna: biru tua", "Jumlah: 3 potong", "Rp1.050.000"):
        assert expected in text
    [number] = re.findall(r"Nomor pesanan: (\w{6})\b", text)

    form = {"item": kebaya.pk, "number": number, "quantity": "3", "ordered_on": kebaya.offered_at.date().isoformat()}
    assert phone.post("/saya/jual/pesanan/baru/", form).status_code == 302
    order = Order.objects.get()
    assert (order.number, order.value) == (number, 1_050_000)
    for step in ("agreed", "sent", "paid"):
        page = phone.get("/saya/jual/pesanan/")
        assert number in page.text
        assert phone.post(address_in(page, f"/tandai/{step}/$")).status_code == 302
    order.refresh_from_db()
    assert order.next_steps == []


def test_a_curator_returns_the_owner_mends_and_takes_it_down_with_one_tap(
    phone: OwnerClient, business: Business, rina: Person, signed_in: Callable[[Person], Client], client: Client
) -> None:
    market.give_consent(business, rina, purpose="catalogue", how="paper")
    desk, shelf = signed_in(rina), "/saya/jual/etalase/"
    phone.post(f"{shelf}baru/", {**SKIRT, "photo": upload((700, 700))})
    item = Item.objects.get()

    page = desk.get(address_in(desk.get("/pasar/kurasi/"), f"/pasar/kurasi/{item.pk}/$"))
    for criterion in criteria_for(business):  # those of every item and those of the craft
        assert criterion.localized_text in unescape(page.text)
    assert {"size_chart", "technique"} <= {criterion.key for criterion in criteria_for(business)}
    back = address_in(page, "/kembalikan/$")
    assert "Pilih apa yang belum terpenuhi" in desk.post(back).text
    assert desk.post(back, {"unmet": ["size_chart"], "note": "Tambah ukuran"}).status_code == 302

    page = phone.get(address_in(phone.get(shelf), f"{shelf}{item.pk}/$"))
    assert "Tulis lingkar dada, panjang, dan lengan" in page.text and "Tambah ukuran" in page.text
    mended = {**SKIRT, "description": "Katun. M: lingkar dada 96 cm, panjang 64 cm.", "sizes": "M"}
    phone.post(page.wsgi_request.path, mended)
    page = desk.get(address_in(desk.get("/pasar/kurasi/"), f"/pasar/kurasi/{item.pk}/$"))
    assert desk.post(address_in(page, "/tayangkan/$")).status_code == 302
    public = f"/pasar/katalog/{item.pk}/"
    assert "lingkar dada 96 cm" in client.get(public).text
    assert phone.post(address_in(phone.get(shelf), "/turunkan/$")).status_code == 302
    assert client.get(public).status_code == 404
