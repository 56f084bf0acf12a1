"""A trainer's course on a phone of 360 px without JavaScript: planned, attended by the code on the wall, certified; the
certificate is verified by a stranger, and a forged one refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.test_market import Walk, link  # noqa: F401 a fixture

pytestmark = pytest.mark.browser
TITLE, TRAINER = "Foto barang dengan HP", "Rini Contoh"


def address_in_code(page: Page) -> str:
    """The address in the QR code of a page, read from a picture of the screen."""
    picture = cv2.imdecode(np.frombuffer(page.screenshot(full_page=True), np.uint8), cv2.IMREAD_COLOR)
    text, _corners, _code = cv2.QRCodeDetector().detectAndDecode(picture)
    return str(text)


def plan_course(walk: Walk, participant: str) -> None:
    walk.page.goto("/pelatihan/")
    walk.page.get_by_role("link", name="Pelatih", exact=True).click()
    walk.tap("Tambah pelatih")
    walk.fill("Nama", TRAINER)
    walk.tap("Simpan")
    walk.page.goto("/pelatihan/")
    walk.tap("Rencanakan pelatihan")
    walk.fill("Nama pelatihan", TITLE)
    walk.page.get_by_label("Pelatih", exact=True).select_option(label=TRAINER)
    walk.tap("Simpan")
    walk.fill("Tanggal", timezone.localdate().isoformat())
    walk.tap("Tambah pertemuan")
    walk.tap("Tambah peserta")
    walk.choose(participant)
    walk.tap("Jadikan peserta")
    expect(walk.page.get_by_role("link", name=participant).first).to_be_visible()


def test_a_trainer_from_the_plan_to_the_certificate(open_page: Callable[..., Page], link: str) -> None:  # noqa: F811
    owner = Walk(open_page(scripts=False))
    owner.page.goto(link)
    participant = owner.page.get_by_role("heading", level=1).inner_text()
    trainer = Walk(open_page("pengurus", scripts=False))
    plan_course(trainer, participant)
    course = trainer.page.url
    trainer.page.locator("main section").first.locator("ul a").first.click()
    trainer.tap("Kode hadir (QR)")
    owner.page.goto(urlsplit(address_in_code(trainer.page)).path)
    owner.tap("Saya hadir")
    expect(owner.page.get_by_text("Tercatat: Anda hadir")).to_be_visible()
    trainer.page.goto(course)
    paper = trainer.page.get_by_role("link", name="Sertifikat").first.get_attribute("href") or ""
    pdf = PdfReader(io.BytesIO(trainer.page.request.get(paper).body()))
    words = "".join(page.extract_text() for page in pdf.pages)
    assert TITLE in words and TRAINER in words
    [address] = re.findall(r"/pelatihan/sertifikat/[\w-]{43}/", "".join(words.split()))
    stranger = open_page(scripts=False)
    assert stranger.goto(address).status == 200
    expect(stranger.get_by_text(TITLE)).to_be_visible()
    forged = address[:-2] + ("A" if address[-2] != "A" else "B") + "/"
    assert stranger.goto(forged).status == 404
