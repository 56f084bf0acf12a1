"""What Chromium itself refuses on our pages: text as markup, text as script, another policy, a frame; and that a
passkey, the app's worker and Django's own tables still have their way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TRIED = """(kind) => {
  const tries = {
    markup: () => { document.body.innerHTML = "<b>x</b>"; },
    adjacent: () => { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); },
    written: () => { document.write("<b>x</b>"); },
    address: () => { document.createElement("script").src = "/static/x.js"; },
    words: () => { document.createElement("script").text = "1"; },
    handler: () => { document.body.setAttribute("onclick", "document.title = 'ran'"); },
    framed: () => { document.createElement("iframe").srcdoc = "<b>x</b>"; },
    policy: () => { window.trustedTypes.createPolicy("lain", { createHTML: (text) => text }); },
    default: () => { window.trustedTypes.createPolicy("default", { createHTML: (text) => text }); },
    worker: () => navigator.serviceWorker.register("/static/x.js"),
  };
  try { const answer = tries[kind](); return answer ? answer.then(() => "taken", (wrong) => wrong.name) : "taken"; }
  catch (wrong) { return wrong.name; }
}"""
SINKS = ("markup", "adjacent", "written", "address", "words", "handler", "framed", "policy", "default", "worker")


@pytest.mark.parametrize("path", ["/", "/masuk/", "/lapangan/"])
def test_text_becomes_no_markup_and_no_script(open_page: Callable[..., Page], path: str) -> None:
    page = open_page()
    page.goto(path)
    assert {kind: page.evaluate(TRIED, kind) for kind in SINKS} == dict.fromkeys(SINKS, "TypeError")


def test_the_app_names_its_worker_all_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page("petugas")
    page.goto("/lapangan/")
    state = page.evaluate("navigator.serviceWorker.ready.then((found) => found.active.scriptURL)")
    assert state.endswith("/lapangan/sw.js")


def test_no_page_asks_where_one_is(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    asked = "(name) => navigator.permissions.query({ name }).then((found) => found.state)"
    assert [page.evaluate(asked, name) for name in ("geolocation", "camera", "microphone")] == ["denied"] * 3
    page.goto("/lapangan/")  # the app asks where a photo was taken, if office and officer allow it
    assert page.evaluate(asked, "geolocation") == "prompt"


def test_signing_out_leaves_nothing_behind_the_back_button(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus")
    page.goto("/daftar/ikm/")
    assert page.get_by_role("heading", level=1).count() == 1
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/")
    page.go_back()
    page.wait_for_url("**/masuk/**")
