"""Promises 4 and 5 on the phone's side: killed, full, signed out, in another hand, a new version, ninety days."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.conftest import FLAGS, PHONE
from tests.browser.field_office import Answer, Forward, Office, ProxyRequest, unreachable
from tests.browser.field_phone import SAVED, Phone, proofs
from tests.ports import spare_port

pytestmark = pytest.mark.browser
DRAFT = "Belum selesai diketik"
KILLS = 3
# The devtools' override of a quota reaches no writes here, so the engine's own behaviour is played: what was asked for
# in the transaction succeeds, and its commit aborts it with QuotaExceededError.
NO_ROOM = """() => {
  const add = IDBObjectStore.prototype.add;
  window.roomAgain = () => { IDBObjectStore.prototype.add = add; };
  IDBObjectStore.prototype.add = function (...given) {
    const asked = add.apply(this, given);
    asked.addEventListener("success", () => {
      Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
      this.transaction.abort();
    });
    return asked;
  };
}"""


class Chromium:
    """A browser that can be killed: a process group and a profile of its own."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self.launcher, self.profile, self.port = browser.browser_type, profile, spare_port()

    def start(self, office: Office) -> Phone:
        executable = os.environ.get("SAMBANG_CHROMIUM") or shutil.which("chromium")
        line = [str(executable), "--headless=new", *FLAGS, f"--remote-debugging-port={self.port}"]
        line += [f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(line, start_new_session=True, stderr=subprocess.DEVNULL)
        last = time.monotonic() + 120
        while True:
            try:
                session = self.launcher.connect_over_cdp(f"http://127.0.0.1:{self.port}")
                break
            except Error:
                if time.monotonic() > last:
                    raise
                time.sleep(0.2)
        phone = Phone(office, session.contexts[0])
        phone.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        return phone

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def chromium(browser: Browser, tmp_path: Path) -> Iterator[Chromium]:
    chromium = Chromium(browser, tmp_path / "profile")
    yield chromium
    if chromium.process.poll() is None:
        chromium.kill()


def test_a_browser_killed_right_after_saved_forgets_nothing(office: Office, chromium: Chromium) -> None:
    office.begin_anew()
    hers = chromium.start(office)
    hers.sign_in()
    hers.take_along()
    with office.with_trouble(unreachable):
        hers.begin()
        for number in range(KILLS):
            hers.page.evaluate("document.getElementById('message').textContent = ''")
            hers.row(number).get_by_role("button", name=re.compile(": hadir")).click()
            expect(hers.page.locator("#message")).to_have_text(SAVED)
            if number == KILLS - 1:
                hers.visit_the(KILLS)
                hers.page.get_by_label("Kata-katanya sendiri").fill(DRAFT)
                hers.wait_for_drafts(1)
            chromium.kill()
            hers = chromium.start(office)
            assert [row["sequence"] for row in hers.log()] == list(range(1, number + 3))
            hers.page.get_by_role("link", name="Sentra").first.click()
            button = hers.row(number).get_by_role("button", name=re.compile(": hadir"))
            expect(button).to_have_attribute("aria-pressed", "true")
        hers.visit_the(KILLS)
        expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value(DRAFT)
    hers.context.clear_cookies()  # a killed browser may have kept them or not
    hers.send()
    hers.sign_in()
    hers.wait_until_sent()
    assert sorted(office.received().values()) == ["stored"] * (KILLS + 1)


def test_full_storage_is_reported_and_input_is_kept(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    hers.type_words("Kata yang tidak boleh hilang")
    hers.wait_for_drafts(1)
    before = hers.log()
    hers.page.evaluate(NO_ROOM)
    said = hers.page.locator("[data-form=kata] .form-status")
    hers.page.get_by_role("button", name="Simpan kata ini").click()
    expect(said).to_contain_text("Penyimpanan HP penuh: BELUM tersimpan")
    expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value("Kata yang tidak boleh hilang")
    expect(hers.page.get_by_role("radio", name="kendala")).to_be_checked()
    assert hers.log() == before
    hers.page.evaluate("window.roomAgain()")
    hers.press("Simpan kata ini")
    assert len(hers.log()) == len(before) + 1


def test_signing_out_seals_and_only_the_same_person_unseals(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    hers.type_words("Rahasia pemilik usaha")
    hers.press("Simpan kata ini")
    hers.page.get_by_label("Kata-katanya sendiri").fill(DRAFT)
    hers.wait_for_drafts(1)
    kept = hers.log()
    hers.tab("HP ini")
    hers.page.once("dialog", lambda question: question.dismiss())
    hers.page.get_by_role("button", name="Keluar dari HP ini").click()
    assert hers.lies_here("cache") != [], "asked and answered no: the day's work goes on"
    hers.page.once("dialog", lambda question: question.accept())
    hers.page.get_by_role("button", name="Keluar dari HP ini").click()
    expect(hers.page.get_by_text("2 catatan Sari Peragawati tersegel di HP ini")).to_be_visible()
    assert proofs(hers.log()) == proofs(kept)
    assert hers.lies_here("cache") == []
    assert not any("CryptoKey" in kind for kind in hers.kinds_in_meta())
    hers.online()
    hers.page.reload()
    expect(hers.page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    expect(hers.page.locator("#tabs")).to_be_hidden()  # signed out at the office too, as soon as there was a signal

    hers.sign_in("pengurus")
    hers.tab("Kotak keluar")
    expect(hers.page.get_by_text("Belum ada catatan di HP ini.")).to_be_visible()
    hers.send()
    assert office.received() == {}
    assert proofs(hers.log()) == proofs(kept)
    hers.tab("HP ini")
    expect(hers.page.get_by_text("2 catatan Sari Peragawati tersegel")).to_be_visible()
    hers.page.get_by_role("button", name="Keluar dari HP ini").click()
    expect(hers.page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()

    hers.sign_in()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}
    hers.take_along()
    hers.visit_the(0)
    expect(hers.page.get_by_text("Rahasia pemilik usaha")).to_be_visible()
    expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value(DRAFT)


def test_a_new_version_waits_and_touches_nothing(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    hers.visit_the(1)
    hers.type_words(DRAFT)
    hers.wait_for_drafts(1)
    kept = hers.log()
    old = hers.page.locator("html").get_attribute("data-version")
    assert old
    new = old[::-1]

    def newer(asked: ProxyRequest, forward: Forward) -> Answer:
        """The same office after an installation; whatever is sent is not answered yet."""
        if asked.path.endswith("kirim.json"):
            return Answer(503, b"{}")
        plain = {name: value for name, value in asked.headers.items() if name.lower() != "accept-encoding"}
        answer = office.forward(replace(asked, headers=plain))
        headers = {name: value.replace(old, new) for name, value in answer.headers.items()}
        return Answer(answer.status, answer.body.replace(old.encode(), new.encode()), headers)

    with office.with_trouble(newer):
        hers.online()
        banner = hers.page.get_by_role("button", name="Muat ulang")
        expect(banner).to_be_visible(timeout=15_000)
        assert hers.page.locator("html").get_attribute("data-version") == old  # it waits to be asked
        banner.click()
        expect(hers.page.locator("html")).to_have_attribute("data-version", new, timeout=15_000)
        expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value(DRAFT)
        expect(hers.page.get_by_role("radio", name="kendala")).to_be_checked()
        assert proofs(hers.log()) == proofs(kept)
        hers.offline()
        hers.page.reload()
        expect(hers.page.locator("html")).to_have_attribute("data-version", new)
    hers.online()
    hers.send()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}


def test_ninety_days_and_a_clock_that_is_wrong(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    hers.online()
    hers.wait_until_sent()
    hers.page.get_by_role("link", name=re.compile("^Kunjungan")).first.click()
    hers.page.get_by_role("link", name="Sentra").first.click()
    hers.offline()
    hers.attend(1)
    kept = hers.log()
    hers.page.close()
    hers.context.clear_cookies()  # a session does not live ninety days
    hers.context.clock.install(time=datetime.now(UTC) + timedelta(days=90))
    hers.open()
    expect(hers.page.locator("#state")).to_have_text("1 menunggu")
    hers.online()
    hers.send()
    expect(hers.page.locator("#notes")).to_contain_text("Masuk lagi untuk mengirim")
    expect(hers.page.locator("#notes")).to_contain_text("Betulkan jam HP")
    assert proofs(hers.log()) == proofs(kept)
    hers.sign_in()
    hers.wait_until_sent()
    # What was received ninety days ago by the phone's own clock is days old at most by the office's: it stays.
    assert proofs(hers.log()) == proofs(kept)
    assert set(hers.states()) == {"received"}
    assert office.received() == {row["id"]: "stored" for row in kept}


def test_an_officer_who_may_no_longer_record_still_has_the_log(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    kept = hers.log()
    office.change("UPDATE access_person SET is_active = 0 WHERE email = 'petugas@peragaan.test'")
    try:
        hers.online()
        hers.send()
        expect(hers.page.locator("#notes")).to_contain_text("Masuk lagi untuk mengirim")
        assert proofs(hers.log()) == proofs(kept)
        with hers.page.expect_download() as waiting:
            hers.page.get_by_role("button", name="Simpan ke berkas").click()
        assert kept[1]["sha256"] in waiting.value.path().read_text(encoding="utf-8")
    finally:
        office.change("UPDATE access_person SET is_active = 1 WHERE email = 'petugas@peragaan.test'")
    hers.send()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}
