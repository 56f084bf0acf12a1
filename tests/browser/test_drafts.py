"""What is typed at the desk survives the session's end, a closed tab and a reload, and belongs to the account."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from sambang.home.demo.people import PASSWORD
from tests.browser.conftest import DESK, Site
from tests.browser.test_every_page import LEFT_OUT, shape

pytestmark = pytest.mark.browser

TEXT = "Benang jahit putih datang dua minggu terlambat sejak Agustus."
MAX_PAGES = 60
MIN_FORMS = 8
STORED = "Object.keys(localStorage).filter(name => name.startsWith('sambang-draft:')).length"
# Every text field of every form that is no search and asks no password; returns how many fields and forms were filled.
FILL = """text => {
  let fields = 0, forms = 0;
  for (const form of document.querySelectorAll("main form[method=post]")) {
    if (form.querySelector("input[type=password]")) continue;
    const before = fields;
    for (const field of form.querySelectorAll("textarea, input[type=text]")) {
      if (field.disabled || field.readOnly) continue;
      field.value = text.slice(0, field.maxLength > 0 ? field.maxLength : 60);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      fields += 1;
    }
    forms += fields > before;
  }
  return [fields, forms];
}"""
TYPED = """text => [...document.querySelectorAll("main form[method=post]")]
    .filter(form => !form.querySelector("input[type=password]"))
    .flatMap(form => [...form.querySelectorAll("textarea, input[type=text]")])
    .filter(field => !field.disabled && !field.readOnly)
    .filter(field => field.value === text.slice(0, field.maxLength > 0 ? field.maxLength : 60)).length"""


def watched(page: Page) -> None:
    page.wait_for_selector("html[data-drafts=watched]")


def drafts(page: Page, count: int) -> None:
    """Wait until so many drafts are stored: encrypting takes a moment after the last key."""
    last = time.monotonic() + 10
    while (stored := page.evaluate(STORED)) != count:
        assert time.monotonic() < last, f"{stored} drafts"
        page.wait_for_timeout(50)


def matter_page(page: Page) -> str:
    page.goto("/aspirasi/pokok/")
    page.locator("main tbody a").first.click()
    watched(page)
    return urlsplit(page.url).path


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("surel").fill(f"{who}@peragaan.test")
    page.get_by_label("sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").last.click()
    watched(page)


def end_session(page: Page) -> None:
    page.context.clear_cookies(name=re.compile("sessionid"))


def comment(page: Page) -> str:
    return page.locator("main form textarea[name=text]").first.input_value()


def test_the_session_ends_while_a_comment_is_typed(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus", screen=DESK)
    path = matter_page(page)
    page.locator("main form textarea[name=text]").first.fill(TEXT)
    drafts(page, 1)
    end_session(page)
    page.locator("main form:has(textarea[name=text]) button[type=submit]").first.click()
    page.wait_for_url("**/masuk/**")
    sign_in(page, "pengurus")
    page.goto("/")
    page.locator(".draft-list a").click()
    watched(page)
    assert urlsplit(page.url).path == path
    assert comment(page) == ""
    page.get_by_role("button", name="Pakai ketikan itu").click()
    assert comment(page) == TEXT
    page.locator("main form:has(textarea[name=text]) button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(TEXT)
    drafts(page, 0)


def test_a_draft_is_closed_to_another_account_of_the_computer(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus", screen=DESK)
    path = matter_page(page)
    page.locator("main form textarea[name=text]").first.fill(TEXT)
    drafts(page, 1)
    assert "Benang" not in page.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert path not in page.evaluate("JSON.stringify(Object.entries(localStorage))")
    page.get_by_role("button", name="Keluar").click()
    page.goto("/masuk/")
    sign_in(page, "petugas")
    page.goto(path)
    watched(page)
    assert page.locator(".draft-offer").count() == 0
    page.goto("/")
    watched(page)
    assert page.locator(".draft-list").count() == 0


def test_a_closed_tab_and_a_refused_form_lose_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus", screen=DESK)
    page.goto("/kunjungan/rencana/")
    watched(page)
    page.get_by_label("Maksud kunjungan").fill(TEXT)
    drafts(page, 1)
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Simpan rencana").click()  # no sentra is chosen: 422
    expect(page.locator(".error-message").first).to_be_visible()
    watched(page)
    drafts(page, 1)
    other = page.context.new_page()
    page.close()
    other.goto("/kunjungan/rencana/")
    watched(other)
    other.get_by_role("button", name="Buang").click()
    drafts(other, 0)
    assert other.get_by_label("Maksud kunjungan").input_value() == ""


def test_a_form_that_is_refused_at_its_own_address_is_no_draft_of_another_page(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus", screen=DESK)
    matter_page(page)
    text = page.locator("main form textarea[name=text]").first
    text.evaluate("field => field.removeAttribute('maxlength')")
    text.fill(TEXT * 500)
    drafts(page, 1)
    page.locator("main form:has(textarea[name=text]) button[type=submit]").first.click()
    expect(page.locator(".error-message").first).to_be_visible()
    watched(page)
    assert page.locator(".draft-list").count() == 0


def test_every_form_of_the_desk_offers_what_was_typed(open_page: Callable[..., Page], site: Site) -> None:
    """Type into each form, load the page anew, take the offer: the same fields hold the same text."""
    page = open_page("pengurus", screen=DESK)
    waiting, seen, filled = deque([site.address + "/"]), set[str](), dict[str, int]()
    looked = 0
    while waiting and looked < MAX_PAGES:
        address = waiting.popleft()
        answer = page.goto(address)
        looked += 1
        if answer is None or answer.status != 200:
            continue
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        for full in (urljoin(page.url, link).split("#")[0] for link in links):
            own = urlsplit(full).netloc == urlsplit(site.address).netloc
            if own and not LEFT_OUT.search(full) and shape(full) not in seen:
                seen.add(shape(full))
                waiting.append(full)
        if not page.locator("main form[method=post]").count():
            continue
        watched(page)
        page.evaluate("localStorage.clear()")  # only this page's drafts are counted
        count, forms = page.evaluate(FILL, TEXT)
        if not count:
            continue
        drafts(page, forms)
        page.reload()
        watched(page)
        for button in page.get_by_role("button", name="Pakai ketikan itu").all()[::-1]:
            button.click()
        assert page.evaluate(TYPED, TEXT) == count, address
        filled[shape(address)] = count
    assert len(filled) >= MIN_FORMS, filled
