"""The documentation's pictures are pages of the demo: `make pictures` writes them, and a test compares them with the
pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import DESK, PHONE, Site

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "src" / "sambang" / "home" / "static" / "home" / "pictures"
THUMBNAIL = (32, 24)  # small enough that fonts and dates do not matter, large enough that a new layout does
ALLOWED_DIFFERENCE = 12.0  # of 255, mean over the thumbnail
TABLET = {"width": 640, "height": 480}
READY = {"field": ".tabs a"}  # what a page shows last; else its heading
OWNER = "{owner}"  # the address of an owner's link

# name → (account of the demo, address, window)
PICTURES = {
    "leader": ("pimpinan", "/", DESK),
    "register": ("pengurus", "/daftar/", DESK),
    "aspirations": ("pengurus", "/aspirasi/", DESK),
    "actions": ("pengurus", "/tindakan/", DESK),
    "production": ("pengurus", "/produksi/", DESK),
    "catalogue": ("", "/pasar/", PHONE),
    "screen": ("pimpinan", "/hasil/layar/", DESK),
    "field": ("petugas", "/lapangan/", TABLET),
    "owner": ("", OWNER, TABLET),
}


def thumbnail(picture: Image.Image) -> Image.Image:
    return picture.convert("L").resize(THUMBNAIL, Image.Resampling.BOX)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_documentation_shows_the_page_of_today(
    open_page: Callable[..., Page], site: Site, name: str
) -> None:
    account, address, window = PICTURES[name]
    page = open_page(account, screen=window)
    if address == OWNER:
        line = ("make_links", "--cluster", "Sentra Konveksi dan Bordir Joho", "--site", site.address, "--renew")
        page.goto(site.command(*line).splitlines()[-1].split("\t")[2])
    else:
        page.goto(address)
    expect(page.locator(READY.get(name, "h1")).first).to_be_visible()
    taken = Image.open(BytesIO(page.screenshot(animations="disabled")))
    file = FOLDER / f"{name}.png"
    if os.environ.get("SAMBANG_PICTURES"):
        taken.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(file, optimize=True)
    with Image.open(file) as stored:
        assert stored.size == taken.size
        difference = ImageStat.Stat(ImageChops.difference(thumbnail(stored), thumbnail(taken))).mean[0]
    assert difference <= ALLOWED_DIFFERENCE, f"{name}.png is outdated: run `make pictures`"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768), (1920, 1080)])
def test_the_leaders_screen_fits_a_projector(open_page: Callable[..., Page], width: int, height: int) -> None:
    page = open_page("pimpinan", screen={"width": width, "height": height})
    page.goto("/hasil/layar/")
    tall = page.evaluate("document.documentElement.scrollHeight")
    assert tall <= height + 1
    cut_off = page.eval_on_selector_all(
        ".screen > *", "cards => cards.filter(card => card.scrollHeight > card.clientHeight + 1).length"
    )
    assert cut_off == 0


def test_a_long_list_on_paper_begins_below_its_heading(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus")
    page.goto("/daftar/ikm/")
    first_row = page.inner_text("tbody tr:first-child th a")
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    assert "Daftar IKM" in sheets[0] and first_row in sheets[0]
    assert "Data peragaan" in sheets[-1] and "Impor buku kerja" not in "".join(sheets)
