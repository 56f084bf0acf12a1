"""A real Chromium on a real server with the demo's data in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sambang.home.demo.people import PASSWORD
from tests.browser.field_office import Office
from tests.browser.field_phone import Phone
from tests.ports import spare_port

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The pictures first: they show the demo as it was built, and other tests change it."""
    items.sort(key=lambda item: item.path.name != "test_pictures.py")


@dataclass(frozen=True)
class Site:
    address: str
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """What `sambang …` prints, on this site's data."""
        line = [sys.executable, "-m", "sambang", *words]
        return subprocess.run(line, env=self.environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo up to *acted*, served by granian as an office would."""
    folder = tmp_path_factory.mktemp("site")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SAMBANG_", "DATABASE_URL"))}
    environment |= {"SAMBANG_DATA": str(folder), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    port = spare_port()
    site = Site(f"http://127.0.0.1:{port}", environment)
    site.command("demo", "--size", "sentra", "--stage", "acted", "--no-serve")
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "sambang", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(site.address)
            yield site
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(address: str, seconds: float = 180) -> None:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("SAMBANG_CHROMIUM") or shutil.which("chromium")
    assert executable, "Chromium is missing: `make test` installs it, or install Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page("petugas")`: a page of somebody signed in, on a phone's screen; no name: a stranger's."""
    contexts: list[BrowserContext] = []

    def enter(who: str = "", *, screen: dict[str, int] = PHONE, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport=screen,
            base_url=site.address,
            java_script_enabled=scripts,
            locale="id-ID",  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        if who:
            page.goto("/masuk/")
            page.get_by_label("surel").fill(f"{who}@peragaan.test")
            page.get_by_label("sandi").fill(PASSWORD)
            page.get_by_role("button", name="Masuk").last.click()
            page.wait_for_url(site.address + "/")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def office(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on a copy of the demo's data, which may be killed and restored."""
    office = Office(
        Path(site.environment["SAMBANG_DATA"]), site.environment, tmp_path_factory.mktemp("office") / "data"
    )
    yield office
    office.close()


@pytest.fixture
def phone(office: Office, browser: Browser) -> Iterator[Callable[..., Phone]]:
    """`phone()`: a new phone on which nobody has signed in yet. The office begins each test as the demo left it."""
    contexts: list[BrowserContext] = []

    def buy() -> Phone:
        context = browser.new_context(viewport=PHONE, locale="id-ID")
        contexts.append(context)
        return Phone(office, context)

    office.begin_anew()
    yield buy
    for context in contexts:
        context.close()
