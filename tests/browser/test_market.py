"""The online market on a phone of 360 px without JavaScript: the tailor from the first lesson to repeated sales, the
buyer who orders in a few taps, and every page of the market."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import DESK, PHONE, Site
from tests.browser.test_every_page import crawl

pytestmark = pytest.mark.browser
GOOD = "Celana training merah"
REPEATED = 3  # orders
MAX_BUYER_TAPS = 6
MARKET = re.compile(r"^/(?:pasar|pelatihan|maklon|bersama|hasil/(?:potensi|manfaat))")
OWNER = re.compile(r"^/saya/")


def owner_link(site: Site) -> str:
    line = ("make_links", "--cluster", "Sentra Konveksi dan Bordir Joho", "--site", site.address, "--renew")
    return site.command(*line).splitlines()[-1].split("\t")[2]


@pytest.fixture(scope="module")
def link(site: Site) -> str:
    return owner_link(site)


def photo() -> FilePayload:
    """A picture as a phone takes it: upright, with a red thing on a light cloth."""
    picture = Image.new("RGB", (900, 1200), (232, 228, 220))
    ImageDraw.Draw(picture).polygon([(300, 300), (600, 300), (660, 950), (240, 950)], fill=(170, 40, 40))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return {"name": "celana.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@dataclass
class Walk:
    """A page whose taps are counted: links, buttons and fields."""

    page: Page
    taps: int = 0

    def tap(self, name: str) -> None:
        self.taps += 1
        wanted = self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name))
        wanted.first.click()
        self.page.wait_for_load_state("load")
        wide = self.page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
        assert wide <= 1, self.page.url

    def fill(self, label: str, text: str) -> None:
        self.taps += 1
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str) -> None:
        self.taps += 1
        self.page.get_by_label(label).first.check()


def learn(walk: Walk) -> None:
    walk.tap("Belajar berjualan")
    walk.tap("Tiga pertanyaan dulu")
    for number in (1, 2, 3):
        walk.taps += 1
        walk.page.locator(f"input[name=jawaban-{number}]").first.check()
    walk.page.locator("main form button[type=submit]").last.click()
    expect(walk.page.get_by_text("Sekarang baca pelajarannya")).to_be_visible()
    walk.tap("Baca pelajaran")
    expect(walk.page.get_by_role("heading", name="Coba sekarang")).to_be_visible()


def calculate_and_offer(walk: Walk, link: str) -> None:
    """Two numbers give a price, which stands in the form of the good."""
    walk.page.goto(link)
    walk.tap("Harga pokok")
    walk.tap("Hitung barang baru")
    walk.fill("Barang apa?", GOOD)
    walk.fill("Bahan untuk satu barang", "17.100")
    walk.fill("Upah untuk satu barang", "12 ribu")
    walk.tap("Hitung")
    expect(walk.page.get_by_text("Rp29.100")).to_be_visible()
    walk.tap("Tawarkan barang ini di katalog")
    expect(walk.page.get_by_label("Harga")).to_have_value("36.400")
    walk.taps += 1
    walk.page.get_by_label("Foto").first.set_input_files(photo())
    walk.tap("Kirim untuk diperiksa")
    expect(walk.page.get_by_text("Terkirim.")).to_be_visible()


def agree(walk: Walk, link: str) -> None:
    """What the shelf says is missing before buyers see the good and can order it."""
    walk.page.goto(link)
    walk.tap("Etalase saya")
    while walk.page.get_by_role("button", name="Saya setuju").count():
        walk.tap("Saya setuju")
    expect(walk.page.get_by_role("link", name=GOOD)).to_be_visible()


def curate(page: Page) -> None:
    page.goto("/pasar/kurasi/")
    page.get_by_role("link", name=GOOD).first.click()
    page.get_by_role("button", name="Tayangkan").click()
    expect(page.get_by_text(GOOD).first).to_be_visible()


def buy(walk: Walk) -> str:
    """Find the good by a misspelt name and open WhatsApp; returns the number of the order."""
    walk.page.goto("/pasar/katalog/")
    walk.fill("Cari barang", GOOD.lower().replace("training", "trening"))
    walk.tap("Cari")
    walk.tap(GOOD)
    ready = walk.page.get_by_role("link", name="Pesan lewat WhatsApp")
    if not ready.count():
        walk.tap("Siapkan pesanan")
    walk.taps += 1
    [text] = parse_qs(urlsplit(ready.get_attribute("href") or "").query)["text"]
    assert f"“{GOOD}”" in text
    [number] = re.findall(r"Nomor pesanan: (\w{6})\b", text)
    return str(number)


def note_and_mark(walk: Walk, link: str, number: str, days_ago: int) -> None:
    walk.page.goto(link)
    walk.tap("Pesanan saya")
    walk.tap("Catat pesanan")
    walk.page.get_by_label("Barang").first.select_option(label=GOOD)
    walk.fill("Nomor pesanan", number)
    walk.fill("Jumlah", "2")
    walk.fill("Tanggal pesanan", (timezone.localdate() - timedelta(days=days_ago)).isoformat())
    walk.tap("Catat")
    expect(walk.page.get_by_text(number).first).to_be_visible()
    card = walk.page.locator("section.card", has_text=number)
    for step in ("Sudah disepakati", "Sudah dikirim", "Sudah dibayar"):
        walk.taps += 1
        card.get_by_role("button", name=step).click()
    expect(card.get_by_text("Dibayar")).to_be_visible()


def test_a_tailor_who_never_sold_online(open_page: Callable[..., Page], link: str) -> None:
    walk = Walk(open_page(scripts=False))
    walk.page.goto(link)
    learn(walk)
    calculate_and_offer(walk, link)
    agree(walk, link)
    curate(open_page("pengurus"))
    for days_ago in range(REPEATED - 1, -1, -1):
        buyer = Walk(open_page(scripts=False))
        number = buy(buyer)
        assert buyer.taps <= MAX_BUYER_TAPS
        note_and_mark(walk, link, number, days_ago)
    walk.page.goto(link)
    walk.tap("Belajar berjualan")
    reached = walk.page.locator("section.card", has_text="Yang sudah Anda capai")
    for step in ("Pesanan pertama", "Penjualan berulang", "pesanan yang tercatat di sini"):
        expect(reached.get_by_text(step).first).to_be_visible()


@pytest.mark.parametrize("who", ["owner", "", "pengurus"])
def test_every_page_of_the_market(open_page: Callable[..., Page], site: Site, link: str, who: str) -> None:
    page = open_page("" if who == "owner" else who)
    if who == "owner":
        page.goto(link)
        start, within = f"{site.address}/saya/", OWNER
    else:
        start, within = f"{site.address}/pasar/{'' if who else 'katalog/'}", MARKET
    further = [f"{site.address}/pelatihan/", f"{site.address}/hasil/potensi/"] if who == "pengurus" else []
    screens = (DESK,) if who == "pengurus" else (PHONE, DESK)  # the office's on a phone: test_every_page
    errors = crawl(page, start, *further, within=within, screens=screens)
    assert not errors, "\n".join(errors)
