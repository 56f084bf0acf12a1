"""A clerk's month by the keystroke-level model: a real Chromium at the desk, every page load, click and key counted.

    SAMBANG_CHROMIUM=/usr/bin/chromium python -m bench.clerk [--businesses 36]

The model is that of Card, Moran and Newell: 0.28 s a key, 1.1 s to point, 0.2 s a click, 0.4 s to move the hand between
mouse and keyboard, 1.35 s to think before each field, 0.5 s to wait for a page. A visit and the reports of a month are
done twice: IKM by IKM on their own pages, and on the one page for all. Writes bench/results/clerk.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.office import Office
from playwright.sync_api import Locator, Page, sync_playwright

RESULTS = Path(__file__).parent / "results" / "clerk.md"
KEY, POINT, CLICK, HAND, THINK, WAIT = 0.28, 1.1, 0.2, 0.4, 1.35, 0.5  # seconds
WORDS = "Benang katun naik terus, untungnya tinggal sedikit sekali."
DAY = dt.date(2022, 4, 29)
MOST_LOADS = 40  # of the visit on one page


@dataclass
class Count:
    name: str
    loads: int = 0
    clicks: int = 0
    keys: int = 0
    fields: int = 0
    moves: int = 0  # of the hand between mouse and keyboard

    @property
    def seconds(self) -> float:
        hands = self.clicks * (POINT + CLICK) + self.keys * KEY + self.moves * HAND
        return hands + self.fields * THINK + self.loads * WAIT


@dataclass
class Clerk:
    """Counts what hands do on the page."""

    page: Page
    counts: list[Count] = field(default_factory=lambda: [Count("")])
    is_on_keys: bool = False

    def __post_init__(self) -> None:
        self.page.on("load", lambda _page: self._loaded())

    @property
    def count(self) -> Count:
        return self.counts[-1]

    def begin(self, name: str) -> None:
        self.counts.append(Count(name))

    def open(self, address: str) -> None:
        """A link that stands on the page before: one click, without looking for it."""
        self._click()
        self.page.goto(address)

    def click(self, target: Locator) -> None:
        self._click()
        target.click()

    def press(self, target: Locator) -> None:
        """A button or link that leads to another page."""
        self._click()
        with self.page.expect_navigation():
            target.click()

    def type(self, target: Locator, text: str, *, by_tab: bool = False) -> None:
        """Into a field that the mouse reaches, or one Tab."""
        self.count.fields += 1
        self._keys(1) if by_tab else self._click()
        self._keys(len(text))
        target.fill(text)

    def choose(self, target: Locator, value: str, letters: int = 1, *, by_tab: bool = False) -> None:
        """An option of a list, by its first letters."""
        self.count.fields += 1
        self._keys(1) if by_tab else self._click()
        self._keys(letters)
        target.select_option(value)

    def _click(self) -> None:
        self.count.clicks += 1
        self.count.moves += self.is_on_keys
        self.is_on_keys = False

    def _keys(self, keys: int) -> None:
        self.count.keys += keys
        self.count.moves += not self.is_on_keys
        self.is_on_keys = True

    def _loaded(self) -> None:
        self.count.loads += 1


def begin_visit(clerk: Clerk, purpose: str) -> str:
    page = clerk.page
    clerk.open("/kunjungan/rencana/")
    cluster = page.locator("select[name=cluster] option").nth(1).get_attribute("value") or ""
    clerk.choose(page.locator("select[name=cluster]"), cluster)
    clerk.type(page.locator("input[name=planned_for]"), f"{DAY}")
    clerk.type(page.locator("[name=purpose]"), purpose)
    clerk.press(page.locator("main form[method=post] button[type=submit]"))
    key = page.url.rstrip("/").split("/")[-1]
    clerk.press(page.get_by_role("link", name="Mulai kunjungan").first)
    clerk.press(page.locator("main form[method=post] button[type=submit]"))
    return key


def visit_page_by_page(clerk: Clerk, businesses: int) -> None:
    page, key = clerk.page, begin_visit(clerk, "Mendengar satu per satu")
    clerk.open(f"/aspirasi/kunjungan/{key}/")
    clerk.press(page.locator("ul.list h2 a").first)
    for number in range(businesses):
        form = page.locator("main form:has([name=present])")
        clerk.count.fields += 3
        clerk.click(form.locator("[name=present][value=yes]"))
        clerk.click(form.locator("[name=pulse][value='75']"))
        clerk.type(form.locator("textarea"), WORDS)
        clerk.click(form.locator("[name=kind][value=constraint]"))
        clerk.choose(form.locator("[name=difficulty]"), "material", 2)
        clerk.press(form.locator("button[type=submit]"))
        if number + 1 < businesses:
            clerk.press(page.get_by_role("link", name="IKM berikutnya"))


def visit_on_one_page(clerk: Clerk, businesses: int) -> None:
    page, key = clerk.page, begin_visit(clerk, "Mendengar pada satu halaman")
    clerk.open(f"/aspirasi/kunjungan/{key}/catat/")
    page.wait_for_selector("form[data-row-save=ready]")
    clerk.click(page.locator("[data-choose-rest]"))
    for number in range(businesses):
        row = page.locator(".grid-row").nth(number)
        clerk.type(row.locator("input[name$=-pulse]"), "75")
        clerk.count.keys += 2  # Tab over two empty fields
        clerk.type(row.locator("textarea"), WORDS, by_tab=True)
        clerk.choose(row.locator("select[name$=-kind]"), "constraint", by_tab=True)
        clerk.choose(row.locator("select[name$=-difficulty]"), "material", 2, by_tab=True)
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="Semua tersimpan").wait_for()


def reports_page_by_page(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/?bulan=2022-03")
    missing = page.get_by_role("link", name="Isi", exact=True)
    for _number in range(businesses):
        clerk.press(missing.first)
        for quantity in page.locator("input[name^=quantity]").all():
            clerk.type(quantity, "12")
        clerk.press(page.locator("main form[method=post] button.main"))


def reports_on_one_page(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/lembar/?bulan=2022-02")
    page.wait_for_selector("form[data-row-save=ready]")
    fields = page.locator("input[name*=quantity]")
    count = min(fields.count(), businesses)
    clerk.type(fields.first, "12")
    for number in range(1, count):
        clerk.count.keys += 1  # Tab over the value
        clerk.type(fields.nth(number), "12", by_tab=True)
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="tersimpan").wait_for()


def reports_pasted(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/lembar/?bulan=2022-01")
    page.wait_for_selector("form[data-row-save=ready]")
    names = page.locator("tbody[data-row] th[scope=rowgroup] a").all_inner_texts()[:businesses]
    clerk.click(page.locator("details:has(#block) summary"))
    clerk.count.clicks += 1
    clerk.count.keys += 2  # Ctrl V
    page.locator("#block").fill("\n".join(f"{name}\t12" for name in names))
    clerk.press(page.locator("form[data-paste-block] button"))
    page.wait_for_selector("form[data-row-save=ready]")
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="tersimpan").wait_for()


def group_matter(clerk: Clerk, _businesses: int) -> None:
    page = clerk.page
    clerk.open("/aspirasi/")
    clerk.press(page.locator("a[href$='/satukan/'], a[href*='/satukan/?']").first)
    boxes = page.locator("input[name=aspirasi]")
    clerk.count.fields += 1
    for number in range(min(boxes.count(), 5)):
        clerk.click(boxes.nth(number))
    clerk.type(page.locator("[name=title]"), "Harga benang naik")
    clerk.choose(page.locator("[name=difficulty]"), "material", 2)
    clerk.press(page.locator("main form[method=post] button[type=submit]").last)


TASKS: tuple[tuple[str, Callable[[Clerk, int], None]], ...] = (
    ("a visit of {n} IKM, IKM by IKM", visit_page_by_page),
    ("the same on one page", visit_on_one_page),
    ("reports of {n} IKM, one by one", reports_page_by_page),
    ("the same on one page, typed", reports_on_one_page),
    ("the same, pasted from a spreadsheet", reports_pasted),
    ("a matter of five aspirations", group_matter),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--businesses", type=int, default=36)
    chosen, load = parser.parse_args(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-clerk-") as name, sync_playwright() as playwright:
        office = Office(Path(name) / "office")
        office.build()
        office.open()
        executable = os.environ.get("SAMBANG_CHROMIUM") or None
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        try:
            base = f"http://127.0.0.1:{office.port}"
            page = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}).new_page()
            page.goto("/masuk/")
            page.get_by_label("surel").fill("pengurus@peragaan.test")
            page.get_by_label("sandi").fill(office.password)
            page.get_by_role("button", name="Masuk").last.click()
            clerk = Clerk(page)
            for title, do in TASKS:
                clerk.begin(title.format(n=chosen.businesses))
                do(clerk, chosen.businesses)
        finally:
            browser.close()
            office.kill()
    report(clerk.counts[1:], chosen.businesses, load)


def report(counts: list[Count], businesses: int, load: float) -> None:
    lines = ["| | page loads | clicks | keys | minutes |", "|---|---|---|---|---|"]
    lines += [f"| {one.name} | {one.loads} | {one.clicks} | {one.keys} | {one.seconds / 60:.1f} |" for one in counts]
    loads = counts[1].loads
    last = f"the visit on one page takes {loads} page loads (promised at most {MOST_LOADS})"
    RESULTS.write_text(
        f"# A clerk's month\n\n`python -m bench.clerk --businesses {businesses}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}. Keystroke-level model: "
        f"{KEY} s a key, {POINT} s to point, {CLICK} s a click, {HAND} s between mouse and keyboard, {THINK} s before "
        f"a field, {WAIT} s a page. Each IKM: present, pulse, words ({len(WORDS)} letters), kind, difficulty.\n\n"
        + "\n".join(lines)
        + f"\n\n{last}\n"
    )
    print("\n".join(lines), last, sep="\n")
    raise SystemExit(0 if loads <= MOST_LOADS else 1)


if __name__ == "__main__":
    main()
