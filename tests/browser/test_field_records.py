"""A visit recorded offline reaches the office completely and exactly once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.field_office import Answer, Forward, Office, ProxyRequest
from tests.browser.field_phone import Phone, proofs

pytestmark = pytest.mark.browser
WORDS = "Kain dari pemasok telat dua minggu, kami menganggur."


def test_a_visit_without_signal_reaches_the_office_whole_and_once(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.sign_in()
    hers.take_along()
    hers.offline()
    hers.page.close()
    page = hers.open()  # from the phone's own store: there is no network
    page.get_by_role("link", name="Sentra").first.click()
    hers.begin()
    hers.attend(0)
    hers.attend(1, present=False)
    hers.visit_the(2)
    hers.type_words(WORDS)
    hers.press("Simpan kata ini")
    page.locator("input[name^=line-]").first.fill("3")
    hers.press("Simpan produksi")
    hers.take_photo()
    hers.back()
    page.get_by_role("link", name="IKM baru").click()
    page.get_by_label("Nama usaha").fill("Jahit Baru Peraga")
    page.get_by_label("Nama pemilik").fill("Wati Peraga")
    page.get_by_label("Produk", exact=True).fill("Mukena")
    page.get_by_role("button", name="Simpan IKM baru").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jahit Baru Peraga")
    page.get_by_role("button", name="Hadir", exact=True).click()
    expect(page.get_by_role("button", name="Hadir", exact=True)).to_have_attribute("aria-pressed", "true")
    hers.back()
    page.get_by_role("link", name=re.compile("^Selesai")).click()
    page.get_by_label("Pokok pembicaraan").fill("Pasokan kain.")
    page.get_by_label("Kesimpulan").fill("Belanja bersama.")
    hers.press("Simpan rangkuman")
    page.get_by_label("Nama", exact=True).fill("Supri Peraga")
    sign(hers)
    hers.press("Simpan tanda tangan")
    kept = hers.log()
    kinds = ["visit", "attend", "attend", "aspiration", "report", "photo", "business", "attend", "visit", "signature"]
    assert [row["kind"] for row in kept] == kinds
    assert [row["sequence"] for row in kept] == list(range(1, len(kinds) + 1))
    assert {row["state"] for row in kept} == {"saved"}
    before = {table: office.count(table) for table in ("visits_attendance", "aspirations_aspiration", "visits_photo")}

    hers.online()
    hers.wait_until_sent()

    assert set(hers.states()) == {"received"}
    assert proofs(hers.log()) == proofs(kept)
    assert office.received() == {row["id"]: "stored" for row in kept}
    assert office.count("visits_attendance") == before["visits_attendance"] + 3
    assert office.count("visits_photo") == before["visits_photo"] + 1
    assert office.rows("SELECT COUNT(*) FROM aspirations_aspiration WHERE text = ?", WORDS) == [1]
    assert office.rows("SELECT COUNT(*) FROM registry_business WHERE name = 'Jahit Baru Peraga'") == [1]
    picture = b"".join(asked.body for asked in office.asked if asked.method == "PUT" and asked.body[:2] != b"\x89P")
    assert len([asked for asked in office.asked if asked.method == "PUT"]) > 2  # in pieces
    assert b"Exif" not in picture and b"Rahasia" not in picture

    hers.send()  # nothing is left: the office counts the same
    assert office.count("visits_attendance") == before["visits_attendance"] + 3


def sign(hers: Phone) -> None:
    pad = hers.page.locator("canvas.sign")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    hers.page.mouse.move(box["x"] + 20, box["y"] + 30)
    hers.page.mouse.down()
    for step in range(12):
        hers.page.mouse.move(box["x"] + 20 + step * 12, box["y"] + 30 + step % 4 * 15)
    hers.page.mouse.up()


def test_only_the_owners_code_confirms(office: Office, phone: Callable[..., Phone]) -> None:
    command = Site(office.address, office.environment).command
    line = command(
        "make_links", "--cluster", "Sentra Konveksi dan Bordir Joho", "--site", office.address, "--renew"
    ).splitlines()[-1]
    name, link = line.split("\t")[0], line.split("\t")[2]
    hers = phone()
    owner = hers.context.browser.new_context() if hers.context.browser else hers.context
    own = owner.new_page()
    own.goto(link)
    found = re.search(r"\b(\d{6}|\d{3} \d{3})\b", own.locator("main").inner_text())
    assert found
    code = found[1].replace(" ", "")
    owner.close()
    hers.set_out()
    hers.page.get_by_role("searchbox").fill(name)
    hers.page.locator("li.row:not([hidden])").first.get_by_role("link").click()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed in (wrong, code):
        form = hers.page.locator("[data-form=jawab]").first
        form.evaluate("one => { one.closest('details').open = true; }")
        form.get_by_role("radio", name="Sudah beres").check()
        form.get_by_label(re.compile("^Kode")).fill(typed)
        form.get_by_role("button", name="Simpan jawaban").click()
        expect(form.locator(".form-status")).to_have_text("✓ Tersimpan di HP")
    assert hers.lies_here("drafts") == []  # a code is never kept as a draft
    hers.online()
    expect(hers.page.locator("#state")).to_have_text("1 perlu diperiksa", timeout=20_000)
    assert hers.states()[1:] == ["refused", "received"]
    assert list(office.received().values()).count("stored") == 2


def test_two_taps_are_one_item(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    tap_twice = "button => { button.click(); button.click(); }"
    button = hers.row(0).get_by_role("button", name=re.compile(": hadir"))
    button.evaluate(tap_twice)
    expect(button).to_have_attribute("aria-pressed", "true")
    hers.visit_the(1)
    hers.type_words(WORDS)
    hers.page.get_by_role("button", name="Simpan kata ini").evaluate(tap_twice)
    expect(hers.page.locator("q")).to_have_count(1)
    assert [row["kind"] for row in hers.log()] == ["visit", "attend", "aspiration"]
    hers.page.get_by_label("Kata-katanya sendiri").fill("Yang berikutnya")  # typed at once after: nothing wipes it
    expect(hers.page.get_by_label("Kata-katanya sendiri")).to_have_value("Yang berikutnya")


def test_two_tabs_number_their_items_apart_and_one_of_them_sends(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    first = hers.page
    second = hers.open()
    second.get_by_role("link", name="Sentra").first.click()
    tap = "(button, number) => document.querySelectorAll('li.row button.yes')[number].click()"
    for number in range(6):
        first.locator("body").evaluate(tap, number)
        second.locator("body").evaluate(tap, number + 6)
    expect(first.locator("li.row.done")).to_have_count(12)
    expect(second.locator("li.row.done")).to_have_count(12)
    log = hers.log()
    assert [row["sequence"] for row in log] == list(range(1, 14))
    sending, most, lock = 0, 0, threading.Lock()

    def watch(asked: ProxyRequest, forward: Forward) -> Answer:
        nonlocal sending, most
        if not asked.path.endswith("kirim.json"):
            return forward()
        with lock:
            sending += 1
            most = max(most, sending)
        answer = forward()
        with lock:
            sending -= 1
        return answer

    with office.with_trouble(watch):
        hers.online()
        hers.wait_until_sent()
        expect(first.locator("#state")).to_have_text("Semua terkirim")
    assert most == 1
    assert office.received() == {row["id"]: "stored" for row in log}


def test_one_tap_stores_the_whole_page_and_opens_the_next_ikm(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    page = hers.page
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("Pekerja ditemui").fill("7")
    page.get_by_label("Kata-katanya sendiri").fill(WORDS)
    page.get_by_role("radio", name="kendala").check()
    page.locator("input[name^=line-]").first.fill("3")
    save = page.get_by_role("button", name=re.compile("^Simpan, lalu "))
    before = hers.log()
    save.click()
    status = page.locator("[data-form=kata] .form-status")
    expect(status).to_have_text("Pilih kesulitannya: satu ketukan.")
    assert page.evaluate("document.activeElement.name") == "difficulty"
    assert hers.log() == before, "all or nothing"
    page.get_by_role("radio", name="bahan baku").check()
    save.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    assert [row["kind"] for row in hers.log()[len(before) :]] == ["attend", "aspiration", "report"]
    assert hers.lies_here("drafts") == []
    expect(page.get_by_role("button", name=re.compile("^Berikutnya: "))).to_be_visible()


def test_a_figure_ten_times_the_usual_one_is_asked_about_once(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    page = hers.page
    usual = page.locator("[data-form=produksi] .help")
    for number in range(hers.page.locator("li.row").count()):
        hers.visit_the(number)
        if re.search(r"20\d\d: ", usual.first.inner_text()):
            break
        hers.back()
    digits = re.search(r": ([\d.]+)", usual.first.inner_text())
    assert digits
    page.locator("input[name^=line-]").first.fill(str(10 * int(digits[1].replace(".", ""))))
    before = len(hers.log())
    page.get_by_role("button", name="Simpan produksi").click()
    status = page.locator("[data-form=produksi] .form-status")
    expect(status).to_contain_text("padahal biasanya sekitar")
    expect(status).to_contain_text("Kalau sudah benar, simpan lagi.")
    assert len(hers.log()) == before
    hers.press("Simpan produksi")
    assert len(hers.log()) == before + 1


def test_a_photo_is_resized_in_a_worker(phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    hers.page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = () => { throw new Error('in the page') } }")
    hers.take_photo()
    assert hers.log()[-1]["kind"] == "photo"
    assert any("image_worker" in worker.url for worker in hers.page.workers)


def test_an_app_closed_by_the_camera_is_reported(phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    with hers.page.expect_file_chooser():
        hers.page.get_by_text("Ambil foto").click()
    hers.wait_for_drafts(1)
    address = hers.page.url
    hers.page.close()
    page = hers.open()
    page.goto(address)
    page.reload()
    expect(page.get_by_text("foto terakhir belum tersimpan")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Foto")).to_be_visible()
    expect(page.get_by_text("foto terakhir belum tersimpan")).to_have_count(0)


def test_the_app_speaks_english_too(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.online()
    hers.tab("HP ini")
    page = hers.page
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This phone")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("#tabs").get_by_role("link", name="Visits").click()
    page.get_by_role("link", name="Sentra").first.click()
    page.locator("li.row a").first.click()
    expect(page.get_by_role("heading", name="Attendance")).to_be_visible()
    page.get_by_label("Workers seen").fill("2 kodi 3")
    page.get_by_role("button", name=re.compile("^Store, then ")).click()
    expect(page.locator("[data-form=hadir] .form-status")).to_contain_text("Workers: ")
    page.get_by_label("Workers seen").fill("")
    page.get_by_role("button", name=re.compile("^Next: ")).click()
    hers.offline()
    page.reload()
    expect(page.get_by_role("heading", name="Attendance")).to_be_visible()
    assert len(office.received()) == 1
