"""What a clerk does in a month: the tasks that bench/clerk.py counts. Each begins on a page of the office."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from tempfile import NamedTemporaryFile

from bench.clerk_hands import Clerk
from openpyxl import Workbook
from playwright.sync_api import Locator

WORDS = "Benang katun naik terus, untungnya tinggal sedikit sekali."
DAY = dt.date(2022, 4, 29)
CLUSTER = "Sentra Konveksi dan Bordir Joho"
DUE = dt.date(2027, 6, 30)


def register_by_hand(clerk: Clerk, _businesses: int) -> None:
    page = clerk.page
    clerk.open("/daftar/")
    clerk.press(page.get_by_role("link", name=CLUSTER).first)
    clerk.press(page.get_by_role("link", name="Daftarkan IKM"))
    values = {
        "name": "Konveksi Laras",
        "owner_name": "Laras Peraga",
        "phone": "0899000111",
        "product": "Seragam",
        "unit": "stel",
        "workers": "4",
    }
    fields = page.locator("main form [name]").all()
    for field in fields:
        name = field.get_attribute("name") or ""
        if name in values:
            clerk.type(field, values[name])
    clerk.press(page.locator("main form[method=post] button.main"))
    page.get_by_role("heading", name="Konveksi Laras").wait_for()


def correct_by_search(clerk: Clerk, _businesses: int) -> None:
    page = clerk.page
    clerk.hotkey("/")
    clerk.search(page.locator("#kata"), "laras")
    clerk.press(page.get_by_role("link", name="Konveksi Laras").first)
    clerk.press(page.get_by_role("link", name="Ubah data").first)
    clerk.type(page.locator("[name=phone]"), "0899000222")
    clerk.press(page.locator("main form[method=post] button.main"))
    page.get_by_text("disimpan").first.wait_for()


def list_in(clerk: Clerk, businesses: int) -> None:
    """A workbook of IKM into a new sentra: chosen, read, looked at, taken."""
    page = clerk.page
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "Nama IKM", "Nama Pemilik", "Alamat", "No HP", "Produk"])
    for number in range(1, businesses + 1):
        row = [
            number,
            f"Batik Melati {number}",
            f"Ratri Peraga {number}",
            "Condongcatur",
            f"0899111{number:04}",
            "Batik",
        ]
        sheet.append(row)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)
        clerk.open("/daftar/impor/")
        clerk.click(page.locator("[name=placement]").nth(1))
        clerk.choose_file(page.locator("[name=workbook]"), file.name)
        clerk.type(page.locator("[name=name]"), "Sentra Batik Melati")
        clerk.type(page.locator("[name=village]"), "Condongcatur", by_tab=True)
        clerk.press(page.locator("main form[method=post] button[type=submit]").first)
        page.get_by_role("button", name="Ambil semuanya").wait_for(timeout=60_000)
    for choice in page.locator("input[type=radio][required]").all()[:1]:
        clerk.click(choice)
    clerk.press(page.get_by_role("button", name="Ambil semuanya"))
    page.get_by_text("Batik Melati").first.wait_for(timeout=60_000)


def roll_on_one_page(clerk: Clerk, _businesses: int) -> None:
    page, key = clerk.page, begin_visit(clerk, "Daftar hadir sekaligus")
    clerk.open(f"/kunjungan/{key}/hadir/")
    clerk.press(page.get_by_role("button", name="hadir semua"))


def make_action(clerk: Clerk, _businesses: int) -> None:
    """From the matter to an idea, a promise and the statement that it is done."""
    page = clerk.page
    clerk.open("/aspirasi/pokok/")
    clerk.press(page.locator("main tbody a").first)
    clerk.click(page.locator("summary", has_text="Usulkan gagasan"))
    idea = page.locator("form[action$='/gagasan/']")
    clerk.type(idea.locator("textarea").first, "Membeli benang bersama dari pabrik.")
    clerk.press(idea.locator("button[type=submit]"))
    clerk.press(page.get_by_role("link", name="Jadikan tindakan").last)
    clerk.type(page.locator("[name=title]"), "Beli benang bersama")
    clerk.type(page.locator("[name=responsible_name]"), "Dinas Perindustrian", by_tab=True)
    clerk.type(page.locator("[name=due_on]"), f"{DUE}")
    clerk.press(page.locator("main form[method=post] button.main"))
    clerk.press(page.get_by_role("link", name="Sudah dikerjakan"))
    if page.locator("main form textarea").count():
        clerk.type(page.locator("main form textarea").first, "Benang pertama sudah dibagi.")
    clerk.press(page.locator("main form[method=post] button[type=submit]").first)


def ask_owners(clerk: Clerk, _businesses: int) -> None:
    """The question of the claimed action to each owner by WhatsApp; each sending is ticked by itself."""
    page = clerk.page
    clerk.press(page.get_by_role("link", name="Tanyakan lewat WhatsApp"))
    send_each(clerk, page.get_by_role("link", name="Tanyakan (WA)"))


def send_links(clerk: Clerk, _businesses: int) -> None:
    page = clerk.page
    clerk.open("/saya/tautan/")
    clerk.press(page.get_by_role("link", name=CLUSTER).first)
    clerk.press(page.locator("form[action$='/buat/'] button.main"))
    send_each(clerk, page.get_by_role("link", name="Kirim lewat WhatsApp"))


def print_cards(clerk: Clerk, _businesses: int) -> None:
    """The same for owners without WhatsApp: cards with a QR code, eight a page."""
    page = clerk.page
    clerk.open("/saya/tautan/")
    clerk.press(page.get_by_role("link", name=CLUSTER).first)
    clerk.view(page.get_by_role("button", name="Kartu QR"))


def send_each(clerk: Clerk, links: Locator) -> None:
    for number in range(links.count()):
        clerk.open_outside(links.nth(number))


def make_papers(clerk: Clerk, _businesses: int) -> None:
    """The visit is signed; each paper gets its number and is fetched as Word and PDF."""
    page = clerk.page
    clerk.open("/kunjungan/")
    clerk.press(page.locator("main a[href^='/kunjungan/']").filter(has_text=re.compile("Joho|20")).last)
    addresses = [link.get_attribute("href") or "" for link in page.locator("a[href$='/nomor/']").all()]
    visit = page.url
    for number, address in enumerate(addresses, 1):
        clerk.press(page.locator(f"a[href='{address}']"))
        clerk.type(page.locator("main form [name=number]"), f"500.9/{number:03}/2027")
        if page.locator("main form [name=dated_on]").input_value() == "":
            clerk.type(page.locator("main form [name=dated_on]"), f"{DUE}", by_tab=True)
        clerk.press(page.locator("main form[method=post] button[type=submit]").first)
        if page.url != visit:
            page.goto(visit)
    for link in page.locator("a[href*='/naskah/']").filter(has_text="Word").all():
        clerk.download(link)
    for link in page.locator("a[href*='/naskah/'][href$='.pdf']").all():
        clerk.download(link)


def begin_visit(clerk: Clerk, purpose: str) -> str:
    page = clerk.page
    clerk.open("/kunjungan/rencana/")
    cluster = page.locator("select[name=cluster] option").nth(1).get_attribute("value") or ""
    clerk.choose(page.locator("select[name=cluster]"), cluster)
    clerk.type(page.locator("input[name=planned_for]"), f"{DAY}")
    clerk.type(page.locator("[name=purpose]"), purpose)
    clerk.press(page.locator("main form[method=post] button[type=submit]"))
    key = page.url.rstrip("/").split("/")[-1]
    clerk.press(page.get_by_role("link", name="Mulai kunjungan").first)
    clerk.press(page.locator("main form[method=post] button[type=submit]"))
    return key


def visit_page_by_page(clerk: Clerk, businesses: int) -> None:
    page, key = clerk.page, begin_visit(clerk, "Mendengar satu per satu")
    clerk.open(f"/aspirasi/kunjungan/{key}/")
    clerk.press(page.locator("ul.list h2 a").first)
    for number in range(businesses):
        form = page.locator("main form:has([name=present])")
        clerk.count.fields += 3
        clerk.click(form.locator("[name=present][value=yes]"))
        clerk.click(form.locator("[name=pulse][value='75']"))
        clerk.type(form.locator("textarea"), WORDS)
        clerk.click(form.locator("[name=kind][value=constraint]"))
        clerk.choose(form.locator("[name=difficulty]"), "material", 2)
        clerk.press(form.locator("button[type=submit]"))
        if number + 1 < businesses:
            clerk.press(page.get_by_role("link", name="IKM berikutnya"))


def visit_on_one_page(clerk: Clerk, businesses: int) -> None:
    page, key = clerk.page, begin_visit(clerk, "Mendengar pada satu halaman")
    clerk.open(f"/aspirasi/kunjungan/{key}/catat/")
    page.wait_for_selector("form[data-row-save=ready]")
    clerk.click(page.locator("[data-choose-rest]"))
    for number in range(businesses):
        row = page.locator(".grid-row").nth(number)
        clerk.type(row.locator("input[name$=-pulse]"), "75")
        clerk.count.keys += 2  # Tab over two empty fields
        clerk.type(row.locator("textarea"), WORDS, by_tab=True)
        clerk.choose(row.locator("select[name$=-kind]"), "constraint", by_tab=True)
        clerk.choose(row.locator("select[name$=-difficulty]"), "material", 2, by_tab=True)
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="Semua tersimpan").wait_for()


def reports_page_by_page(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/?bulan=2022-03")
    missing = page.get_by_role("link", name="Isi", exact=True)
    for _number in range(businesses):
        clerk.press(missing.first)
        for quantity in page.locator("input[name^=quantity]").all():
            clerk.type(quantity, "12")
        clerk.press(page.locator("main form[method=post] button.main"))


def reports_on_one_page(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/lembar/?bulan=2022-02")
    page.wait_for_selector("form[data-row-save=ready]")
    fields = page.locator("input[name*=quantity]")
    count = min(fields.count(), businesses)
    clerk.type(fields.first, "12")
    for number in range(1, count):
        clerk.count.keys += 1  # Tab over the value
        clerk.type(fields.nth(number), "12", by_tab=True)
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="tersimpan").wait_for()


def reports_pasted(clerk: Clerk, businesses: int) -> None:
    page = clerk.page
    clerk.open("/produksi/lembar/?bulan=2022-01")
    page.wait_for_selector("form[data-row-save=ready]")
    names = page.locator("tbody[data-row] th[scope=rowgroup] a").all_inner_texts()[:businesses]
    clerk.click(page.locator("details:has(#block) summary"))
    clerk.count.clicks += 1
    clerk.count.keys += 2  # Ctrl V
    page.locator("#block").fill("\n".join(f"{name}\t12" for name in names))
    clerk.press(page.locator("form[data-paste-block] button"))
    page.wait_for_selector("form[data-row-save=ready]")
    clerk.click(page.locator("form[data-row-save] button.main"))
    page.locator("[data-all-status]", has_text="tersimpan").wait_for()


def group_matter(clerk: Clerk, _businesses: int) -> None:
    page = clerk.page
    clerk.open("/aspirasi/")
    clerk.press(page.locator("a[href$='/satukan/'], a[href*='/satukan/?']").first)
    boxes = page.locator("input[name=aspirasi]")
    clerk.count.fields += 1
    for number in range(min(boxes.count(), 5)):
        clerk.click(boxes.nth(number))
    clerk.type(page.locator("[name=title]"), "Harga benang naik")
    clerk.choose(page.locator("[name=difficulty]"), "material", 2)
    clerk.press(page.locator("main form[method=post] button[type=submit]").last)


TASKS: tuple[tuple[str, str, Callable[[Clerk, int], None]], ...] = (
    ("register one IKM by hand", "", register_by_hand),
    ("find it again and correct its telephone", "", correct_by_search),
    ("a workbook of {n} IKM into a new sentra", "", list_in),
    ("the roll of {n} on the list of attendance", "37 clicks", roll_on_one_page),
    ("a visit of {n} IKM, IKM by IKM", "58 loads, 122 clicks for the words of 29", visit_page_by_page),
    ("the same on one page", "110 loads", visit_on_one_page),
    ("reports of {n} IKM, one by one", "72 loads", reports_page_by_page),
    ("the same on one page, typed", "72 loads", reports_on_one_page),
    ("the same, pasted from a spreadsheet", "72 loads", reports_pasted),
    ("links of a sentra: made and sent by WhatsApp", "36 clicks without a mark", send_links),
    ("links of a sentra: cards with QR codes", "not possible", print_cards),
    ("a matter of five aspirations", "", group_matter),
    ("an idea, an action, its claim", "", make_action),
    ("the question to each owner by WhatsApp", "no text for it", ask_owners),
    ("papers of a visit: numbers, Word, PDF", "no number, no Word", make_papers),
)
