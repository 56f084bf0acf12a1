"""The first pages at phone and desk width, with touch targets of sufficient size."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

FIRST_PAGES = ["/", "/masuk/", "/pasar/", "/tidak-ada/"]
PAGES_OF_STAFF = ["/", "/daftar/", "/kunjungan/", "/aspirasi/", "/tindakan/", "/produksi/", "/pasar/", "/pelatihan/"]
TOUCH = 44  # px, WCAG 2.5.5
SMALL_TARGETS = """least => [...document.querySelectorAll("button, select, textarea, input:not([type=hidden])")]
    .filter(found => !["checkbox", "radio"].includes(found.type) && found.checkVisibility())
    .filter(found => found.getBoundingClientRect().height < least)
    .map(found => found.outerHTML.slice(0, 120))"""


def look_at(page: Page, size: dict[str, int]) -> None:
    """Checks of every page at this size."""
    expect(page.locator("h1").first).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{page.url}: wider than its window"
    assert page.evaluate(SMALL_TARGETS, TOUCH) == [], f"{page.url}: too small to touch"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", FIRST_PAGES)
def test_pages_before_signing_in(open_page: Callable[..., Page], address: str, size: dict[str, int]) -> None:
    page = open_page(screen=size)
    page.goto(address)
    look_at(page, size)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_the_staff(open_page: Callable[..., Page], size: dict[str, int]) -> None:
    page = open_page("pengurus", screen=size)
    for address in PAGES_OF_STAFF:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        look_at(page, size)


def test_a_wrong_password_is_refused_with_a_sentence(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/masuk/")
    page.get_by_label("surel").fill("petugas@peragaan.test")
    page.get_by_label("sandi").fill("bukan-ini")
    page.get_by_role("button", name="Masuk").last.click()
    expect(page.locator("main")).to_contain_text("sandi")
    expect(page).to_have_url(re.compile(r"/masuk/$"))
