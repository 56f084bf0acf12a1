"""Hands at the desk by the keystroke-level model of Card, Moran and Newell: clicks, keys and page loads are counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

KEY, POINT, CLICK, HAND, THINK, WAIT = 0.28, 1.1, 0.2, 0.4, 1.35, 0.5  # seconds


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

    def hotkey(self, key: str) -> None:
        """A key that leads to another page."""
        self._keys(1)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def search(self, target: Locator, text: str) -> None:
        """Into the field that has the focus, and Enter."""
        self.count.fields += 1
        self._keys(len(text) + 1)
        target.fill(text)
        with self.page.expect_navigation():
            target.press("Enter")

    def choose_file(self, target: Locator, path: str) -> None:
        """The button, the file in the system's window, and its button."""
        self.count.fields += 1
        for _click in range(3):
            self._click()
        target.set_input_files(path)

    def download(self, target: Locator) -> None:
        self._click()
        href = target.get_attribute("href")
        if href:  # a PDF would open in the browser's viewer
            assert self.page.request.get(href).ok, href
            return
        with self.page.expect_download() as file:
            target.click()
        assert file.value.path()

    def view(self, target: Locator) -> None:
        """A button that answers with a PDF in the browser's viewer."""
        self._click()
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            target.click()
        assert answer.value.ok

    def open_outside(self, target: Locator) -> None:
        """A link into WhatsApp, which opens beside the page; there one click sends."""
        self._click()
        self._click()
        with self.page.expect_popup() as opened:
            target.click()
        opened.value.close()

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
