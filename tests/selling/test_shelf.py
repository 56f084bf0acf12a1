"""The owner's shelf: submitted, curated, published, changed and withdrawn; nothing is public before a curator."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfReader

from sambang.access.models import Person
from sambang.costing.operations import save_cost_sheet
from sambang.market import operations as market
from sambang.market import shelf_operations as shelf
from sambang.market.curation import criteria_for, permit_warnings
from sambang.market.models import Item
from sambang.market.photo_advice import photo_advice
from sambang.registry.models import Business, Industry, Permit
from tests.market.test_marketplace_files import rows_of, template
from tests.owner_client import OwnerClient

SKIRT = {"name": "Rok batik tulis", "price": "175.000", "unit": "potong", "minimum_order": "2", "lead_days": "7"}


def upload(size: tuple[int, int] = (900, 600), *, orientation: int = 1) -> SimpleUploadedFile:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    picture.save(file, "JPEG", exif=exif)
    return SimpleUploadedFile("foto.jpg", file.getvalue(), "image/jpeg")


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    market.give_consent(business, rina, purpose="catalogue", how="paper")
    data = market.ItemData(name="Rok batik tulis", price=175_000)
    return shelf.submit_item(business, business.owner, data=data, photo=upload())


def in_catalogue(item: Item) -> bool:
    return Client().get(f"/pasar/katalog/{item.pk}/").status_code == 200


def test_an_owner_submits_from_the_phone_and_a_curator_publishes(
    phone: OwnerClient, business: Business, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    market.give_consent(business, rina, purpose="catalogue", how="paper")
    answer = phone.post("/saya/jual/etalase/baru/", {**SKIRT, "photo": upload()})
    item = Item.objects.get()
    assert answer["Location"] == f"/saya/jual/etalase/{item.pk}/"
    assert (item.state, item.price, item.minimum_order, item.lead_days) == (Item.State.SUBMITTED, 175_000, 2, 7)
    assert not in_catalogue(item)
    desk = signed_in(rina)
    assert item.name in desk.get("/pasar/kurasi/").text
    assert desk.post(f"/pasar/kurasi/{item.pk}/tayangkan/").status_code == 302
    assert in_catalogue(item)
    assert "tayang" in phone.get("/saya/jual/etalase/").text
    phone.post(f"/saya/jual/etalase/{item.pk}/turunkan/")
    assert not in_catalogue(item)
    phone.post(f"/saya/jual/etalase/{item.pk}/ajukan/")
    item.refresh_from_db()
    assert item.state == Item.State.SUBMITTED and not in_catalogue(item)


def test_a_returned_item_tells_its_owner_how_to_mend_it(
    phone: OwnerClient, item: Item, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    desk = signed_in(rina)
    address = f"/pasar/kurasi/{item.pk}/kembalikan/"
    assert "Pilih apa yang belum terpenuhi" in desk.post(address).text
    desk.post(address, {"unmet": ["size_chart", "photo"], "note": "Lipitnya belum tampak"})
    page = phone.get(f"/saya/jual/etalase/{item.pk}/").text
    assert "lingkar dada" in page and "Foto ulang di dekat jendela" in page and "Lipitnya belum tampak" in page
    assert desk.post(f"/pasar/kurasi/{item.pk}/tayangkan/").status_code == 404
    phone.post(f"/saya/jual/etalase/{item.pk}/", {**SKIRT, "photo": upload((700, 700))})
    item.refresh_from_db()
    assert (item.state, item.unmet_criteria, item.pictures.count()) == (Item.State.SUBMITTED, "", 1)


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({"price": 190_000}, True),
        ({"sizes": "M, L", "colours": "biru", "lead_days": 3, "minimum_order": 5}, True),
        ({"name": "Sepatu"}, False),
        ({"description": "Beda sama sekali"}, False),
    ],
)
def test_a_published_item_is_looked_at_again_when_what_it_is_changes(
    item: Item, rina: Person, changes: dict[str, Any], public: bool
) -> None:
    shelf.publish_item(item, rina)
    data = market.ItemData(**{"name": item.name, "price": item.price, **changes})
    shelf.change_submitted_item(item, item.business.owner, data=data)
    assert in_catalogue(item) is public


def test_a_photo_is_turned_cropped_square_and_shrunk(item: Item) -> None:
    data = market.ItemData(name=item.name, price=1_000)
    shelf.change_submitted_item(item, item.business.owner, data=data, photo=upload((3000, 2000), orientation=6))
    [picture] = item.pictures.all()
    with Image.open(picture.image.path) as stored:
        assert stored.width == stored.height <= 1600
        top, bottom = stored.getpixel((stored.width // 2, 40)), stored.getpixel((stored.width // 2, stored.height - 40))
    assert top[1] < 60 and bottom[1] > 200  # the red left half of the file is the upper half of the turned picture


def test_a_new_item_needs_a_photo_that_can_be_read(phone: OwnerClient) -> None:
    answer = phone.post("/saya/jual/etalase/baru/", SKIRT)
    assert answer.status_code == 422 and "Tambahkan satu foto" in answer.text
    answer = phone.post("/saya/jual/etalase/baru/", {**SKIRT, "photo": SimpleUploadedFile("x.jpg", b"bukan")})
    assert answer.status_code == 422 and "bukan foto yang dapat dibaca" in answer.text
    assert not Item.objects.exists()


def test_name_and_price_come_from_the_cost_calculation(phone: OwnerClient, business: Business) -> None:
    cloth = {"kind": "material", "name": "kain", "quantity": Decimal(1), "price": 60_000, "pieces": 1}
    sheet = save_cost_sheet(
        business, business.owner, sheet=None, fields={"name": "Kebaya encim", "margin_percent": 25}, items=[cloth]
    )
    page = phone.get(f"/saya/jual/etalase/baru/?hitungan={sheet.pk}").text
    assert 'value="Kebaya encim"' in page and 'value="80.000"' in page  # 60,000 / (1 − 0.25)
    assert phone.get("/saya/jual/etalase/baru/?hitungan=bukan").status_code == 200


def test_owners_publish_nothing_and_touch_no_neighbours_item(
    phone: OwnerClient, item: Item, make_business: Callable[..., Business]
) -> None:
    other = make_business("Bordir Tetangga")
    data = market.ItemData(name="Taplak", price=50_000)
    foreign = shelf.submit_item(other, other.owner, data=data, photo=upload())
    for do in (shelf.publish_item, market.reoffer_item):
        with pytest.raises(PermissionDenied):
            do(item, item.business.owner)
    for path in ("", "turunkan/", "ajukan/"):
        assert phone.post(f"/saya/jual/etalase/{foreign.pk}/{path}", SKIRT).status_code == 404
    picture = foreign.pictures.get()
    assert phone.get(f"/saya/jual/etalase/gambar/{picture.pk}/").status_code == 404
    own = item.pictures.get()
    assert phone.get(f"/saya/jual/etalase/gambar/{own.pk}/")["Content-Type"] == "image/jpeg"


def test_only_a_waiting_item_is_decided_on(item: Item, rina: Person) -> None:
    shelf.publish_item(item, rina)
    with pytest.raises(ValidationError, match="tidak sedang menunggu"):
        shelf.return_item(item, rina, unmet=["photo"])


def crisps_maker(business: Business, **columns: Any) -> Business:
    business.industry, _made = Industry.objects.get_or_create(
        version="2020", code="10794", defaults={"title": "Kerupuk"}
    )
    for name, value in columns.items():
        setattr(business, name, value)
    business.save()
    return business


def test_food_asks_for_its_permits_until_they_are_valid(business: Business) -> None:
    today = date(2026, 6, 1)
    assert permit_warnings(business, today=today) == []  # a tailor
    crisps_maker(business)
    assert len(permit_warnings(business, today=today)) == 2
    Permit.objects.create(business=business, kind="md", number="MD 1")
    halal = Permit.objects.create(business=business, kind="halal", number="H 1", valid_until=date(2026, 5, 31))
    [warning] = permit_warnings(business, today=today)
    assert "sudah habis" in warning and "Halal" in warning
    halal.valid_until = today
    halal.save()
    assert permit_warnings(business, today=today) == []


def test_criteria_are_those_of_the_craft(business: Business) -> None:
    def keys() -> set[str]:
        return {criterion.key for criterion in criteria_for(business)}

    assert {"photo", "size_chart"} <= keys() and "label" not in keys()
    crisps_maker(business)
    assert {"photo", "label"} <= keys() and "size_chart" not in keys()
    business.industry, business.commodity = None, "Kerajinan bambu"
    assert "measures" in keys()


def good_photo() -> Image.Image:
    picture = Image.new("RGB", (600, 600), (225, 220, 210))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((160, 160, 440, 440), fill=(60, 20, 40))
    for x in range(180, 420, 30):
        draw.line((x, 200, x, 400), fill=(230, 180, 60), width=4)
    return picture


def dark() -> Image.Image:
    return good_photo().point(lambda value: value // 5)


def bright() -> Image.Image:
    return good_photo().point(lambda value: 240 + value // 20)


def blurred() -> Image.Image:
    return good_photo().filter(ImageFilter.GaussianBlur(24))


def pale() -> Image.Image:
    return Image.new("RGB", (600, 600), (190, 185, 180))


def busy() -> Image.Image:
    picture = Image.effect_noise((150, 150), 160).resize((600, 600), Image.Resampling.NEAREST).convert("RGB")
    picture.paste(good_photo().crop((150, 150, 450, 450)), (150, 150))
    return picture


@pytest.mark.parametrize(
    ("picture", "word"),
    [(dark, "gelap"), (bright, "terlalu terang"), (blurred, "kabur"), (pale, "hampir tidak tampak"), (busy, "ramai")],
)
def test_a_photo_is_judged_in_words(picture: Callable[[], Image.Image], word: str) -> None:
    file = io.BytesIO()
    picture().save(file, "JPEG")
    assert any(word in sentence for sentence in photo_advice(file.getvalue()))


def test_a_good_photo_needs_no_advice() -> None:
    file = io.BytesIO()
    good_photo().save(file, "JPEG")
    assert photo_advice(file.getvalue()) == []


def test_the_owner_fills_the_template_of_the_own_shop(phone: OwnerClient, item: Item, rina: Person) -> None:
    shelf.publish_item(item, rina)
    file = SimpleUploadedFile("template.xlsx", template(random.Random(7)))
    answer = phone.post("/saya/jual/etalase/lokapasar/", {"workbook": file, "stock": "5"})
    assert "uraian belum ada, dan Shopee mewajibkannya." in answer.text
    shelf.change_submitted_item(
        item, item.business.owner, data=market.ItemData(name="Rok batik", price=1000, description="x" * 30, weight=300)
    )
    shelf.publish_item(item, rina)
    file = SimpleUploadedFile("template.xlsx", template(random.Random(7)))
    answer = phone.post("/saya/jual/etalase/lokapasar/", {"workbook": file, "stock": "5"})
    assert [row["ps_product_name"] for row in rows_of(answer.content)] == ["Rok batik"]


def test_further_photos_have_an_order_and_one_always_stays(phone: OwnerClient, item: Item, rina: Person) -> None:
    shelf.publish_item(item, rina)
    page = f"/saya/jual/etalase/{item.pk}/"
    first = item.pictures.get()
    phone.post(f"/saya/jual/etalase/foto/{first.pk}/hapus/", {"yakin": "1"})
    assert "Barang perlu satu foto" in phone.get(page).text
    phone.post(f"{page}foto/", {"photo": upload((500, 900))})
    phone.post(f"{page}foto/", {"photo": upload((600, 600))})
    item.refresh_from_db()
    assert item.state == Item.State.SUBMITTED, "a curator looks at new photos"
    pictures = list(item.pictures.all())
    assert [picture.image.width == picture.image.height for picture in pictures] == [True] * 3
    last = pictures[-1]
    phone.post(f"/saya/jual/etalase/foto/{last.pk}/depan/", {})
    assert [picture.pk for picture in item.pictures.all()] == [last.pk, pictures[0].pk, pictures[1].pk]
    phone.post(f"/saya/jual/etalase/foto/{pictures[0].pk}/hapus/", {"yakin": "1"})
    phone.post(f"{page}foto/", {"photo": upload()})
    left = list(item.pictures.all())
    assert [picture.pk for picture in left[:2]] == [last.pk, pictures[1].pk] and len(left) == 3
    assert len({picture.position for picture in left}) == 3
    phone.post(f"{page}foto/", {})
    assert "Pilih satu foto." in phone.get(page).text


def test_labels_lead_to_the_public_page(phone: OwnerClient, item: Item, rina: Person) -> None:
    assert phone.get("/saya/jual/etalase/label.pdf").content.startswith(b"%PDF")
    shelf.publish_item(item, rina)
    [page] = PdfReader(io.BytesIO(phone.get("/saya/jual/etalase/label.pdf").content)).pages
    assert "Rok batik tulis" in page.extract_text() and "Rp175.000 / potong" in page.extract_text()
