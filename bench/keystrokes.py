"""Time to record a full IKM in the officer's app: real Chromium, every tap, swipe and letter counted.

    SAMBANG_CHROMIUM=/usr/bin/chromium python -m bench.keystrokes [--businesses 36] [--seed 1]

The model: 1.1 s a tap or swipe, 0.3 s a letter. The screen has 360 × 740 points; while a text field has the focus, the
keyboard covers the lower 280. What is not in view is swiped into view, at most 60% of the visible height a swipe. A
camera takes two taps of its own. A full IKM: attendance with the workers met, what the owner says (kind, difficulty),
the month's production of a product, a photo, and on to the next IKM. Writes bench/results/keystrokes.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bench.office import Office
from bench.phone import Phone
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

RESULTS = Path(__file__).parent / "results" / "keystrokes.md"
TAP, LETTER = 1.1, 0.3  # seconds
HEIGHT, KEYBOARD = 740, 280  # points
BAR, TABS = 56, 70
CAMERA = 2  # taps: the shutter, and "use this photo"
WORDS = "Benang katun naik terus, untungnya tinggal sedikit sekali."
KINDS = ("kendala", "tantangan", "aspirasi")
DIFFICULTIES = ("pemasaran", "modal", "bahan baku", "keterampilan", "harga jual", "lainnya")
PARTS = ("taps", "swipes", "letters", "seconds")
SLOWDOWN = 6
PHOTO = (4000, 3000)
PROMISED_TAPS, PROMISED_SECONDS, PROMISED_MINUTES, PROMISED_PHOTO = 10, 35, 20, 3

IN_VIEW = """(node) => { const { top, bottom } = node.getBoundingClientRect(); return [top, bottom]; }"""
HAS_KEYBOARD = """() => { const { tagName, type } = document.activeElement;
    return tagName === "TEXTAREA" || (tagName === "INPUT" && !["radio", "checkbox", "file"].includes(type)); }"""


@dataclass
class Count:
    taps: int = 0
    swipes: int = 0
    letters: int = 0

    @property
    def seconds(self) -> float:
        return (self.taps + self.swipes) * TAP + self.letters * LETTER


@dataclass
class Typist:
    """Counts what a finger does on the page."""

    page: Page
    counts: list[Count] = field(default_factory=lambda: [Count()])

    @property
    def count(self) -> Count:
        return self.counts[-1]

    def tap(self, target: Locator) -> None:
        self._bring_into_view(target)
        target.click()
        self.count.taps += 1

    def type(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.press_sequentially(text)
        self.count.letters += len(text)

    def take_photo(self, label: Locator, file: Path) -> None:
        self._bring_into_view(label)
        with self.page.expect_file_chooser() as chooser:
            label.click()
        chooser.value.set_files(file)
        self.count.taps += 1 + CAMERA

    def _bring_into_view(self, target: Locator) -> None:
        for _ in range(30):
            self.page.wait_for_timeout(60)  # a smooth scroll of the app's own
            top, bottom = target.evaluate(IN_VIEW)
            has_keyboard = self.page.evaluate(HAS_KEYBOARD)
            is_fixed = target.evaluate("(node) => Boolean(node.closest('.next-bar, #tabs'))")
            foot = HEIGHT - KEYBOARD if has_keyboard else HEIGHT - (0 if is_fixed else 2 * TABS)
            if bottom <= foot and top >= BAR:
                return
            if has_keyboard and is_fixed:  # below the keyboard: one tap closes it
                self.page.evaluate("document.activeElement.blur()")
                self.count.taps += 1
                continue
            far = bottom - foot if bottom > foot else top - BAR
            step = max(-0.6 * foot, min(0.6 * foot, far + (20 if far > 0 else -20)))
            before = self.page.evaluate("window.scrollY")
            self.page.mouse.wheel(0, step)
            self.page.wait_for_timeout(80)
            if self.page.evaluate("window.scrollY") == before:
                return  # the page ends here
            self.count.swipes += 1

    @contextmanager
    def counting(self) -> Iterator[Count]:
        self.counts.append(Count())
        yield self.count


def roll_call(hand: Typist, businesses: int) -> None:
    for number in range(businesses):
        button = hand.page.locator("li.row").nth(number).get_by_role("button", name=re.compile(": hadir"))
        hand.tap(button)


def full_business(hand: Typist, photo: Path, rng: random.Random) -> None:
    """One IKM whose attendance the roll call took, from its opened page to the next one's."""
    page = hand.page
    kind, difficulty, workers = rng.choice(KINDS), rng.choice(DIFFICULTIES), str(rng.randint(2, 12))
    heading = page.get_by_role("heading", level=1).inner_text()
    hand.type(page.get_by_label("Pekerja ditemui"), workers)
    hand.type(page.get_by_label("Kata-katanya sendiri"), WORDS)
    hand.tap(page.locator(".chip", has_text=kind).first)
    hand.tap(page.locator(".chip", has_text=difficulty).first)
    hand.type(page.locator("input[name^=line-]").first, "12")
    hand.take_photo(page.locator("label", has_text="Ambil foto"), photo)
    page.locator("canvas.thumb").wait_for()
    hand.tap(page.locator(".next-bar button"))
    page.wait_for_function("(before) => document.querySelector('h1').textContent !== before", arg=heading)


def photo_seconds(page: Page, photo: Path) -> float:
    """From the chosen photo of 12 megapixels to "Tersimpan", with the page's processor six times slower."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.locator("input[type=file][capture]").set_input_files(photo)
    began = monotonic()
    page.locator("canvas.thumb").wait_for()
    took = monotonic() - began
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--businesses", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    chosen, load = parser.parse_args(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-keystrokes-") as name, sync_playwright() as playwright:
        folder = Path(name)
        office = Office(folder / "office")
        office.build()
        office.open()
        photo, large = folder / "small.jpg", folder / "large.jpg"
        Image.effect_noise((640, 480), 25).convert("RGB").save(photo)
        Image.effect_noise(PHOTO, 25).convert("RGB").save(large, quality=90)
        phone = Phone(playwright, folder / "phone", office.port, lambda _text: None)
        try:
            phone.switch_on()
            phone.sign_in("petugas@peragaan.test", office.password)
            phone.take_along()
            page, hand, rng = phone.page, Typist(phone.page), random.Random(chosen.seed)
            page.goto(f"{phone.address}/lapangan/#/kunjungan/{phone.visit}")
            page.reload()
            page.get_by_role("button", name="Mulai kunjungan").click()
            page.locator("li.row .two").first.wait_for()
            businesses = min(chosen.businesses, page.locator("li.row").count())
            with hand.counting() as calling:
                roll_call(hand, businesses)
            page.locator("li.row a").first.click()
            for _ in range(businesses):
                with hand.counting():
                    full_business(hand, photo, rng)
            took = photo_seconds(page, large)
        finally:
            phone.put_away()
            office.kill()
    found = hand.counts[2:]
    report(found, calling, took, f"--businesses {chosen.businesses} --seed {chosen.seed}", load)


def report(found: list[Count], calling: Count, photo: float, given: str, load: float) -> None:
    most = max(found, key=lambda count: count.taps + count.swipes)
    slowest = max(count.seconds for count in found)
    minutes = (calling.seconds + sum(count.seconds for count in found)) / 60
    table = [
        "| | taps | swipes | letters | s |\n|---|---|---|---|---|",
        f"| roll call of {len(found)} IKM | {calling.taps} | {calling.swipes} | 0 | {calling.seconds:.0f} |",
        f"| one full IKM, mean | {' | '.join(mean(found, name) for name in PARTS)} |",
        f"| one full IKM, most | {most.taps} | {most.swipes} | {most.letters} | {slowest:.0f} |",
    ]
    last = (
        f"one IKM at most {most.taps} taps and {most.swipes} swipes, {slowest:.0f} s (promised {PROMISED_TAPS} taps, "
        f"{PROMISED_SECONDS} s); {len(found)} IKM with the roll call {minutes:.1f} min (promised {PROMISED_MINUTES}); "
        f"a photo of 12 megapixels {photo:.1f} s at a processor six times slower (promised {PROMISED_PHOTO})"
    )
    is_kept = (
        most.taps <= PROMISED_TAPS
        and slowest <= PROMISED_SECONDS
        and minutes < PROMISED_MINUTES
        and photo < PROMISED_PHOTO
    )
    RESULTS.write_text(
        f"# Keystrokes\n\n`python -m bench.keystrokes {given}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}. {TAP} s a tap or swipe, "
        f"{LETTER} s a letter; 360 × {HEIGHT} points, the keyboard covers {KEYBOARD}. The slowdown is Chromium's own, "
        "of the page's main thread.\n\n" + "\n".join(table) + f"\n\n{last}\n"
    )
    print("\n".join(table), last, sep="\n")
    raise SystemExit(0 if is_kept else 1)


def mean(found: list[Count], name: str) -> str:
    return f"{sum(getattr(count, name) for count in found) / len(found):.1f}"


if __name__ == "__main__":
    main()
