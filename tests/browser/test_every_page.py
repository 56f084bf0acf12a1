"""Every page that a role can reach by its links: it answers, fits a phone, breaks no policy, and axe finds nothing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
MAX_PAGES = 70  # of one role; of pages that differ only in their identifier, two are looked at
AXED = 30
LEFT_OUT = re.compile(
    r"/keluar/|\.pdf|\.docx|\.xml$|format=(?:xlsx|csv|docx|json)|\.json$|\.xlsx|/acuan/|/gambar/"
    r"|wa\.me|\.svg|\.jpg$|\.png$|/salinan/|(?:tertahan|bagian|maklon)/[^/]+/pesan/$|/undang/$"
    r"|foto/[^/]+/$|/unduh|templat"
)


def shape(address: str) -> str:
    """The address without identifiers: pages of one shape are one template."""
    parts = urlsplit(address)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}|\d+", "*", parts.path)
    return path + "?" + ",".join(sorted(piece.split("=")[0] for piece in parts.query.split("&") if piece))


def errors_of(page: Page, *, axed: bool) -> list[str]:
    width = page.viewport_size["width"] if page.viewport_size else 0
    found = Axe().run(page).response["violations"] if axed else []
    errors = [f"axe {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        errors.append("wider than the screen")
    return [f"{page.url} at {width} px: {error}" for error in errors]


def crawl(
    page: Page, *starts: str, within: re.Pattern[str] | None = None, screens: tuple[ViewportSize, ...] = (PHONE,)
) -> list[str]:
    """Walk the site's own links from the first of `starts`; returns errors, each naming its page. `within`: only
    addresses that fit, and axe on all of them. `screens`: each page is looked at in all of them."""
    start = starts[0]
    errors: list[str] = []
    page.on("console", lambda said: errors.append(f"{page.url}: console {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda wrong: errors.append(f"{page.url}: script {wrong}"))
    waiting, seen = deque(starts), {shape(one): 1 for one in starts}
    looked = 0
    while waiting and looked < MAX_PAGES:
        address = waiting.popleft()
        page.set_viewport_size(screens[0])
        answer = page.goto(address)
        looked += 1
        if answer is None or answer.status != 200:
            errors.append(f"{address}: status {answer and answer.status}")
            continue
        for screen in screens:
            page.set_viewport_size(screen)
            errors += errors_of(page, axed=within is not None or looked <= AXED)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            full = urljoin(page.url, link).split("#")[0]
            if urlsplit(full).netloc != urlsplit(start).netloc or LEFT_OUT.search(full):
                continue
            if within and not within.search(urlsplit(full).path):
                continue
            if seen.setdefault(shape(full), 0) < 2 and full not in waiting:
                seen[shape(full)] += 1
                waiting.append(full)
    assert looked >= 4, f"only {looked} pages found from {start}"
    return errors


@pytest.mark.parametrize("who", ["petugas", "pengurus", "pimpinan", "pengelola", "pimpinan.diy", ""])
def test_every_page_on_a_phone(open_page: Callable[..., Page], site: object, who: str) -> None:
    page = open_page(who)
    errors = crawl(page, site.address + "/")  # type: ignore[attr-defined]
    assert not errors, "\n".join(errors)
