"""From an invitation to a passkey, with an authenticator that Chromium pretends to have; and codes without any
script."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sambang.accounts import totp
from tests.browser.conftest import DESK, PHONE, Site

pytestmark = pytest.mark.browser
PASSWORD = "kain-lurik-biru-7"


def invited(site: Site, page: Page, email: str) -> None:
    """A new colleague, signed in. By name, for a passkey belongs to a name and not to a number."""
    address = f"http://localhost:{site.address.rpartition(':')[2]}"
    link = site.command(
        "invite", email, "--name", "Ani Peraga", "--council", "Dekranasda Sleman", "--role", "staff", "--site", address
    )
    page.goto(link.strip())
    for field in page.get_by_label("sandi").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Buat kata sandi").click()
    page.wait_for_url(f"{address}/")


def sign_in_again(page: Page, email: str) -> None:
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/masuk/")
    page.get_by_label("surel").fill(email)
    page.get_by_label("sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").last.click()
    page.wait_for_url("**/masuk/kode/")


def look(page: Page, size: dict[str, int]) -> None:
    assert Axe().run(page).violations_count == 0, page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def test_a_passkey(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(screen=PHONE)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda wrong: errors.append(str(wrong)))
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    key = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    invited(site, page, "ani@contoh.test")
    page.get_by_role("link", name="Ani Peraga").click()
    look(page, PHONE)
    page.get_by_role("link", name="Pasang kunci sandi").click()
    look(page, PHONE)
    page.get_by_label("Nama kunci").fill("ponsel uji")
    page.get_by_label("Kata sandi Anda").fill(PASSWORD)
    page.get_by_role("button", name="Pasang").click()
    expect(page.locator("ol.codes li")).to_have_count(10)
    assert len(chromium.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    sign_in_again(page, "ani@contoh.test")
    look(page, PHONE)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    page.wait_for_url("**/")
    expect(page.get_by_role("link", name="Ani Peraga")).to_be_visible()

    sign_in_again(page, "ani@contoh.test")
    chromium.send("WebAuthn.clearCredentials", {"authenticatorId": key})  # another phone
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.locator(".error-message:visible")).to_contain_text("tidak terbaca")
    page.goto(page.url.replace("/masuk/kode/", "/kunjungan/"))
    expect(page).to_have_url(page.url.partition("/masuk/")[0] + "/masuk/?next=/kunjungan/")
    assert errors == []


def test_codes_of_an_app_without_any_script(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(screen=DESK, scripts=False)
    invited(site, page, "tono@contoh.test")
    page.goto(page.url + "masuk/keamanan/aplikasi/")
    spelled = page.locator("code.key").inner_text().replace(" ", "")
    key = base64.b32decode(spelled)
    page.get_by_label("Kode enam angka").fill(totp.code_at(key, totp.step_at(time.time())))
    page.get_by_label("Kata sandi Anda").fill(PASSWORD)
    page.get_by_role("button", name="Pasang").click()
    paper = page.locator("ol.codes code").first.inner_text()
    sign_in_again(page, "tono@contoh.test")
    expect(page.get_by_role("button", name="Pakai kunci sandi")).to_have_count(0)
    page.get_by_label("Kode", exact=False).first.fill(paper)
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_url("**/masuk/keamanan/")
    expect(page.locator("main")).to_contain_text("Tersisa 9 kode")
