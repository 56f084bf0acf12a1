"""The loop once round on a 360 px screen, as the people who turn it: staff, officer, owner, leader, and a stranger
to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

WORDS = "Kain dari pemasok sering telat dua minggu."
MATTER = "Pasokan kain terlambat"
IDEA = "Belanja kain bersama langsung ke pabrik"
LINK = r"/saya/[\w-]{20,}/"
ACTION = "Belanja kain bersama triwulan pertama"


def heading(page: Page, words: str) -> None:
    expect(page.locator("h1").first).to_contain_text(words)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name).first.click()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """State passed between steps of the journey."""
    return {}


def test_1_staff_plans_a_visit(open_page: Callable[..., Page], texts: dict[str, str]) -> None:
    page = open_page("pengurus")
    page.goto("/kunjungan/rencana/")
    page.locator("main form").evaluate("form => form.noValidate = true")
    press(page, "Simpan rencana")  # an empty form says what is missing and keeps the page
    expect(page.locator(".error-message").first).to_be_visible()
    page.locator("[name=cluster]").select_option(label="Sentra Konveksi dan Bordir Joho")
    page.locator("[name=planned_for]").fill(page.evaluate("new Date().toISOString().slice(0, 10)"))
    page.get_by_label("Maksud kunjungan").fill("Menengok pasokan kain")
    press(page, "Simpan rencana")
    heading(page, "Joho")
    texts["visit"] = page.url


def test_2_officer_conducts_the_visit_and_records_aspirations(
    open_page: Callable[..., Page], texts: dict[str, str]
) -> None:
    page = open_page("petugas")
    page.goto(texts["visit"])
    follow(page, "Mulai kunjungan")
    page.locator("main form button[type=submit]").first.click()
    page.goto(texts["visit"] + "hadir/")
    row = page.locator(".attendance-row").first
    texts["business"] = row.locator("legend").inner_text()
    row.get_by_text("Hadir", exact=True).click()
    press(page, "Simpan daftar hadir")
    page.goto(texts["visit"])
    follow(page, "Catat yang dikatakan IKM")
    page.locator("main a[href*='/ikm/']").first.click()
    texts["record"] = page.url
    texts["name"] = page.locator("h1").inner_text()
    page.get_by_label("Kata-katanya sendiri").fill(WORDS)
    page.locator("input[name=kind][value=constraint]").check(force=True)
    page.locator("[name=present][value=yes]").check(force=True)
    page.locator("[name=difficulty]").first.select_option("material")
    press(page, "Simpan")
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(texts["record"])
    expect(page.get_by_text(WORDS)).to_have_count(1)


def test_3_staff_signs_off_and_prints_the_papers(open_page: Callable[..., Page], texts: dict[str, str]) -> None:
    page = open_page("pengurus")
    page.goto(texts["visit"] + "sahkan/")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Disahkan")
    for link in page.locator("main a[href*='/naskah/'], main a[href$='notulen/'], main a[href*='notulen']").all()[:1]:
        answer = page.request.get(link.get_attribute("href") or "")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")


def test_4_staff_brings_it_together_and_an_idea_is_chosen(
    open_page: Callable[..., Page], texts: dict[str, str]
) -> None:
    page = open_page("pengurus")
    page.goto("/aspirasi/")
    page.locator("a[href*='/satukan/']").first.click()
    page.get_by_label(re.compile(re.escape(WORDS[:20]))).check()
    page.locator("[name=title]").fill(MATTER)
    page.locator("[name=difficulty]").select_option("material")
    page.locator("main form[method=post] button[type=submit]").last.click()
    heading(page, MATTER)
    texts["matter"] = page.url
    page.get_by_text("Usulkan gagasan", exact=True).click()
    page.locator("[name=proposal]").fill(IDEA)
    press(page, "Usulkan")
    press(page, "Setuju")
    follow(page, "Pilih dan jadikan tindakan")
    page.locator("[name=title]").fill(ACTION)
    page.locator("[name=responsible_name]").fill("Dinas Perindustrian")
    page.locator("[name=due_on]").fill("2030-01-31")
    page.locator("main form[method=post] button[type=submit]").last.click()
    heading(page, ACTION)
    texts["action"] = page.url


def test_5_the_council_claims_but_cannot_confirm(open_page: Callable[..., Page], texts: dict[str, str]) -> None:
    page = open_page("pengurus")
    page.goto(texts["action"] + "klaim/")
    page.locator("textarea").first.fill("Kain dibeli bersama 10 Januari.")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.goto(texts["action"])
    expect(page.locator("main")).to_contain_text("diklaim selesai")
    expect(page.locator("main")).to_contain_text("belum menjawab")
    expect(page.get_by_role("button", name=re.compile("konfirmasi", re.I))).to_have_count(0)


def test_6_the_owner_disputes_then_confirms_without_an_account(
    open_page: Callable[..., Page], texts: dict[str, str]
) -> None:
    staff = open_page("pengurus")
    staff.goto("/saya/tautan/")
    follow(staff, re.compile("Joho"))
    cluster = staff.url
    row = staff.locator("tr").filter(has_text=texts["name"])
    row.get_by_role("button", name="Buat").click()
    first = re.search(LINK, staff.content())
    staff.goto(cluster)
    row.get_by_role("button", name="Ganti").click()
    staff.get_by_role("button", name="Ya, ganti").click()
    token = re.search(LINK, staff.content())
    assert first and token and first[0] != token[0], staff.locator("main").inner_text()
    owner = open_page()
    owner.goto(token[0])
    assert token[0] not in owner.url  # the secret leaves the address bar
    owner.locator("section").filter(has_text=ACTION).get_by_role("link", name="Jawab").click()
    texts["answer"] = owner.url
    owner.locator("[name=text]").last.fill("Kainnya belum datang.")
    press(owner, "✗ Belum beres")
    staff.goto(texts["action"])
    expect(staff.locator("main")).to_contain_text("disangkal")
    expect(staff.locator("main")).to_contain_text("Kainnya belum datang.")
    staff.goto(texts["action"] + "klaim/")
    staff.locator("textarea").first.fill("Kain datang 20 Januari.")
    staff.locator("main form[method=post] button[type=submit]").last.click()
    owner.goto(texts["answer"])
    press(owner, "✓ Ya, sudah beres")
    staff.goto(texts["action"])
    expect(staff.locator("main")).to_contain_text("dikonfirmasi selesai")
    staff.goto(texts["matter"])
    expect(staff.locator("main")).to_contain_text("dikonfirmasi selesai")


def test_7_the_owner_reports_a_month_in_few_taps(
    open_page: Callable[..., Page], site: Site, texts: dict[str, str]
) -> None:
    owner = open_page(scripts=False)
    line = site.command("make_links", "--cluster", "Sentra Konveksi dan Bordir Joho", "--renew")
    token = re.search(LINK, line)
    assert token, line
    owner.goto(token[0])
    owner.get_by_role("link", name=re.compile("Isi laporan")).click()
    owner.locator("main input:not([type=hidden])").first.fill("3 kodi")
    owner.locator("main form button[type=submit]").first.click()
    if owner.get_by_role("button", name=re.compile("benar", re.I)).count():
        owner.get_by_role("button", name=re.compile("benar", re.I)).first.click()
    owner.goto("/saya/")
    expect(owner.locator("main")).to_contain_text("sudah diterima")
    expect(owner.locator("main")).to_contain_text("60")


def test_8_the_leader_sees_it_on_one_page(open_page: Callable[..., Page]) -> None:
    page = open_page("pimpinan")
    answer = page.goto("/hasil/")
    assert answer is not None and answer.status == 200
    expect(page.locator("main")).to_contain_text(re.compile("belum cukup data", re.IGNORECASE))
    expect(page.locator("main")).to_contain_text("di bawah 50%")
    pdf = page.request.get("/hasil/laporan.pdf")
    assert pdf.body().startswith(b"%PDF")


def test_9_a_stranger_to_the_council_sees_nothing(open_page: Callable[..., Page], texts: dict[str, str]) -> None:
    page = open_page("petugas.bantul")
    for address in (texts["visit"], texts["matter"], texts["action"]):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404
    page.goto("/aspirasi/")
    expect(page.get_by_text(WORDS)).to_have_count(0)
    stranger = open_page()
    stranger.goto(texts["matter"])
    assert "/masuk/" in stranger.url
