"""A real Chromium, at the width of a small phone unless a test says otherwise.

A page that breaks the content security policy, throws, or misses a file fails the test that opened it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from sambang.people.models import Person

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Playwright's synchronous form keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("SAMBANG_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "no Chromium was found: run the tests through `make test`, which installs one"
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def _place_for_gathered_files() -> None:
    """The live server starts before any test's settings: WhiteNoise must find its folder, if empty."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """open_page(size=PHONE): a page of a browser of its own, relative addresses allowed; its complaints fail the test."""
    complaints: list[str] = []
    contexts = []

    def open_(size: dict[str, int] | None = None) -> Page:
        context = chromium.new_context(base_url=live_server.url, viewport=size or PHONE, locale="id-ID")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
        return page

    yield open_
    for context in contexts:
        context.close()
    # Chromium reports refused forms (403, 404, 422) as errors on its console: an answer, not a fault.
    assert [text for text in complaints if "the server responded with a status of 4" not in text] == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def sign_in() -> Callable[[Page, Person], None]:
    """Signs a person of tests/conftest.py in through the form."""

    def fill(page: Page, person: Person) -> None:
        page.goto("/masuk/")
        page.locator("input[name=username]").fill(str(person.email))
        page.locator("input[name=password]").fill("rahasia-sekali")
        page.locator("main button[type=submit]").click()

    return fill
