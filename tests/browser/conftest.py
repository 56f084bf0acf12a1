"""A real Chromium on a real server with the demo's data in a folder of its own.

The modules run on three processes (`--dist loadfile`), each with its own server. Every module finds the demo as it was
built, whatever ran before it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from sambang.home.demo.people import PASSWORD
from tests.browser.field_office import Office
from tests.browser.field_phone import Phone
from tests.ports import spare_port
from tests.server_data import environment_of, prepared_data

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@contextmanager
def locked(file: Path, how: int) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, how)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, bool | None, bool | None]:
    """A test that measures seconds (`timed`) waits until those of other processes have ended, and holds up the next."""
    folder = folder_of_run(item.config._tmp_path_factory)  # type: ignore[attr-defined]
    if item.get_closest_marker("timed"):
        with locked(folder / "turn.lock", fcntl.LOCK_EX), locked(folder / "running.lock", fcntl.LOCK_EX):
            return (yield)
    with locked(folder / "turn.lock", fcntl.LOCK_EX):
        running = (folder / "running.lock").open("w")
        fcntl.flock(running, fcntl.LOCK_SH)
    with running:
        return (yield)


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """The same for all processes of a run."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@dataclass(frozen=True)
class Site:
    address: str
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """What `sambang …` prints, on this site's data."""
        line = [sys.executable, "-m", "sambang", *words]
        return subprocess.run(line, env=self.environment, check=True, capture_output=True, text=True).stdout

    @property
    def database(self) -> Path:
        return Path(self.environment["SAMBANG_DATA"]) / "sambang.sqlite3"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo up to *acted* with its static files, which nobody serves: built once in a run, by the process that asks
    first; the others find it built."""
    shared = folder_of_run(tmp_path_factory)
    folder = shared / "demo"
    demo = Site("", environment_of(folder))
    with locked(shared / "demo.lock", fcntl.LOCK_EX):
        if not (folder / "demo.json").exists():
            shutil.copytree(prepared_data(), folder)
            demo.command("load_reference")
            demo.command("demo", "--size", "sentra", "--stage", "acted", "--no-serve")
    return demo


@pytest.fixture(scope="session")
def served(demo: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the demo, served by granian as an office would."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(demo.database.parent, folder)
    port = spare_port()
    served = Site(f"http://127.0.0.1:{port}", {**demo.environment, "SAMBANG_DATA": str(folder)})
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "sambang", "serve", "--port", str(port)],
            env=served.environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(served.address)
            yield served
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="module")
def site(served: Site, demo: Site) -> Site:
    """With the demo's rows as they were built, whatever other modules did."""
    with closing(sqlite3.connect(demo.database)) as built, closing(sqlite3.connect(served.database)) as target:
        built.backup(target)
    return served


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

    def enter(who: str = "", *, screen: ViewportSize = PHONE, scripts: bool = True) -> Page:
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
def office(demo: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on a copy of the demo's data, which may be killed and restored."""
    office = Office(demo.database.parent, demo.environment, tmp_path_factory.mktemp("office") / "data")
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
