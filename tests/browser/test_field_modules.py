"""Unit tests of the phone's JavaScript, run in Chromium: every exported function of field_modules/*.test.mjs is a
test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from tools.budgets import ROOT

pytestmark = pytest.mark.browser
MODULES = ROOT / "src" / "sambang" / "field" / "static"
TESTS = Path(__file__).with_name("field_modules")
ORIGIN = "http://localhost"  # a secure context, without a server: every request is answered below
PAGE = '<!DOCTYPE html><html data-version="test"><body><p id="message"></p></body></html>'
EXPORTED = re.compile(r"^export (?:async )?function (\w+)", re.MULTILINE)
CASES = [
    (path.name, name)
    for path in sorted(TESTS.glob("*.test.mjs"))
    for name in EXPORTED.findall(path.read_text(encoding="utf-8"))
]
RUN = """async ([file, name]) => {
  const tests = await import(`/tests/${file}`);
  await tests[name]();
}"""


def answer(route: Route) -> None:
    """The app's modules under /static/, the tests under /tests/, and an empty page."""
    path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
    if path == "/lapangan/":
        route.fulfill(body=PAGE, content_type="text/html")
        return
    file = (
        TESTS / path.removeprefix("/tests/") if path.startswith("/tests/") else MODULES / path.removeprefix("/static/")
    )
    if file.is_file():
        route.fulfill(body=file.read_text(encoding="utf-8"), content_type="text/javascript")
    else:
        route.fulfill(status=404)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="id-ID", timezone_id="Asia/Makassar", service_workers="block")
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/lapangan/")
    yield page
    context.close()


@pytest.mark.parametrize(("file", "name"), CASES, ids=[name for _file, name in CASES])
def test_module(page: Page, file: str, name: str) -> None:
    page.evaluate(RUN, [file, name])


def test_every_test_file_is_run() -> None:
    assert {file for file, _name in CASES} == {path.name for path in TESTS.glob("*.test.mjs")}
    assert len(CASES) > 30
