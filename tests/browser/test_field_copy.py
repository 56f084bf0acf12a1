"""The browser itself loses the log (a full disk makes Chromium do so): what the office has not confirmed comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.field_office import Office
from tests.browser.field_phone import Phone, proofs

pytestmark = pytest.mark.browser
LOSE = """async () => {
  await new Promise((yes, no) => {
    const asked = indexedDB.deleteDatabase("lapangan"); asked.onsuccess = yes; asked.onerror = no; });
}"""
COPIES = """async () => (await (await caches.open("catatan")).keys())
  .map((one) => one.url.split("/").pop().replaceAll("-", "")).sort()"""


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
    hers.page.wait_for_selector("#page h1")
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
