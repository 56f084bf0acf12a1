"""The pages that everybody meets first: readable by a screen reader, no wider than a small phone, large enough to touch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sambang.people.models import Person
from tests.browser.conftest import DESK, PHONE

FIRST_PAGES = ["/", "/masuk/", "/pasar/", "/tidak-ada/"]
PAGES_OF_STAFF = [
    "/",
    "/daftar/",
    "/aspirasi/",
    "/tindakan/",
    "/produksi/",
    "/pasar/",
    "/pelatihan/",
]
TOUCH = 44  # px, WCAG 2.5.5

SMALL_TARGETS = """least => [...document.querySelectorAll("button, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio])")]
    .filter(found => found.checkVisibility() && found.getBoundingClientRect().height < least)
    .map(found => found.outerHTML.slice(0, 120))"""


def look_at(page: Page, size: dict[str, int]) -> None:
    """What every page must keep, at this size."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], "the page is wider than its window"
    assert page.evaluate(SMALL_TARGETS, TOUCH) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", FIRST_PAGES)
def test_pages_before_signing_in(open_page: Callable[..., Page], address: str, size: dict[str, int]) -> None:
    page = open_page(size)
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    look_at(page, size)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_the_staff(
    open_page: Callable[..., Page], sign_in: Callable[[Page, Person], None], rina: Person, size: dict[str, int]
) -> None:
    page = open_page(size)
    sign_in(page, rina)
    for address in PAGES_OF_STAFF:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        look_at(page, size)


def test_a_wrong_password_is_told_in_a_sentence(page: Page, sari: Person) -> None:
    page.goto("/masuk/")
    page.locator("input[name=username]").fill(str(sari.email))
    page.locator("input[name=password]").fill("bukan-ini")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("sandi")
    expect(page).to_have_url(re.compile(r"/masuk/$"))
