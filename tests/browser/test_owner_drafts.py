"""What an owner types survives a closed tab, a lost signal and an expired link, and is closed to other owners of the
phone: every form of docs/long_forms.md."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_drafts import FILL, STORED, TEXT, TYPED, drafts, watched
from tests.browser.test_every_page import LEFT_OUT, shape

pytestmark = pytest.mark.browser

TABLE = Path(__file__).parents[2] / "docs" / "long_forms.md"
LONGEST = {
    "/saya/lapor/*/",
    "/saya/sampaikan/",
    "/saya/siinas/",
    "/saya/hpp/baru/",
    "/saya/jual/etalase/baru/",
}
MAX_PAGES = 80
# The form with the most text fields of the page.
SUBMIT = """() => {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const texts = form => form.querySelectorAll("textarea, input[type=text]").length;
  const form = forms.sort((one, other) => texts(other) - texts(one))[0];
  form.noValidate = true;
  form.requestSubmit();
}"""


@pytest.fixture(scope="module")
def links(site: Site) -> list[str]:
    lines = site.command(
        "make_links", "--cluster", "Sentra Konveksi dan Bordir Joho", "--site", site.address, "--renew"
    ).splitlines()
    return [line.split("\t")[2] for line in lines[1:]]


def described() -> set[str]:
    """The addresses of the owners' forms in the table, identifiers as `*`."""
    section = TABLE.read_text(encoding="utf-8").split("## Owners")[1].split("\n## ")[0]
    return set(re.findall(r"^\| [^|]+ \| `(/saya/[^`]*)` \|", section, re.M))


def forms_of(page: Page, site: Site) -> dict[str, str]:
    """Shape → address of every page that an owner's links reach and that has something to type."""
    waiting, seen, found = deque([f"{site.address}/saya/"]), set[str](), dict[str, str]()
    for _number in range(MAX_PAGES):
        if not waiting:
            break
        address = waiting.popleft()
        answer = page.goto(address)
        if answer is None or answer.status != 200 or urlsplit(page.url).path != urlsplit(address).path:
            continue
        if page.locator("main form[method=post]").locator("textarea, input[type=text]").count():
            found[shape(address).rstrip("?")] = address
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            full = urljoin(page.url, link).split("#")[0]
            is_own = full.startswith(f"{site.address}/saya/")
            if is_own and not (LEFT_OUT.search(full) or "/salinan" in full) and shape(full) not in seen:
                seen.add(shape(full))
                waiting.append(full)
    assert not waiting, f"more than {MAX_PAGES} pages"
    return found


def use_offers(page: Page) -> None:
    watched(page)
    for button in page.get_by_role("button", name="Pakai ketikan itu").all()[::-1]:
        button.click()


def until_error_page(page: Page) -> None:
    last = time.monotonic() + 20
    while not page.url.startswith("chrome-error:"):
        assert time.monotonic() < last, page.url
        page.wait_for_timeout(50)


def test_no_form_of_an_owner_is_lost(open_page: Callable[..., Page], site: Site, links: list[str]) -> None:
    page = open_page()
    page.goto(links[0])
    siinas = f"{site.address}/saya/siinas/"  # linked only where the IKM reports there
    found = forms_of(page, site) | {"/saya/siinas/": siinas}
    assert set(found) <= described()
    assert set(found) >= LONGEST
    for name, address in found.items():
        page.goto(address)
        watched(page)
        page.evaluate("localStorage.clear()")  # only this page's drafts are counted
        count, forms = page.evaluate(FILL, TEXT)
        assert count, name
        drafts(page, forms)

        other = page.context.new_page()  # the tab is closed
        page.close()
        page = other
        page.goto(address)
        use_offers(page)
        assert page.evaluate(TYPED, TEXT) == count, f"{name}: closed tab"

        page.goto(f"{site.address}/saya/")  # the back button
        watched(page)
        page.go_back()
        use_offers(page)
        assert page.evaluate(TYPED, TEXT) == count, f"{name}: back button"

        page.context.set_offline(True)  # sent without a signal
        page.evaluate(SUBMIT)
        until_error_page(page)
        page.context.set_offline(False)
        page.goto(f"{site.address}/saya/")
        page.locator(f".draft-list a[href='{urlsplit(address).path}']").click()
        use_offers(page)
        assert page.evaluate(TYPED, TEXT) == count, f"{name}: no signal"

        page.context.clear_cookies(name=re.compile("sambang_saya"))  # the link has run out meanwhile
        page.evaluate(SUBMIT)
        page.wait_for_url("**/saya/ditolak/**")
        page.goto(links[0])
        watched(page)
        assert page.locator(".draft-list a").count() >= 1, name
        page.goto(address)
        use_offers(page)
        assert page.evaluate(TYPED, TEXT) == count, f"{name}: expired"


def test_another_owner_of_the_phone_reads_nothing(open_page: Callable[..., Page], site: Site, links: list[str]) -> None:
    page = open_page()
    page.goto(links[1])
    address = f"{site.address}/saya/sampaikan/"
    page.goto(address)
    watched(page)
    page.locator("main textarea").first.fill(TEXT)
    drafts(page, 1)
    stored = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert "Benang" not in stored and "sampaikan" not in stored
    page.goto(links[2])
    watched(page)
    assert page.locator(".draft-list").count() == 0
    page.goto(address)
    watched(page)
    assert page.locator(".draft-offer").count() == 0
    page.goto(links[1])
    page.goto(address)
    watched(page)
    expect(page.locator(".draft-offer")).to_be_visible()


def test_what_the_server_has_is_no_draft_any_more(open_page: Callable[..., Page], site: Site, links: list[str]) -> None:
    page = open_page()
    page.goto(links[3])
    page.goto(f"{site.address}/saya/sampaikan/")
    watched(page)
    page.locator("main textarea").first.fill(TEXT)
    drafts(page, 1)
    page.evaluate(SUBMIT)  # the kind is not chosen: refused
    expect(page.locator(".error-message").first).to_be_visible()
    watched(page)
    drafts(page, 1)
    for name in {field.get_attribute("name") for field in page.locator("main input[type=radio]").all()}:
        page.locator(f"main input[name={name}]").first.check()
    for choice in page.locator("main select").all():
        choice.select_option(index=1)
    page.evaluate(SUBMIT)
    page.wait_for_url(re.compile(r"/saya/(?!sampaikan)"))
    watched(page)
    assert page.evaluate(STORED) == 0
