"""An officer's phone in the browser tests: its gestures, and the content of its stores."""

from __future__ import annotations

import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sambang.home.demo.people import PASSWORD
from tests.browser.field_office import Office

SAVED = "✓ Tersimpan di HP"
ALL_SENT = "Semua terkirim"
WHAT_LIES_HERE = """async (store) => {
  const base = await new Promise((yes, no) => {
    const asked = indexedDB.open("lapangan"); asked.onsuccess = () => yes(asked.result); asked.onerror = no; });
  const rows = await new Promise((yes, no) => {
    const asked = base.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => yes(asked.result);
      asked.onerror = no; });
  base.close();
  return rows;
}"""
LOG = f"""async () => (await ({WHAT_LIES_HERE})("items")).sort((one, other) => one.sequence -
  other.sequence).map((row) => (
  {{ id: row.id.replaceAll("-", ""), by: row.by, kind: row.kind, state: row.state, sequence: row.sequence, sha256:
    row.sha256 }}))"""


def photo_with_place() -> bytes:
    """A camera's picture: large, and its EXIF tells the maker of the phone."""
    picture = Image.effect_noise((2000, 1500), 25).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "HP Rahasia"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


class Phone:
    def __init__(self, office: Office, context: BrowserContext) -> None:
        self.office, self.context = office, context
        self.page = self.open()

    def open(self) -> Page:
        """A new tab of the app; the phone's own icon does the same."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.page.goto(self.office.address + "/lapangan/")
        return self.page

    def sign_in(self, who: str = "petugas") -> None:
        self.page.get_by_role("link", name="Masuk", exact=True).first.click()
        self.page.get_by_label("surel").fill(f"{who}@peragaan.test")
        self.page.get_by_label("sandi").fill(PASSWORD)
        self.page.get_by_role("button", name="Masuk").last.click()
        expect(self.page.locator("#tabs")).to_be_visible(timeout=15_000)

    def take_along(self) -> None:
        self.tab("Bekal")
        box = self.page.get_by_role("checkbox").first
        box.check()
        self.page.get_by_role("button", name="Bawa bekal").click()
        expect(self.page.locator("li.row").first).to_be_visible()
        self.wait_for_worker()

    def wait_for_worker(self) -> None:
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def wait_until_open(self) -> None:
        """Until the app has read what lies on the phone: what stood there before is the shell's own heading."""
        expect(self.page.locator("#page")).not_to_contain_text("Membuka…", timeout=15_000)

    def set_out(self) -> None:
        """Sign in, take along, lose the signal, begin the visit."""
        self.sign_in()
        self.take_along()
        self.offline()
        self.begin()

    def begin(self) -> None:
        start = self.page.get_by_role("button", name="Mulai kunjungan")
        start.click()
        expect(start).to_have_count(0)
        expect(self.page.locator("#message")).to_have_text(SAVED)  # the page is drawn anew before the message is shown

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def tab(self, name: str) -> None:
        self.page.locator("#tabs").get_by_role("link", name=re.compile(f"^{name}")).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def row(self, number: int) -> Locator:
        return self.page.locator("li.row").nth(number)

    def attend(self, number: int, *, present: bool = True) -> None:
        button = self.row(number).get_by_role("button", name=re.compile(": hadir" if present else ": tidak"))
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def visit_the(self, number: int) -> None:
        self.row(number).get_by_role("link").click()
        expect(self.page.get_by_role("heading", name="Kehadiran")).to_be_visible()

    def type_words(self, words: str) -> None:
        self.page.get_by_label("Kata-katanya sendiri").fill(words)
        self.page.get_by_role("radio", name="kendala").check()
        self.page.get_by_role("radio", name="bahan baku").check()

    def press(self, name: str) -> None:
        """A form's button, and the word that it is kept: said only when the strict transaction is complete."""
        button = self.page.get_by_role("button", name=name, exact=True)
        form = self.page.locator("form").filter(has=button)
        button.click()
        expect(form.locator(".form-status")).to_have_text(SAVED)

    def correct_telephone(self, text: str) -> None:
        """What the phone stores as written and only the office can judge."""
        self.page.locator("summary", has_text="Betulkan data IKM").click()
        form = self.page.locator("details form").filter(has=self.page.get_by_label("Nomor HP"))
        form.get_by_label("Nomor HP").fill(text)
        form.get_by_role("button", name="Simpan", exact=True).click()
        expect(form.locator(".form-status")).to_have_text(SAVED)

    def take_photo(self) -> None:
        camera = self.page.locator("input[type=file][capture]")
        camera.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place()})
        expect(self.page.locator("canvas.thumb")).to_be_visible()

    def back(self) -> None:
        self.page.get_by_role("link", name="Kembali").click()

    def send(self) -> None:
        """Ask for it by hand, and wait until that try has ended, well or not."""
        if self.page.get_by_role("heading", level=1).inner_text() != "Kotak keluar":
            self.tab("Kotak keluar")
        tried = self.page.locator("time")
        before = tried.get_attribute("datetime")
        self.page.get_by_role("button", name="Kirim sekarang").click()
        expect(tried).not_to_have_attribute("datetime", before or "", timeout=20_000)
        expect(self.page.get_by_role("button", name="Kirim sekarang")).to_be_enabled()

    def wait_until_sent(self) -> None:
        expect(self.page.locator("#state")).to_have_text(ALL_SENT, timeout=20_000)

    def log(self) -> list[dict[str, Any]]:
        return list(self.page.evaluate(LOG))

    def states(self) -> list[str]:
        return [row["state"] for row in self.log()]

    def wait_for_drafts(self, count: int) -> None:
        """Until what was typed lies in the store of drafts."""
        for _ in range(50):
            if len(self.lies_here("drafts")) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the draft was not kept")

    def kinds_in_meta(self) -> list[str]:
        return list(
            self.page.evaluate(
                f"async () => (await ({WHAT_LIES_HERE})('meta')).map((one) => Object.prototype.toString.call(one))"
            )
        )

    def lies_here(self, store: str) -> list[Any]:
        return list(self.page.evaluate(WHAT_LIES_HERE, store))


def proofs(log: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Id and hash of the bytes of each item, which must not change."""
    return [(row["id"], row["sha256"]) for row in log]
