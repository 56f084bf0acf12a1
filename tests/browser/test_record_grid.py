"""A clerk records a visit on one page: every answer is stored by itself, also after the signal or the session is
lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK
from tests.browser.test_drafts import drafts, end_session, sign_in, watched

pytestmark = pytest.mark.browser


def begun_visit(page: Page) -> str:
    """The page that records a visit which was planned and begun now."""
    page.goto("/kunjungan/rencana/")
    page.locator("select[name=cluster]").select_option(index=1)
    page.locator("input[name=planned_for]").fill(f"{dt.date(2022, 4, 29)}")
    page.locator("[name=purpose]").fill("Mencatat pada satu halaman")
    page.locator("main form[method=post] button[type=submit]").click()
    page.get_by_role("link", name="Mulai kunjungan").first.click()
    page.locator("main form[method=post] button[type=submit]").click()
    page.get_by_role("link", name="Catat semua").click()
    ready(page)
    return urlsplit(page.url).path


def ready(page: Page) -> None:
    page.wait_for_selector("form[data-row-save=ready]")
    watched(page)


def say(row: Locator, words: str) -> None:
    block = row.locator("[data-together]").last
    block.locator("textarea").fill(words)
    block.locator("select").nth(0).select_option("constraint")
    block.locator("select").nth(1).select_option("material")


def stored(row: Locator, count: int) -> None:
    expect(row.locator(".row-status", has_text="✓ tersimpan")).to_have_count(count)


def test_answers_are_stored_by_themselves_and_survive(open_page: Callable[..., Page]) -> None:
    page = open_page("pengurus", screen=DESK)
    path = begun_visit(page)
    first, second, third = (page.locator(".grid-row").nth(number) for number in range(3))
    first.get_by_text("Hadir", exact=True).click()
    first.locator("input[name$=-pulse]").fill("75%")
    say(first, "Benang katun naik")
    second.locator("input[name$=-pulse]").focus()
    stored(first, 2)
    drafts(page, 0)
    page.context.set_offline(True)
    second.get_by_text("Tidak", exact=True).click()
    first.get_by_role("button", name="Perkataan lain").click()
    say(first, "Listrik sering padam")
    third.locator("input[name$=-pulse]").focus()
    expect(page.locator("[data-all-status]")).to_contain_text("sinyal putus")
    page.context.set_offline(False)
    stored(first, 3)
    stored(second, 1)
    end_session(page)
    say(third, "Kain langka sejak Lebaran")
    second.locator("input[name$=-pulse]").focus()
    expect(page.locator("[data-all-status]")).to_contain_text("Anda sudah keluar")
    page.goto(path)
    sign_in(page, "pengurus")
    page.wait_for_url(re.compile(path))
    ready(page)
    page.locator(".draft-use").click()
    stored(third, 1)
    page.goto(path)
    ready(page)
    words = [field.input_value() for field in page.locator(".grid-row textarea").all() if field.input_value()]
    assert words == ["Benang katun naik", "Listrik sering padam", "Kain langka sejak Lebaran"]
    expect(first.locator("input[name$=-pulse]")).to_have_value("75")
