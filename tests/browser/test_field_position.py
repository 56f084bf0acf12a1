"""Where a photo was taken: only where council and officer allow it, beside the picture and never in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.field_office import Office
from tests.browser.field_phone import Phone, photo_with_place

pytestmark = pytest.mark.browser
HERE = {"latitude": -7.750123, "longitude": 110.395512, "accuracy": 11.2}


@pytest.fixture
def hers(office: Office, phone: Callable[..., Phone]) -> Iterator[Phone]:
    """Of an officer whose council allows positions, at the page of her phone."""
    found = phone()
    office.change("UPDATE access_council SET photo_positions_allowed = 1")
    found.context.set_geolocation(HERE)
    found.sign_in()
    found.take_along()
    found.tab("HP ini")
    yield found
    office.change("UPDATE access_council SET photo_positions_allowed = 0")


def photograph(hers: Phone) -> None:
    """As a thumb does it: the button opens the camera."""
    hers.tab("Kunjungan")
    hers.page.get_by_role("link", name="Sentra").first.click()
    hers.begin()
    hers.visit_the(0)
    with hers.page.expect_file_chooser() as camera:
        hers.page.get_by_text("Ambil foto").first.click()
    camera.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place()})
    expect(hers.page.locator("canvas.thumb")).to_be_visible()


LAST = "SELECT latitude, longitude, accuracy FROM visits_photo ORDER BY taken_at DESC LIMIT 1"


def test_where_both_allow_it_the_office_reads_where(office: Office, hers: Phone) -> None:
    hers.context.grant_permissions(["geolocation"])
    hers.page.get_by_role("button", name="Catat lokasi foto").click()
    expect(hers.page.get_by_text("dicatat bersama foto", exact=True)).to_be_visible()
    photograph(hers)
    expect(hers.page.get_by_text("(dengan lokasi)")).to_be_visible()
    hers.back()
    hers.send()
    hers.wait_until_sent()
    assert office.rows(LAST) == [(-7.75012, 110.39551, 12)]
    hers.tab("HP ini")
    hers.page.get_by_role("button", name="Jangan catat lokasi foto").click()
    expect(hers.page.get_by_text("tidak dicatat", exact=True)).to_be_visible()


def test_photo_has_no_position_if_the_phone_denies_it(office: Office, hers: Phone) -> None:
    hers.context.clear_permissions()
    hers.page.get_by_role("button", name="Catat lokasi foto").click()
    expect(hers.page.get_by_text("HP tidak mengizinkan lokasi.")).to_be_visible()
    expect(hers.page.get_by_text("tidak dicatat", exact=True)).to_be_visible()
    photograph(hers)
    expect(hers.page.get_by_text("(dengan lokasi)")).to_have_count(0)
    hers.back()
    hers.send()
    hers.wait_until_sent()
    assert office.rows(LAST) == [(None, None, None)]
