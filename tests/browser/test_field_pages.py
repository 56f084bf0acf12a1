"""Every page of the officer's app on a cheap phone: axe finds nothing, a thumb hits, it fits, it is light, and it
opens fast."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import PHONE
from tests.browser.field_office import Office
from tests.browser.field_phone import Phone
from tests.browser.test_owner_month import SLOW_3G

pytestmark = pytest.mark.browser
HEAVIEST = 150_000  # bytes as they travel, everything of the first opening
SLOWEST_FIRST, SLOWEST_KEPT = 5.0, 1.0  # seconds: on slow 3G the first time; from the phone's own store
THUMB = 48  # pixels
# What can be tapped, with the label of what is hidden behind one.
TOO_SMALL = """(least) =>
  [...document.querySelectorAll("a, button, input, select, textarea, summary, label.chip")].filter((one) => {
  const frame = one.getBoundingClientRect();
  const behind = one.closest(".chip, .pick") || document.querySelector(`label.button[for="${one.id}"]`);
  const shown = (one.offsetParent !== null || one.closest("nav")) && frame.width > 0 &&
    !one.classList.contains("unseen");
  const place = behind ? behind.getBoundingClientRect() : frame;
  return shown && (place.height < least - 0.5 || place.width < least - 0.5) && !(one.tagName === "A" &&
    one.closest("p"));
}).map((one) => one.outerHTML.slice(0, 100))"""


def errors_of(page: Page) -> list[str]:
    name = page.get_by_role("heading", level=1).inner_text()
    found = [
        f"{name}: axe {one['id']} {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append(f"{name}: wider than the screen")
    return found + [f"{name}: too small for a thumb {one}" for one in page.evaluate(TOO_SMALL, THUMB)]


def test_every_page_is_easy_on_eyes_and_thumbs(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    page, errors = hers.page, []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda wrong: errors.append(str(wrong)))

    def look() -> None:
        errors.extend(errors_of(page))

    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    look()
    hers.sign_in()
    look()
    hers.tab("Bekal")
    expect(page.get_by_role("checkbox").first).to_be_visible()
    look()
    hers.take_along()
    look()
    hers.begin()
    hers.attend(0)
    look()
    hers.visit_the(0)
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    look()
    page.locator("input[name^=line-]").first.fill("3 entah")
    page.get_by_role("button", name="Simpan produksi").click()
    expect(page.get_by_text("“entah” pada “3 entah” tidak dikenal")).to_be_visible()
    look()
    page.locator("input[name^=line-]").first.fill("")
    page.locator("details[open] > summary", has_text="Betulkan data IKM").click()
    hers.correct_telephone("0812 entah")
    hers.back()
    page.get_by_role("link", name="IKM baru").click()
    expect(page.get_by_label("Nama usaha")).to_be_visible()
    look()
    hers.back()
    page.get_by_role("link", name=re.compile("^Selesai")).click()
    expect(page.locator("canvas.sign")).to_be_visible()
    look()
    expect(page.locator("#state")).to_have_text("1 perlu diperiksa", timeout=15_000)
    hers.tab("Kotak keluar")
    page.locator("summary").click()
    look()
    page.get_by_role("link", name="Perbaiki").click()
    expect(page.get_by_label("Nilai")).to_be_visible()
    look()
    hers.tab("HP ini")
    look()
    assert errors == []


def test_a_stranger_comes_to_the_page_that_was_asked_for(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.page.goto(office.address + "/lapangan/#/bekal")
    hers.sign_in()
    expect(hers.page.get_by_role("heading", level=1)).to_have_text("Bekal")
    expect(hers.page.get_by_role("checkbox").first).to_be_checked()  # the only visit that is offered


def weigh(page: Page) -> dict[str, int]:
    """Bytes of every answer as they travelled, by address; filled while the page loads."""
    weights: dict[str, int] = {}

    def note(answer: Response) -> None:
        if not answer.from_service_worker:
            weights[answer.url] = int(answer.headers.get("content-length", 0)) + len(str(answer.headers))

    page.on("response", note)
    return weights


@pytest.mark.timed
def test_it_is_light_and_opens_fast(office: Office, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    page = context.new_page()
    devtools: Any = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    weights = weigh(page)
    begun = time.monotonic()
    page.goto(office.address + "/lapangan/")
    expect(page.get_by_text("Kantor menerimanya begitu HP bertemu jaringan.")).to_be_visible()
    first = time.monotonic() - begun
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    modules = [address for address in weights if address.endswith(".js")]
    assert len(modules) > 15 and all(
        re.search(r"\.[0-9a-f]{12}\.js$", address) for address in modules if "sw.js" not in address
    )
    assert sum(weights.values()) < HEAVIEST, weights
    assert first < SLOWEST_FIRST
    context.set_offline(True)
    begun = time.monotonic()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#page")).not_to_contain_text("Membuka…")
    assert time.monotonic() - begun < SLOWEST_KEPT
    context.close()
