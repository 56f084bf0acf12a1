"""Strangers see what is on offer and agreed to by its owner, and nothing else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.market import operations
from sambang.market.models import Consent, Item, OnlineShare
from sambang.market.operations import ItemData
from sambang.registry.models import Business
from tests.markup import compact

SHIRT = ItemData(name="Seragam SD lengan pendek", price=65_000, description="Katun, ukuran S sampai XL", unit="stel")


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (2400, 1200)) -> SimpleUploadedFile:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "KOORDINAT RAHASIA"
    Image.new("RGB", size, "green").save(file, kind, exif=exif)
    return SimpleUploadedFile("foto.jpg", file.getvalue(), "image/jpeg")


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    return operations.offer_item(business, rina, data=SHIRT)


def test_an_item_is_shown_only_while_its_owner_agrees(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    page = f"/pasar/katalog/{item.pk}/"
    assert client.get(page).status_code == 404
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    assert "Rp65.000" in client.get(page).text
    assert "Seragam SD" in client.get("/pasar/katalog/?cari=seragam").text
    operations.withdraw_consent(business, business.owner, purpose="catalogue", how="paper")
    assert client.get(page).status_code == 404
    assert "Seragam SD" not in client.get("/pasar/katalog/").text


def test_the_phone_number_needs_its_own_consent(client: Client, item: Item, business: Business, rina: Person) -> None:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    page = f"/pasar/katalog/{item.pk}/"
    assert "6281200000001" not in client.get(page).text
    operations.give_consent(business, rina, purpose="whatsapp", how="paper")
    assert "https://wa.me/6281200000001?text=Halo" in client.get(page).text


def test_the_database_keeps_every_line_of_the_ledger_of_consents(business: Business, rina: Person) -> None:
    """A merge may carry a line to the IKM that is kept; what it says is never changed, and no line goes."""
    given = operations.give_consent(business, rina, purpose="catalogue", how="paper")
    operations.withdraw_consent(business, rina, purpose="catalogue", how="link")
    lines = Consent.objects.all()
    for trial in (
        lambda: lines.filter(pk=given.pk).update(kind="withdrawn"),
        lambda: lines.update(how="paper"),
        lambda: lines.update(text_version=9),
        given.delete,
        lines.delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            trial()
    assert lines.update(business=business) == 2
    assert [line.kind for line in lines.order_by("pk")] == ["given", "withdrawn"]


def test_a_withdrawn_item_and_a_closed_business_leave_the_window(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    operations.withdraw_item(item, rina)
    assert client.get(f"/pasar/katalog/{item.pk}/").status_code == 404
    operations.reoffer_item(item, rina)
    assert client.get(f"/pasar/katalog/{item.pk}/").status_code == 200
    Business.objects.filter(pk=business.pk).update(status="closed", closed_on=date(2026, 1, 1))
    assert client.get(f"/pasar/katalog/{item.pk}/").status_code == 404


def test_pictures_keep_no_exif_and_are_guarded(client: Client, item: Item, business: Business, rina: Person) -> None:
    picture = operations.add_picture(item, rina, image=photo(), alt="Seragam putih merah")
    address = f"/pasar/gambar/{picture.pk}/"
    assert client.get(address).status_code == 404
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    kept = client.get(address).content
    assert b"RAHASIA" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 800))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 bukan gambar", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"])
def test_what_is_no_picture_is_refused_with_a_sentence(item: Item, rina: Person, content: bytes) -> None:
    with pytest.raises(ValidationError, match="bukan foto yang dapat dibaca"):
        operations.add_picture(item, rina, image=SimpleUploadedFile("x.jpg", content), alt="x")
    assert item.pictures.count() == 0


def test_feed_lists_pictured_items_by_googles_names(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    assert ET.fromstring(client.get("/pasar/katalog/umpan.xml").content).findall(".//item") == []
    operations.add_picture(item, rina, image=photo(), alt="Seragam")
    assert ET.fromstring(client.get("/pasar/katalog/umpan.xml").content).findall(".//item") == []
    operations.give_consent(business, rina, purpose="marketplace", how="paper")
    [row] = ET.fromstring(client.get("/pasar/katalog/umpan.xml").content).findall(".//item")
    names = {child.tag.split("}")[1]: child.text for child in row}
    assert names["price"] == "65000 IDR"
    assert names["link"] == f"http://testserver/pasar/katalog/{item.pk}/"


def test_others_may_not_offer_and_nothing_is_written(
    business: Business, budi: Person, citra: Person, sari: Person
) -> None:
    before = Entry.objects.count()
    for person in (budi, citra, sari):
        with pytest.raises(PermissionDenied):
            operations.offer_item(business, person, data=SHIRT)
    assert (Item.objects.count(), Entry.objects.count()) == (0, before)


def test_other_council_meets_404(
    signed_in: Callable[[Person], Client], item: Item, business: Business, citra: Person
) -> None:
    client = signed_in(citra)
    for page in (f"/pasar/ikm/{business.pk}/", f"/pasar/barang/{item.pk}/", f"/pasar/ikm/{business.pk}/barang-baru/"):
        assert client.get(page).status_code == 404
    assert "Seragam" not in client.get("/pasar/").text


def test_office_walks_from_empty_form_to_item(
    signed_in: Callable[[Person], Client], business: Business, rina: Person
) -> None:
    client = signed_in(rina)
    page = f"/pasar/ikm/{business.pk}/barang-baru/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "", "price": "-5"}).status_code == 422
    facts = {"name": "Mukena bordir", "price": "250000", "unit": "potong", "minimum_order": "1"}
    answer = client.post(page, facts, follow=True)
    assert "Mukena bordir" in answer.text
    item = Item.objects.get()
    assert item.price == 250_000
    answer = client.post(f"/pasar/barang/{item.pk}/gambar/", {"image": photo("PNG"), "alt": "Mukena"}, follow=True)
    assert "Gambar ditambahkan" in answer.text
    assert client.get("/pasar/?format=xlsx")["Content-Type"].endswith("sheet")


def test_online_share_is_a_percentage_of_a_month(
    signed_in: Callable[[Person], Client], business: Business, sari: Person
) -> None:
    client = signed_in(sari)
    page = f"/pasar/ikm/{business.pk}/daring/"
    assert client.post(page, {"month": "2022-13", "percent": "10"}).status_code == 422
    assert client.post(page, {"month": "2022-03", "percent": "101"}).status_code == 422
    assert OnlineShare.objects.count() == 0
    for percent in ("10", "15"):
        assert client.post(page, {"month": "2022-03", "percent": percent}).status_code == 302
    assert [share.percent for share in OnlineShare.objects.all()] == [15]


def test_a_channel_said_twice_is_one(business: Business, sari: Person) -> None:
    first = operations.set_channel(business, sari, kind="shopee", address="tokojoho")
    again = operations.set_channel(business, sari, kind="shopee", address="tokojoho", opened_on=date(2022, 4, 20))
    assert first.pk == again.pk
    assert again.opened_on == date(2022, 4, 20)


def test_a_channel_is_closed_once(
    signed_in: Callable[[Person], Client], business: Business, sari: Person, citra: Person
) -> None:
    channel = operations.set_channel(business, sari, kind="shopee", address="tokojoho")
    page = f"/pasar/saluran/{channel.pk}/tutup/"
    assert signed_in(citra).post(page).status_code == 404
    client = signed_in(sari)
    for _click in range(2):
        assert client.post(page).status_code == 302
    channel.refresh_from_db()
    assert channel.closed_on is not None
    assert "ditutup" in client.get(f"/pasar/ikm/{business.pk}/").text


@pytest.mark.parametrize("items", [1, 3])
def test_catalogue_costs_the_same_at_any_length(
    client: Client, business: Business, rina: Person, items: int, django_assert_num_queries: Callable[..., object]
) -> None:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    for _number in range(items):
        operations.offer_item(business, rina, data=SHIRT)
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        client.get("/pasar/katalog/")


def test_a_picture_whose_file_is_gone_is_not_found(
    client: Client, item: Item, business: Business, rina: Person
) -> None:
    picture = operations.add_picture(item, rina, image=photo(), alt="Seragam")
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    picture.image.storage.delete(picture.image.name)
    assert client.get(f"/pasar/gambar/{picture.pk}/").status_code == 404


def test_who_may_not_offer_meets_no_form(
    signed_in: Callable[[Person], Client], business: Business, budi: Person, citra: Person
) -> None:
    address = f"/pasar/ikm/{business.pk}/barang-baru/"
    assert signed_in(budi).get(address).status_code == 403
    assert signed_in(citra).get(address).status_code == 404


def test_a_link_that_is_passed_on_shows_the_item(client: Client, item: Item, business: Business, rina: Person) -> None:
    """Messengers read it from the page's head: what, how much, whose, and the first picture by its whole address."""
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    head = client.get(f"/pasar/katalog/{item.pk}/").text.partition("</head>")[0]
    assert '<meta property="og:title" content="Seragam SD lengan pendek">' in head
    assert re.search(
        rf'<meta name="description" content="Rp65\.000 / stel\. Dibuat oleh {business.name}, [^"]+\.">', head
    )
    assert "og:image" not in head
    operations.add_picture(item, rina, image=photo(), alt="Seragam hijau")
    head = client.get(f"/pasar/katalog/{item.pk}/").text.partition("</head>")[0]
    [address] = re.findall(
        r'<meta property="og:image" content="http://testserver(/[^"]+)">', compact(head).replace("\n", " ")
    )
    assert client.get(address).headers["Content-Type"] == "image/jpeg"
    for page in ("/pasar/katalog/", f"/pasar/katalog/sentra/{business.cluster_id}/"):
        assert '<meta name="description" content="B' in client.get(page).text.partition("</head>")[0]
