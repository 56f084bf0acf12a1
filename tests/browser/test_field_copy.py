"""The browser itself loses the log (a full disk makes Chromium do so): what the office has not confirmed comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.field_office import Office
from tests.browser.field_phone import Phone, proofs

pytestmark = pytest.mark.browser
LOSE = """async () => {
  await new Promise((yes, no) => {
    const asked = indexedDB.deleteDatabase("lapangan"); asked.onsuccess = yes; asked.onerror = no; });
}"""
COPIES = """async () => (await (await caches.open("catatan")).keys())
  .map((one) => one.url.split("/").pop().replaceAll("-", "")).sort()"""

BOXES = """async () => [...new Set((await (await caches.open("tulisan")).keys())
  .map((one) => new URL(one.url).pathname.split("/").at(-2)))].sort()"""
NO_ROOM_IN_THE_CACHE = """() => {
  Cache.prototype.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
}"""


def test_a_lost_log_comes_back_from_the_second_copy_and_counts_once(
    office: Office, phone: Callable[..., Phone]
) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    hers.visit_the(1)
    hers.type_words("Kain peragaan dari pasar makin mahal")
    hers.press("Simpan kata ini")
    kept = hers.log()
    assert len(kept) >= 3
    assert hers.page.evaluate(COPIES) == sorted(row["id"] for row in kept)
    hers.page.evaluate(LOSE)
    hers.page.reload()  # from the worker, without a signal
    hers.wait_until_open()
    assert proofs(hers.log()) == proofs(kept), "the log is there again, byte for byte"
    hers.online()
    hers.page.reload()
    hers.page.wait_for_selector("#tabs:not([hidden])")
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}
    assert hers.page.evaluate(COPIES) == [], "what the office confirmed needs no second copy"
    hers.page.evaluate(LOSE)
    hers.page.reload()
    hers.page.wait_for_selector("#tabs:not([hidden])")
    assert hers.log() == []


def test_what_was_being_typed_and_the_parcel_come_back_too(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(1)
    hers.type_words("Belum selesai diketik")
    hers.page.get_by_label("Keterangan foto").fill("Kain di gudang")
    hers.wait_for_drafts(2)
    address = hers.page.url
    hers.page.evaluate(LOSE)
    hers.page.reload()
    hers.wait_until_open()
    assert len(hers.lies_here("drafts")) == 2, "sealed: the key is the office's to give again"
    hers.online()
    hers.page.goto(office.address + "/lapangan/")
    hers.page.goto(address)  # no *Bawa bekal*: what was taken along is there
    expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value("Belum selesai diketik", timeout=15_000)
    expect(hers.page.get_by_role("radio", name="kendala")).to_be_checked()
    expect(hers.page.get_by_label("Keterangan foto")).to_have_value("Kain di gudang")
    hers.press("Simpan kata ini")
    hers.wait_until_sent()
    assert len(hers.lies_here("drafts")) == 1
    hers.page.evaluate(LOSE)
    hers.page.reload()
    hers.page.wait_for_selector("#tabs:not([hidden])")
    assert len(hers.lies_here("drafts")) == 1, "what was stored is no draft any more"
    hers.tab("HP ini")
    hers.page.get_by_role("button", name="Keluar dari HP ini").click()
    expect(hers.page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    assert hers.page.evaluate(BOXES) == ["drafts", "meta"], "the parcel goes with who signs out; what was typed stays"


def test_the_copy_of_a_draft_outlives_a_disk_that_fills_up_while_it_is_renewed(phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(1)
    hers.type_words("Yang pertama")
    hers.wait_for_drafts(1)
    hers.page.evaluate(NO_ROOM_IN_THE_CACHE)
    hers.page.get_by_label("Kata-katanya sendiri").fill("Yang kedua")
    said = hers.page.locator("[data-form=kata] .form-status")
    expect(said).to_contain_text("Penyimpanan HP penuh: BELUM tersimpan")
    hers.page.evaluate(LOSE)
    hers.page.reload()
    hers.wait_until_open()
    assert len(hers.lies_here("drafts")) == 1
    hers.online()
    hers.page.reload()
    expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value("Yang pertama", timeout=15_000)
